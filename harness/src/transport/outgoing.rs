//! The provider's own calls, carried like everybody's: to the product in this process, by host name.

use http::header::CONTENT_TYPE;
use mock_idp::provider::{CallFailed, OutgoingAnswer, OutgoingCall};
use mock_idp::{Fetcher, Fetching};

use super::{Request, Transport};

/// The provider as a caller.
#[derive(Debug)]
pub struct Carried(pub Transport);

impl Fetcher for Carried {
    fn fetch<'a>(&'a self, call: &'a OutgoingCall) -> Fetching<'a> {
        Box::pin(async move {
            let request = request(call).map_err(|_| CallFailed::NotAUrl)?;
            let response = self.0.send(request).await;
            let response = response.map_err(|error| CallFailed::Unreachable(error.to_string()))?;
            Ok(OutgoingAnswer { status: response.status().as_u16(), body: response.into_body() })
        })
    }
}

fn request(call: &OutgoingCall) -> Result<Request, http::Error> {
    let request = http::Request::builder().method(call.method).uri(&call.url);
    let request = match call.content_type {
        Some(content_type) => request.header(CONTENT_TYPE, content_type),
        None => request,
    };
    request.body(call.body.clone())
}
