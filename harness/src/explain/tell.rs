//! An explanation for a person to read.

use super::{Elsewhere, Explanation};

/// Lines of prose are no longer than this.
const WIDTH: usize = 100;

/// The explanation as text.
pub fn text(explanation: &Explanation) -> String {
    let mut out = format!("{} ({}): {}\n", explanation.id, explanation.kind.as_str(), explanation.title);
    for paragraph in &explanation.text {
        out.push('\n');
        wrapped(paragraph, "", &mut out);
    }
    for shown in &explanation.examples {
        out.extend([format!("\n{}:\n\n", shown.heading)]);
        for line in shown.text.lines() {
            out.extend([format!("    {line}\n")]);
        }
    }
    list("rests on", &explanation.rests_on, &mut out);
    for elsewhere in &explanation.elsewhere {
        situation(elsewhere, &mut out);
    }
    list("see", &explanation.see, &mut out);
    out
}

fn list(heading: &str, items: &[String], out: &mut String) {
    if items.is_empty() {
        return;
    }
    out.extend([format!("\n{heading}:\n")]);
    for item in items {
        wrapped(item, "  ", out);
    }
}

fn situation(elsewhere: &Elsewhere, out: &mut String) {
    out.extend([format!("\nwhen {}, elsewhere:\n", elsewhere.situation)]);
    let width = elsewhere.rules.iter().map(|rule| rule.product.chars().count()).max().unwrap_or_default();
    for rule in &elsewhere.rules {
        out.extend([format!("  {:width$}  {:<6}  {}\n", rule.product, rule.rule, rule.title)]);
    }
}

/// A paragraph in lines of bearable length, each after `indent`.
fn wrapped(paragraph: &str, indent: &str, out: &mut String) {
    let mut line = String::new();
    for word in paragraph.split_whitespace() {
        if !line.is_empty() && indent.len() + line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.extend([format!("{indent}{line}\n")]);
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    out.extend([format!("{indent}{line}\n")]);
}
