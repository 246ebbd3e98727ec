//! Who stands for the person in front of the browser.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use tokio::sync::OnceCell;
use url::Url;

use super::case::Flow;
use super::target::Ask;
use crate::transport::{Clock, Transport};
use crate::user_agent::chromium::{Chromium, ChromiumError, Message, Seen, Tab};
use crate::user_agent::{Browser, BrowserError, Button, Form, Held, Page, Visit};

/// Which browser people use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// The scripted one.
    #[default]
    Scripted,
    /// Chromium, which is this program.
    Chromium(PathBuf),
}

impl Choice {
    /// The browser, started where it has to be. It goes to these hosts, to this machine and into this process, and nowhere
    /// else.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub async fn driver(&self, hosts: BTreeSet<String>) -> Result<Driver, ChromiumError> {
        match self {
            Self::Scripted => Ok(Driver::Scripted),
            Self::Chromium(program) => Ok(Driver::Chromium(Chromium::start(program.clone(), hosts).await?)),
        }
    }
}

/// What people sit in front of.
#[derive(Clone, Debug, Default)]
pub enum Driver {
    /// The scripted browser, which runs no script.
    #[default]
    Scripted,
    /// Chromium.
    Chromium(Arc<Chromium>),
}

impl Driver {
    /// Why nobody in front of it can play a flow, if so.
    pub const fn cannot(&self, flow: Flow) -> Option<&'static str> {
        match (self, flow) {
            (Self::Scripted, Flow::SessionManagement | Flow::SessionMessage(_)) => Some(
                "a page of the relying party's asks one of the provider's by script, and this browser runs none: use \
                 `--driver chromium`",
            ),
            (Self::Chromium(_), Flow::SlowKeys) => Some(
                "it is about moments within a login, which only the scripted browser (`--driver http`) keeps to",
            ),
            _ => None,
        }
    }
}

/// A browser with a person in front of it.
#[derive(Debug)]
pub struct Agent(Kind);

#[derive(Debug)]
enum Kind {
    Scripted(Box<Browser>),
    Real(Box<Real>),
}

/// A browser that is opened when it is first used.
#[derive(Debug)]
struct Real {
    chromium: Arc<Chromium>,
    transport: Transport,
    tab: OnceCell<Tab>,
}

impl Real {
    async fn tab(&self) -> Result<&Tab, BrowserError> {
        self.tab.get_or_try_init(|| self.chromium.tab(&self.transport)).await
    }

    /// The same browser with this tab.
    fn with(&self, tab: Tab) -> Kind {
        let (chromium, transport) = (Arc::clone(&self.chromium), self.transport.clone());
        Kind::Real(Box::new(Self { chromium, transport, tab: OnceCell::new_with(Some(tab)) }))
    }
}

impl Agent {
    /// A browser without cookies. This clock is the scripted one's.
    pub fn new(driver: &Driver, transport: &Transport, clock: Arc<dyn Clock>) -> Self {
        match driver {
            Driver::Scripted => Self(Kind::Scripted(Box::new(Browser::new(transport, clock)))),
            Driver::Chromium(chromium) => Self(Kind::Real(Box::new(Real {
                chromium: Arc::clone(chromium),
                transport: transport.clone(),
                tab: OnceCell::new(),
            }))),
        }
    }

