//! The catalogue: what is asked, as tables. One file for each group of rows.
//!
//! `foundation` has the OpenID Foundation's modules under their names, the others have rows of ours. What is not asked,
//! and why, is in [`gaps`].

mod claims;
mod discovery;
mod foundation;
pub mod gaps;
mod logout;
mod response;
mod signature;
mod token;
mod userinfo;
mod usual;

#[cfg(test)]
mod tests;

use super::case::{Case, Row};

/// Every row, group by group.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    let groups: [&'static [Row]; 8] = [
        foundation::ROWS,
        signature::ROWS,
        claims::ROWS,
        response::ROWS,
        token::ROWS,
        userinfo::ROWS,
        discovery::ROWS,
        logout::ROWS,
    ];
    groups.into_iter().flatten()
}

/// Every case.
pub fn cases() -> impl Iterator<Item = Case> {
    rows().flat_map(Row::cases)
}
