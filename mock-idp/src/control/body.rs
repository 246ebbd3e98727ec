//! What is sent along: a JSON object, or nothing.

use axum::body::to_bytes;
use axum::extract::Request;
use http::{StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// The largest body that is read.
const LARGEST: usize = 1024 * 1024;

/// Reads the body. A page elsewhere can send a form, but JSON only after asking, so other types are refused.
pub(super) async fn read<T: DeserializeOwned + Default>(request: Request) -> Result<T, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    let is_json = essence.eq_ignore_ascii_case("application/json");
    let body = to_bytes(request.into_body(), LARGEST).await;
    let body = body.map_err(|_| too_large())?;
    if !is_json {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the content-type is not `application/json`",
        ));
    }
    if body.is_empty() {
        return Ok(T::default());
    }
    serde_json::from_slice(&body).map_err(|why| Problem::new(StatusCode::BAD_REQUEST, why.to_string()))
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("the body is larger than {LARGEST} bytes"))
}
