//! What is said to a browser and by it: JSON over two pipes, a zero byte behind each message (Chrome's debugging protocol).
//!
//! Reading and writing are threads, so that one browser serves whichever runtime a case is played on.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// Why a command came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum WireError {
    /// The browser says no.
    #[error("the browser does not do `{method}`: {message}")]
    Refused {
        /// The command.
        method: String,
        /// What it says.
        message: String,
    },
    /// There is no browser any more.
    #[error("the browser has ended")]
    Closed,
}

/// Something that happened in a session.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Event {
    /// Its name: `Page.frameNavigated`.
    pub(super) method: String,
    /// What there is to know of it.
    pub(super) params: Value,
}

type Answer = oneshot::Sender<Result<Value, WireError>>;

/// Who waits for what.
#[derive(Default)]
struct Desk {
    last: u64,
    closed: bool,
    waiting: BTreeMap<u64, (String, Answer)>,
    sessions: BTreeMap<String, UnboundedSender<Event>>,
}

/// The line to a browser.
pub(super) struct Wire {
    desk: Arc<Mutex<Desk>>,
    out: mpsc::Sender<Vec<u8>>,
}

impl fmt::Debug for Wire {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Wire").finish_non_exhaustive()
    }
}

/// A message from the browser: an answer, or an event.
#[derive(Deserialize)]
struct Message {
    id: Option<u64>,
    #[serde(default)]
    result: Value,
    error: Option<Refusal>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    params: Value,
    #[serde(rename = "sessionId", default)]
    session: String,
}

#[derive(Deserialize)]
struct Refusal {
    #[serde(default)]
    message: String,
}

impl Wire {
    /// A line over these pipes: what the browser says, and what it hears.
    pub(super) fn over(says: impl Read + Send + 'static, hears: impl Write + Send + 'static) -> Self {
        let desk: Arc<Mutex<Desk>> = Arc::default();
        let (out, messages) = mpsc::channel();
        thread::spawn(move || write_all(hears, &messages));
        let inside = Arc::clone(&desk);
        thread::spawn(move || read_all(says, &inside));
        Self { desk, out }
    }

