//! Whether the person has to be asked (OIDCC-3.1.2.3).

use std::collections::BTreeSet;

use crate::protocol::Timestamp;
use crate::protocol::authorization::{LoginRequired, Prompt};

/// What is known when a request arrives.
#[derive(Clone, Debug, Default)]
pub(super) struct Situation<'a> {
    /// What the request asks for.
    pub(super) prompts: BTreeSet<Prompt>,
    /// How old the sign-in may be.
    pub(super) max_age: Option<i64>,
    /// Who is signed in, and since when.
    pub(super) session: Option<SignedIn<'a>>,
    /// Whom the `id_token_hint` is about.
    pub(super) hinted_subject: Option<&'a str>,
    /// The subjects of whom the `claims` parameter wants one.
    pub(super) subjects: Option<Vec<&'a str>>,
    /// The user whom the `login_hint` means.
    pub(super) hinted_user: Option<&'a str>,
    /// The user who is signed in without being asked.
    pub(super) auto_login: Option<&'a str>,
    /// The time.
    pub(super) now: Timestamp,
}

/// A running session.
#[derive(Clone, Copy, Debug)]
pub(super) struct SignedIn<'a> {
    pub(super) user: &'a str,
    pub(super) subject: &'a str,
    pub(super) auth_time: Timestamp,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The session suffices.
    Continue,
    /// This user is signed in without a page.
    SignIn(String),
    /// The login page is shown.
    Ask,
    /// `prompt=none` cannot be granted.
    Refuse(LoginRequired),
}

/// Decides.
///
/// `prompt=none` never signs anybody in, not even by auto-login: an application that asks this way wants to know whether
/// there is a session. Whether the person also has to agree is found out once they are signed in.
///
/// Somebody else than is signed in is `login_required`: "If the End-User identified by the ID Token is already logged in […],
/// then the Authorization Server returns a positive response; otherwise, it MUST return an error, such as `login_required`"
/// (OIDCC-3.1.2.1). `account_selection_required` is for whoever "MAY be authenticated at the Authorization Server with
/// different associated accounts, but the End-User did not select a session" (OIDCC-3.1.2.6): a browser holds one session
/// here, so there is never one to select.
pub(super) fn next(situation: &Situation<'_>) -> Next {
    let usable = usable_session(situation);
    if situation.prompts.contains(&Prompt::None) {
        return usable.map_or_else(Next::Refuse, |()| Next::Continue);
    }
    let again =
        situation.prompts.contains(&Prompt::Login) || situation.prompts.contains(&Prompt::SelectAccount);
    if usable.is_ok() && !again {
        return Next::Continue;
    }
    match (situation.hinted_user, situation.auto_login) {
        (Some(user), _) if !again => Next::SignIn(user.to_owned()),
        (Some(user), Some(_)) | (None, Some(user)) => Next::SignIn(user.to_owned()),
        (_, None) => Next::Ask,
    }
}

