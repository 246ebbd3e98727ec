//! What went over the wire during a step, and sending some of it again.

use http::{Method, Uri};
use serde_json::{Map, Value, json};

use super::{Trouble, World};
use crate::transport::Exchange;
use crate::user_agent::{Browser, Form, Page};

impl World {
    /// Whom the provider heard from since this was last asked, and whom it notified: the `idp` part of an outcome.
    pub(in crate::scenario) fn heard(&mut self) -> Value {
        let calls = self.idp.calls();
        let mut called: Vec<String> = Vec::new();
        let framed: Vec<String> = self
            .browsers
            .values_mut()
            .flat_map(Browser::take_log)
            .filter(|visit| visit.framed)
            .map(|visit| visit.url)
            .collect();
        for (client, uri) in self.idp.logout_uris() {
            if framed.iter().any(|url| url.split('?').next() == uri.split('?').next()) {
                called.push(format!("{client}.logout_uri"));
            }
        }
        json!({ "calls": calls, "called": called })
    }

    /// What the provider received and answered since this was last asked.
    pub(in crate::scenario) fn journal(&mut self) -> Vec<Value> {
        let mut entries = self.idp.take_journal();
        for entry in &mut entries {
            self.addresses.named(entry);
        }
        entries
    }

    /// Visits the product's callback again, as after the last login.
    pub(in crate::scenario) async fn repeat_callback(
        &mut self,
        named: Option<&str>,
    ) -> Result<Page, Trouble> {
        let paths = self.rp.profile().paths.callback;
        let is_one = |exchange: &&Exchange| {
            let request = &exchange.request;
            exchange.caller == "browser" && is_callback(request.method(), request.uri(), &paths)
        };
        let last = self.last_exchange(is_one);
        let last = last.ok_or_else(|| Trouble("no login has come back to the product yet".to_owned()))?;
        let address = last.request.uri().to_string();
        let browser = self.used_browser(named)?;
        let page = if last.request.method() == Method::POST {
            let action = url::Url::parse(&address).map_err(Trouble::because)?;
            let fields = form_urlencoded::parse(last.request.body()).into_owned().collect();
            browser.submit(&Form { action, method: Method::POST, fields, buttons: Vec::new() }).await
        } else {
            browser.open(&address).await
        };
        page.map_err(Trouble::because).cloned()
    }

    /// Sends the last token request once more, byte for byte.
    pub(in crate::scenario) async fn repeat_token_request(&mut self) -> Result<Value, Trouble> {
        let asks_for_tokens = |exchange: &&Exchange| {
            exchange.caller == "rp"
                && exchange.request.method() == Method::POST
                && String::from_utf8_lossy(exchange.request.body()).contains("grant_type=")
        };
        let last = self.last_exchange(asks_for_tokens);
        let last = last.ok_or_else(|| Trouble("the product has not redeemed a code yet".to_owned()))?;
        let response =
            self.transport.called_by("replay").send(last.request).await.map_err(Trouble::because)?;
        let mut shown = Map::new();
        shown.insert("status".to_owned(), json!(response.status().as_u16()));
        if let Ok(Value::Object(mut body)) = serde_json::from_slice(response.body()) {
            // Tokens are credentials and noise; that there are some is what matters.
            for token in ["access_token", "id_token", "refresh_token"] {
                if let Some(value) = body.get_mut(token) {
                    *value = json!("present");
                }
            }
            shown.insert("body".to_owned(), Value::Object(body));
        }
        Ok(Value::Object(shown))
    }

    fn last_exchange(&self, is_it: impl Fn(&&Exchange) -> bool) -> Option<Exchange> {
        let exchanges = self.exchanges.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        exchanges.iter().rev().find(is_it).cloned()
    }
}

/// Whether a request brings an authentication response to the product: BillRun's start and callback share a path.
pub(super) fn is_callback(method: &Method, uri: &Uri, paths: &[String]) -> bool {
    let answers = method == Method::POST || uri.query().is_some_and(|query| query.contains("state="));
    answers && paths.iter().any(|path| path == uri.path())
}
