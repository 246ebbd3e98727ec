//! Looks at UserInfo requests, at the trap, and at what the relying party answers.

use serde_json::Value;

use super::{Check, Finding};
use crate::conformance::evidence::{Answer, Evidence, Heard, Site, Who};

/// By which words flows name an answer to a logout token.
pub const LOGOUT_TOKEN: &str = "logout token";
/// By which words flows name the page in a logout frame.
pub const LOGOUT_FRAME: &str = "logout frame";

/// By which word flows tell that somebody was given another's session.
pub const SOMEBODY_ELSE: &str = "somebody else";

/// A response signs in whoever asked for it, in the browser that did (RFC6749-10.12).
pub const NOBODY_IS_SOMEBODY_ELSE: Check = Check {
    says: "nobody is given the session of somebody else",
    look: |evidence| {
        let told = evidence.facts.get(SOMEBODY_ELSE).and_then(Value::as_str).unwrap_or_default();
        Finding::unless(!told.is_empty(), told)
    },
};

/// "Clients SHOULD make authenticated requests with a bearer token using the "Authorization" request header field"
/// (RFC6750-2.1).
pub const BEARER_IN_HEADER: Check = Check {
    says: "the access token is in the `Authorization` header, and nowhere else",
    look: |evidence| bearer(evidence, true),
};

/// A form may carry it instead (RFC6750-2.2).
pub const BEARER_IN_BODY: Check = Check {
    says: "the access token is in the body of a form, and nowhere else",
    look: |evidence| bearer(evidence, false),
};

fn bearer(evidence: &Evidence, in_header: bool) -> Finding {
    let Some(request) = evidence.calls("userinfo").next() else {
        return Finding::Unseen("no UserInfo request was made".to_owned());
    };
    let has = |pairs: &[(String, String)]| pairs.iter().any(|(name, _)| name == "access_token");
    let (query, form) = (has(&request.query), has(&request.form));
    let header = request.header("authorization").is_some();
    match (header, form, query) {
        (_, _, true) => Finding::Broken("it is in the query".to_owned()),
        (true, true, false) => Finding::Broken("it is in the header and in the form".to_owned()),
        (false, false, false) => Finding::Broken("it is nowhere".to_owned()),
        (true, false, false) => Finding::unless(!in_header, "it is in the header"),
        (false, true, false) => Finding::unless(in_header, "it is in the form"),
    }
}

/// A token that was not asked for is nobody's (OIDCC-3.1.2.5).
pub const UNASKED_TOKEN_NOT_USED: Check = Check {
    says: "the access token that nobody asked for is not used",
    look: |evidence| {
        let used = evidence.heard.iter().any(|heard| {
            heard.header("authorization").is_some_and(|value| value.contains("unasked-access-token"))
                || heard.parameter("access_token") == Some("unasked-access-token")
        });
        Finding::unless(used, "it was sent to UserInfo")
    },
};

/// Where other claims are, they are asked for with the token that came along (OIDCC-5.6.2).
pub const ASKS_FOR_DISTRIBUTED_CLAIMS: Check = Check {
    says: "the distributed claims are asked for, with the token that came along",
    look: |evidence| {
        let asked = evidence.heard.iter().find(|heard| heard.endpoint.ends_with("claims"));
        match asked {
            None => Finding::Broken("nobody asked for them".to_owned()),
            Some(asked) => Finding::unless(
                asked.header("authorization").is_none(),
                "they were asked for without a token",
            ),
        }
    },
};

/// Credentials do not follow a redirect to another host (RFC6750-5.3).
pub const NO_TOKEN_IN_THE_TRAP: Check = Check {
    says: "no token and no credentials reach the attacker's trap",
    look: |evidence| {
        let carries = |heard: &&Heard| {
            heard.header("authorization").is_some()
                || ["access_token", "code", "client_secret", "client_assertion", "refresh_token"]
                    .iter()
                    .any(|name| heard.parameter(name).is_some())
        };
        let caught = evidence.heard.iter().filter(|heard| heard.site == Site::Trap).find(carries);
        caught.map_or(Finding::Holds, |heard| {
            Finding::Broken(format!("{} {} arrived there with some", heard.method, heard.path))
        })
    },
};

/// Nothing of what came from outside becomes part of a page.
pub const NOTHING_REFLECTED: Check = Check {
    says: "what came from outside is shown as text, and sets no header",
    look: |evidence| every_answer(evidence).find_map(reflected).map_or(Finding::Holds, Finding::Broken),
};

