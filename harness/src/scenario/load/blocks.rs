//! `run: BLOCK`: the steps of a block laid out in place, before anything reads them.

use mock_idp::source::{Diagnostic, Map, Node, Value, did_you_mean};

use super::substitute::Roots;

/// Blocks may run blocks, but not without end.
const DEPTH: usize = 8;

/// Fills the values into `steps` and replaces each `run` by the steps of its block.
///
/// A step of a block is named after the step that runs it: `control.login`.
pub(super) fn lay_out(
    steps: &Node,
    blocks: Option<&Node>,
    roots: &mut Roots,
    found: &mut Vec<Diagnostic>,
) -> Node {
    let mut layout = Layout { blocks: blocks.and_then(Node::as_map), roots, found, out: Vec::new() };
    for (index, step) in steps.as_list().unwrap_or_default().iter().enumerate() {
        layout.step(step, &(index + 1).to_string(), 0);
    }
    Node::new(Value::List(layout.out), steps.span)
}

struct Layout<'a> {
    blocks: Option<&'a Map>,
    roots: &'a mut Roots,
    found: &'a mut Vec<Diagnostic>,
    out: Vec<Node>,
}

impl Layout<'_> {
    fn step(&mut self, step: &Node, number: &str, depth: usize) {
        let mut step = step.clone();
        self.roots.fill(&mut step, self.found);
        let Some(run) = step.get("run").cloned() else {
            self.out.push(with_id(step, number));
            return;
        };
        let name = run.as_str().unwrap_or_default();
        let Some(block) = self.blocks.and_then(|blocks| blocks.get(name)) else {
            let unknown = Diagnostic::error("E0307", format!("block `{name}` is not defined"));
            let help = did_you_mean(name, self.blocks.into_iter().flat_map(Map::keys));
            self.found.push(unknown.at(run.span, "no such block").help_if(help));
            return;
        };
        if depth >= DEPTH {
            let circle = Diagnostic::error("E0307", format!("block `{name}` runs itself"));
            self.found.push(circle.at(run.span, "in a circle"));
            return;
        }
        check_run(&step, self.found);
        let given = step.get("with").cloned().unwrap_or_else(|| Node::new(Value::Map(Map::new()), run.span));
        check_parameters(block, &given, &run, self.found);
        let id = step.get("id").and_then(Node::as_str).unwrap_or(name).to_owned();
        for (index, inner) in
            block.get("steps").and_then(Node::as_list).unwrap_or_default().iter().enumerate()
        {
            self.roots.set("param", given.clone());
            let first = self.out.len();
            self.step(inner, &(index + 1).to_string(), depth + 1);
            self.roots.unset("param");
            self.out.iter_mut().skip(first).for_each(|step| prefix_id(step, &id));
        }
    }
}

/// A step without an id is named by its number.
fn with_id(mut step: Node, number: &str) -> Node {
    let span = step.span;
    if let Some(map) = step.as_map_mut().filter(|map| map.get("id").is_none()) {
        map.insert("id", span, Node::string(number, span));
    }
    step
}

fn prefix_id(step: &mut Node, prefix: &str) {
    let Some(id) = step.as_map_mut().and_then(|map| map.get_mut("id")) else { return };
    if let Some(inner) = id.as_str() {
        id.value = Value::String(format!("{prefix}.{inner}"));
    }
}

/// A step that runs a block says nothing else.
fn check_run(step: &Node, found: &mut Vec<Diagnostic>) {
    for entry in step.as_map().into_iter().flatten() {
        if !matches!(entry.key.as_str(), "id" | "run" | "with" | "notes") {
            let title = format!("`{}` has no effect on a step that runs a block", entry.key);
            let mistake = Diagnostic::error("E0204", title).at(entry.key_span, "not read here");
            found.push(mistake.help("put it on a step of the block, or on a step of its own"));
        }
    }
}

fn check_parameters(block: &Node, given: &Node, run: &Node, found: &mut Vec<Diagnostic>) {
    let name = run.as_str().unwrap_or_default();
    let params: Vec<&str> = block
        .get("params")
        .and_then(Node::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Node::as_str)
        .collect();
    for entry in given.as_map().into_iter().flatten().filter(|entry| !params.contains(&entry.key.as_str())) {
        let unknown = Diagnostic::error("E0308", format!("block `{name}` has no parameter `{}`", entry.key));
        let help = did_you_mean(&entry.key, params.iter().copied());
        found.push(unknown.at(entry.key_span, "no such parameter").help_if(help));
    }
    for param in params.iter().filter(|param| given.get(param).is_none()) {
        let missing = Diagnostic::error("E0308", format!("block `{name}` needs the parameter `{param}`"));
        found.push(missing.at(run.span, "not given").help(format!("write `with: {{ {param}: … }}`")));
    }
}
