//! What happens in a tab is taken down here, and what it asks for is carried, held up, or refused.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedReceiver;
use url::{Host, Url};

use super::carriage::{Paused, failed, fulfilled, leads_on, shows_nothing};
use super::tab::{Inner, State, text};
use super::wire::Event;
use crate::transport::{Response, Transport, TransportError};
use crate::user_agent::{BrowserError, HOP_LIMIT, Held, Navigation, Visit};

/// Who carries requests, and to whom.
#[derive(Clone, Debug)]
pub(super) struct Courier {
    transport: Transport,
    hosts: Arc<BTreeSet<String>>,
}

impl Courier {
    pub(super) fn new(transport: &Transport, hosts: &Arc<BTreeSet<String>>) -> Self {
        Self { transport: transport.called_by("browser"), hosts: Arc::clone(hosts) }
    }

    /// Whether anything is carried to this address: it is on this machine, in this process, or was named.
    fn goes_to(&self, url: &Url) -> bool {
        let is_here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let named = url.host_str().is_some_and(|host| self.hosts.contains(host));
        is_here || named || self.transport.serves(url)
    }
}

/// What becomes of a request that was stopped.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It is carried.
    Carried,
    /// Chromium makes it itself.
    Continued,
    /// It does not leave.
    Failed(&'static str),
    /// There is an answer for it that nobody gave.
    Answered(u16),
}

/// Takes down what happens, until the tab is gone.
pub(super) async fn pump(tab: Arc<Inner>, mut events: UnboundedReceiver<Event>) {
    while let Some(Event { method, params }) = events.recv().await {
        match method.as_str() {
            "Fetch.requestPaused" => paused(&tab, params),
            "Page.frameNavigated" => committed(&tab, &params),
            "Page.lifecycleEvent" => loaded(&tab, &params),
            "Network.loadingFailed" => fell_through(&tab, &params),
            "Page.javascriptDialogOpening" => {
                tab.change(|state| state.dialogs.push(text(&params, "message")));
                let yes = json!({ "accept": true });
                tab.wire.tell(Some(&tab.session), "Page.handleJavaScriptDialog", &yes);
            }
            _ => {}
        }
    }
    tab.change(|state| state.is_over = true);
}

/// Another document is shown.
fn committed(tab: &Inner, params: &Value) {
    let Some(frame) = params.get("frame").filter(|frame| text(frame, "id") == tab.target) else { return };
    let address = format!("{}{}", text(frame, "url"), text(frame, "urlFragment"));
    let loader = text(frame, "loaderId");
    let unreachable = text(frame, "unreachableUrl");
    tab.change(|state| {
        state.url = Url::parse(&address).ok();
        state.is_shown = unreachable.is_empty();
        if unreachable.is_empty() {
            state.activity.committed(&loader);
        } else {
            let error = BrowserError::Driver(format!("`{unreachable}` did not load"));
            state.trouble.get_or_insert(error);
            state.activity.gave_up(&loader);
        }
    });
}

/// A document has loaded.
fn loaded(tab: &Inner, params: &Value) {
    if text(params, "name") == "load" && text(params, "frameId") == tab.target {
        tab.change(|state| state.activity.loaded(&text(params, "loaderId")));
    }
}

/// A document does not come: Chromium itself thinks better of it, as of a redirect to a script.
fn fell_through(tab: &Inner, params: &Value) {
    let cause = text(params, "errorText");
    let canceled = params.get("canceled").and_then(Value::as_bool).unwrap_or_default();
    tab.change(|state| {
        if state.activity.stays(&text(params, "requestId")) && !canceled && state.held.is_none() {
            let address = state.chain.as_ref().map(Url::to_string).unwrap_or_default();
            let trouble = BrowserError::Driver(format!("`{address}` did not load: {cause}"));
            state.trouble.get_or_insert(trouble);
        }
    });
}

/// A request was stopped before it left.
fn paused(tab: &Arc<Inner>, params: Value) {
    let Some(request) = Paused::read(params) else { return };
    let is_main = request.resource_type == "Document" && request.frame_id == tab.target;
    let fate = tab.change(|state| fate(state, &request, is_main, &tab.courier));
    let session = Some(tab.session.as_str());
    let id = request.request_id.as_str();
    match fate {
        Fate::Carried => {
            tab.change(|state| state.activity.opened(id));
            tokio::spawn(carry(Arc::clone(tab), request, is_main));
        }
        Fate::Continued => tab.wire.tell(session, "Fetch.continueRequest", &json!({ "requestId": id })),
        Fate::Failed(reason) => {
            tab.wire.tell(session, "Fetch.failRequest", &failed(id, reason));
            if is_main {
                tab.change(|state| state.activity.stays(request.loader()));
            }
        }
        Fate::Answered(status) => {
            let blank = http::Response::builder().status(status).header("content-type", "text/html");
            if let Ok(blank) = blank.body(b"<!doctype html><title>-</title>".to_vec()) {
                tab.wire.tell(session, "Fetch.fulfillRequest", &fulfilled(id, &blank));
            }
        }
    }
}

