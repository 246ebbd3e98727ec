//! What is wanted of a result, in one line: `project_roles.P1 = admin and not effects contains user.created`.
//!
//! | Form | Holds when |
//! | --- | --- |
//! | `PATH = VALUE`, `PATH != VALUE` | the value is, or is not, that one; `null` is the same as nothing |
//! | `PATH contains VALUE` | a list holds the entry, an object the key, a text the text |
//! | `PATH` | there is a value other than `false` and nothing |
//! | `not X`, `X and Y`, `X or Y`, `( X )` | as it says; `and` binds closer than `or` |
//!
//! VALUE is JSON, and a text where it is not. Paths and values with blanks stand in double quotes.

use std::fmt;

use serde_json::Value;

use super::path::pointer;

/// An expression that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Any(Vec<Node>),
    All(Vec<Node>),
    Not(Box<Node>),
    Test(Test),
}

#[derive(Clone, Debug, PartialEq)]
struct Test {
    path: String,
    relation: Relation,
}

/// What is said of a value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Relation {
    Is(Value),
    IsNot(Value),
    Contains(Value),
    Holds,
}

/// Whether an expression holds, and what it found.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whether it does.
    pub holds: bool,
    /// Each path that it looks at, with what is there.
    pub found: Vec<(String, Value)>,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = words(text)?;
        let mut reader = Reader { words: &words };
        let root = reader.any()?;
        match reader.words.first() {
            None => Ok(Self { text: text.trim().to_owned(), root }),
            Some(word) => Err(format!("`{}` is not expected here", word.text)),
        }
    }

    /// Holds it against a result.
    pub fn verdict(&self, result: &Value) -> Verdict {
        let found = self.paths().into_iter().map(|path| {
            let value = at(&path, result).cloned().unwrap_or_default();
            (path, value)
        });
        Verdict { holds: self.holds(result), found: found.collect() }
    }

    /// Whether it holds for a result.
    pub fn holds(&self, result: &Value) -> bool {
        self.root.holds(result)
    }

    /// The paths that it looks at, each once.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.root.paths(&mut paths);
        paths.dedup();
        paths
    }

    /// One that holds when all of these do.
    pub fn all(parts: &[Self]) -> Self {
        Self::of(one_or(parts.iter().map(|part| part.root.clone()).collect(), Node::All))
    }

    /// Its parts that must all hold.
    pub fn parts(&self) -> Vec<Self> {
        match &self.root {
            Node::All(nodes) => nodes.iter().cloned().map(Self::of).collect(),
            Node::Any(_) | Node::Not(_) | Node::Test(_) => vec![self.clone()],
        }
    }

    /// All paths with what is said of the value there.
    pub(super) fn tests(&self) -> Vec<(&str, &Relation)> {
        let mut tests = Vec::new();
        self.root.tests(&mut tests);
        tests
    }

    /// What to write instead where a text was looked for in place of a list.
    pub(super) fn hints(&self, result: &Value) -> Vec<String> {
        let lists =
            self.tests().into_iter().filter(|(path, _)| at(path, result).is_some_and(Value::is_array));
        let hint = |(path, relation): (&str, &Relation)| {
            let instead = relation.contained(path)?;
            Some(format!("`{path}` is a list: write `{instead}`"))
        };
        lists.filter_map(hint).collect()
    }

    /// The paths with what is to hold of the value there; what stands under a `not` is left out.
    pub(super) fn asserted(&self) -> Vec<(&str, &Relation)> {
        let mut tests = Vec::new();
        self.root.asserted(&mut tests);
        tests
    }

    fn of(root: Node) -> Self {
        Self { text: root.to_string(), root }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |nodes: &[Self], word: &str| {
            let group = |node: &Self| {
                if matches!(node, Self::Any(_)) { format!("({node})") } else { node.to_string() }
            };
            nodes.iter().map(group).collect::<Vec<_>>().join(word)
        };
        match self {
            Self::Any(nodes) => out.write_str(&joined(nodes, " or ")),
            Self::All(nodes) => out.write_str(&joined(nodes, " and ")),
            Self::Not(node) => match &**node {
                Self::Any(_) | Self::All(_) => write!(out, "not ({node})"),
                Self::Not(_) | Self::Test(_) => write!(out, "not {node}"),
            },
            Self::Test(Test { path, relation }) => match relation {
                Relation::Is(value) => write!(out, "{} = {}", quoted(path), written(value)),
                Relation::IsNot(value) => write!(out, "{} != {}", quoted(path), written(value)),
                Relation::Contains(value) => write!(out, "{} contains {}", quoted(path), written(value)),
                Relation::Holds => out.write_str(&quoted(path)),
            },
        }
    }
}