/// What of the injected needles is alive in an answer.
fn reflected(answer: &Answer) -> Option<String> {
    if answer.cookies.iter().any(|name| name.contains("needle")) {
        return Some("a line break became a `Set-Cookie` header".to_owned());
    }
    let is_page = answer.headers.get("content-type").is_none_or(|kind| kind.contains("html"));
    let body = answer.body.to_ascii_lowercase();
    if is_page && body.contains("<script>alert(") {
        return Some("a script is part of a page".to_owned());
    }
    // only the needle: a page of a stranger's may have scripts and `javascript:` addresses of its own
    let links = ["href=\"", "href='", "src=\"", "src='"].map(|link| format!("{link}javascript:alert("));
    let linked = is_page && links.iter().any(|link| body.contains(link));
    linked.then(|| "a page links to a `javascript:` address".to_owned())
}

/// Everything that the relying party answered.
fn every_answer(evidence: &Evidence) -> impl Iterator<Item = &Answer> {
    evidence.callback.iter().chain(evidence.answers.iter().map(|(_, answer)| answer))
}

/// Everything that it answered to one thing.
fn answers<'e>(evidence: &'e Evidence, to: &'e str) -> impl Iterator<Item = &'e Answer> {
    evidence.answers.iter().filter(move |(asked, _)| asked == to).map(|(_, answer)| answer)
}

/// "If the logout request was invalid or the logout failed, the RP MUST respond with HTTP 400 Bad Request" (OIDCBC-2.8).
pub const LOGOUT_TOKEN_IS_ANSWERED_400: Check = Check {
    says: "the logout token is answered with 400",
    look: |evidence| match answers(evidence, LOGOUT_TOKEN).last() {
        None => Finding::Unseen("no logout token arrived".to_owned()),
        Some(answer) => Finding::unless(answer.status != 400, format!("the answer was {}", answer.status)),
    },
};

/// "The RP's response SHOULD include the `Cache-Control` HTTP response header field with a `no-store` value" (OIDCBC-2.8).
pub const LOGOUT_ANSWER_IS_NOT_KEPT: Check = Check {
    says: "the answer to the logout token says `Cache-Control: no-store`",
    look: |evidence| match answers(evidence, LOGOUT_TOKEN).last() {
        None => Finding::Unseen("no logout token arrived".to_owned()),
        Some(answer) => not_kept(answer),
    },
};

/// The page in the frame is shown there, and not kept (OIDCFC-2).
pub const LOGOUT_PAGE_MAY_BE_FRAMED: Check = Check {
    says: "the page in the logout frame may be framed, and says `Cache-Control: no-store`",
    look: |evidence| match answers(evidence, LOGOUT_FRAME).last() {
        None => Finding::Unseen("no logout frame was loaded".to_owned()),
        Some(answer) if answer.headers.contains_key("x-frame-options") => {
            Finding::Broken("it says `X-Frame-Options`".to_owned())
        }
        Some(answer) => {
            let policy = answer.headers.get("content-security-policy").map_or("", String::as_str);
            let narrow = ["frame-ancestors 'none'", "frame-ancestors 'self'"];
            if narrow.iter().any(|it| policy.contains(it)) {
                return Finding::Broken("its policy forbids it to be framed".to_owned());
            }
            not_kept(answer)
        }
    },
};

fn not_kept(answer: &Answer) -> Finding {
    let value = answer.headers.get("cache-control").map_or("", String::as_str);
    Finding::unless(!value.contains("no-store"), format!("`Cache-Control` is `{value}`"))
}

/// "`id_token_hint` RECOMMENDED" (OIDCRP-2).
pub const SIGNS_OUT_WITH_A_HINT: Check = Check {
    says: "the person is sent to the end-session endpoint with an `id_token_hint`",
    look: |evidence| match evidence.calls("logout").next() {
        None => Finding::Broken("nobody came to the end-session endpoint".to_owned()),
        Some(request) => {
            Finding::unless(request.parameter("id_token_hint").is_none(), "there is no `id_token_hint`")
        }
    },
};

/// What a flow took down about somebody else's session.
pub const OTHER_SESSION: &str = "the other session";

/// A logout of one session is of one session (OIDCBC-2.7).
pub const OTHER_SESSION_LIVES: Check =
    Check { says: "the person's other session lives on", look: |evidence| other_session(evidence, true) };

/// A logout of a person is of all their sessions (OIDCBC-2.7).
pub const OTHER_SESSION_ENDS: Check =
    Check { says: "the person's other session ends too", look: |evidence| other_session(evidence, false) };

fn other_session(evidence: &Evidence, lives: bool) -> Finding {
    match evidence.facts.get(OTHER_SESSION).and_then(Value::as_bool) {
        None => Finding::Unseen("nobody looked at it".to_owned()),
        Some(alive) if alive == lives => Finding::Holds,
        Some(true) => Finding::Broken("it lives".to_owned()),
        Some(false) => Finding::Broken("it is over".to_owned()),
    }
}

/// What a flow took down about a refresh of a session that is over.
pub const REFRESHED_AFTER_LOGOUT: &str = "refreshed after the logout";

