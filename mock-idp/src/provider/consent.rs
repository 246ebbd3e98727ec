//! Asking the person to agree: the page that asks, the form that answers, and what is remembered of it.

mod page;
mod remembered;

use subtle::ConstantTimeEq as _;

pub use self::page::{ConsentPage, Released, ReleasedClaim};
pub(super) use self::remembered::Consents;

use super::authorize::{NamedSession, Visit};
use super::login::{Login, faults};
use super::{Call, Endpoint, Interaction, JournalEntry, Provider};
use crate::protocol::authorization::{AcceptedRequest, AuthorizationError, Consent, Refused, Unredirectable};
use crate::protocol::{Parameters, Timestamp};

/// What the person pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Allow,
    Deny,
    /// Somebody else wants to sign in.
    Switch,
}

impl Answer {
    fn of(form: &Parameters) -> Option<Self> {
        match form.value("action")? {
            "allow" => Some(Self::Allow),
            "deny" => Some(Self::Deny),
            "switch" => Some(Self::Switch),
            _ => None,
        }
    }
}

impl Provider {
    /// Takes in the consent page's form.
    pub fn consent(&self, call: &Call, cookies: &[String]) -> Interaction {
        let mut entry = self.entry(Endpoint::Consent, call);
        let outcome = self.agreement(call, cookies, &mut entry);
        self.concluded(outcome, call, entry)
    }

    fn agreement(
        &self,
        call: &Call,
        cookies: &[String],
        entry: &mut JournalEntry,
    ) -> Result<Interaction, AuthorizationError> {
        let form = call.parameters.as_ref().map_err(|cause| Unredirectable::from(cause.clone()))?;
        let visit = Visit { accepted: self.carried(form, call, entry)?, call };
        let session = self.session_of(cookies);
        let (Some(answer), true) = (Answer::of(form), is_from_our_page(form, session.as_ref())) else {
            // the session ended while the page was open, or somebody else made the form: nobody agreed to anything
            return self.proceed(visit, session, entry);
        };
        match (answer, session) {
            (Answer::Allow, Some((sid, session))) => {
                let mut login = Login::of(sid, session);
                login.faults = faults(form).unwrap_or_default();
                self.consents.remember(
                    &login.user,
                    &visit.accepted.client.id,
                    Consent::for_request(&visit.accepted),
                );
                self.agreed(visit, &login, None, entry)
            }
            (Answer::Deny, _) => Err(visit.accepted.back.refused(Refused::ConsentDenied)),
            (Answer::Switch | Answer::Allow, _) => {
                Ok(Interaction::Ask(Box::new(self.login_page(&visit.accepted, call))))
            }
        }
    }

    /// Whether the person has to be asked before this client is answered.
    pub(super) fn has_to_agree(&self, request: &AcceptedRequest, login: &Login) -> bool {
        let Some(rule) = request.client.consent.or(self.settings.consent) else { return false };
        let before = self.consents.of(&login.user, &request.client.id);
        request.needs_consent(rule, before.as_ref())
    }

    /// What a form has to carry to be from the page that this session was shown for this request.
    fn page_seal(&self, sid: &str, request: &str, now: Timestamp) -> String {
        self.store.session(sid, now).map(|session| session.seal(request)).unwrap_or_default()
    }
}

/// A page that somebody else made does not know the session's secret, of which the seal is made; clients know the `sid`.
fn is_from_our_page(form: &Parameters, session: Option<&NamedSession>) -> bool {
    let (Some(seal), Some(request), Some((_, session))) =
        (form.value("seal"), form.value("request"), session)
    else {
        return false;
    };
    seal.as_bytes().ct_eq(session.seal(request).as_bytes()).into()
}