/// A word as it is written so that it is read again.
fn quoted(word: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '(' | ')' | '=' | '!' | '[' | '{' | '"');
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("\"{word}\"") }
}

fn written(value: &Value) -> String {
    match value {
        // A text that would be read as something else stays in quotes.
        Value::String(text) if serde_json::from_str::<Value>(text).is_err() => quoted(text),
        Value::String(text) => format!("\"{text}\""),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

impl Node {
    fn holds(&self, result: &Value) -> bool {
        match self {
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(result)),
            Self::All(nodes) => nodes.iter().all(|node| node.holds(result)),
            Self::Not(node) => !node.holds(result),
            Self::Test(test) => test.holds(at(&test.path, result).unwrap_or(&Value::Null)),
        }
    }

    fn tests<'n>(&'n self, tests: &mut Vec<(&'n str, &'n Relation)>) {
        match self {
            Self::Any(nodes) | Self::All(nodes) => nodes.iter().for_each(|node| node.tests(tests)),
            Self::Not(node) => node.tests(tests),
            Self::Test(test) => tests.push((&test.path, &test.relation)),
        }
    }

    fn asserted<'n>(&'n self, tests: &mut Vec<(&'n str, &'n Relation)>) {
        match self {
            Self::Any(nodes) | Self::All(nodes) => nodes.iter().for_each(|node| node.asserted(tests)),
            Self::Test(test) if test.wants_a_value() => tests.push((&test.path, &test.relation)),
            Self::Not(_) | Self::Test(_) => {}
        }
    }

    fn paths(&self, paths: &mut Vec<String>) {
        match self {
            Self::Any(nodes) | Self::All(nodes) => nodes.iter().for_each(|node| node.paths(paths)),
            Self::Not(node) => node.paths(paths),
            Self::Test(test) => paths.push(test.path.clone()),
        }
    }
}

impl Relation {
    /// The text that is wanted as the value.
    pub(super) fn equals(&self) -> Option<String> {
        match self {
            Self::Is(Value::String(text)) => Some(text.clone()),
            Self::Is(_) | Self::IsNot(_) | Self::Contains(_) | Self::Holds => None,
        }
    }

    /// What to write where the value is a list, and is held against a text.
    pub(super) fn contained(&self, path: &str) -> Option<String> {
        let path = quoted(path);
        match self {
            Self::Is(Value::String(text)) => Some(format!("{path} contains {}", quoted(text))),
            Self::IsNot(Value::String(text)) => Some(format!("not {path} contains {}", quoted(text))),
            Self::Is(_) | Self::IsNot(_) | Self::Contains(_) | Self::Holds => None,
        }
    }

    /// The text that is wanted among others.
    pub(super) fn contains(&self) -> Option<String> {
        match self {
            Self::Contains(Value::String(text)) => Some(text.clone()),
            Self::Is(_) | Self::IsNot(_) | Self::Contains(_) | Self::Holds => None,
        }
    }
}

