//! What the provider was asked and answered. Its journal holds nothing secret.

use serde_json::Value;

/// One entry of the provider's journal on one line.
pub fn line(entry: &Value) -> String {
    let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or("");
    let status = entry.get("status").map(ToString::to_string).unwrap_or_default();
    let mut line = format!("{} {} {status}", text("method"), text("endpoint"));
    for key in ["client", "user"] {
        if !text(key).is_empty() {
            line = format!("{line}  {key} {}", text(key));
        }
    }
    for fault in entry.get("faults").and_then(Value::as_array).into_iter().flatten() {
        line = format!("{line}  fault {}", fault.as_str().unwrap_or_default());
    }
    match entry.pointer("/error/cause").and_then(Value::as_str) {
        Some(cause) => format!("{line}  {cause}"),
        None => line,
    }
}
