//! Two files of users side by side, which must be in the same order by `sub`.
//!
//! Rows of one subject are a pair, whatever the order is. Where the subjects differ, somebody joined or left, and only an
//! ascending order can say who; so from the first such place on, and up to it, both files must ascend.

use serde::Deserialize;

use super::row::{Row, Written};
use crate::decision::{Document, IdentityDocument};
use crate::preview::Input;
use crate::preview::received::Received;

/// The subject of a row.
///
/// # Errors
///
/// Why there is none.
pub fn subject(row: &Row) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Subject {
        sub: Option<String>,
    }
    if let Written::Line(line) = &row.text
        && let Ok(Subject { sub: Some(sub) }) = serde_json::from_slice(line)
    {
        return Ok(sub);
    }
    // A token, a token response, or nothing of the kind.
    let claims = row.clone().claims()?;
    let received = Received::from(&Input { claims: Some(claims), ..Input::default() }).ok();
    let documents = received.ok_or_else(no_claims)?.documents(IdentityDocument::IdToken).0;
    let subject = documents.claims(Document::IdToken).and_then(|claims| claims.get("sub")?.as_str());
    subject.map(str::to_owned).ok_or_else(|| "there is no `sub` to compare by".to_owned())
}

/// What is said of a user who is none.
pub fn no_claims() -> String {
    "expected an object of claims, a JWT or a token response".to_owned()
}

/// The line that breaks the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Whether it is in the second file.
    pub in_second: bool,
    /// The line.
    pub line: u64,
    /// Why.
    pub why: String,
}

/// Rows that belong together; one side is missing when somebody joined or left.
#[derive(Clone, Debug, PartialEq)]
pub enum Aligned {
    /// In both files.
    Both(Row, Row),
    /// In the first file only.
    Left(Row),
    /// In the second file only.
    Joined(Row),
    /// Nobody: a row that cannot be read, or has nothing to compare by.
    Unreadable {
        /// Whether it is in the second file.
        in_second: bool,
        /// The line.
        line: u64,
        /// Why.
        why: String,
    },
}

/// How far two files have been walked.
#[derive(Debug, Default)]
pub struct Order {
    sides: [Side; 2],
    /// Whether the subjects have differed somewhere.
    differed: bool,
}

#[derive(Debug, Default)]
struct Side {
    next: Option<(Row, String)>,
    last: Option<String>,
    /// The first line that does not ascend.
    unsorted: Option<(u64, String)>,
}

impl Side {
    /// Takes the next row of the file, if none waits; one without a subject is an error.
    fn fill(&mut self, rows: &mut dyn Iterator<Item = Row>) -> Result<(), (u64, String)> {
        if self.next.is_some() {
            return Ok(());
        }
        let Some(row) = rows.next() else { return Ok(()) };
        let line = row.line;
        let subject = subject(&row).map_err(|why| (line, why))?;
        if let Some(last) = self.last.as_ref().filter(|last| **last >= subject) {
            let why = format!("`sub` is `{subject}`, which comes before `{last}` above it");
            self.unsorted.get_or_insert((line, why));
        }
        self.last = Some(subject.clone());
        self.next = Some((row, subject));
        Ok(())
    }

    fn take(&mut self) -> Option<Row> {
        self.next.take().map(|(row, _)| row)
    }
}

