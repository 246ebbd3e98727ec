//! `cases` and `matrix`: one scenario, several cases.

use mock_idp::source::{Diagnostic, Map, Node, Value};

use crate::decision::counted;

/// The values of one case, before substitution.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The case's id; `main` when the scenario has one case only.
    pub(super) id: String,
    /// `$(case.…)`.
    pub(super) case: Option<Node>,
    /// `$(matrix.…)`.
    pub(super) matrix: Option<Node>,
}

/// All cases of a file, in order.
pub(super) fn rows(file: &Node, found: &mut Vec<Diagnostic>) -> Vec<Row> {
    let cases = match file.get("cases") {
        Some(cases) => named_cases(cases, found),
        None => vec![(String::new(), None)],
    };
    let combinations = match file.get("matrix") {
        Some(matrix) => combinations(matrix, found),
        None => vec![(String::new(), None)],
    };
    let mut rows = Vec::new();
    for (case_id, case) in &cases {
        for (matrix_id, matrix) in &combinations {
            let id = match (case_id.as_str(), matrix_id.as_str()) {
                ("", "") => "main".to_owned(),
                ("", id) | (id, "") => id.to_owned(),
                (case, matrix) => format!("{case},{matrix}"),
            };
            rows.push(Row { id, case: case.clone(), matrix: matrix.clone() });
        }
    }
    rows
}

type Named = Vec<(String, Option<Node>)>;

fn named_cases(cases: &Node, found: &mut Vec<Diagnostic>) -> Named {
    let rows = match &cases.value {
        Value::Map(table) => table_rows(table, found),
        Value::List(rows) => rows.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    };
    let mut named: Named = Vec::new();
    for row in rows {
        let Some(id) = row.get("id").and_then(Node::as_str).map(str::to_owned) else {
            let mistake = Diagnostic::error("E0209", "a case needs an `id`");
            found.push(
                mistake.at(row.span, "has none").help("write `id: some-name`; it names the case in reports"),
            );
            continue;
        };
        let span = |row: &Node| row.get("id").map_or(row.span, |id| id.span);
        if let Some((_, Some(first))) = named.iter().find(|(known, _)| *known == id) {
            let twice = Diagnostic::error("E0205", format!("case id `{id}` is used twice"));
            found.push(twice.at(span(&row), "second use").also(span(first), "first use"));
            continue;
        }
        named.push((id, Some(row)));
    }
    named
}

/// A `{ columns, rows }` table as a list of maps.
fn table_rows(table: &Map, found: &mut Vec<Diagnostic>) -> Vec<Node> {
    let list = |key: &str| table.get(key).and_then(Node::as_list).unwrap_or_default();
    let columns: Vec<&Node> = list("columns").iter().collect();
    let mut rows = Vec::new();
    for row in list("rows") {
        let cells = row.as_list().unwrap_or_default();
        if cells.len() != columns.len() {
            let (many, wanted) = (counted(cells.len(), "cell"), counted(columns.len(), "column"));
            let names: Vec<&str> = columns.iter().filter_map(|column| column.as_str()).collect();
            found.push(
                Diagnostic::error("E0208", format!("a row has {many}, where there are to be {wanted}"))
                    .at(row.span, many)
                    .help(format!("the columns are {}", names.join(", "))),
            );
            continue;
        }
        let mut map = Map::new();
        for (column, cell) in columns.iter().zip(cells) {
            map.insert(column.as_str().unwrap_or_default(), column.span, cell.clone());
        }
        rows.push(Node::new(Value::Map(map), row.span));
    }
    rows
}

/// Every combination of the values of a matrix, without the excluded ones.
fn combinations(matrix: &Node, found: &mut Vec<Diagnostic>) -> Named {
    let Some(map) = matrix.as_map() else { return vec![(String::new(), None)] };
    let mut combined = vec![Map::new()];
    for axis in map.iter().filter(|axis| axis.key != "exclude") {
        let Some(values) = axis.value.as_list() else {
            let wrong = Diagnostic::error("E0202", format!("`matrix.{}` must be a list", axis.key));
            found.push(wrong.at(axis.value.span, axis.value.kind()));
            continue;
        };
        let grown = combined.iter().flat_map(|map| {
            values.iter().map(|value| {
                let mut map = map.clone();
                map.insert(axis.key.clone(), axis.key_span, value.clone());
                map
            })
        });
        combined = grown.collect();
    }
    let excluded = map.get("exclude").and_then(Node::as_list).unwrap_or_default();
    combined.retain(|map| !excluded.iter().any(|excluded| excludes(excluded, map)));
    combined
        .into_iter()
        .map(|map| {
            let id: Vec<String> =
                map.iter().map(|axis| format!("{}={}", axis.key, short(&axis.value))).collect();
            (id.join(","), Some(Node::new(Value::Map(map), matrix.span)))
        })
        .collect()
}

fn excludes(excluded: &Node, map: &Map) -> bool {
    let Some(excluded) = excluded.as_map() else { return false };
    excluded
        .iter()
        .all(|axis| map.get(&axis.key).is_some_and(|value| value.to_json() == axis.value.to_json()))
}

fn short(value: &Node) -> String {
    value.as_str().map_or_else(|| value.to_json().to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use mock_idp::source::{Sources, parse};
    use rstest::rstest;

    use super::rows;

    fn ids(text: &str) -> (Vec<String>, Vec<String>) {
        let mut sources = Sources::new();
        let file = parse(&mut sources, "file.yaml", text).unwrap();
        let mut found = Vec::new();
        let ids = rows(&file, &mut found).into_iter().map(|row| row.id).collect();
        (ids, found.into_iter().map(|d| format!("{} {}", d.code, d.title)).collect())
    }

    #[rstest]
    #[case::one_case_is_main("name: x", &["main"])]
    #[case::a_list("cases: [{id: a}, {id: b}]", &["a", "b"])]
    #[case::a_table("cases: {columns: [id, x], rows: [[a, 1], [b, 2]]}", &["a", "b"])]
    #[case::a_matrix("matrix: {m: [x, y], n: [1, 2]}", &["m=x,n=1", "m=x,n=2", "m=y,n=1", "m=y,n=2"])]
    #[case::a_matrix_with_a_hole("matrix: {m: [x, y], n: [1, 2], exclude: [{m: x, n: 2}]}", &["m=x,n=1", "m=y,n=1", "m=y,n=2"])]
    #[case::both("cases: [{id: a}, {id: b}]\nmatrix: {m: [x]}", &["a,m=x", "b,m=x"])]
    fn a_file_has_cases(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(ids(text), (expected.iter().map(|&id| id.to_owned()).collect(), Vec::new()));
    }

    #[rstest]
    #[case::no_id("cases: [{x: 1}]", "E0209 a case needs an `id`")]
    #[case::twice("cases: [{id: a}, {id: a}]", "E0205 case id `a` is used twice")]
    #[case::too_few_cells(
        "cases: {columns: [id, x], rows: [[a]]}",
        "E0208 a row has 1 cell, where there are to be 2 columns"
    )]
    #[case::axis_without_values("matrix: {m: x}", "E0202 `matrix.m` must be a list")]
    fn a_slip_is_found(#[case] text: &str, #[case] said: &str) {
        assert_eq!(ids(text).1, [said]);
    }
}
