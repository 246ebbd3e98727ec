//! SARIF 2.1.0, as code scanning reads it.

use std::collections::BTreeMap;

use aws_lc_rs::digest;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

/// What a path may not hold as it is in a URI reference (RFC 3986, 3.3); `:` would be read as the end of a scheme.
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Whose results these are.
#[derive(Clone, Copy, Debug)]
pub struct Tool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// A kind of result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rule {
    /// A stable code.
    pub id: String,
    /// What it is about, in one sentence.
    pub title: String,
    /// What to do about it.
    pub help: String,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The id of its rule.
    pub rule: String,
    /// How bad it is.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where.
    pub place: Option<Place>,
    /// How it came to be, from the first cause on.
    pub flow: Vec<String>,
    /// What it is the same as when lines have moved; see [`fingerprint`].
    pub fingerprint: String,
}

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Something does not work.
    Error,
    /// Something may not work.
    Warning,
    /// Something worth knowing.
    Note,
}

/// A place in a file; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The file, from the root of the sources.
    pub file: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
    /// The column behind the last character.
    pub end_column: usize,
}

/// A name for a result that stays the same when its line moves: GitHub takes results of the same `primaryLocationLineHash` for
/// one alert. [`document`] adds the part behind the colon, which counts results of the same hash.
pub fn fingerprint(parts: &[&str]) -> String {
    let digest = digest::digest(&digest::SHA256, parts.join("\u{1f}").as_bytes());
    let number = digest.as_ref().iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("{number:016x}")
}

/// The whole document. Rules that no finding names are welcome.
pub fn document(tool: Tool, rules: &[Rule], findings: &[Finding]) -> Value {
    let mut known: BTreeMap<&str, usize> = BTreeMap::new();
    let results = findings.iter().map(|finding| {
        let nth = known.entry(&finding.fingerprint).or_default();
        *nth += 1;
        result(finding, *nth, rules)
    });
    let results: Vec<Value> = results.collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": tool.name,
                "version": tool.version,
                "rules": rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.title },
        "help": { "text": rule.help },
    })
}

fn result(finding: &Finding, nth: usize, rules: &[Rule]) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "level": match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        "message": { "text": finding.message },
        "locations": finding.place.iter().map(location).collect::<Vec<_>>(),
        "partialFingerprints": { "primaryLocationLineHash": format!("{}:{nth}", finding.fingerprint) },
    });
    let Some(members) = result.as_object_mut() else { return result };
    if let Some(index) = rules.iter().position(|rule| rule.id == finding.rule) {
        members.insert("ruleIndex".to_owned(), json!(index));
    }
    if !finding.flow.is_empty() {
        let locations: Vec<Value> =
            finding.flow.iter().map(|text| step(text, finding.place.as_ref())).collect();
        members.insert("codeFlows".to_owned(), json!([{ "threadFlows": [{ "locations": locations }] }]));
    }
    result
}

/// A step of a flow. Viewers show only steps that have a place, so each has the result's.
fn step(text: &str, place: Option<&Place>) -> Value {
    let mut location = place.map_or_else(|| json!({}), location);
    if let Some(members) = location.as_object_mut() {
        members.insert("message".to_owned(), json!({ "text": text }));
    }
    json!({ "location": location })
}

fn location(place: &Place) -> Value {
    let path = utf8_percent_encode(&place.file, NOT_IN_A_PATH).to_string();
    let artifact = if place.file.starts_with('/') {
        json!({ "uri": format!("file://{path}") })
    } else {
        json!({ "uri": path, "uriBaseId": "%SRCROOT%" })
    };
    json!({ "physicalLocation": {
        "artifactLocation": artifact,
        "region": { "startLine": place.line, "startColumn": place.column, "endColumn": place.end_column },
    }})
}

#[cfg(test)]
mod tests {
    use super::{Finding, Level, Tool, document, fingerprint};

    #[test]
    fn results_of_one_fingerprint_are_counted() {
        let finding = |parts: &[&str]| Finding {
            rule: "R0601".to_owned(),
            level: Level::Error,
            message: "a message".to_owned(),
            place: None,
            flow: Vec::new(),
            fingerprint: fingerprint(parts),
        };
        let findings = [finding(&["a", "b"]), finding(&["ab"]), finding(&["a", "b"])];
        let document = document(Tool { name: "harness", version: "1" }, &[], &findings);
        let results = document["runs"][0]["results"].as_array().unwrap();
        let prints: Vec<&str> = results
            .iter()
            .map(|result| result["partialFingerprints"]["primaryLocationLineHash"].as_str().unwrap())
            .collect();
        let [(one, first), (other, second), (same, third)] =
            [0, 1, 2].map(|index| prints[index].split_once(':').unwrap());
        assert_eq!((first, second, third), ("1", "1", "2"));
        assert!(one == same && one != other, "{prints:?}");
    }
}