impl Test {
    /// Whether there must be a value.
    fn wants_a_value(&self) -> bool {
        match &self.relation {
            Relation::Is(value) => !value.is_null(),
            Relation::Contains(_) | Relation::Holds => true,
            Relation::IsNot(_) => false,
        }
    }

    fn holds(&self, value: &Value) -> bool {
        match &self.relation {
            Relation::Is(wanted) => value == wanted,
            Relation::IsNot(wanted) => value != wanted,
            Relation::Contains(wanted) => contains(value, wanted),
            Relation::Holds => !matches!(value, Value::Null | Value::Bool(false)),
        }
    }
}

fn contains(value: &Value, wanted: &Value) -> bool {
    let text = wanted.as_str();
    match value {
        Value::Array(entries) => entries.contains(wanted),
        Value::Object(members) => text.is_some_and(|key| members.contains_key(key)),
        Value::String(whole) => text.is_some_and(|part| whole.contains(part)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn at<'v>(path: &str, result: &'v Value) -> Option<&'v Value> {
    result.pointer(&pointer(path, result))
}

/// A word, and whether it was quoted and so is no keyword.
#[derive(Debug)]
struct Word {
    text: String,
    quoted: bool,
}

impl Word {
    fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text == keyword
    }
}

struct Reader<'w> {
    words: &'w [Word],
}

impl Reader<'_> {
    fn any(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.all()?];
        while self.take("or") {
            nodes.push(self.all()?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    fn all(&mut self) -> Result<Node, String> {
        let mut nodes = vec![self.one()?];
        while self.take("and") {
            nodes.push(self.one()?);
        }
        Ok(one_or(nodes, Node::All))
    }

    fn one(&mut self) -> Result<Node, String> {
        if self.take("not") {
            return Ok(Node::Not(Box::new(self.one()?)));
        }
        if self.take("(") {
            let node = self.any()?;
            return if self.take(")") { Ok(node) } else { Err("`)` is missing".to_owned()) };
        }
        let path = self.word("a path such as `project_roles.P1`")?;
        let relation = if self.take("=") {
            Relation::Is(self.value()?)
        } else if self.take("!=") {
            Relation::IsNot(self.value()?)
        } else if self.take("contains") {
            Relation::Contains(self.value()?)
        } else {
            Relation::Holds
        };
        Ok(Node::Test(Test { path, relation }))
    }

    fn value(&mut self) -> Result<Value, String> {
        let quoted = self.words.first().is_some_and(|word| word.quoted);
        let text = self.word("a value")?;
        let json = serde_json::from_str(&text).ok().filter(|_| !quoted);
        Ok(json.unwrap_or(Value::String(text)))
    }

    fn word(&mut self, wanted: &str) -> Result<String, String> {
        const KEYWORDS: [&str; 8] = ["and", "or", "not", "(", ")", "=", "!=", "contains"];
        match self.words.split_first() {
            Some((word, rest)) if !KEYWORDS.iter().any(|keyword| word.is(keyword)) => {
                self.words = rest;
                Ok(word.text.clone())
            }
            Some((word, _)) => Err(format!("expected {wanted}, found `{}`", word.text)),
            None => Err(format!("expected {wanted}, found the end")),
        }
    }

    fn take(&mut self, keyword: &str) -> bool {
        match self.words.split_first() {
            Some((word, rest)) if word.is(keyword) => {
                self.words = rest;
                true
            }
            Some(_) | None => false,
        }
    }
}

fn one_or(mut nodes: Vec<Node>, several: fn(Vec<Node>) -> Node) -> Node {
    match (nodes.len(), nodes.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            nodes.extend(last);
            several(nodes)
        }
    }
}

