//! Watching the session at the provider (OpenID Connect Session Management 1.0, 3): a frame of ours asks a frame of the
//! provider's, by script and without a request, whether anything has changed, and only then the provider itself.

use url::Url;

use super::RelyingParty;
use super::authentication_request::Transaction;
use super::authentication_response::AuthenticationResponse;
use super::sign_in::Exchange;
use super::state::Session;
use super::weakness::Weakness;
use crate::decision::ProviderProfile;
use crate::markup::escape::html as escape;

const SCRIPT: &str = include_str!("watch.js");

/// What stands behind the path of our frame when it has heard that something has changed.
pub(super) const CHANGED: &str = "changed";

/// What it takes to watch a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Watch {
    /// The provider's page (`check_session_iframe`).
    provider: Url,
    /// What it is asked: "Client ID + " " + Session State" (OIDCSM-3.1).
    message: String,
    /// The path of our frame.
    frame: String,
}

impl Watch {
    /// The two frames, for the page of somebody who is signed in. "The RP MUST assign an `id` attribute to the iframe so that
    /// it can address it" (OIDCSM-3.2).
    pub(super) fn frames(&self) -> String {
        let (provider, own) = (escape(self.provider.as_str()), escape(&self.frame));
        format!("<iframe id=\"op\" src=\"{provider}\" hidden></iframe><iframe src=\"{own}\" hidden></iframe>")
    }

    /// The element with the script of our frame, and what the script has to know.
    pub(super) fn script(&self, script: &str) -> String {
        let origin = self.provider.origin().ascii_serialization();
        format!(
            "<script data-provider=\"{}\" data-message=\"{}\" data-changed=\"{}?{CHANGED}\">{script}</script>",
            escape(&origin),
            escape(&self.message),
            escape(&self.frame)
        )
    }
}

impl RelyingParty {
    /// How to watch a session, where the product does so and the provider lets it: it sent a `session_state` with the login
    /// (OIDCSM-2) and names a page to ask (OIDCSM-3.3).
    pub(super) async fn watch(&self, session: &Session) -> Option<Watch> {
        let frame = self.product().profile().services.check_session.clone()?;
        let state = session.session_state.as_ref()?;
        let provider = self.provider(session.provider)?;
        let metadata = self.metadata(session.provider, &provider).await.ok()?;
        let page = metadata.additional_metadata().additional_metadata.check_session_iframe.as_ref()?;
        let page = Url::parse(page).ok()?;
        self.trustworthy("check_session_iframe", &page, &provider).ok()?;
        if self.skips(Weakness::NeverWatches) {
            return None;
        }
        let message = format!("{} {state}", provider.client_id);
        Some(Watch { provider: page, message, frame })
    }

    /// The script of our frame, or what is left of it without a check.
    pub(super) fn watching_script(&self) -> String {
        let lines = [
            (Weakness::TakesAnyMessage, "if (event.origin !== provider) return;", ""),
            (Weakness::IgnoresChange, "event.data === 'changed'", "false"),
            (Weakness::RechecksAfterErrors, "event.data === 'changed'", "event.data !== 'unchanged'"),
        ];
        let left_out = lines.into_iter().filter(|(weakness, ..)| self.skips(*weakness));
        left_out.fold(SCRIPT.to_owned(), |script, (_, line, instead)| script.replace(line, instead))
    }

    /// The provider says whether the person is still there: "If the RP receives an ID Token for the same End-User, it SHOULD
    /// simply update the value of the session state. If it doesn't receive an ID Token or receives an ID Token for another
    /// End-User, then it needs to handle this case as a logout for the original End-User." (OIDCSM-3.1)
    pub(super) async fn checked(
        &self,
        profile: &ProviderProfile,
        transaction: &Transaction,
        response: &AuthenticationResponse,
        session: &str,
    ) {
        // whoever is signed out meanwhile has nothing to lose
        let Some(session) = self.session(session) else { return };
        let mut exchange = Exchange::new(self, transaction.provider, profile);
        match self.goes_on(&session, &mut exchange, transaction, response).await {
            Ok(()) => {
                let session_state = response.session_state.clone();
                self.renewed(Session { session_state, ..session }, exchange, Ok(()))
            }
            Err(_) => self.sign_out(session),
        };
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rstest::rstest;

    use super::{SCRIPT, Watch};
    use crate::rp::{PlainSetup, RelyingParty, Weakness};
    use crate::transport::Transport;

    #[test]
    fn the_frame_of_the_provider_has_an_id_and_everything_is_escaped() {
        let watch = Watch {
            provider: "https://idp.test/check?a=1&b=2".parse().unwrap(),
            message: "cl\"ient abc.salt".to_owned(),
            frame: "/check_session".to_owned(),
        };
        assert_eq!(
            watch.frames(),
            "<iframe id=\"op\" src=\"https://idp.test/check?a=1&amp;b=2\" hidden></iframe>\
             <iframe src=\"/check_session\" hidden></iframe>"
        );
        assert_eq!(
            watch.script("x"),
            "<script data-provider=\"https://idp.test\" data-message=\"cl&quot;ient abc.salt\" \
             data-changed=\"/check_session?changed\">x</script>"
        );
    }

    #[rstest]
    #[case::any_origin(Weakness::TakesAnyMessage, "event.origin")]
    #[case::no_change(Weakness::IgnoresChange, "event.data === 'changed'")]
    #[case::errors(Weakness::RechecksAfterErrors, "event.data === 'changed'")]
    fn a_weak_script_lacks_one_line(#[case] weakness: Weakness, #[case] line: &str) {
        let rp = RelyingParty::plain(
            &PlainSetup::default(),
            &Transport::in_process(),
            Arc::new(|| 0),
            Arc::new(|_: &mut [u8]| {}),
        );
        assert_eq!(rp.watching_script(), SCRIPT);
        assert!(SCRIPT.contains(line));
        assert!(!rp.without(weakness).watching_script().contains(line));
    }
}
