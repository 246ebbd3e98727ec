//! The trap: an address that nobody should call, and a list of those who did.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::journal::{SECRET, shown};
use super::{Endpoint, JournalEntry, Provider};
use crate::protocol::{Parameters, Timestamp};

/// How many requests are kept.
const KEPT: usize = 1_000;

/// A request as it came to the trap.
#[derive(Clone, Copy, Debug)]
pub struct Caught<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The address without its query.
    pub url: &'a str,
    /// The parameters of query and form.
    pub parameters: &'a Parameters,
    /// The headers that could open something: `authorization` with its scheme, `cookie`.
    pub credentials: &'a [String],
}

/// A request that reached the trap.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trapped {
    /// Its place in the order of arrival, from 1.
    pub sequence: u64,
    /// When.
    pub time: Timestamp,
    /// The HTTP method.
    pub method: String,
    /// The address without its query.
    pub url: String,
    /// The parameters of query and form; values that open something are hidden.
    pub parameters: BTreeMap<String, String>,
    /// The names of whatever came along that opens something, such as `authorization: Bearer` or `code`.
    pub credentials: Vec<String>,
}

/// Who came: the newest hundreds of them.
#[derive(Debug, Default)]
pub struct Trap {
    requests: Mutex<(u64, VecDeque<Trapped>)>,
}

impl Trap {
    /// Takes a request down.
    pub fn caught(&self, caught: &Caught<'_>, time: Timestamp) -> Trapped {
        let secrets = caught.parameters.iter().map(|(name, _)| name).filter(|name| SECRET.contains(name));
        let credentials = caught.credentials.iter().cloned().chain(secrets.map(str::to_owned)).collect();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.0 += 1;
        let trapped = Trapped {
            sequence: requests.0,
            time,
            method: caught.method.to_owned(),
            url: caught.url.to_owned(),
            parameters: shown(caught.parameters),
            credentials,
        };
        if requests.1.len() >= KEPT {
            requests.1.pop_front();
        }
        requests.1.push_back(trapped.clone());
        trapped
    }

    /// Everybody who came, the first one first.
    pub fn requests(&self) -> Vec<Trapped> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).1.iter().cloned().collect()
    }

    /// Forgets who came.
    pub fn clear(&self) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).1.clear();
    }
}

impl Provider {
    /// Notes in the journal that somebody came to the trap.
    pub fn trapped(&self, trapped: &Trapped, trap: &str) {
        let mut entry = JournalEntry::new(Endpoint::Trap, &trapped.method, trap.to_owned(), trapped.time);
        entry.client = trapped.parameters.get("client_id").cloned();
        entry.parameters.clone_from(&trapped.parameters);
        entry.parameters.insert("url".to_owned(), trapped.url.clone());
        let brought = match trapped.credentials.as_slice() {
            [] => "nothing that opens anything".to_owned(),
            credentials => format!("`{}`", credentials.join("`, `")),
        };
        entry.notes.push(format!("somebody called the trap at `{}` and brought {brought}", trapped.url));
        self.note(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_along_is_named_and_not_shown() {
        let trap = Trap::default();
        let parameters = Parameters::parse("code=abc&client_id=app&client_secret=s3cret").unwrap();
        let credentials = ["authorization: Bearer".to_owned()];
        let caught = Caught {
            method: "POST",
            url: "http://trap/token",
            parameters: &parameters,
            credentials: &credentials,
        };
        let trapped = trap.caught(&caught, Timestamp(1));
        assert_eq!(trapped.credentials, ["authorization: Bearer", "client_secret", "code"]);
        assert_eq!(trapped.parameters["client_id"], "app");
        assert!(!format!("{trapped:?}").contains("s3cret") && !format!("{trapped:?}").contains("abc"));
    }

    #[test]
    fn the_trap_keeps_the_newest_and_counts_all() {
        let trap = Trap::default();
        let parameters = Parameters::default();
        let caught = Caught { method: "GET", url: "http://trap/", parameters: &parameters, credentials: &[] };
        for _ in 0..=KEPT {
            trap.caught(&caught, Timestamp(1));
        }
        let requests = trap.requests();
        assert_eq!((requests.len(), requests.first().map(|first| first.sequence)), (KEPT, Some(2)));
        trap.clear();
        assert_eq!(trap.requests(), []);
    }
}
