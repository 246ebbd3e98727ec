//! Faults on the wire: statuses, content types, bodies, redirects, delays, broken connections. Described here, performed
//! in `http`.

use super::Expected::{Either, Refuse, ShouldRefuse};
use super::{Edit, Group, way};

/// What happens instead of an honest answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transport {
    /// Milliseconds before the first byte.
    pub delay: u64,
    /// What is done.
    pub act: Act,
}

/// A header's name in small letters, and its value.
pub type Header = (&'static str, &'static str);

/// One thing that can be done to an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Nothing but the delay.
    Wait,
    /// Another status, with the honest body.
    Status(u16),
    /// A whole other answer.
    Answer {
        /// The status.
        status: u16,
        /// The content type.
        content_type: &'static str,
        /// The body.
        body: &'static str,
        /// One more header.
        header: Option<Header>,
    },
    /// Another content type, or none, with the honest body.
    ContentType(Option<&'static str>),
    /// The first half of the body, under the length of the whole.
    Truncated,
    /// No body.
    Empty,
    /// The body in UTF-16.
    Utf16,
    /// The body, and then so many bytes of white space.
    Padded(usize),
    /// The claims of a JWT as plain JSON; an answer that is no JWT stays as it is.
    Unwrapped,
    /// The connection is cut before any answer.
    Reset,
    /// A redirect with this status to the trap, with the path of the request.
    RedirectToTrap(u16),
    /// A redirect with this status to the same address.
    RedirectToItself(u16),
    /// A redirect with this status to the same address without TLS.
    RedirectToPlain(u16),
    /// The body compressed, though nobody said that it may be.
    Gzip,
    /// The body, and then white space until the reader has enough.
    Endless,
    /// The head of the answer, and then nothing.
    Silence,
    /// The body, one byte a second.
    Drip,
    /// A JSON answer as an unsecured JWT; an answer that is none stays as it is.
    UnsecuredJwt,
}

impl Transport {
    /// A whole other answer.
    pub(super) const fn answer(status: u16, content_type: &'static str, body: &'static str) -> Self {
        Self { delay: 0, act: Act::Answer { status, content_type, body, header: None } }
    }
}

const HTML: &str = "<!doctype html><title>Service unavailable</title><h1>Service unavailable</h1>";

/// The challenge that a 401 has to bring along (RFC9110-15.5.2).
pub(super) const CHALLENGE: Header = ("www-authenticate", "Basic realm=\"mock-idp\"");

/// When to come back (RFC9110-10.2.3).
const LATER: Header = ("retry-after", "120");

pub(super) const GROUPS: &[Group] = &[
    Group {
        name: "status",
        clause: "RFC9110-15",
        rp: "takes only 200 for an answer, fails cleanly, and recovers when the provider does",
        values: &[
            way("201", ShouldRefuse, "answers 201 with the honest body", wire(Act::Status(201))),
            way(
                "204",
                Refuse,
                "answers 204 without a body",
                wire(Act::Answer { status: 204, content_type: "", body: "", header: None }),
            ),
            way("400", Refuse, "answers 400 with a page", wire(page(400))),
            way("401", Refuse, "answers 401 with a page and a challenge", wire(page_with(401, CHALLENGE))),
            way("403", Refuse, "answers 403 with a page", wire(page(403))),
            way("404", Refuse, "answers 404 with a page", wire(page(404))),
            way("429", Refuse, "answers 429 and when to come back", wire(page_with(429, LATER))),
            way("500", Refuse, "answers 500 with a page", wire(page(500))),
            way("503", Refuse, "answers 503 with a page and when to come back", wire(page_with(503, LATER))),
        ],
    },
    Group {
        name: "content_type",
        clause: "RFC9110-8.3",
        rp: "reads JSON only where the answer says that it is JSON",
        values: &[
            way(
                "html",
                ShouldRefuse,
                "says that the body is a page",
                wire(Act::ContentType(Some("text/html"))),
            ),
            way(
                "text",
                ShouldRefuse,
                "says that the body is plain text",
                wire(Act::ContentType(Some("text/plain"))),
            ),
            way("missing", ShouldRefuse, "does not say what the body is", wire(Act::ContentType(None))),
        ],
    },
    Group {
        name: "body",
        clause: "RFC8259-2",
        rp: "fails cleanly where the body is not what it should be",
        values: &[
            way("empty", Refuse, "sends no body", wire(Act::Empty)),
            way("truncated", Refuse, "sends half of the body and cuts the connection", wire(Act::Truncated)),
            way("html", Refuse, "sends a page", wire(page(200))),
            way("utf16", Refuse, "sends the body in UTF-16", wire(Act::Utf16)),
            way(
                "array",
                Refuse,
                "sends an empty list",
                Edit::Wire(Transport::answer(200, "application/json", "[]")),
            ),
            way("mb_10", Either, "adds 10 MB of white space", wire(Act::Padded(10_000_000))),
            way("endless", Either, "adds white space without end", wire(Act::Endless)),
            way("gzip", Either, "compresses the body though nobody asked for it", wire(Act::Gzip)),
        ],
    },
    Group {
        name: "redirect",
        clause: "RFC9110-15.4",
        rp: "takes neither credentials nor trust along to another address, and goes round in no circle",
        values: &[
            way("301", Refuse, "redirects to the trap with 301", wire(Act::RedirectToTrap(301))),
            way("302", Refuse, "redirects to the trap with 302", wire(Act::RedirectToTrap(302))),
            way("307", Refuse, "redirects to the trap with 307", wire(Act::RedirectToTrap(307))),
            way("308", Refuse, "redirects to the trap with 308", wire(Act::RedirectToTrap(308))),
            way("http", Refuse, "redirects to itself without TLS", wire(Act::RedirectToPlain(302))),
            way("loop", Refuse, "redirects to itself", wire(Act::RedirectToItself(302))),
        ],
    },
    Group {
        name: "delay",
        clause: "RFC9110-9.2",
        rp: "gives up after a while, and lets nobody else wait",
        values: &[
            way("3s", Either, "answers after 3 seconds", wait(3_000)),
            way("30s", ShouldRefuse, "answers after 30 seconds", wait(30_000)),
            way("120s", ShouldRefuse, "answers after 2 minutes", wait(120_000)),
            way("silence", ShouldRefuse, "sends the head of an answer and then nothing", wire(Act::Silence)),
            way("drip", ShouldRefuse, "sends one byte a second", wire(Act::Drip)),
        ],
    },
    Group {
        name: "connection",
        clause: "RFC9112-9.5",
        rp: "fails cleanly",
        values: &[way("reset", Refuse, "cuts the connection before it answers", wire(Act::Reset))],
    },
];

pub(super) const fn wire(act: Act) -> Edit {
    Edit::Wire(Transport { delay: 0, act })
}

const fn wait(delay: u64) -> Edit {
    Edit::Wire(Transport { delay, act: Act::Wait })
}

const fn page(status: u16) -> Act {
    Act::Answer { status, content_type: "text/html; charset=utf-8", body: HTML, header: None }
}

const fn page_with(status: u16, header: Header) -> Act {
    Act::Answer { status, content_type: "text/html; charset=utf-8", body: HTML, header: Some(header) }
}
