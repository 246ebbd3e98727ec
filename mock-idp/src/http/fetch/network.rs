//! Calls over sockets.
//!
//! Names are resolved here and not by the HTTP client, so that the addresses that were looked at are those that are
//! connected to, whatever the name means a moment later.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::Method;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, redirect};
use url::Url;

use super::destinations::{Destinations, is_a_hosts, is_localhost};
use super::{Fetcher, Fetching};
use crate::config::OutgoingConfig;
use crate::provider::{CallFailed, OutgoingAnswer, OutgoingCall};

/// The network, as far as it may be called.
#[derive(Debug)]
pub(super) struct Network {
    destinations: Destinations,
    connect: Duration,
    any_certificate: bool,
    /// Made when they are first needed, because the system's certificates take a while to read and most providers never
    /// call anybody.
    plain: OnceLock<Result<Client, CallFailed>>,
    secure: OnceLock<Result<Client, CallFailed>>,
}

impl Network {
    pub(super) fn new(config: &OutgoingConfig) -> Self {
        Self {
            destinations: Destinations::new(config.allow.clone()),
            connect: Duration::from_millis(u64::try_from(config.timeout.as_millis()).unwrap_or_default()),
            any_certificate: config.insecure_skip_certificate_check,
            plain: OnceLock::new(),
            secure: OnceLock::new(),
        }
    }

    fn client(&self, url: &Url) -> Result<&Client, CallFailed> {
        let client = match url.scheme() {
            "https" => self.secure.get_or_init(|| self.made(true)),
            _ => self.plain.get_or_init(|| self.made(false)),
        };
        client.as_ref().map_err(Clone::clone)
    }

    fn made(&self, secure: bool) -> Result<Client, CallFailed> {
        let builder = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(self.connect)
            // each call finds out anew where a name leads
            .pool_max_idle_per_host(0)
            .user_agent(concat!("mock-idp/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(Arc::new(Resolver));
        let builder = match secure {
            true if self.any_certificate => builder.tls_danger_accept_invalid_certs(true),
            true => builder,
            // nothing is verified over plain http, and nothing is trusted
            false => builder.tls_certs_only([]),
        };
        builder.build().map_err(|error| unreachable(&error))
    }

    async fn send(&self, call: &OutgoingCall) -> Result<OutgoingAnswer, CallFailed> {
        let url = self.destinations.permitted(&call.url)?;
        let client = self.client(&url)?;
        let method = Method::from_bytes(call.method.as_bytes()).unwrap_or_default();
        let request = client.request(method, url);
        let request = match call.content_type {
            Some(content_type) => request.header(CONTENT_TYPE, content_type),
            None => request,
        };
        let request = if call.body.is_empty() { request } else { request.body(call.body.clone()) };
        let response = request.send().await.map_err(|error| unreachable(&error))?;
        let status = response.status().as_u16();
        Ok(OutgoingAnswer { status, body: read(response, call.most_bytes).await? })
    }
}

impl Fetcher for Network {
    fn fetch<'a>(&'a self, call: &'a OutgoingCall) -> Fetching<'a> {
        Box::pin(self.send(call))
    }
}

/// The body, read no further than allowed.
async fn read(mut response: Response, most_bytes: usize) -> Result<Vec<u8>, CallFailed> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
        if body.len() + chunk.len() > most_bytes {
            return Err(CallFailed::TooLarge(most_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Finds the addresses of names.
#[derive(Clone, Copy, Debug)]
struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = addresses(name.as_str()).await?;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// "Name resolution APIs and libraries SHOULD recognize localhost names as special and SHOULD always return the IP loopback
/// address for address queries" (RFC6761-6.3); every other name is looked up, and what is no host's is left out.
async fn addresses(name: &str) -> std::io::Result<Vec<SocketAddr>> {
    if is_localhost(name) {
        let here = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
        return Ok(here.map(|address| SocketAddr::new(address, 0)).into());
    }
    let found = tokio::net::lookup_host((name, 0)).await?;
    let found: Vec<_> = found.filter(|found| is_a_hosts(found.ip())).collect();
    if found.is_empty() {
        return Err(std::io::Error::other(format!("`{name}` leads to no address of a host")));
    }
    Ok(found)
}

/// The innermost cause says it best: `connection refused`.
fn unreachable(error: &reqwest::Error) -> CallFailed {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    CallFailed::Unreachable(cause.to_string())
}