fn fate(state: &mut State, request: &Paused, is_main: bool, courier: &Courier) -> Fate {
    let Some(url) = request.url() else { return Fate::Continued };
    if request.is_icon() {
        return Fate::Answered(404);
    }
    if is_main {
        state.activity.asked_for(request.loader());
        if let Some(fate) = on_the_way(state, request, &url) {
            return fate;
        }
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Fate::Continued;
    }
    if !courier.goes_to(&url) {
        if is_main {
            state.trouble = Some(BrowserError::Elsewhere(url.into()));
        }
        // a document that is aborted leaves the page that is shown
        return Fate::Failed(if is_main { "Aborted" } else { "AddressUnreachable" });
    }
    if request.is_stream() { Fate::Continued } else { Fate::Carried }
}

/// What becomes of a document for other reasons than its address.
fn on_the_way(state: &mut State, request: &Paused, url: &Url) -> Option<Fate> {
    let typed = std::mem::take(&mut state.typed);
    if state.blank.take_if(|blank| blank == url).is_some() {
        state.chain = None;
        return Some(Fate::Answered(200));
    }
    let from = if request.redirected_request_id.is_some() {
        state.redirects += 1;
        state.chain.replace(url.clone())
    } else {
        state.redirects = 0;
        state.hops += 1;
        state.chain = Some(url.clone());
        state.url.clone().filter(|_| !typed)
    };
    if state.redirects > HOP_LIMIT || state.hops > HOP_LIMIT {
        state.trouble = Some(BrowserError::TooManyHops(url.to_string()));
        return Some(Fate::Failed("Aborted"));
    }
    let from = from?;
    let crosses = from.origin() != url.origin();
    if !crosses || state.barrier.as_ref() != Some(&url.origin()) {
        return None;
    }
    let body = request.body().map(|body| String::from_utf8_lossy(&body).into_owned());
    let navigation =
        Navigation { method: request.method(), body, initiator: Some(from), ..Navigation::to(url.clone()) };
    state.held = Some(Held::new(navigation));
    Some(Fate::Failed("Aborted"))
}

/// Carries a request, and hands the answer back.
async fn carry(tab: Arc<Inner>, request: Paused, is_main: bool) {
    let answer = match request.carried() {
        Some(carried) => tab.courier.transport.send(carried).await,
        None => Err(TransportError::NotAbsolute { url: request.url().map(String::from).unwrap_or_default() }),
    };
    let id = request.request_id.as_str();
    match answer {
        Ok(response) => {
            tab.change(|state| take_down(state, &request, &response, is_main));
            if tab.call("Fetch.fulfillRequest", fulfilled(id, &response)).await.is_err() {
                // Chromium takes no such answer
                tab.wire.tell(Some(&tab.session), "Fetch.failRequest", &failed(id, "InvalidResponse"));
            }
        }
        Err(error) => {
            let reason = if is_main { "Aborted" } else { "ConnectionFailed" };
            tab.wire.tell(Some(&tab.session), "Fetch.failRequest", &failed(id, reason));
            if is_main {
                tab.change(|state| {
                    state.trouble = Some(error.into());
                    state.activity.stays(request.loader());
                });
            }
        }
    }
    tab.change(|state| state.activity.closed(id));
}

