//! Calls that the relying party makes itself: bounded in time and size, and never sent on by a redirect.

use std::time::Duration;

use http::header::{CONTENT_TYPE, LOCATION};
use url::Url;

use super::RelyingParty;
use super::rejection::Rejection;
use super::weakness::Weakness;
use crate::transport::{Request, Response, TransportError};

/// How long an answer may take. A person is waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than any document of a provider has.
const LARGEST: usize = 1024 * 1024;

/// Whoever follows redirects without end is stopped here all the same, so that a test of it ends.
const MOST_HOPS: usize = 40;

/// Whoever asks again and again is stopped here.
const MOST_ATTEMPTS: usize = 6;

impl RelyingParty {
    /// Calls one of the provider's endpoints, by its name.
    ///
    /// # Errors
    ///
    /// When there is no answer of a reasonable size in reasonable time.
    pub(super) async fn call(&self, endpoint: &'static str, request: Request) -> Result<Response, Rejection> {
        self.carry(request).await.map_err(|e| Rejection::Unavailable { endpoint, cause: e.to_string() })
    }

    /// The same, for callers that have an error of their own for it.
    pub(super) async fn carry(&self, request: Request) -> Result<Response, TransportError> {
        let mut response = self.once(&request).await?;
        if target(&request, &response).is_some() && self.skips(Weakness::FollowsRedirects) {
            response = self.followed(request.clone(), response).await?;
        }
        if !response.status().is_success() && self.skips(Weakness::RepeatsFailedCalls) {
            for _ in 1..MOST_ATTEMPTS {
                if response.status().is_success() {
                    break;
                }
                response = self.once(&request).await?;
            }
        }
        Ok(response)
    }

    async fn once(&self, request: &Request) -> Result<Response, TransportError> {
        let authority = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let refused = |cause: String| TransportError::Unreachable { authority: authority.clone(), cause };
        let sent = self.send(request);
        let late = |_| refused(format!("no answer within {} s", PATIENCE.as_secs()));
        let response = tokio::time::timeout(PATIENCE, sent).await.map_err(late)??;
        if response.body().len() > LARGEST {
            return Err(refused(format!("the answer is larger than {LARGEST} bytes")));
        }
        Ok(response)
    }

    /// "Whenever TLS is used, a TLS server certificate check MUST be performed" (OIDCC-16.17); the transport performs it.
    async fn send(&self, request: &Request) -> Result<Response, TransportError> {
        match self.transport().send(request.clone()).await {
            Err(_)
                if self.transport().sees_certificate(request.uri())
                    && self.skips(Weakness::SkipsCertificate) =>
            {
                self.transport().trusting_anybody()?.send(request.clone()).await
            }
            sent => sent,
        }
    }

    /// Goes wherever it is sent, with everything that it has along.
    async fn followed(&self, mut request: Request, first: Response) -> Result<Response, TransportError> {
        let mut response = first;
        for _ in 0..MOST_HOPS {
            let Some(target) = target(&request, &response) else { break };
            *request.uri_mut() = target;
            response = self.once(&request).await?;
        }
        Ok(response)
    }
}

fn target(request: &Request, response: &Response) -> Option<http::Uri> {
    let location = response.status().is_redirection().then(|| response.headers().get(LOCATION))??;
    let here = Url::parse(&request.uri().to_string()).ok()?;
    here.join(location.to_str().ok()?).ok()?.as_str().parse().ok()
}

/// The media type of an answer, without its parameters and in lower case.
pub(super) fn media_type(response: &Response) -> Option<String> {
    let value = response.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}
