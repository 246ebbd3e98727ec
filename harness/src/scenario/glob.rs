//! Patterns with `*` for any run of characters: what `-k` and the matcher `$glob` understand.

/// Whether `text` as a whole fits `pattern`.
pub fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let Some(first) = pieces.next() else { return text.is_empty() };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut pieces: Vec<&str> = pieces.collect();
    let Some(last) = pieces.pop() else { return rest.is_empty() };
    for piece in pieces {
        match rest.split_once(piece) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::fits;

    #[rstest]
    #[case::plain_text_is_itself("ada", "ada", true)]
    #[case::plain_text_is_not_a_prefix("ad", "ada", false)]
    #[case::a_star_is_any_run("bill*", "billwerk", true)]
    #[case::a_star_may_be_empty("*ada*", "ada", true)]
    #[case::pieces_keep_their_order("a*b*c", "a-c-b", false)]
    #[case::the_end_counts("*.yaml", "x.yaml.bak", false)]
    #[case::pieces_do_not_overlap("ab*ba", "aba", false)]
    fn a_pattern_fits_the_whole_text(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(fits(pattern, text), expected);
    }
}