    /// Goes to an address as if a person had typed it.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn open(&mut self, address: &str) -> Result<Page, BrowserError> {
        match &mut self.0 {
            Kind::Scripted(browser) => browser.open(address).await.cloned(),
            Kind::Real(real) => real.tab().await?.open(address).await,
        }
    }

    /// Goes to an address in another tab.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn open_beside(&mut self, address: &str) -> Result<(), BrowserError> {
        match &mut self.0 {
            // the page of the first tab is in the hands of whoever has opened it
            Kind::Scripted(browser) => browser.open(address).await.map(drop),
            Kind::Real(real) => real.tab().await?.window().await?.open(address).await.map(drop),
        }
    }

    /// Presses a button of the page shown.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn press(&mut self, (form, button): (&Form, &Button)) -> Result<Page, BrowserError> {
        match &mut self.0 {
            Kind::Scripted(browser) => browser.submit(&form.clone().pressing(button)).await.cloned(),
            Kind::Real(real) => real.tab().await?.press(button).await,
        }
    }

    /// Sends a form that no page has.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn post(&mut self, address: &str, fields: Vec<(String, String)>) -> Result<Page, BrowserError> {
        let action = Url::parse(address).map_err(|_| BrowserError::Address(address.to_owned()))?;
        match &mut self.0 {
            Kind::Scripted(browser) => {
                let form = Form { action, method: Method::POST, fields, buttons: Vec::new() };
                browser.submit(&form).await.cloned()
            }
            Kind::Real(real) => real.tab().await?.post(&action, &fields).await,
        }
    }

    /// Makes a request with this browser's cookies: a POST is an empty form.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn ask(&mut self, address: &str, ask: &Ask) -> Result<Page, BrowserError> {
        if ask.post { self.post(address, Vec::new()).await } else { self.open(address).await }
    }

    /// What a request shows in another window, so that this one stays where it is. Where scripts may still be about it, a
    /// longer look is taken unless what they show is satisfying.
    ///
    /// # Errors
    ///
    /// When nothing comes of it.
    pub async fn look(
        &self,
        address: &str,
        ask: &Ask,
        is_satisfying: impl Fn(&Seen) -> bool,
    ) -> Result<Seen, BrowserError> {
        let Kind::Real(real) = &self.0 else {
            let page = self.window().await?.ask(address, ask).await?;
            return Ok(Seen { status: page.status, text: page.body });
        };
        let window = real.tab().await?.window().await?;
        let seen = if ask.post {
            let action = Url::parse(address).map_err(|_| BrowserError::Address(address.to_owned()))?;
            window.post(&action, &[]).await?;
            window.seen().await?
        } else {
            window.look(address).await?
        };
        if is_satisfying(&seen) { Ok(seen) } else { window.seen_later().await }
    }

    /// Another window of the same person, which has the same cookies and goes its own way.
    ///
    /// # Errors
    ///
    /// When the browser does not open it.
    pub async fn window(&self) -> Result<Self, BrowserError> {
        Ok(Self(match &self.0 {
            Kind::Scripted(browser) => Kind::Scripted(browser.clone()),
            Kind::Real(real) => real.with(real.tab().await?.window().await?),
        }))
    }

    /// A browser of its own as this one is now: its cookies, and what it has stored for a site.
    ///
    /// # Errors
    ///
    /// When the browser does not open it.
    pub async fn copy(&self, site: &Url) -> Result<Self, BrowserError> {
        Ok(Self(match &self.0 {
            Kind::Scripted(browser) => Kind::Scripted(browser.clone()),
            Kind::Real(real) => real.with(real.tab().await?.copy(site).await?),
        }))
    }

    /// Whether a site keeps anything in this browser besides cookies.
    ///
    /// # Errors
    ///
    /// When the browser does not tell.
    pub async fn stores(&self, site: &Url) -> Result<bool, BrowserError> {
        match &self.0 {
            Kind::Scripted(_) => Ok(false),
            Kind::Real(real) => real.tab().await?.stores(site).await,
        }
    }

    /// From now on it is held up when a page of another site sends it to this one by itself.
    ///
    /// # Errors
    ///
    /// When there is no browser.
    pub async fn hold_before(&mut self, site: &Url) -> Result<(), BrowserError> {
        match &mut self.0 {
            Kind::Scripted(browser) => browser.hold_before(site),
            Kind::Real(real) => real.tab().await?.hold_before(site),
        }
        Ok(())
    }

    /// What was held up, once; it goes its way again.
    pub fn take_held(&mut self) -> Option<Held> {
        match &mut self.0 {
            Kind::Scripted(browser) => browser.take_held(),
            Kind::Real(real) => real.tab.get()?.take_held(),
        }
    }

    /// Goes on with something that was held up, here or in another browser.
    ///
    /// # Errors
    ///
    /// When no page comes of it.
    pub async fn deliver(&mut self, held: Held) -> Result<Page, BrowserError> {
        match &mut self.0 {
            Kind::Scripted(browser) => browser.deliver(held).await.cloned(),
            Kind::Real(real) => real.tab().await?.deliver(held).await,
        }
    }

    /// A page of another site opens an address in a window of the same person, and keeps hold of it: that page, and the
    /// window.
    ///
    /// # Errors
    ///
    /// When the browser does not open it.
    pub async fn opened_by(&self, site: &Url, address: &str) -> Result<(Self, Self), BrowserError> {
        let Kind::Real(real) = &self.0 else { return Err(without_script()) };
        let page = real.tab().await?.window().await?;
        page.rest_at(site).await?;
        let (window, _) = page.opens(address).await?;
        Ok((Self(real.with(page)), Self(real.with(window))))
    }

    /// The next thing that a frame with this address is told, if it is told anything within that time.
    ///
    /// # Errors
    ///
    /// When there is no such frame.
    pub async fn overheard(&self, frame: &Url, within: Duration) -> Result<Option<Message>, BrowserError> {
        match &self.0 {
            Kind::Scripted(_) => Err(without_script()),
            Kind::Real(real) => real.tab().await?.overheard(frame, within).await,
        }
    }

    /// A frame with this address says something to the page around it and to all its frames.
    ///
    /// # Errors
    ///
    /// When there is no such frame.
    pub async fn says_in(&self, frame: &Url, text: &str) -> Result<(), BrowserError> {
        match &self.0 {
            Kind::Scripted(_) => Err(without_script()),
            Kind::Real(real) => real.tab().await?.says_in(frame, text).await,
        }
    }

    /// The page says something to the window that it has opened, and to all frames in it.
    ///
    /// # Errors
    ///
    /// When it has opened none.
    pub async fn says_to_opened(&self, text: &str) -> Result<(), BrowserError> {
        match &self.0 {
            Kind::Scripted(_) => Err(without_script()),
            Kind::Real(real) => real.tab().await?.says_to_opened(text).await,
        }
    }

    /// Every document that was asked for, in order.
    pub fn visits(&self) -> Vec<Visit> {
        match &self.0 {
            Kind::Scripted(browser) => browser.log().to_vec(),
            Kind::Real(real) => real.tab.get().map(Tab::visits).unwrap_or_default(),
        }
    }

    /// What scripts have put before the person.
    pub fn dialogs(&self) -> Vec<String> {
        match &self.0 {
            Kind::Scripted(_) => Vec::new(),
            Kind::Real(real) => real.tab.get().map(Tab::dialogs).unwrap_or_default(),
        }
    }
}

/// What only scripts do is not done.
fn without_script() -> BrowserError {
    BrowserError::Driver("the scripted browser runs no script".to_owned())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Driver;
    use crate::conformance::case::{Flow, Said};

    #[rstest]
    #[case::a_page_that_watches(Flow::SessionManagement, Some("`--driver chromium`"))]
    #[case::a_page_that_is_told(Flow::SessionMessage(Said::Error), Some("`--driver chromium`"))]
    #[case::moments(Flow::SlowKeys, None)]
    #[case::a_login(Flow::Login, None)]
    fn the_scripted_browser_says_what_takes_another(#[case] flow: Flow, #[case] names: Option<&str>) {
        let reason = Driver::Scripted.cannot(flow);
        assert_eq!(reason.is_some(), names.is_some());
        assert!(reason.is_none_or(|reason| reason.contains(names.unwrap_or_default())), "{reason:?}");
    }
}
