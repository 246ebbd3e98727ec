//! The catalogue: what is asked, as tables. One file for each group of rows.

mod claims;
mod foundation;
mod signature;

use super::case::{Case, Row};

/// Every row, group by group.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [foundation::ROWS, signature::ROWS, claims::ROWS].into_iter().flatten()
}

/// Every case.
pub fn cases() -> impl Iterator<Item = Case> {
    rows().flat_map(Row::cases)
}
