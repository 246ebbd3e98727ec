//! JUnit's XML, as Jenkins, GitLab and others read it.

use super::xml::Element;

/// Cases that belong together, usually those of a file.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// The file that it stands in.
    pub file: Option<String>,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Its name within the class.
    pub name: String,
    /// What groups cases on a dashboard; a dot opens a level.
    pub class: String,
    /// The file that it stands in.
    pub file: Option<String>,
    /// The line on which it stands.
    pub line: Option<usize>,
    /// How long it took.
    pub seconds: Option<f64>,
    /// What else is known of it, by name.
    pub properties: Vec<(&'static str, String)>,
    /// How it ended.
    pub outcome: Outcome,
    /// How earlier tries ended, where it was tried more than once.
    pub earlier: Vec<Try>,
}

/// A try that was not the last.
#[derive(Clone, Debug)]
pub enum Try {
    /// Not as it should.
    Failed(Problem),
    /// It could not be run.
    Broken(Problem),
}

/// How a case ended.
#[derive(Clone, Debug, Default)]
pub enum Outcome {
    /// As it should.
    #[default]
    Passed,
    /// It was not run, for this reason.
    Skipped(String),
    /// Not as it should.
    Failed(Vec<Problem>),
    /// It could not be run.
    Broken(Vec<Problem>),
}

/// What was wrong.
#[derive(Clone, Debug, Default)]
pub struct Problem {
    /// A stable code.
    pub code: String,
    /// One line.
    pub message: String,
    /// Everything there is to say.
    pub text: String,
}

/// The whole document.
pub fn document(name: &str, suites: &[Suite], seconds: Option<f64>) -> String {
    let all = || suites.iter().flat_map(|suite| &suite.cases);
    Element::new("testsuites")
        .attribute("name", name)
        .attribute("tests", &all().count())
        .attribute("failures", &all().filter(|case| matches!(case.outcome, Outcome::Failed(_))).count())
        .attribute("errors", &all().filter(|case| matches!(case.outcome, Outcome::Broken(_))).count())
        .attribute_if("time", seconds.map(time).as_ref())
        .with(suites.iter().map(suite))
        .document()
}

fn suite(suite: &Suite) -> Element {
    let count = |keep: fn(&Outcome) -> bool| suite.cases.iter().filter(|case| keep(&case.outcome)).count();
    let seconds: Option<Vec<f64>> = suite.cases.iter().map(|case| case.seconds).collect();
    Element::new("testsuite")
        .attribute("name", &suite.name)
        .attribute("tests", &suite.cases.len())
        .attribute("failures", &count(|outcome| matches!(outcome, Outcome::Failed(_))))
        .attribute("errors", &count(|outcome| matches!(outcome, Outcome::Broken(_))))
        .attribute("skipped", &count(|outcome| matches!(outcome, Outcome::Skipped(_))))
        .attribute_if("time", seconds.map(|seconds| time(seconds.iter().sum())).as_ref())
        .attribute_if("file", suite.file.as_ref())
        .with(suite.cases.iter().map(case))
}

fn case(case: &Case) -> Element {
    let element = Element::new("testcase")
        .attribute("name", &case.name)
        .attribute("classname", &case.class)
        .attribute_if("time", case.seconds.map(time).as_ref())
        .attribute_if("file", case.file.as_ref())
        .attribute_if("line", case.line.as_ref());
    let property = |(name, value): &(&'static str, String)| {
        Element::new("property").attribute("name", *name).attribute("value", value)
    };
    let properties = Element::new("properties").with(case.properties.iter().map(property));
    let element = element.with((!case.properties.is_empty()).then_some(properties));
    let element = match &case.outcome {
        Outcome::Passed => element,
        Outcome::Skipped(reason) => element.with([Element::new("skipped").attribute("message", reason)]),
        Outcome::Failed(problems) => element.with(problems.iter().map(|it| problem("failure", it))),
        Outcome::Broken(problems) => element.with(problems.iter().map(|it| problem("error", it))),
    };
    let bad = matches!(case.outcome, Outcome::Failed(_) | Outcome::Broken(_));
    element.with(case.earlier.iter().map(|earlier| match (earlier, bad) {
        (Try::Failed(it), true) => problem("rerunFailure", it),
        (Try::Broken(it), true) => problem("rerunError", it),
        (Try::Failed(it), false) => problem("flakyFailure", it),
        (Try::Broken(it), false) => problem("flakyError", it),
    }))
}

fn problem(name: &'static str, problem: &Problem) -> Element {
    Element::new(name)
        .attribute("type", &problem.code)
        .attribute("message", &problem.message)
        .text(super::plain(&problem.text))
}

/// Seconds with at most three digits behind the point, which is all that Jenkins' schema knows.
fn time(seconds: f64) -> String {
    format!("{seconds:.3}")
}
