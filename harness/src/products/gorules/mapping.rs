//! `SSO_OAUTH2_GROUPS_MAPPING`: `<group>->admin,<group>->member` (GR-R4).

use super::readings::InvalidEntry;
use super::record::UserType;

/// One entry of the mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The group, exactly as written.
    pub(super) group: String,
    /// `admin` or `member`.
    pub(super) level: UserType,
}

/// Reads the mapping; the error is the first entry that is none.
pub(super) fn parse(text: &str, invalid: InvalidEntry) -> Result<Vec<Entry>, String> {
    let mut entries = Vec::new();
    for written in written(text) {
        match (entry(written), invalid) {
            (Ok(entry), _) => entries.push(entry),
            (Err(_), InvalidEntry::SkipEntry) => {}
            (Err(_), InvalidEntry::FailStart) => return Err(written.to_owned()),
        }
    }
    Ok(entries)
}

/// What stands between the commas and is no entry, each with what is wrong with it.
pub(super) fn none(text: &str) -> impl Iterator<Item = (&str, &'static str)> {
    written(text).filter_map(|written| Some((written, entry(written).err()?)))
}

fn written(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// The last `->` counts, so that a group's own name may hold one.
fn entry(written: &str) -> Result<Entry, &'static str> {
    if written.is_empty() {
        return Err("nothing there: a comma too many");
    }
    let (group, level) = written.rsplit_once("->").ok_or("no `->` in it")?;
    if group.is_empty() {
        return Err("no group before the arrow");
    }
    let level = match level {
        "admin" => UserType::Admin,
        "member" => UserType::Member,
        _ => return Err("no such level"),
    };
    Ok(Entry { group: group.to_owned(), level })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::blanks_around_entries(" a->admin , b->member ", &[("a", UserType::Admin), ("b", UserType::Member)])]
    #[case::the_last_arrow_counts("x->y->admin", &[("x->y", UserType::Admin)])]
    #[case::a_group_may_hold_blanks("tech leads->member", &[("tech leads", UserType::Member)])]
    fn a_mapping_is_read(#[case] text: &str, #[case] wanted: &[(&str, UserType)]) {
        let wanted: Vec<Entry> =
            wanted.iter().map(|(group, level)| Entry { group: (*group).to_owned(), level: *level }).collect();
        assert_eq!(parse(text, InvalidEntry::FailStart), Ok(wanted));
    }

    #[rstest]
    #[case::unknown_level("dev->member,ops->owner", "ops->owner")]
    #[case::level_in_capitals("ops->Admin", "ops->Admin")]
    #[case::no_arrow("a->admin,ops", "ops")]
    #[case::no_group("->admin", "->admin")]
    #[case::trailing_comma("a->admin,", "")]
    #[case::blank_after_the_arrow("a-> admin", "a-> admin")]
    fn an_entry_that_is_none_is_named(#[case] text: &str, #[case] entry: &str) {
        assert_eq!(parse(text, InvalidEntry::FailStart), Err(entry.to_owned()));
    }

    #[test]
    fn invalid_entries_can_be_skipped() {
        assert_eq!(
            parse("ops->owner,a->admin,", InvalidEntry::SkipEntry).map(|entries| entries.len()),
            Ok(1)
        );
    }
}