    /// Gives a command in a session (or to the browser as a whole), and waits for what comes of it.
    pub(super) async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
    ) -> Result<Value, WireError> {
        let (sender, answer) = oneshot::channel();
        let id = {
            let mut desk = lock(&self.desk);
            if desk.closed {
                return Err(WireError::Closed);
            }
            desk.last += 1;
            let id = desk.last;
            desk.waiting.insert(id, (method.to_owned(), sender));
            id
        };
        self.send(id, session, method, &params);
        answer.await.unwrap_or(Err(WireError::Closed))
    }

    /// Gives a command whose answer nobody waits for.
    pub(super) fn tell(&self, session: Option<&str>, method: &str, params: &Value) {
        let id = {
            let mut desk = lock(&self.desk);
            desk.last += 1;
            desk.last
        };
        self.send(id, session, method, params);
    }

    /// What happens in a session from now on.
    pub(super) fn listen(&self, session: &str) -> UnboundedReceiver<Event> {
        let (sender, events) = unbounded_channel();
        let mut desk = lock(&self.desk);
        if !desk.closed {
            desk.sessions.insert(session.to_owned(), sender);
        }
        events
    }

    /// Nobody wants to know what happens in a session any more.
    pub(super) fn forget(&self, session: &str) {
        lock(&self.desk).sessions.remove(session);
    }

    fn send(&self, id: u64, session: Option<&str>, method: &str, params: &Value) {
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let (Some(session), Some(members)) = (session, message.as_object_mut()) {
            members.insert("sessionId".to_owned(), session.into());
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        // whoever waits is told by the reader when the browser has ended
        let _ = self.out.send(bytes);
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn write_all(mut hears: impl Write, messages: &mpsc::Receiver<Vec<u8>>) {
    for message in messages {
        if hears.write_all(&message).and_then(|()| hears.flush()).is_err() {
            break;
        }
    }
}

fn read_all(says: impl Read, desk: &Mutex<Desk>) {
    let mut says = BufReader::new(says);
    let mut bytes = Vec::new();
    while says.read_until(0, &mut bytes).is_ok_and(|count| count > 0) {
        if bytes.last() == Some(&0) {
            bytes.pop();
        }
        // what is no message of the protocol is nothing that anybody waits for
        if let Ok(message) = serde_json::from_slice::<Message>(&bytes) {
            deliver(desk, message);
        }
        bytes.clear();
    }
    let mut desk = lock(desk);
    desk.closed = true;
    desk.waiting.clear();
    desk.sessions.clear();
}

fn deliver(desk: &Mutex<Desk>, message: Message) {
    let mut desk = lock(desk);
    let Some(id) = message.id else {
        if let Some(session) = desk.sessions.get(&message.session) {
            // a session that nobody listens to any more is about to be forgotten
            let _ = session.send(Event { method: message.method, params: message.params });
        }
        return;
    };
    let Some((method, waiting)) = desk.waiting.remove(&id) else { return };
    let answer = match message.error {
        Some(refusal) => Err(WireError::Refused { method, message: refusal.message }),
        None => Ok(message.result),
    };
    // a caller that gave up wants no answer
    let _ = waiting.send(answer);
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader, PipeReader, PipeWriter, Write as _, pipe};

    use serde_json::{Value, json};

    use super::{Event, Wire, WireError};

    /// A browser of which we write what it says.
    struct Canned {
        hears: BufReader<PipeReader>,
        says: PipeWriter,
    }

    impl Canned {
        fn new() -> (Wire, Self) {
            let ((from_browser, says), (hears, to_browser)) = (pipe().unwrap(), pipe().unwrap());
            (Wire::over(from_browser, to_browser), Self { hears: BufReader::new(hears), says })
        }

        fn heard(&mut self) -> Value {
            let mut bytes = Vec::new();
            self.hears.read_until(0, &mut bytes).unwrap();
            assert_eq!(bytes.pop(), Some(0));
            serde_json::from_slice(&bytes).unwrap()
        }

        fn say(&mut self, text: &str) {
            self.says.write_all(format!("{text}\0").as_bytes()).unwrap();
        }
    }

    #[tokio::test]
    async fn each_caller_gets_its_own_answer() {
        let (wire, mut browser) = Canned::new();
        let calls = async {
            tokio::join!(
                wire.call(None, "Browser.getVersion", json!({})),
                wire.call(Some("S"), "Page.enable", json!({ "a": 1 })),
            )
        };
        let canned = tokio::task::spawn_blocking(move || {
            let first = browser.heard();
            assert_eq!(first, json!({ "id": 1, "method": "Browser.getVersion", "params": {} }));
            let second = browser.heard();
            assert_eq!(
                second,
                json!({ "id": 2, "method": "Page.enable", "params": { "a": 1 }, "sessionId": "S" })
            );
            browser.say(r#"{"id":2,"error":{"code":-1,"message":"not now"},"sessionId":"S"}"#);
            browser.say(r#"{"id":1,"result":{"product":"Chrome/1"}}"#);
            browser
        });
        let (version, page) = calls.await;
        assert_eq!(version.unwrap(), json!({ "product": "Chrome/1" }));
        assert_eq!(page.unwrap_err().to_string(), "the browser does not do `Page.enable`: not now");
        drop(canned.await.unwrap());
    }

    #[tokio::test]
    async fn events_reach_who_listens_to_their_session() {
        let (wire, mut browser) = Canned::new();
        let mut events = wire.listen("S");
        browser.say("this is no message");
        browser.say(r#"{"method":"Page.loaded","params":{"n":1},"sessionId":"T"}"#);
        browser.say(r#"{"method":"Page.loaded","params":{"n":2},"sessionId":"S"}"#);
        let expected = Event { method: "Page.loaded".to_owned(), params: json!({ "n": 2 }) };
        assert_eq!(events.recv().await, Some(expected));
    }

    #[tokio::test]
    async fn nobody_waits_for_a_browser_that_has_ended() {
        let (wire, mut browser) = Canned::new();
        let mut events = wire.listen("S");
        let ended = tokio::task::spawn_blocking(move || {
            browser.heard();
            drop(browser);
        });
        assert_eq!(wire.call(None, "Browser.close", json!({})).await, Err(WireError::Closed));
        ended.await.unwrap();
        assert_eq!(events.recv().await, None);
        assert_eq!(wire.call(None, "Browser.getVersion", json!({})).await, Err(WireError::Closed));
        assert!(wire.listen("S").recv().await.is_none());
    }
}
