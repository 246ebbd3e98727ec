//! An authentication request before it is sent.

use serde_json::{Map, Value};
use url::{Url, form_urlencoded};

/// Its parameters, in order.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    endpoint: String,
    parameters: Vec<(String, String)>,
}

impl Request {
    pub(super) fn to(endpoint: &str) -> Self {
        Self { endpoint: endpoint.to_owned(), parameters: Vec::new() }
    }

    /// The request with a parameter set.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some(parameter) => value.clone_into(&mut parameter.1),
            None => self.parameters.push((name.to_owned(), value.to_owned())),
        }
        self
    }

    /// The request without a parameter.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.parameters.retain(|(known, _)| known != name);
        self
    }

    /// The request with its parameters the other way round.
    pub(crate) fn reversed(mut self) -> Self {
        self.parameters.reverse();
        self
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Where it is sent.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    pub(crate) fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    /// The parameters as a request object has them (OIDCC-6.1).
    pub(crate) fn as_claims(&self) -> Map<String, Value> {
        self.parameters.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
    }

    /// The address that sends it by GET. An endpoint may have a query of its own.
    pub(crate) fn address(&self) -> Url {
        let mut url = Url::parse(&self.endpoint).expect("the endpoint is a URL");
        url.query_pairs_mut().extend_pairs(&self.parameters);
        url
    }
}

/// Parameters as a form carries them.
pub(super) fn form(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
