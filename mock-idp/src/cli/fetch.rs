//! The one request that a command makes to a server, bounded in time and size.

use std::path::Path;
use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, RequestBuilder, StatusCode, redirect};
use serde_json::Value;

use super::exit_code::Failure;
use super::files;

const TIMEOUT: Duration = Duration::from_secs(10);
/// No document that is asked for here comes near this.
const MOST_BYTES: usize = 1 << 20;

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// Whose certificates are good enough.
#[derive(Clone, Copy, Debug)]
pub(super) enum Trust<'a> {
    /// Anybody's: for questions that tell nothing, and whose answers nobody relies on.
    Anyone,
    /// Those that this machine trusts.
    System,
    /// Those by the CAs in a PEM file.
    Only(&'a Path),
}

/// Gets a document.
pub(super) async fn get(url: &str, trust: Trust<'_>) -> Result<Answer, Failure> {
    let client = client(url, trust)?;
    answered(url, client.get(url)).await
}

/// Posts a JSON document.
pub(super) async fn post(url: &str, document: &Value) -> Result<Answer, Failure> {
    let client = client(url, Trust::System)?;
    answered(url, client.post(url).json(document)).await
}

fn client(url: &str, trust: Trust<'_>) -> Result<Client, Failure> {
    let plain = url.starts_with("http://");
    // nobody shows a certificate there, so the system's need not be read
    let trust = if plain { Trust::Anyone } else { trust };
    let builder = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).no_proxy();
    trusting(builder, trust)?.build().map_err(|error| failed(url, &error))
}

async fn answered(url: &str, request: RequestBuilder) -> Result<Answer, Failure> {
    let mut response = request.send().await.map_err(|error| failed(url, &error))?;
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(url, &error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return Err(Failure::cannot_run(format!(
                "the answer of `{url}` is larger than {MOST_BYTES} bytes"
            )));
        }
    }
    Ok(Answer { status, body })
}

fn failed(url: &str, error: &reqwest::Error) -> Failure {
    Failure::cannot_run(format!("`{url}` does not answer: {}", causes(error)))
}

fn trusting(builder: ClientBuilder, trust: Trust<'_>) -> Result<ClientBuilder, Failure> {
    let path = match trust {
        Trust::Anyone => return Ok(builder.tls_danger_accept_invalid_certs(true)),
        Trust::System => return Ok(builder),
        Trust::Only(path) => path,
    };
    let name = path.display();
    let found = Certificate::from_pem_bundle(&files::read(path)?);
    match found {
        Ok(certificates) if !certificates.is_empty() => Ok(builder.tls_certs_only(certificates)),
        Ok(_) => Err(Failure::not_understood(format!("there is no PEM certificate in `{name}`"))),
        Err(error) => Err(Failure::not_understood(format!("`{name}` is not PEM: {}", causes(&error)))),
    }
}

/// The innermost cause says it best: `connection refused`.
fn causes(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
