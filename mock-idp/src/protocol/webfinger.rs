//! `WebFinger` (RFC 7033): from a person's address to the issuer where they sign in (OIDCD-2).

use serde_json::{Value, json};
use url::Url;

/// The link relation of an issuer (OIDCD-2).
const ISSUER: &str = "http://openid.net/specs/connect/1.0/issuer";

/// Whom a query is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `acct:user@host` (RFC7565-3).
    Account {
        /// The part before the last `@`, percent-decoded.
        user: String,
        /// The host, in lower case.
        host: String,
    },
    /// `https://host/path`.
    Page(Url),
}

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The resource as it was written.
    pub subject: String,
    /// The resource as it was understood.
    pub resource: Resource,
    /// The link relations that are wanted; all of them when there is none (RFC7033-4.3).
    relations: Vec<String>,
}

/// Why a query cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadQuery {
    /// No `resource`.
    #[error("the query has no `resource`")]
    Missing,
    /// More than one `resource`.
    #[error("the query has more than one `resource`")]
    Repeated,
    /// Not an account and not a page.
    #[error("the resource `{0}` is neither `acct:user@host` nor an http(s) URL")]
    Malformed(String),
}

impl Query {
    /// Reads a query string. "If the `resource` parameter is absent or malformed, the `WebFinger` resource MUST indicate that
    /// the request is bad" (RFC7033-4.2).
    pub fn parse(query: &str) -> Result<Self, BadQuery> {
        let mut subject = None;
        let mut relations = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "resource" if subject.is_some() => return Err(BadQuery::Repeated),
                "resource" => subject = Some(value.into_owned()),
                "rel" => relations.push(value.into_owned()),
                _ => {}
            }
        }
        let subject = subject.filter(|text| !text.is_empty()).ok_or(BadQuery::Missing)?;
        let resource = resource(&subject).ok_or_else(|| BadQuery::Malformed(subject.clone()))?;
        Ok(Self { subject, resource, relations })
    }

    /// The answer: the issuer, unless only other links are wanted.
    pub fn answer(&self, issuer: &str) -> Value {
        let wanted = self.relations.is_empty() || self.relations.iter().any(|relation| relation == ISSUER);
        let links: Vec<Value> =
            if wanted { vec![json!({ "rel": ISSUER, "href": issuer })] } else { Vec::new() };
        json!({ "subject": self.subject, "links": links })
    }
}

fn resource(text: &str) -> Option<Resource> {
    let (scheme, rest) = text.split_once(':')?;
    if scheme.eq_ignore_ascii_case("acct") {
        let (user, host) =
            rest.rsplit_once('@').filter(|(user, host)| !user.is_empty() && !host.is_empty())?;
        let user = percent_encoding::percent_decode_str(user).decode_utf8().ok()?;
        return Some(Resource::Account { user: user.into_owned(), host: host.to_ascii_lowercase() });
    }
    let url = Url::parse(text).ok()?;
    let is_page = matches!(url.scheme(), "http" | "https") && url.has_host();
    is_page.then_some(Resource::Page(url))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn account(user: &str, host: &str) -> Resource {
        Resource::Account { user: user.to_owned(), host: host.to_owned() }
    }

    #[rstest]
    #[case::an_account("resource=acct%3Aada%40Acme.test", account("ada", "acme.test"))]
    #[case::unencoded("resource=acct:ada@acme.test", account("ada", "acme.test"))]
    #[case::a_mail_address_for_a_user(
        "resource=acct:ada%2540home.test@acme.test",
        account("ada@home.test", "acme.test")
    )]
    #[case::two_signs("resource=acct:a@b@acme.test", account("a@b", "acme.test"))]
    #[case::upper_case("resource=ACCT:ada@acme.test", account("ada", "acme.test"))]
    fn a_resource_may_be_an_account(#[case] query: &str, #[case] expected: Resource) {
        assert_eq!(Query::parse(query).unwrap().resource, expected);
    }

    #[rstest]
    #[case::nothing("", BadQuery::Missing)]
    #[case::only_a_relation("rel=x", BadQuery::Missing)]
    #[case::empty("resource=", BadQuery::Missing)]
    #[case::twice("resource=acct:a@b&resource=acct:c@d", BadQuery::Repeated)]
    #[case::no_scheme("resource=ada@acme.test", BadQuery::Malformed("ada@acme.test".into()))]
    #[case::no_host("resource=acct:ada@", BadQuery::Malformed("acct:ada@".into()))]
    #[case::no_user("resource=acct:@acme.test", BadQuery::Malformed("acct:@acme.test".into()))]
    #[case::another_scheme("resource=mailto:ada@acme.test", BadQuery::Malformed("mailto:ada@acme.test".into()))]
    #[case::no_text("resource=acct:%25ff@acme.test", BadQuery::Malformed("acct:%ff@acme.test".into()))]
    fn a_query_without_a_good_resource_is_bad(#[case] query: &str, #[case] expected: BadQuery) {
        assert_eq!(Query::parse(query), Err(expected));
    }

    #[rstest]
    #[case::any("", 1)]
    #[case::the_issuer("&rel=http%3A%2F%2Fopenid.net%2Fspecs%2Fconnect%2F1.0%2Fissuer", 1)]
    #[case::the_issuer_among_others("&rel=avatar&rel=http://openid.net/specs/connect/1.0/issuer", 1)]
    #[case::others("&rel=avatar", 0)]
    fn links_are_those_that_are_wanted(#[case] relations: &str, #[case] links: usize) {
        let query = Query::parse(&format!("resource=acct:ada@acme.test{relations}")).unwrap();
        let answer = query.answer("https://idp.test");
        assert_eq!(answer["subject"], "acct:ada@acme.test");
        assert_eq!(answer["links"].as_array().unwrap().len(), links);
    }
}
