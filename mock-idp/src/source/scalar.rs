//! What a plain (unquoted) YAML word means.
//!
//! YAML 1.2's core schema, with one narrowing: a word is a number only if it is one in JSON. So `01234`, `1_000`,
//! `+4989123`, `0x1F` and `1.` stay text, which keeps postcodes, telephone numbers and ids in claims as they were
//! written; and `yes`, `no`, `on`, `off`, `y` and `n` stay text, as YAML 1.2 has it.

use serde_json::Number;

use super::node::Value;

/// An integer that neither 64-bit type holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooManyDigits;

/// The value of an unquoted word.
pub(super) fn plain(word: &str) -> Result<Value, TooManyDigits> {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => Ok(Value::Null),
        "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
        "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
        _ => number(word).map(|number| number.map_or_else(|| Value::String(word.to_owned()), Value::Number)),
    }
}

fn number(word: &str) -> Result<Option<Number>, TooManyDigits> {
    if !word.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        return Ok(None);
    }
    let Ok(number) = serde_json::from_str::<Number>(word) else { return Ok(None) };
    let integer = !word.contains(['.', 'e', 'E']);
    if integer && number.is_f64() && word != "-0" { Err(TooManyDigits) } else { Ok(Some(number)) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::source::{Sources, parse};

    #[rstest]
    #[case::nothing("a:", json!(null))]
    #[case::tilde("a: ~", json!(null))]
    #[case::truth("a: true", json!(true))]
    #[case::the_country_norway("a: no", json!("no"))]
    #[case::on("a: on", json!("on"))]
    #[case::postcode("a: 01234", json!("01234"))]
    #[case::underscores("a: 1_000", json!("1_000"))]
    #[case::telephone("a: +4989123", json!("+4989123"))]
    #[case::hexadecimal("a: 0x1F", json!("0x1F"))]
    #[case::time_of_day("a: 12:30", json!("12:30"))]
    #[case::version("a: 1.2.3", json!("1.2.3"))]
    #[case::date("a: 2031-03-04", json!("2031-03-04"))]
    #[case::not_a_number("a: .nan", json!(".nan"))]
    #[case::integer("a: 2002", json!(2002))]
    #[case::negative("a: -7", json!(-7))]
    #[case::fraction("a: 1.50", json!(1.5))]
    #[case::exponent("a: 1e3", json!(1000.0))]
    #[case::quoted("a: \"2002\"", json!("2002"))]
    #[case::single_quoted("a: 'true'", json!("true"))]
    #[case::block("a: |\n  true\n", json!("true\n"))]
    #[case::tagged_as_text("a: !!str 2002", json!("2002"))]
    fn a_word_keeps_its_meaning(#[case] text: &str, #[case] expected: Json) {
        let node = parse(&mut Sources::new(), "a.yaml", text).unwrap();
        assert_eq!(node.to_json(), json!({ "a": expected }));
    }

    #[test]
    fn an_integer_that_would_lose_digits_is_refused() {
        assert_eq!(plain("12345678901234567890123"), Err(TooManyDigits));
        assert_eq!(plain("18446744073709551615"), Ok(Value::Number(u64::MAX.into())));
    }
}
