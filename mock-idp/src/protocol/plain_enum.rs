//! One JSON Schema form for choices among words.

use schemars::Schema;
use serde_json::Value;

/// Turns `oneOf` over constants, which schemars makes of documented variants, into one `enum`: validators then list the
/// choices instead of saying that none of several schemas fits.
pub(crate) fn plain_enum(schema: &mut Schema) {
    let Some(Value::Array(variants)) = schema.get("oneOf") else { return };
    let words: Option<Vec<Value>> = variants.iter().map(|variant| variant.get("const").cloned()).collect();
    if let Some(words) = words {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), Value::Array(words));
    }
}

#[cfg(test)]
mod tests {
    use crate::protocol::keys::Algorithm;

    #[test]
    fn documented_variants_become_a_list_of_words() {
        let schema = schemars::schema_for!(Algorithm);
        assert_eq!(schema.get("enum").unwrap()[0], "RS256");
        assert!(schema.get("oneOf").is_none());
    }
}