/// Cuts a text into words: at blanks, parentheses and relations, but not inside quotes or JSON brackets.
fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words: Vec<Word> = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let word = match c {
            c if c.is_whitespace() => continue,
            '(' | ')' | '=' => Word { text: c.to_string(), quoted: false },
            '!' if chars.next_if_eq(&'=').is_some() => Word { text: "!=".to_owned(), quoted: false },
            '"' => {
                let quoted: String = chars.by_ref().take_while(|c| *c != '"').collect();
                Word { text: quoted, quoted: true }
            }
            '[' | '{' => Word { text: bracketed(c, &mut chars)?, quoted: false },
            c => {
                let mut plain = String::from(c);
                while let Some(c) =
                    chars.next_if(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '=' | '!'))
                {
                    plain.push(c);
                }
                Word { text: plain, quoted: false }
            }
        };
        words.push(word);
    }
    Ok(words)
}

/// JSON up to the bracket that closes it.
fn bracketed(open: char, chars: &mut impl Iterator<Item = char>) -> Result<String, String> {
    let mut text = String::from(open);
    let (mut depth, mut in_text) = (1_usize, false);
    for c in chars {
        text.push(c);
        match c {
            '"' => in_text = !in_text,
            '[' | '{' if !in_text => depth += 1,
            ']' | '}' if !in_text => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Ok(text);
        }
    }
    Err(format!("`{text}` is not closed"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn result() -> Value {
        json!({
            "decision": "signed_in", "project_roles": {"P1": "admin", "eu west": "user"}, "has_any_permission": false,
            "effects": ["user.created"], "session": {"roles": ["read", "write"]},
        })
    }

    #[rstest]
    #[case::equal("decision = signed_in", true)]
    #[case::without_blanks("project_roles.P1=admin", true)]
    #[case::unequal("project_roles.P1 != admin", false)]
    #[case::nothing("project_roles.P9 = null", true)]
    #[case::a_boolean("has_any_permission = false", true)]
    #[case::a_list(r#"session.roles = ["read", "write"]"#, true)]
    #[case::an_entry("effects contains user.created", true)]
    #[case::a_key("project_roles contains P2", false)]
    #[case::a_part("decision contains signed", true)]
    #[case::a_flag("has_any_permission", false)]
    #[case::quoted(r#""project_roles.eu west" = "user""#, true)]
    #[case::not("not decision = rejected", true)]
    #[case::and_binds_closer("decision = rejected and effects or decision = signed_in", true)]
    #[case::parentheses("decision = rejected and (effects or decision = signed_in)", false)]
    fn an_expression_is_held_against_a_result(#[case] text: &str, #[case] holds: bool) {
        assert_eq!(Expression::parse(text).unwrap().holds(&result()), holds);
    }

    #[rstest]
    #[case::tests("decision = signed_in and not effects contains x")]
    #[case::groups("(a or b = 1) and not (c and d)")]
    #[case::quotes(r#""a b" = "true" and c = ["x", "y z"]"#)]
    fn an_expression_is_written_as_it_is_read(#[case] text: &str) {
        let read = Expression::parse(text).unwrap();
        let again = Expression::parse(&read.root.to_string()).unwrap();
        assert_eq!(again.root, read.root);
    }

    #[rstest]
    #[case::nothing("", "expected a path such as `project_roles.P1`, found the end")]
    #[case::no_value("a =", "expected a value, found the end")]
    #[case::two_paths("a b", "`b` is not expected here")]
    #[case::no_parenthesis("(a", "`)` is missing")]
    #[case::no_bracket("a = [1", "`[1` is not closed")]
    #[case::no_path("= 1", "expected a path such as `project_roles.P1`, found `=`")]
    fn what_is_no_expression_says_why(#[case] text: &str, #[case] why: &str) {
        assert_eq!(Expression::parse(text).unwrap_err(), why);
    }

    #[test]
    fn a_verdict_shows_what_was_found() {
        let verdict = Expression::parse("project_roles.P1 = user and reason").unwrap().verdict(&result());
        let found = vec![("project_roles.P1".to_owned(), json!("admin")), ("reason".to_owned(), json!(null))];
        assert_eq!(verdict, Verdict { holds: false, found });
    }
}