/// Takes down an answer.
fn take_down(state: &mut State, request: &Paused, response: &Response, is_main: bool) {
    let Some(url) = request.url() else { return };
    if request.resource_type == "Document" {
        let mut address = url.clone();
        address.set_fragment(None);
        state.visits.push(Visit {
            method: request.method().to_string(),
            url: address.to_string(),
            status: response.status().as_u16(),
            framed: !is_main,
        });
    }
    if is_main && !leads_on(response) {
        state.answer = Some((url, response.clone()));
        state.is_shown = false;
        if shows_nothing(response) {
            state.activity.stays(request.loader());
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn courier() -> Courier {
        let hosts = BTreeSet::from(["app.test".to_owned()]);
        let transport = Transport::in_process();
        transport.serve("trap.test", axum::Router::new());
        Courier::new(&transport, &Arc::new(hosts))
    }

    fn document(url: &str, extra: Value) -> Paused {
        let mut params = json!({
            "requestId": "1", "frameId": "F", "resourceType": "Document", "networkId": "N",
            "request": { "url": url, "method": "GET" },
        });
        if let (Some(params), Value::Object(extra)) = (params.as_object_mut(), extra) {
            params.extend(extra);
        }
        Paused::read(params).unwrap()
    }

    fn at(address: &str) -> State {
        let url: Url = address.parse().unwrap();
        State {
            url: Some(url),
            barrier: Some("http://app.test/".parse::<Url>().unwrap().origin()),
            ..State::default()
        }
    }

    #[rstest]
    #[case::this_machine("http://127.0.0.1:3000/", true)]
    #[case::this_machine_by_name("http://localhost:3000/", true)]
    #[case::who_was_named("https://app.test/", true)]
    #[case::who_is_in_this_process("https://trap.test/", true)]
    #[case::somebody_else("https://fonts.example/", false)]
    #[case::another_machine("http://10.0.0.1/", false)]
    fn nobody_is_asked_but_who_was_named(#[case] url: &str, #[case] carried: bool) {
        let mut state = State::default();
        let fate = fate(&mut state, &document(url, json!({})), true, &courier());
        assert_eq!(fate, if carried { Fate::Carried } else { Fate::Failed("Aborted") });
        assert_eq!(state.trouble.is_some(), !carried);
    }

    #[test]
    fn a_document_is_held_up_on_its_way_from_another_site() {
        let mut state = at("http://127.0.0.1:9400/authorize");
        let form = json!({ "request": {
            "url": "http://app.test/cb", "urlFragment": "#a=1", "method": "POST", "postData": "code=1",
        } });
        assert_eq!(fate(&mut state, &document("", form), true, &courier()), Fate::Failed("Aborted"));
        let held = state.held.unwrap().into_navigation();
        assert_eq!((held.url.as_str(), held.body.as_deref()), ("http://app.test/cb#a=1", Some("code=1")));
        assert_eq!(held.initiator.unwrap().as_str(), "http://127.0.0.1:9400/authorize");
    }

    #[test]
    fn a_redirect_is_held_up_by_where_it_comes_from() {
        let mut state = at("http://app.test/start");
        let first = document("http://127.0.0.1:9400/authorize", json!({}));
        assert_eq!(fate(&mut state, &first, true, &courier()), Fate::Carried);
        let next = document("http://app.test/cb?code=1", json!({ "redirectedRequestId": "0" }));
        assert_eq!(fate(&mut state, &next, true, &courier()), Fate::Failed("Aborted"));
        assert_eq!(state.held.unwrap().parameter("code").as_deref(), Some("1"));
    }

    #[test]
    fn neither_what_is_typed_nor_what_stays_on_the_site_is_held_up() {
        let mut typed = at("http://127.0.0.1:9400/");
        typed.typed = true;
        assert_eq!(
            fate(&mut typed, &document("http://app.test/", json!({})), true, &courier()),
            Fate::Carried
        );
        let mut inside = at("http://app.test/a");
        assert_eq!(
            fate(&mut inside, &document("http://app.test/b", json!({})), true, &courier()),
            Fate::Carried
        );
        let mut framed = at("http://127.0.0.1:9400/");
        assert_eq!(
            fate(&mut framed, &document("http://app.test/", json!({})), false, &courier()),
            Fate::Carried
        );
    }

    #[test]
    fn pages_that_send_each_other_on_are_stopped() {
        let mut state = State::default();
        for _ in 0..HOP_LIMIT {
            assert_eq!(
                fate(&mut state, &document("http://app.test/", json!({})), true, &courier()),
                Fate::Carried
            );
        }
        let last = fate(&mut state, &document("http://app.test/", json!({})), true, &courier());
        assert_eq!(last, Fate::Failed("Aborted"));
        assert_eq!(state.trouble, Some(BrowserError::TooManyHops("http://app.test/".to_owned())));
    }

    #[rstest]
    #[case::an_icon("Other", "http://app.test/favicon.ico", Fate::Answered(404))]
    #[case::a_stream("EventSource", "http://app.test/events", Fate::Continued)]
    #[case::a_font_of_somebody("Font", "https://fonts.example/a", Fate::Failed("AddressUnreachable"))]
    #[case::what_is_in_the_page("Image", "data:image/png;base64,AA", Fate::Continued)]
    fn not_all_is_carried(#[case] kind: &str, #[case] url: &str, #[case] expected: Fate) {
        let request = document(url, json!({ "resourceType": kind }));
        assert_eq!(fate(&mut State::default(), &request, false, &courier()), expected);
    }

    #[test]
    fn an_empty_page_of_ours_is_shown_once() {
        let url = "http://app.test/";
        let mut state = State { blank: Some(url.parse().unwrap()), typed: true, ..State::default() };
        assert_eq!(fate(&mut state, &document(url, json!({})), true, &courier()), Fate::Answered(200));
        assert_eq!(fate(&mut state, &document(url, json!({})), true, &courier()), Fate::Carried);
    }
}