fn usable_session(situation: &Situation<'_>) -> Result<(), LoginRequired> {
    let session = situation.session.ok_or(LoginRequired::NoSession)?;
    let age = situation.now.seconds_since(session.auth_time);
    // "max_age=0" asks for a sign-in now, even within the same second
    if situation.max_age.is_some_and(|max_age| age > max_age || max_age == 0) {
        return Err(LoginRequired::TooOld);
    }
    let other_subject = situation.hinted_subject.is_some_and(|subject| subject != session.subject);
    let unwanted = situation.subjects.as_ref().is_some_and(|subjects| !subjects.contains(&session.subject));
    let other_user = situation.hinted_user.is_some_and(|user| user != session.user);
    if other_subject || unwanted || other_user { Err(LoginRequired::SomebodyElse) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn ada() -> Situation<'static> {
        let session = SignedIn { user: "ada", subject: "u-1", auth_time: Timestamp(1_000) };
        Situation { session: Some(session), now: Timestamp(1_100), ..Situation::default() }
    }

    fn cold() -> Situation<'static> {
        Situation { now: Timestamp(1_100), ..Situation::default() }
    }

    fn prompt(prompt: Prompt, mut situation: Situation<'static>) -> Situation<'static> {
        situation.prompts.insert(prompt);
        situation
    }

    fn sign_in(user: &str) -> Next {
        Next::SignIn(user.to_owned())
    }

    #[rstest]
    #[case::nobody_signed_in(cold(), Next::Ask)]
    #[case::somebody_signed_in(ada(), Next::Continue)]
    #[case::recent_enough(Situation { max_age: Some(100), ..ada() }, Next::Continue)]
    #[case::too_old(Situation { max_age: Some(99), ..ada() }, Next::Ask)]
    #[case::now(Situation { max_age: Some(0), now: Timestamp(1_000), ..ada() }, Next::Ask)]
    #[case::hint_to_the_same(Situation { hinted_user: Some("ada"), ..ada() }, Next::Continue)]
    #[case::hint_to_another(Situation { hinted_user: Some("ben"), ..ada() }, sign_in("ben"))]
    #[case::hint_when_cold(Situation { hinted_user: Some("ben"), ..cold() }, sign_in("ben"))]
    #[case::token_hint_to_another(Situation { hinted_subject: Some("u-2"), ..ada() }, Next::Ask)]
    #[case::subject_of_the_same(Situation { subjects: Some(vec!["u-2", "u-1"]), ..ada() }, Next::Continue)]
    #[case::subject_of_another(Situation { subjects: Some(vec!["u-2"]), ..ada() }, Next::Ask)]
    #[case::auto_login(Situation { auto_login: Some("cai"), ..cold() }, sign_in("cai"))]
    #[case::hint_beats_auto_login(
        Situation { auto_login: Some("cai"), hinted_user: Some("ben"), ..cold() },
        sign_in("ben")
    )]
    #[case::login_again(prompt(Prompt::Login, ada()), Next::Ask)]
    #[case::login_again_in_spite_of_a_hint(
        prompt(Prompt::Login, Situation { hinted_user: Some("ada"), ..ada() }),
        Next::Ask
    )]
    #[case::login_again_by_auto_login(
        prompt(Prompt::Login, Situation { auto_login: Some("ada"), ..ada() }),
        sign_in("ada")
    )]
    #[case::choose(prompt(Prompt::SelectAccount, ada()), Next::Ask)]
    #[case::consent_is_another_question(prompt(Prompt::Consent, ada()), Next::Continue)]
    #[case::consent_when_cold(prompt(Prompt::Consent, cold()), Next::Ask)]
    #[case::silent(prompt(Prompt::None, ada()), Next::Continue)]
    #[case::silent_when_cold(prompt(Prompt::None, cold()), Next::Refuse(LoginRequired::NoSession))]
    #[case::silent_never_signs_in(
        prompt(Prompt::None, Situation { auto_login: Some("ada"), hinted_user: Some("ada"), ..cold() }),
        Next::Refuse(LoginRequired::NoSession)
    )]
    #[case::silent_and_too_old(
        prompt(Prompt::None, Situation { max_age: Some(1), ..ada() }),
        Next::Refuse(LoginRequired::TooOld)
    )]
    #[case::silent_and_somebody_else(
        prompt(Prompt::None, Situation { hinted_subject: Some("u-2"), ..ada() }),
        Next::Refuse(LoginRequired::SomebodyElse)
    )]
    #[case::silent_and_a_hint_to_another(
        prompt(Prompt::None, Situation { hinted_user: Some("ben"), ..ada() }),
        Next::Refuse(LoginRequired::SomebodyElse)
    )]
    #[case::silent_and_another_subject(
        prompt(Prompt::None, Situation { subjects: Some(vec!["u-2"]), ..ada() }),
        Next::Refuse(LoginRequired::SomebodyElse)
    )]
    fn the_person_is_asked_when_it_is_due(#[case] situation: Situation<'_>, #[case] expected: Next) {
        assert_eq!(next(&situation), expected);
    }
}
