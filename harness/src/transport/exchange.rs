//! What observers are told.

use std::fmt;
use std::sync::Arc;

use super::{Request, Response, TransportError};

/// One request and what became of it.
#[derive(Clone)]
pub struct Exchange {
    /// Who called, as named with [`super::Transport::called_by`].
    pub caller: String,
    /// The request, with its absolute URL.
    pub request: Request,
    /// The answer, or why there was none.
    pub response: Result<Response, TransportError>,
}

impl fmt::Debug for Exchange {
    /// One line without bodies and headers: these may hold secrets.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} {}", self.caller, self.request.method(), self.request.uri().path())?;
        match &self.response {
            Ok(response) => write!(out, " -> {}", response.status().as_u16()),
            Err(error) => write!(out, " -> {error}"),
        }
    }
}

/// Somebody who is told of every exchange.
pub type Observer = Arc<dyn Fn(&Exchange) + Send + Sync>;
