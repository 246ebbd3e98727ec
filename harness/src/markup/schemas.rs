//! For tests: what others say that these forms look like.
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use std::fs;
use std::path::Path;

/// A schema that others wrote.
pub(crate) fn schema(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/schemas").join(name);
    fs::read_to_string(path).unwrap()
}

/// Jenkins' schema with what GitLab and pytest have a test case say besides: where it stands, and properties.
fn junit_schema() -> String {
    let schema = schema("junit-10.xsd");
    let attribute = r#"<xs:attribute name="group" type="xs:string"/>"#;
    let child = r#"<xs:element ref="skipped"/>"#;
    assert_eq!((schema.matches(attribute).count(), schema.matches(child).count()), (1, 1));
    let more = r#"<xs:attribute name="file" type="xs:string"/><xs:attribute name="line" type="xs:positiveInteger"/>"#;
    schema
        .replace(attribute, &format!("{attribute}{more}"))
        .replace(child, &format!(r#"<xs:element ref="properties"/>{child}"#))
}

/// What the schema has against a document.
pub(crate) fn junit_mistakes(document: &str) -> Vec<String> {
    let schema = junit_schema();
    let schema = uppsala::parse(&schema).unwrap();
    let validator = uppsala::XsdValidator::from_schema(&schema).unwrap();
    let document = uppsala::parse(document).unwrap();
    validator.validate(&document).iter().map(ToString::to_string).collect()
}
