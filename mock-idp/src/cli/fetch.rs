//! The one request that a command makes to a server: GET over plain http, bounded in time and size.

use std::time::Duration;

use reqwest::{Client, StatusCode, redirect};

use super::exit_code::Failure;

const TIMEOUT: Duration = Duration::from_secs(10);
/// No document that is asked for here comes near this.
const MOST_BYTES: usize = 1 << 20;

/// An answer.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// Gets a document.
pub(super) async fn get(url: &str) -> Result<Answer, Failure> {
    if url.starts_with("https://") {
        return Err(Failure::cannot_run(format!("cannot fetch `{url}`: this program speaks http only"))
            .help(format!(
                "fetch it with another tool, such as `curl -so jwks.json {url}`, and name the file"
            )));
    }
    let failed =
        |error: &reqwest::Error| Failure::cannot_run(format!("`{url}` does not answer: {}", causes(error)));
    let client = Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).no_proxy().build();
    let mut response = match client {
        Ok(client) => client.get(url).send().await.map_err(|error| failed(&error))?,
        Err(error) => return Err(failed(&error)),
    };
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return Err(Failure::cannot_run(format!(
                "the answer of `{url}` is larger than {MOST_BYTES} bytes"
            )));
        }
    }
    Ok(Answer { status, body })
}

/// The innermost cause says it best: `connection refused`.
fn causes(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
