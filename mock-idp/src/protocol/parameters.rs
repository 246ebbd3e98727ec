//! Request parameters: each at most once, and an empty one counts as absent.

use std::collections::BTreeMap;

/// The parameters of one request, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(BTreeMap<String, String>);

/// A parameter was sent more than once (RFC6749-3.1, RFC6749-3.2).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the parameter `{0}` was sent more than once")]
pub struct RepeatedParameter(pub String);

/// A request whose parameters cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableRequest {
    /// A body of another type.
    #[error("the content type is {}, not `application/x-www-form-urlencoded`", .0.as_deref().map_or_else(|| "missing".to_owned(), |found| format!("`{found}`")))]
    NotAForm(Option<String>),
    /// A parameter was repeated.
    #[error(transparent)]
    Repeated(#[from] RepeatedParameter),
    /// More than anybody needs.
    #[error("the body is larger than {0} bytes, or ended early")]
    TooLarge(usize),
}

impl UnreadableRequest {
    /// The HTTP status (RFC9110-15.5.14).
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::TooLarge(_) => 413,
            Self::NotAForm(_) | Self::Repeated(_) => 400,
        }
    }

    /// What to do about it.
    pub(crate) const fn help(&self) -> &'static str {
        match self {
            Self::NotAForm(_) => "send the parameters as a form or in the query",
            Self::Repeated(_) => "send each parameter once",
            Self::TooLarge(_) => "send less",
        }
    }
}

/// Parameters that may stand several times: "Multiple `resource` parameters MAY be used" (RFC8707-2). Nothing here reads
/// them, so the last one is kept.
const REPEATABLE: [&str; 1] = ["resource"];

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text, as in bodies and query strings.
    ///
    /// "Request and response parameters MUST NOT be included more than once." (RFC6749-3.1)
    pub fn parse(text: &str) -> Result<Self, RepeatedParameter> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            let before = parameters.insert(name.clone().into_owned(), value.into_owned());
            if before.is_some() && !REPEATABLE.contains(&name.as_ref()) {
                return Err(RepeatedParameter(name.into_owned()));
            }
        }
        Ok(Self(parameters))
    }

    /// A parameter's value.
    ///
    /// "Parameters sent without a value MUST be treated as if they were omitted from the request." (RFC6749-3.1)
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// An owned copy of a parameter's value.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    /// All of them, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same parameters as text that [`Parameters::parse`] reads.
    pub fn encoded(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_repeated_parameter_is_refused_by_name() {
        assert_eq!(Parameters::parse("a=1&b=2&a=1"), Err(RepeatedParameter("a".to_owned())));
    }

    #[test]
    fn several_resources_may_be_named() {
        assert!(Parameters::parse("resource=https://a.test&resource=https://b.test").is_ok());
    }

    #[test]
    fn an_empty_parameter_counts_as_absent() {
        assert_eq!(Parameters::parse("state=&nonce=n").unwrap().value("state"), None);
    }

    proptest! {
        #[test]
        fn parameters_survive_their_encoding(pairs in proptest::collection::btree_map(".*", ".*", 0..5)) {
            let parameters: Parameters = pairs.into_iter().collect();
            prop_assert_eq!(Parameters::parse(&parameters.encoded()).unwrap(), parameters);
        }
    }
}
