//! What a decision consists of: the names of its fields, as far as they are fixed.
//!
//! Whoever asks for a value by its path can be told that there is no such value, which a decision alone cannot: a field
//! that is not there is left out of it, as one is that does not exist.

use std::fmt;

/// A field of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One value.
    Value,
    /// Entries, each named by its position or by itself.
    List,
    /// Values under keys that are data, such as projects.
    Keyed,
    /// Further fields.
    Fields(&'static [Field]),
}

impl Field {
    /// A field with one value.
    pub const fn value(name: &'static str) -> Self {
        Self { name, holds: Holds::Value }
    }

    /// A field with a list.
    pub const fn list(name: &'static str) -> Self {
        Self { name, holds: Holds::List }
    }

    /// A field with values under keys that are data.
    pub const fn keyed(name: &'static str) -> Self {
        Self { name, holds: Holds::Keyed }
    }

    /// A field with further fields.
    pub const fn of(name: &'static str, fields: &'static [Self]) -> Self {
        Self { name, holds: Holds::Fields(fields) }
    }
}

/// The fields that every decision has or may have, whatever the product; its record's stand beside them.
pub const ENVELOPE: &[Field] = &[
    Field::value("decision"),
    Field::value("reason"),
    Field::list("claims"),
    Field::list("effects"),
    Field::list("findings"),
    Field::of(
        "rejection",
        &[Field::value("code"), Field::value("name"), Field::value("clause"), Field::value("detail")],
    ),
];

/// A path that leads to nothing a decision could hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownField {
    /// How many of the path's segments do lead somewhere; the next one does not.
    pub depth: usize,
    /// The segment that leads nowhere.
    pub name: String,
    /// What the segments before it lead to, in words that are typed; empty at the top.
    pub below: String,
    /// Why it leads nowhere.
    pub why: Nowhere,
    /// Whole paths that end in this name, elsewhere in the decision.
    pub elsewhere: Vec<String>,
}

/// Why a segment leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nowhere {
    /// There are other fields.
    NoField(Vec<&'static str>),
    /// There is one value.
    InAValue,
}

impl fmt::Display for UnknownField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, below, .. } = self;
        match &self.why {
            Nowhere::NoField(_) if below.is_empty() => write!(out, "there is no `{name}`"),
            Nowhere::NoField(_) => write!(out, "there is no `{name}` in `{below}`"),
            Nowhere::InAValue => write!(out, "`{below}` is one value, with no `{name}` in it"),
        }
    }
}

impl UnknownField {
    /// The names that could stand in its place.
    pub fn known(&self) -> &[&'static str] {
        match &self.why {
            Nowhere::NoField(known) => known,
            Nowhere::InAValue => &[],
        }
    }
}

/// Whether a path leads to something that a decision with these fields could hold. Keys that are data may be any.
///
/// # Errors
///
/// Where it leads nowhere.
pub fn find(fields: &[Field], path: &[&str]) -> Result<(), UnknownField> {
    held(fields, path).map(drop)
}

/// What is held at the end of a path, where that does not depend on data.
///
/// # Errors
///
/// Where the path leads nowhere.
pub fn held(fields: &[Field], path: &[&str]) -> Result<Option<Holds>, UnknownField> {
    let mut holds = None;
    for (depth, name) in path.iter().enumerate() {
        let next = match holds {
            None => field(fields, name),
            Some(Holds::Fields(further)) => field(further, name),
            Some(Holds::Value) => Err(Nowhere::InAValue),
            Some(Holds::Keyed | Holds::List) => return Ok(None),
        };
        holds = Some(next.map_err(|why| UnknownField {
            depth,
            name: (*name).to_owned(),
            below: path.get(..depth).unwrap_or_default().join("."),
            why,
            elsewhere: paths_to(fields, name, ""),
        })?);
    }
    Ok(holds)
}

fn field(fields: &[Field], name: &str) -> Result<Holds, Nowhere> {
    let found = fields.iter().find(|field| field.name == name);
    found.map(|field| field.holds).ok_or_else(|| Nowhere::NoField(fields.iter().map(|it| it.name).collect()))
}

/// The paths of fields with this name below others.
fn paths_to(fields: &[Field], name: &str, above: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for field in fields {
        let path = format!("{above}{}", field.name);
        if let Holds::Fields(fields) = field.holds {
            paths.extend(paths_to(fields, name, &format!("{path}.")));
        }
        if field.name == name {
            paths.push(path);
        }
    }
    paths
}

/// The segments of a path as it is typed: a JSON pointer (RFC6901-3), or names with dots between them.
///
/// Dots in a key that is data make several segments of it, which [`find`] does not mind.
pub fn segments(path: &str) -> Vec<String> {
    match path.strip_prefix('/') {
        Some(pointer) => pointer.split('/').map(|part| part.replace("~1", "/").replace("~0", "~")).collect(),
        None => path.split('.').map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const FIELDS: &[Field] = &[
        Field::value("decision"),
        Field::list("effects"),
        Field::keyed("project_roles"),
        Field::of("user", &[Field::value("email"), Field::list("user_groups")]),
    ];

    fn found(path: &str) -> Result<(), UnknownField> {
        let segments = segments(path);
        find(FIELDS, &segments.iter().map(String::as_str).collect::<Vec<_>>())
    }

    #[rstest]
    #[case::a_value("decision")]
    #[case::an_entry("effects.0")]
    #[case::an_entry_by_itself("effects.user.created")]
    #[case::a_key("project_roles.P1")]
    #[case::a_key_with_a_dot("project_roles.eu.west")]
    #[case::a_field_of_a_field("user.email")]
    #[case::an_entry_of_a_field("user.user_groups.3")]
    #[case::all_of_a_field("user")]
    #[case::a_pointer("/user/email")]
    #[case::a_pointer_with_an_escape("/project_roles/a~1b")]
    fn a_path_leads_somewhere(#[case] path: &str) {
        assert_eq!(found(path), Ok(()));
    }

    #[rstest]
    #[case::no_field("project_role.P1", 0, "there is no `project_role`")]
    #[case::no_field_of_a_field("user.emial", 1, "there is no `emial` in `user`")]
    #[case::in_a_value("user.email.domain", 2, "`user.email` is one value, with no `domain` in it")]
    #[case::nothing("", 0, "there is no ``")]
    #[case::an_empty_part("user..email", 1, "there is no `` in `user`")]
    #[case::a_pointer("/user/emial", 1, "there is no `emial` in `user`")]
    fn a_path_leads_nowhere_and_it_is_said_where(
        #[case] path: &str,
        #[case] depth: usize,
        #[case] why: &str,
    ) {
        let unknown = found(path).unwrap_err();
        assert_eq!((unknown.depth, unknown.to_string().as_str()), (depth, why));
    }

    #[test]
    fn a_name_that_stands_elsewhere_is_offered_with_its_whole_path() {
        let unknown = found("user_groups.ug-sales").unwrap_err();
        assert_eq!(unknown.elsewhere, ["user.user_groups"]);
        assert_eq!(unknown.known(), ["decision", "effects", "project_roles", "user"]);
    }
}
