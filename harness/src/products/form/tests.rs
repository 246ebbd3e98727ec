//! What a form reads, and what it says about what it cannot read.

use rstest::rstest;
use serde_json::json;

use super::*;

#[rstest]
#[case::nothing(json!(null), "nothing")]
#[case::truth(json!(true), "a truth value")]
#[case::number(json!(1.5), "a number")]
#[case::text(json!("x"), "a text")]
#[case::list(json!([]), "a list")]
#[case::object(json!({}), "an object")]
fn a_value_is_called_what_it_is(#[case] value: Value, #[case] name: &str) {
    assert_eq!(kind(&value), name);
}

#[test]
fn a_member_of_the_wrong_type_is_no_value_and_one_mistake() {
    let value = json!({"text": 1, "flag": "x", "number": [], "texts": ["a", 1], "list": {}, "object": "y"});
    let mut form = Form::of(&value, "/at");
    assert_eq!(form.text("text"), None);
    assert_eq!(form.flag("flag"), None);
    assert_eq!(form.number("number"), None);
    assert_eq!(form.texts("texts"), None);
    assert_eq!(form.list("list"), []);
    assert_eq!(form.object("object"), None);
    let said: Vec<String> = form.into_mistakes().iter().map(ToString::to_string).collect();
    let expected = [
        "/at/text: expected a text, found a number",
        "/at/flag: expected `true` or `false`, found a text",
        "/at/number: expected a whole number, found a list",
        "/at/texts: expected a list of texts, found a list",
        "/at/list: expected a list, found an object",
        "/at/object: expected an object, found a text",
    ];
    assert_eq!(said, expected);
}

#[test]
fn a_member_of_the_right_type_is_read() {
    let value = json!({
        "text": "x", "flag": false, "number": -7, "texts": ["a", "b"], "list": [1, 2], "object": {"k": 1},
    });
    let mut form = Form::of(&value, "/at");
    assert_eq!(form.text("text").as_deref(), Some("x"));
    assert_eq!(form.flag("flag"), Some(false));
    assert_eq!(form.number("number"), Some(-7));
    assert_eq!(form.texts("texts"), Some(vec!["a".to_owned(), "b".to_owned()]));
    let list = [("/at/list/0".to_owned(), &json!(1)), ("/at/list/1".to_owned(), &json!(2))];
    assert_eq!(form.list("list"), list);
    assert_eq!(form.object("object"), json!({"k": 1}).as_object());
    assert_eq!(form.into_mistakes(), []);
}

#[test]
fn null_counts_as_absent() {
    let value = json!({"text": null});
    let mut form = Form::of(&value, "");
    assert_eq!((form.value("text"), form.text("text"), form.text("other")), (None, None, None));
    assert_eq!(form.into_mistakes(), []);
    assert_eq!(Form::of(&Value::Null, "").into_mistakes(), []);
    assert_eq!(over_defaults(r#"{"a": 1, "b": 2}"#, &json!({"a": null, "b": 3})), json!({"a": 1, "b": 3}));
}

#[test]
fn what_is_no_object_has_no_members() {
    let list = json!(["x"]);
    let mut form = Form::of(&list, "/at");
    assert_eq!(form.text("0"), None);
    let said: Vec<String> = form.into_mistakes().iter().map(ToString::to_string).collect();
    assert_eq!(said, ["/at: expected an object, found a list"]);
}

#[test]
fn the_first_spelling_that_is_there_is_read() {
    let value = json!({"id": "second", "client": "third"});
    let mut form = Form::of(&value, "");
    assert_eq!(form.any_text(&["ID", "id", "client"]).as_deref(), Some("second"));
    assert_eq!(form.any_text(&["ID"]), None);
}

#[test]
fn an_unknown_key_is_a_mistake_at_its_escaped_place() {
    let value = json!({"known": 1, "a/b~c": 2});
    let mut form = Form::of(&value, "");
    form.only(&["known"]);
    form.wrong("known", "is odd", Some("write 2".to_owned()));
    let unknown = Mistake {
        path: "/a~1b~0c".to_owned(),
        message: "unknown key `a/b~c`".to_owned(),
        help: Some("known are `known`".to_owned()),
    };
    let odd =
        Mistake { path: "/known".to_owned(), message: "is odd".to_owned(), help: Some("write 2".to_owned()) };
    assert_eq!(form.into_mistakes(), [unknown, odd]);
}

/// Jaro and Winkler give `abcxdyz` and `abcdmno` 0.8 exactly.
#[rstest]
#[case::near("scopse", &["scopes", "name"], "did you mean `scopes`?")]
#[case::in_another_letter_case("CLIENT_ID", &["name", "client_id"], "did you mean `client_id`?")]
#[case::far("zzz", &["scopes", "name"], "known are `scopes`, `name`")]
#[case::on_the_border("abcxdyz", &["abcdmno"], "known are `abcdmno`")]
fn help_names_the_nearest_word_or_all(#[case] word: &str, #[case] known: &[&str], #[case] help: &str) {
    assert_eq!(did_you_mean(word, known).as_deref(), Some(help));
}

#[test]
fn there_is_no_help_where_nothing_is_known() {
    assert_eq!(did_you_mean("x", &[]), None);
}

#[test]
fn a_reading_that_does_not_exist_is_a_mistake_with_help() {
    let chosen = ["BR-Q1", "BR-Q99"].map(|id| (id.to_owned(), "both".to_owned())).into();
    let mistakes = choose_readings(&chosen, |id, choice| match id {
        "BR-Q1" => Err(ReadingMistake::UnknownChoice {
            id: "BR-Q1",
            choice: choice.to_owned(),
            known: vec!["array", "container"],
        }),
        _ => Err(ReadingMistake::UnknownReading { id: id.to_owned(), known: vec!["BR-Q1", "BR-Q9"] }),
    });
    let told: Vec<(String, Option<String>)> =
        mistakes.into_iter().map(|mistake| (mistake.to_string(), mistake.help)).collect();
    let expected = [
        ("/readings/BR-Q1: reading `BR-Q1` has no choice `both`", "the choices are `array`, `container`"),
        ("/readings/BR-Q99: unknown reading `BR-Q99`", "did you mean `BR-Q9`?"),
    ];
    let expected = expected.map(|(message, help)| (message.to_owned(), Some(help.to_owned())));
    assert_eq!(told, expected);
}