impl Order {
    /// The next rows that belong together.
    ///
    /// # Errors
    ///
    /// The line that breaks the order.
    pub fn next(
        &mut self,
        first: &mut dyn Iterator<Item = Row>,
        second: &mut dyn Iterator<Item = Row>,
    ) -> Result<Option<Aligned>, Broken> {
        let [one, other] = &mut self.sides;
        let filled = one.fill(first).map_err(|wrong| (false, wrong));
        if let Err((in_second, (line, why))) =
            filled.and_then(|()| other.fill(second).map_err(|wrong| (true, wrong)))
        {
            return Ok(Some(Aligned::Unreadable { in_second, line, why }));
        }
        let order = match (&one.next, &other.next) {
            (None, None) => return Ok(None),
            (Some((_, a)), Some((_, b))) => a.cmp(b),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
        };
        self.differed |= order.is_ne() && one.next.is_some() && other.next.is_some();
        if self.differed {
            for (in_second, side) in [(false, &*one), (true, &*other)] {
                if let Some((line, why)) = side.unsorted.clone() {
                    return Err(Broken { in_second, line, why });
                }
            }
        }
        Ok(match order {
            std::cmp::Ordering::Equal => one.take().zip(other.take()).map(|(a, b)| Aligned::Both(a, b)),
            std::cmp::Ordering::Less => one.take().map(Aligned::Left),
            std::cmp::Ordering::Greater => other.take().map(Aligned::Joined),
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    fn rows(subjects: &str) -> Vec<Row> {
        let row = |(index, subject): (usize, &str)| Row {
            line: index as u64 + 1,
            text: Written::Line(json!({ "sub": subject }).to_string().into_bytes()),
        };
        subjects.split_whitespace().enumerate().map(row).collect()
    }

    fn walked(first: &str, second: &str) -> Result<String, Broken> {
        let (mut order, mut first, mut second) =
            (Order::default(), rows(first).into_iter(), rows(second).into_iter());
        let mut said = String::new();
        while let Some(aligned) = order.next(&mut first, &mut second)? {
            let (sign, row) = match &aligned {
                Aligned::Both(row, _) => ('=', row),
                Aligned::Left(row) => ('-', row),
                Aligned::Joined(row) => ('+', row),
                Aligned::Unreadable { in_second, line, .. } => {
                    said.extend(["?".to_owned(), in_second.to_string(), line.to_string()]);
                    continue;
                }
            };
            said.push(sign);
            said.push_str(&subject(row).unwrap_or_default());
        }
        Ok(said)
    }

    #[rstest]
    #[case::the_same("a b c", "a b c", "=a=b=c")]
    #[case::the_same_in_any_order("c a b", "c a b", "=c=a=b")]
    #[case::one_joined("a c", "a b c", "=a+b=c")]
    #[case::one_left("a b c", "a c", "=a-b=c")]
    #[case::joined_at_the_end("a", "a b", "=a+b")]
    #[case::nobody_first("", "a", "+a")]
    fn rows_are_paired_by_subject(#[case] first: &str, #[case] second: &str, #[case] wanted: &str) {
        assert_eq!(walked(first, second).unwrap(), wanted);
    }

    #[test]
    fn a_row_without_a_subject_ends_nothing() {
        let row = |line, text: &str| Row { line, text: Written::Line(text.as_bytes().to_vec()) };
        let first = [row(1, r#"{"sub":"a"}"#), row(2, "{\"sub\":"), row(3, r#"{"sub":"c"}"#)];
        let second = [row(1, r#"{"sub":"a"}"#), row(2, r#"{"name":"b"}"#), row(3, r#"{"sub":"c"}"#)];
        let (mut order, mut first, mut second) = (Order::default(), first.into_iter(), second.into_iter());
        let mut said = Vec::new();
        while let Some(aligned) = order.next(&mut first, &mut second).unwrap() {
            said.push(match aligned {
                Aligned::Unreadable { in_second, why, .. } => format!("{in_second}: {why}"),
                Aligned::Both(..) => "true".to_owned(),
                Aligned::Left(_) | Aligned::Joined(_) => "false".to_owned(),
            });
        }
        let wanted = [
            "true",
            "false: EOF while parsing a value, at column 7",
            "true: there is no `sub` to compare by",
            "true",
        ];
        assert_eq!(said, wanted);
    }

    #[test]
    fn a_token_is_compared_by_the_subject_in_it() {
        let row = |text: &str| Row { line: 1, text: Written::Line(text.as_bytes().to_vec()) };
        assert_eq!(subject(&row("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.")).unwrap(), "a");
        assert_eq!(subject(&row(r#"{"id_token":"eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."}"#)).unwrap(), "a");
    }

    #[rstest]
    #[case::in_the_first("b a d", "b c d", false, 2)]
    #[case::in_the_second("a b c", "a c b", true, 3)]
    #[case::before_they_differ("c a b", "c a d", false, 2)]
    fn the_line_that_breaks_the_order_is_named(
        #[case] first: &str,
        #[case] second: &str,
        #[case] in_second: bool,
        #[case] line: u64,
    ) {
        let broken = walked(first, second).unwrap_err();
        assert_eq!((broken.in_second, broken.line), (in_second, line), "{}", broken.why);
    }
}
