//! One notation for the rules of a product.

/// Declares the rules of one product as statics, and `ALL` of them in order.
///
/// ```text
/// rules! {
///     BR_R1 = "BR-R1", Documented, "openid-connect page", ["BR-Q2"], "what the rule says";
/// }
/// ```
macro_rules! rules {
    ($( $name:ident = $id:literal, $evidence:ident, $source:literal, [$($reading:literal),*], $title:literal; )*) => {
        $(
            #[doc = $title]
            pub static $name: $crate::decision::Rule = $crate::decision::Rule {
                id: $id,
                title: $title,
                evidence: $crate::decision::Evidence::$evidence,
                source: $source,
                readings: &[$($reading),*],
            };
        )*

        /// All rules, in the order of their ids.
        pub const ALL: &[&$crate::decision::Rule] = &[$(&$name),*];
    };
}
pub(crate) use rules;
