//! Reads JSON into a type piece by piece: what does not fit is noted and left out, and the rest is read all the same.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

use super::Mistake;

/// More mistakes than this are not looked for.
const MOST: usize = 20;

/// What can be read of a document, and everything that was wrong.
pub(super) fn read<T: DeserializeOwned + Default>(written: &Value) -> (T, Vec<Mistake>) {
    let mut rest = Rest { document: written.clone(), taken: BTreeMap::new(), marred: Vec::new() };
    let mut mistakes = Vec::new();
    for _ in 0..MOST {
        let wrong = match serde_path_to_error::deserialize::<_, T>(&rest.document) {
            Ok(read) => return (read, mistakes),
            Err(wrong) => wrong,
        };
        let (path, message) = (pointer(wrong.path()), wrong.inner().to_string());
        // What is missing where something was left out may be what was left out.
        if !(message.starts_with("missing field") && rest.marred.contains(&path)) {
            mistakes.push(Mistake { path: rest.as_written(&path), message, help: None });
        }
        if !rest.leave_out(&path) {
            break;
        }
    }
    (T::default(), mistakes)
}

/// A document without what did not fit.
struct Rest {
    document: Value,
    /// How many entries were taken out of each list; errors come in order, so all of them stood before the next.
    taken: BTreeMap<String, usize>,
    /// Objects that have lost a member.
    marred: Vec<String>,
}

impl Rest {
    fn leave_out(&mut self, path: &str) -> bool {
        let Some((parent, last)) = path.rsplit_once('/') else { return false };
        match self.document.pointer_mut(parent) {
            Some(Value::Object(members)) => {
                self.marred.push(parent.to_owned());
                members.shift_remove(&last.replace("~1", "/").replace("~0", "~")).is_some()
            }
            Some(Value::Array(entries)) => {
                let Some(index) = last.parse().ok().filter(|index| *index < entries.len()) else {
                    return false;
                };
                entries.remove(index);
                *self.taken.entry(parent.to_owned()).or_default() += 1;
                self.marred.retain(|object| object != path && !object.starts_with(&format!("{path}/")));
                true
            }
            _ => false,
        }
    }

    /// The place in the document as it was before entries were taken out of lists.
    fn as_written(&self, path: &str) -> String {
        let mut written = String::new();
        let mut here = String::new();
        for segment in path.split('/').skip(1) {
            let taken = self.taken.get(&here).copied().unwrap_or_default();
            here = format!("{here}/{segment}");
            let index = segment.parse::<usize>().ok().filter(|_| taken > 0).map(|index| index + taken);
            written = format!("{written}/{}", index.map_or_else(|| segment.to_owned(), |it| it.to_string()));
        }
        written
    }
}

/// The place in a document as a JSON pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let segments = path.iter().filter_map(|segment| match segment {
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Seq { index } => Some(format!("/{index}")),
        // Variants are no place of their own.
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    segments.collect()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Stored {
        users: Vec<User>,
        by_name: BTreeMap<String, User>,
        projects: Vec<String>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct User {
        login: String,
        #[serde(default)]
        admin: bool,
    }

    #[test]
    fn every_mistake_is_found_where_it_was_written_and_the_rest_is_read() {
        let written = json!({
            "usrs": [],
            "users": [{ "logn": "a" }, { "login": "b" }, { "admin": true }, { "login": "c", "admin": "yes" }],
            "by_name": { "x/y": { "login": 1 }, "z": { "login": "z" } },
            "projects": ["P1", 2, "P3"],
        });
        let (read, mistakes) = read::<Stored>(&written);
        let places: Vec<&str> = mistakes.iter().map(|mistake| mistake.path.as_str()).collect();
        let wanted =
            ["/usrs", "/users/0/logn", "/users/2", "/users/3/admin", "/by_name/x~1y/login", "/projects/1"];
        assert_eq!(places, wanted);
        let user = |login: &str| User { login: login.to_owned(), admin: false };
        assert_eq!(read.users, [user("b"), user("c")]);
        assert_eq!(read.by_name, BTreeMap::from([("z".to_owned(), user("z"))]));
        assert_eq!(read.projects, ["P1", "P3"]);
    }

    #[test]
    fn what_is_nothing_of_the_kind_is_one_mistake() {
        let (read, mistakes) = read::<Stored>(&json!([1]));
        assert_eq!((read, mistakes.len()), (Stored::default(), 1));
    }
}
