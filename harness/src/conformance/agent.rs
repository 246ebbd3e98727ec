//! Who stands for the person in front of the browser.

use http::Method;
use url::Url;

use super::target::Ask;
use crate::transport::{Clock, Transport};
use crate::user_agent::{Browser, BrowserError, Form, Page, Visit};
use std::sync::Arc;

/// A browser with a person in front of it. A clone has the same cookies and goes its own way.
#[derive(Clone, Debug)]
pub struct Agent {
    browser: Browser,
}

impl Agent {
    /// The scripted browser, without cookies.
    pub fn scripted(transport: &Transport, clock: Arc<dyn Clock>) -> Self {
        Self { browser: Browser::new(transport, clock) }
    }

    /// Goes to an address as if a person had typed it.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn open(&mut self, address: &str) -> Result<Page, BrowserError> {
        self.browser.open(address).await.cloned()
    }

    /// Sends a form of the page shown.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn submit(&mut self, form: &Form) -> Result<Page, BrowserError> {
        self.browser.submit(form).await.cloned()
    }

    /// Loads an address in a frame of the page shown.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn frame(&mut self, address: &str) -> Result<Page, BrowserError> {
        self.browser.frame(address).await
    }

    /// Makes a request with this browser's cookies: a POST is an empty form.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn ask(&mut self, address: &str, ask: &Ask) -> Result<Page, BrowserError> {
        if !ask.post {
            return self.open(address).await;
        }
        let action = Url::parse(address).map_err(|_| BrowserError::Address(address.to_owned()))?;
        self.submit(&Form { action, method: Method::POST, fields: Vec::new(), buttons: Vec::new() }).await
    }

    /// The page shown.
    pub const fn page(&self) -> Option<&Page> {
        self.browser.page()
    }

    /// Every request made, in order.
    pub fn visits(&self) -> &[Visit] {
        self.browser.log()
    }

    /// The scripted browser itself, for what only it can do.
    pub const fn browser(&mut self) -> &mut Browser {
        &mut self.browser
    }
}
