//! Sending a browser to the provider, and pressing what a person would press.

use harness::user_agent::{Form, Page};
use http::Method;
use url::Url;

use super::op::USER;
use super::request::Request;
use super::response::AuthorizationResponse;
use super::run::Run;
use super::site::{HOST, Site};

/// More pages than any sign-in shows.
const PATIENCE: usize = 5;

/// Where the browser got to in the end.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// At the client, with a response.
    Client(AuthorizationResponse),
    /// Still at the provider.
    Provider(Box<Page>),
}

/// A trip to the provider.
#[derive(Debug)]
pub(crate) struct Visit {
    /// The login pages that were shown.
    pub(crate) logins: Vec<Page>,
    /// The pages that asked what the client may know.
    pub(crate) consents: Vec<Page>,
    pub(crate) arrival: Arrival,
}

impl Visit {
    /// Whether nobody was asked anything.
    pub(crate) fn was_silent(&self) -> bool {
        self.logins.is_empty() && self.consents.is_empty()
    }

    /// The response, for a request that had to come back.
    pub(crate) fn response(&self) -> &AuthorizationResponse {
        match &self.arrival {
            Arrival::Client(response) => response,
            Arrival::Provider(page) => panic!("stayed at {} ({}): {}", page.url, page.status, page.body),
        }
    }
}

impl Run {
    /// Sends the browser with a request.
    pub(crate) async fn visit(&mut self, request: &Request) -> Visit {
        self.visit_as(request, request).await
    }

    /// Sends the browser with a request that means another one, because it has a request object.
    pub(crate) async fn visit_as(&mut self, sent: &Request, meant: &Request) -> Visit {
        let first = self.browser.open(sent.address().as_str()).await.expect("the provider answers").clone();
        self.led(first, meant).await
    }

    /// Sends the browser with a request in a form.
    pub(crate) async fn visit_by_post(&mut self, request: &Request) -> Visit {
        let form = Form {
            action: Url::parse(request.endpoint()).expect("the endpoint is a URL"),
            method: Method::POST,
            fields: request.parameters().to_vec(),
            buttons: Vec::new(),
        };
        // the form stands on the client's own page
        self.browser.open(&Site::address("/start")).await.expect("the client answers");
        let first = self.browser.submit(&form).await.expect("the provider answers").clone();
        self.led(first, request).await
    }

    /// Signs in and agrees, as long as the provider asks.
    async fn led(&mut self, first: Page, request: &Request) -> Visit {
        let mut page = first;
        let (mut logins, mut consents) = (Vec::new(), Vec::new());
        for _ in 0..PATIENCE {
            if page.url.host_str() == Some(HOST) {
                let arrival = Arrival::Client(AuthorizationResponse::read(self, &page, request));
                return Visit { logins, consents, arrival };
            }
            let login = page.button("user", USER);
            let Some((form, button)) = login.or_else(|| page.button("action", "allow")) else {
                return Visit { logins, consents, arrival: Arrival::Provider(Box::new(page)) };
            };
            let form = form.clone().pressing(button);
            if login.is_some() {
                logins.push(page);
            } else {
                consents.push(page);
            }
            page = self.browser.submit(&form).await.expect("the provider answers").clone();
        }
        panic!("the provider does not stop asking, at last with {}", page.url)
    }

    /// A request that must be answered with a page of the provider and must not lead back.
    pub(crate) async fn error_page(&mut self, request: &Request) -> Page {
        match self.visit(request).await.arrival {
            Arrival::Provider(page) => {
                assert_error_page(&page);
                *page
            }
            Arrival::Client(response) => panic!("the client was told: {response:?}"),
        }
    }
}

/// An error page has an error status, says in words that something is wrong, and offers nothing to press.
pub(crate) fn assert_error_page(page: &Page) {
    assert_eq!((page.status, page.header("content-type")), (400, Some("text/html; charset=utf-8")));
    assert!(page.body.contains("This request is refused"), "{}", page.body);
    assert!(page.forms.is_empty() && page.refresh.is_none(), "{}", page.body);
}