/// "Refresh tokens issued without the `offline_access` property to a session being logged out SHOULD be revoked"
/// (OIDCBC-2.7); the relying party forgets them.
pub const NO_REFRESH_AFTER_LOGOUT: Check = Check {
    says: "the refresh token is not used any more",
    look: |evidence| match evidence.facts.get(REFRESHED_AFTER_LOGOUT).and_then(Value::as_bool) {
        None => Finding::Unseen("nobody asked for a refresh".to_owned()),
        Some(used) => Finding::unless(used, "it was used after the logout"),
    },
};

/// What a flow took down about somebody else who asked while the keys were slow.
pub const SERVED_MEANWHILE: &str = "served meanwhile";

/// One slow login is one person's trouble.
pub const OTHERS_DO_NOT_WAIT: Check = Check {
    says: "somebody else is served in the meantime",
    look: |evidence| match evidence.facts.get(SERVED_MEANWHILE).and_then(Value::as_bool) {
        None => Finding::Unseen("nobody else asked".to_owned()),
        Some(served) => Finding::unless(!served, "somebody else had to wait"),
    },
};

/// What a flow took down about a login after the provider had become well again.
pub const RECOVERED: &str = "recovered";

/// A failure is not for ever.
pub const RECOVERS: Check = Check {
    says: "the next login succeeds once the provider is well again",
    look: |evidence| match evidence.facts.get(RECOVERED).and_then(Value::as_bool) {
        None => Finding::Unseen("there was no next login".to_owned()),
        Some(recovered) => Finding::unless(!recovered, "nobody was signed in by it"),
    },
};

/// What a flow took down about whom a person is signed in as.
pub const AS_THEMSELVES: &str = "as themselves";

/// An address of email is no identity (OIDCC-5.7).
pub const SIGNED_IN_AS_THEMSELVES: Check = Check {
    says: "whoever is signed in is the person who signed in",
    look: |evidence| match (evidence.facts.get(AS_THEMSELVES).and_then(Value::as_bool), &evidence.after) {
        (Some(themselves), _) => Finding::unless(!themselves, "it is somebody else"),
        (None, Some(Who::Nobody)) => Finding::Holds,
        (None, _) => Finding::Unseen("the probe does not say who is signed in".to_owned()),
    },
};

/// A `sub` is compared as it is, from its first character to its last (OIDCC-2).
pub const SUBJECT_IS_TAKEN_WHOLE: Check = Check {
    says: "whoever is signed in has the whole `sub`, with what was added to it",
    look: |evidence| match &evidence.after {
        Some(Who::Somebody(Some(subject))) => {
            let whole = subject.starts_with(' ') || subject.contains('\0');
            Finding::unless(!whole, format!("`{subject}` is signed in"))
        }
        Some(Who::Nobody) => Finding::Holds,
        Some(Who::Somebody(None) | Who::Unclear(_) | Who::NotAsked) | None => {
            Finding::Unseen("the probe does not say who is signed in".to_owned())
        }
    },
};

/// Claims that are repeated in the header do not count there (RFC7519-5.3).
pub const NOT_WHOM_THE_HEADER_NAMES: Check = Check {
    says: "nobody is signed in whom only the header of the token names",
    look: |evidence| {
        let named =
            matches!(&evidence.after, Some(Who::Somebody(Some(subject))) if subject == "somebody-else");
        Finding::unless(named, "`somebody-else` is signed in")
    },
};

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Finding, NOTHING_REFLECTED};
    use crate::conformance::evidence::{Answer, Evidence};

    #[rstest]
    #[case::a_script("text/html", "<p><script>alert('needle')</script>", Some("a script is part of a page"))]
    #[case::an_address(
        "text/html",
        "<a href=\"javascript:alert('needle')\">",
        Some("a page links to a `javascript:` address")
    )]
    #[case::text("text/html", "&lt;script&gt;alert(&#39;needle&#39;)", None)]
    #[case::no_page("application/json", "{\"name\":\"<script>alert('needle')</script>\"}", None)]
    #[case::an_address_of_its_own("text/html", "<a href=\"javascript:void(0)\">", None)]
    fn what_came_from_outside_is_alive_in_a_page_or_not(
        #[case] kind: &str,
        #[case] body: &str,
        #[case] found: Option<&str>,
    ) {
        let headers = [("content-type".to_owned(), kind.to_owned())].into();
        let answer = Answer { headers, body: body.to_owned(), ..Answer::default() };
        let evidence = Evidence { answers: vec![("/".to_owned(), answer)], ..Evidence::default() };
        let expected = found.map_or(Finding::Holds, |found| Finding::Broken(found.to_owned()));
        assert_eq!((NOTHING_REFLECTED.look)(&evidence), expected);
    }
}
