//! A rule of a product and how well it is known.

use serde::Serialize;

/// How a rule is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Stated in the vendor's page that the product is modelled on.
    Documented,
    /// Stated on another public page of the vendor.
    Public,
    /// Seen in the product's own public source code.
    Observed,
    /// The documentation is silent or contradicts itself; this is our interpretation.
    Interpretation,
}

/// One numbered rule of a product.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The id used everywhere: code, trace, scenarios and documentation, for example `BP-R15`.
    pub id: &'static str,
    /// What the rule says, in one sentence of ours.
    pub title: &'static str,
    /// How the rule is known; where parts differ, the weakest part that the sentence needs.
    pub evidence: Evidence,
    /// Where it is known from, for example `openid-connect page, "Least Privileged User"`.
    pub source: &'static str,
    /// The readings that the rule depends on, for example `["BP-Q2"]`.
    pub readings: &'static [&'static str],
}
