use proptest::prelude::*;
use rstest::{Context, rstest};
use serde_json::{Value as Json, json};

use super::*;
use crate::source::{Style, render};

fn read(text: &str) -> (Sources, Node) {
    let mut sources = Sources::new();
    let node = parse(&mut sources, "a.yaml", text).unwrap();
    (sources, node)
}

#[rstest]
#[case::root("", "a: 1\nb:\n  - c\n")]
#[case::scalar("/a", "1")]
#[case::block_list("/b", "- c")]
#[case::item("/b/0", "c")]
fn a_span_covers_what_was_written(#[case] pointer: &str, #[case] written: &str) {
    let (sources, node) = read("a: 1\nb:\n  - c\n\n# the end\n");
    assert_eq!(sources.slice(node.at(pointer).unwrap().span).trim_end(), written.trim_end());
}

#[test]
fn flow_collections_and_quoted_keys_have_spans_too() {
    let (sources, node) = read("a: { 'b c': [1, \"zwei\"] }  # x\n");
    assert_eq!(sources.slice(node.at("/a").unwrap().span), "{ 'b c': [1, \"zwei\"] }");
    assert_eq!(sources.slice(node.key_span("/a/b c").unwrap()), "'b c'");
    assert_eq!(sources.slice(node.at("/a/b c/1").unwrap().span), "\"zwei\"");
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let (_, node) = read("base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nsame: *b\n");
    assert_eq!(node.get("use").unwrap().to_json(), json!({"y": 3, "x": 1}));
    assert_eq!(node.get("same").unwrap().to_json(), json!({"x": 1, "y": 2}));
}

#[test]
fn json_is_read_with_its_escapes() {
    let mut sources = Sources::new();
    let text = "{\n\t\"a\": \"\\ud83d\\ude00\\/\",\n\t\"b\": [1, 2.5, null]\n}\n";
    let node = parse(&mut sources, "a.json", text).unwrap();
    assert_eq!(node.to_json(), json!({"a": "😀/", "b": [1, 2.5, null]}));
}

#[test]
fn an_empty_text_is_null() {
    assert!(read("# nothing here\n").1.is_null());
}

#[test]
fn a_text_that_is_not_utf8_is_refused_at_its_first_bad_byte() {
    let mut sources = Sources::new();
    let mistakes = parse_bytes(&mut sources, "a.yaml", b"a: \xff\n".to_vec()).unwrap_err();
    assert_eq!(mistakes[0].code, code::ENCODING);
    assert_eq!(mistakes[0].primary.as_ref().unwrap().span.start, 3);
}

#[rstest]
#[case::two_duplicate_keys("a.yaml", "a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n")]
#[case::tab_indentation("a.yaml", "a:\n\tb: 1\n")]
#[case::unclosed_bracket("a.yaml", "a: [1, 2\nb: 3\n")]
#[case::two_documents("a.yaml", "a: 1\n---\nb: 2\n")]
#[case::a_key_that_is_a_list("a.yaml", "? [a, b]\n: 1\n")]
#[case::a_tag("a.yaml", "a: !secret b\n")]
#[case::an_integer_too_large("a.yaml", "a: 12345678901234567890123\n")]
#[case::an_unknown_alias("a.yaml", "a: *b\n")]
#[case::a_value_inside_itself("a.yaml", "a: &x [*x]\n")]
#[case::merging_text("a.yaml", "a: {<<: b}\n")]
#[case::yaml_in_a_json_file("a.json", "{\"a\": yes}\n")]
#[case::trailing_comma_in_json("a.json", "{\n  \"a\": 1,\n}\n")]
fn a_mistake_is_shown_where_it_was_made(#[context] ctx: Context, #[case] name: &str, #[case] text: &str) {
    let mut sources = Sources::new();
    let mistakes = parse(&mut sources, name, text).unwrap_err();
    insta::with_settings!({ snapshot_suffix => ctx.description.unwrap(), description => text, omit_expression => true }, {
        insta::assert_snapshot!(render(&mistakes, &sources, Style::Plain));
    });
}

#[test]
fn an_alias_bomb_is_refused() {
    let level =
        |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n.saturating_sub(1)); 10].join(", "));
    let text = "a0: &a0 1\n".to_owned() + &(1..12).map(level).collect::<String>();
    let mistakes = parse(&mut Sources::new(), "a.yaml", text).unwrap_err();
    assert_eq!(mistakes[0].code, code::TOO_LARGE);
}

#[test]
fn deep_nesting_is_refused() {
    let text = "[".repeat(100_000);
    let mistakes = parse(&mut Sources::new(), "a.yaml", text).unwrap_err();
    assert_eq!(mistakes[0].code, code::SYNTAX);
}

/// Text as YAML allows it unescaped: JSON also allows control characters from U+007F on and U+FEFF.
const TEXT: &str = "[^\u{7f}-\u{84}\u{86}-\u{9f}\u{feff}\u{fffe}\u{ffff}]{0,40}";

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        TEXT.prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::from),
            prop::collection::vec((TEXT, inner), 0..6).prop_map(|members| members.into_iter().collect()),
        ]
    })
}

proptest! {
    /// What a JSON reader makes of a JSON text is what this one makes of it.
    #[test]
    fn json_means_what_json_readers_say(value in any_json(), indented in any::<bool>()) {
        let text = if indented { format!("{value:#}") } else { value.to_string() };
        let expected: Json = serde_json::from_str(&text).unwrap();
        let mut sources = Sources::new();
        let node = parse(&mut sources, "a.json", text.as_str()).map_err(|found| {
            TestCaseError::fail(render(&found, &sources, Style::Plain))
        })?;
        prop_assert_eq!(node.to_json(), expected);
    }

    /// A value's span, read alone, is that value again.
    #[test]
    fn a_span_holds_its_value(value in any_json()) {
        let mut sources = Sources::new();
        let node = parse(&mut sources, "a.json", format!("{value:#}")).unwrap();
        let items = node.as_list().unwrap_or_default().iter();
        let members = node.as_map().into_iter().flatten().map(|entry| &entry.value);
        for child in items.chain(members) {
            let alone: Json = serde_json::from_str(sources.slice(child.span)).unwrap();
            prop_assert_eq!(child.to_json(), alone);
        }
    }

    /// No text brings the reader down.
    #[test]
    fn any_text_is_read_or_refused(text in "[-a: \\n\\t{}\\[\\],&*!|>'\"#%@`0-9~é]{0,80}") {
        let mut sources = Sources::new();
        if let Err(found) = parse(&mut sources, "a.yaml", text) {
            prop_assert!(!found.is_empty());
            prop_assert!(!render(&found, &sources, Style::Plain).is_empty());
        }
    }
}
