//! The text of a `.env` file: one `NAME=value` a line, comments with `#`, quotes around values, `export` before names.

use crate::decision::Mistake;

/// One assignment, with its place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// The variable.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: String,
    /// `line 3`.
    pub(crate) place: String,
}

/// Reads a text; a line that is no assignment is a mistake.
pub(crate) fn parse(text: &str, mistakes: &mut Vec<Mistake>) -> Vec<Assignment> {
    let mut assignments = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let place = format!("line {}", index + 1);
        if let Some((name, value)) = line.split_once('=') {
            assignments.push(Assignment { name: name.trim().to_owned(), value: unquoted(value), place });
        } else {
            mistakes.push(Mistake {
                path: place,
                message: format!("`{line}` is no assignment"),
                help: Some("write `NAME=value`".to_owned()),
            });
        }
    }
    assignments
}

/// The known variable that a misspelt one probably means.
pub(crate) fn near(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let name = name.to_uppercase();
    known
        .map(|known| (strsim::damerau_levenshtein(&name, known), known))
        .min()
        .filter(|(distance, known)| distance * 4 <= known.len())
        .map(|(_, known)| known)
}

/// Quotes around a value are dropped, and so is a comment after an unquoted value.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    for quote in ['"', '\''] {
        let inside = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote));
        if let Some((inside, _)) = inside {
            return inside.to_owned();
        }
    }
    value.split_once(" #").map_or(value, |(value, _)| value.trim_end()).to_owned()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::plain("A=b", "b")]
    #[case::equals_sign_in_the_value("A=b=c", "b=c")]
    #[case::double_quotes("A=\"b # c\" # d", "b # c")]
    #[case::single_quotes("A='b c'", "b c")]
    #[case::comment_after("A=b # c", "b")]
    #[case::hash_inside("A=b#c", "b#c")]
    #[case::exported("export A=b", "b")]
    #[case::empty("A=", "")]
    fn a_value_is_read(#[case] line: &str, #[case] value: &str) {
        let mut mistakes = Vec::new();
        let read = parse(line, &mut mistakes);
        assert_eq!(mistakes, []);
        assert_eq!(read, [Assignment { name: "A".into(), value: value.into(), place: "line 1".into() }]);
    }

    #[test]
    fn blank_lines_and_comments_are_passed_over_and_lines_are_counted() {
        let mut mistakes = Vec::new();
        let read = parse("# first\n\n   \n  A = 1\n#B=2\nC\n", &mut mistakes);
        assert_eq!(read, [Assignment { name: "A".into(), value: "1".into(), place: "line 4".into() }]);
        let no_assignment = Mistake {
            path: "line 6".to_owned(),
            message: "`C` is no assignment".to_owned(),
            help: Some("write `NAME=value`".to_owned()),
        };
        assert_eq!(mistakes, [no_assignment]);
    }

    /// One letter in four may be wrong.
    #[rstest]
    #[case::exact("CLIENT_ID", Some("CLIENT_ID"))]
    #[case::lower_case("client_id", Some("CLIENT_ID"))]
    #[case::two_of_nine("CLEINT_IT", Some("CLIENT_ID"))]
    #[case::three_of_nine("CLIENTS_TO", None)]
    #[case::one_of_four("PORX", Some("PORT"))]
    #[case::two_of_four("POXX", None)]
    #[case::two_of_five("REXXX", None)]
    #[case::something_else("HOME", None)]
    fn a_misspelt_variable_is_recognized(#[case] name: &str, #[case] meant: Option<&str>) {
        assert_eq!(near(name, ["CLIENT_ID", "PORT", "REALM"].into_iter()), meant);
    }
}
