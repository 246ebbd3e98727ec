//! Holding a browser up on its way from one site to another, as somebody does who reads, changes or steals what it brings.

use url::{Url, form_urlencoded};

use super::{Browser, BrowserError, Navigation, Page};

/// A request that a browser was about to make: a redirect to another site, or a form that submits itself there.
#[derive(Clone, Debug)]
pub struct Held {
    navigation: Navigation,
}

impl Held {
    /// A request that was stopped.
    pub(super) const fn new(navigation: Navigation) -> Self {
        Self { navigation }
    }

    /// The request.
    pub(super) fn into_navigation(self) -> Navigation {
        self.navigation
    }

    /// Where it goes, without query and fragment.
    pub fn address(&self) -> Url {
        let mut url = self.navigation.url.clone();
        url.set_query(None);
        url.set_fragment(None);
        url
    }

    /// What it brings: in the form, in the fragment or in the query, wherever there is something.
    pub fn parameters(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.carried().as_bytes()).into_owned().collect()
    }

    /// One of its parameters.
    pub fn parameter(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The same with another value; a parameter that was not there comes last.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let mut parameters = self.parameters();
        match parameters.iter_mut().find(|(key, _)| key == name) {
            Some((_, known)) => value.clone_into(known),
            None => parameters.push((name.to_owned(), value.to_owned())),
        }
        self.carrying(&parameters)
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(self, name: &str) -> Self {
        let mut parameters = self.parameters();
        parameters.retain(|(key, _)| key != name);
        self.carrying(&parameters)
    }

    /// The same to another address.
    #[must_use]
    pub fn to(mut self, address: &Url) -> Self {
        let (query, fragment) = (self.navigation.url.query().map(str::to_owned), self.fragment());
        self.navigation.url = address.clone();
        self.navigation.url.set_query(query.as_deref());
        self.navigation.url.set_fragment(fragment.as_deref());
        self
    }

    fn fragment(&self) -> Option<String> {
        self.navigation.url.fragment().filter(|fragment| fragment.contains('=')).map(str::to_owned)
    }

    fn carried(&self) -> String {
        let query = || self.navigation.url.query().unwrap_or_default().to_owned();
        self.navigation.body.clone().or_else(|| self.fragment()).unwrap_or_else(query)
    }

    fn carrying(mut self, parameters: &[(String, String)]) -> Self {
        let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        if self.navigation.body.is_some() {
            self.navigation.body = Some(text);
        } else if self.fragment().is_some() {
            self.navigation.url.set_fragment(Some(&text));
        } else {
            self.navigation.url.set_query(Some(&text));
        }
        self
    }
}

impl Browser {
    /// From now on the browser is held up when a page of another site sends it to this one by itself.
    pub fn hold_before(&mut self, site: &Url) {
        self.barrier = Some(site.origin());
    }

    /// What was held up, once; the browser goes its way again.
    pub fn take_held(&mut self) -> Option<Held> {
        self.barrier = None;
        self.held.take()
    }

    /// Goes on with something that was held up, here or in another browser.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn deliver(&mut self, held: Held) -> Result<&Page, BrowserError> {
        self.go(held.navigation).await
    }

    /// Lets a navigation pass, or holds it up.
    pub(super) fn pass(&mut self, from: Option<&Url>, next: &Navigation) -> Result<(), BrowserError> {
        let to = next.url.origin();
        let crosses = from.is_none_or(|from| from.origin() != to);
        if !crosses || self.barrier.as_ref() != Some(&to) {
            return Ok(());
        }
        let initiator = next.initiator.clone().or_else(|| from.cloned());
        self.held = Some(Held { navigation: Navigation { initiator, ..next.clone() } });
        Err(BrowserError::HeldUp(next.url.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use http::Method;
    use rstest::rstest;

    use super::*;

    fn held(url: &str, body: Option<&str>) -> Held {
        let navigation = Navigation {
            method: if body.is_some() { Method::POST } else { Method::GET },
            url: Url::parse(url).unwrap(),
            body: body.map(str::to_owned),
            initiator: None,
            framed_by: None,
        };
        Held { navigation }
    }

    #[rstest]
    #[case::query("https://rp.test/cb?code=1&state=2", None)]
    #[case::fragment("https://rp.test/cb?kept=1#code=1&state=2", None)]
    #[case::form("https://rp.test/cb", Some("code=1&state=2"))]
    fn what_is_brought_is_read_and_changed_where_it_is(#[case] url: &str, #[case] body: Option<&str>) {
        let held = held(url, body);
        assert_eq!((held.parameter("code").as_deref(), held.parameters().len()), (Some("1"), 2));
        let changed = held.with("code", "9").without("state");
        assert_eq!(changed.parameters(), [("code".to_owned(), "9".to_owned())]);
        assert_eq!(changed.address().as_str(), "https://rp.test/cb");
    }

    #[test]
    fn what_is_brought_goes_along_to_another_address() {
        let moved = held("https://rp.test/cb#code=1", None).to(&Url::parse("https://rp.test/cb/2").unwrap());
        assert_eq!(moved.navigation.url.as_str(), "https://rp.test/cb/2#code=1");
    }
}
