//! What is written down for machines to run exists: the action, the compose file and the pages.

use std::fs;
use std::path::{Path, PathBuf};

use mock_idp::source::{Sources, parse_bytes};
use rstest::rstest;
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

fn yaml(name: &str) -> Value {
    parse_bytes(&mut Sources::new(), name, text(name).into_bytes()).unwrap().to_json()
}

/// Why a command line would not be understood.
fn mistake(words: &[String]) -> Option<String> {
    let parsed = match words.first().map(String::as_str) {
        Some("harness") => harness::cli::command().try_get_matches_from(words),
        Some("mock-idp") => mock_idp::cli::command().try_get_matches_from(words),
        Some("cargo") => return not_of_cargo(words),
        _ => return Some(format!("{words:?}: no such program")),
    };
    parsed.err().map(|error| format!("{words:?}: {error}"))
}

/// Of cargo we call one command, with the path of a package.
fn not_of_cargo(words: &[String]) -> Option<String> {
    let path = words.iter().skip_while(|word| *word != "--path").nth(1);
    let package = path.filter(|path| root().join(path).join("src/main.rs").is_file());
    (words.get(1).is_none_or(|word| word != "install") || package.is_none())
        .then(|| format!("{words:?}: installs nothing of ours"))
}

/// What stands for the variables of a script.
const VARIABLES: [(&str, &str); 5] = [
    ("$PATHS", "scenarios fixtures"),
    ("$TAG", "slow and not network"),
    ("$SHARD", "1/2"),
    ("$RUNNER_TEMP", "temp"),
    ("$HARNESS_BIN", "bin"),
];

/// The words of a line of shell. `${NAME:+words}` counts as its words, so that every flag is seen.
fn words(line: &str) -> Vec<String> {
    let mut line = line.to_owned();
    while let Some((before, rest)) = line.split_once("${") {
        let (inside, after) = rest.split_once('}').unwrap();
        line = format!("{before}{}{after}", inside.split_once(":+").unwrap().1);
    }
    for (name, value) in VARIABLES {
        line = line.replace(name, value);
    }
    assert!(!line.contains('$'), "a variable without a value in `{line}`");
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, c) if c.is_whitespace() => words.push(String::new()),
            (_, c) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_of_the_action_exists() {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let lines = steps.iter().flat_map(|step| step["run"].as_str().unwrap().lines());
    let commands: Vec<Vec<String>> = lines.filter(|line| !line.starts_with("export ")).map(words).collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    assert_eq!(commands.iter().filter_map(|words| mistake(words)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_input_of_the_action_is_declared_and_used() {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].to_string();
    for name in action["inputs"].as_object().unwrap().keys() {
        assert!(steps.contains(&format!("inputs.{name} ")), "`{name}` is not used");
    }
    for used in steps.split("inputs.").skip(1) {
        let name = used.split(' ').next().unwrap();
        assert!(action["inputs"][name].is_object(), "`{name}` is not declared");
    }
}

#[test]
fn every_command_of_the_compose_file_exists() {
    let compose = yaml("compose.yaml");
    let list = |value: &Value, skip: usize| -> Vec<String> {
        value.as_array().unwrap().iter().skip(skip).map(|word| word.as_str().unwrap().to_owned()).collect()
    };
    let services = compose["services"].as_object().unwrap();
    let mut commands: Vec<Vec<String>> =
        services.values().map(|service| list(&service["command"], 0)).collect();
    // `CMD` says that what follows is a program and its arguments.
    commands.push(list(&services["idp"]["healthcheck"]["test"], 1));
    let build = services["idp"]["build"]["dockerfile_inline"].as_str().unwrap();
    commands.extend(build.lines().filter_map(|line| Some(words(line.strip_prefix("RUN ")?))));
    assert_eq!(commands.len(), 5, "{commands:?}");
    assert_eq!(commands.iter().filter_map(|words| mistake(words)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_provider_of_the_compose_file_has_a_client_that_containers_can_be() {
    let compose = yaml("compose.yaml");
    let idp = &compose["services"]["idp"];
    let (from, to) = idp["volumes"][0].as_str().unwrap().split_once(':').unwrap();
    let inside = to.strip_suffix(":ro").unwrap();
    let words: Vec<&str> = idp["command"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let at = words.iter().position(|word| *word == "--config").unwrap();
    let name = words[at + 1].strip_prefix(inside).unwrap();
    let name = format!("{}{name}", from.trim_start_matches("./"));

    let mut sources = Sources::new();
    let file = parse_bytes(&mut sources, &name, text(&name).into_bytes()).unwrap();
    let read = mock_idp::config::read("/idp", file.get("idp").unwrap()).unwrap();
    // Between containers nothing is encrypted; of everything else there is nothing to say.
    let said: Vec<&str> = read.warnings.iter().map(|warning| warning.code.as_ref()).collect();
    assert_eq!(said, ["W0503"]);
    let block = file.to_json();
    let issuer = block["idp"]["issuer"].as_str().unwrap();
    assert!(compose["services"][issuer.split(['/', ':']).nth(3).unwrap()].is_object(), "{issuer}");
    let port = issuer.rsplit(':').next().unwrap();
    assert!(words.contains(&format!("0.0.0.0:{port}").as_str()), "{words:?}");
    let uris = block["idp"]["clients"]["app"]["redirect_uris"].to_string();
    assert!(uris.contains("http://app:") && uris.contains("http://localhost:"), "{uris}");
    // A browser outside of the containers must find the provider by the name that they use.
    assert!(text("compose.yaml").contains("#   127.0.0.1 idp\n"));
}

/// The words of a line that calls one of our programs, by name or through `cargo run`.
fn ours(line: &str) -> Option<Vec<String>> {
    let line = line.split(" # ").next()?;
    let called = ["harness", "mock-idp"].into_iter().find_map(|program| {
        let through_cargo = format!("cargo run --bin {program} --");
        let rest = line.strip_prefix(program).or_else(|| line.strip_prefix(&through_cargo))?;
        rest.starts_with(' ').then(|| format!("{program}{rest}"))
    });
    called.map(|line| words(&line))
}

#[rstest]
#[case::the_readme("README.md", 8)]
#[case::about_scenarios("scenarios/README.md", 7)]
#[case::about_strangers("fixtures/interop/README.md", 2)]
#[case::about_reports("docs/reports.md", 2)]
fn every_command_of_a_page_exists(#[case] page: &str, #[case] least: usize) {
    let text = text(page);
    let blocks = text.split("\n```").skip(1).step_by(2);
    let typed = blocks.flat_map(|block| {
        let (kind, lines) = block.split_once('\n').unwrap();
        // a console shows answers as well, a script does not
        lines.lines().filter_map(move |line| match kind {
            "sh" => Some(line),
            "console" => line.strip_prefix("$ "),
            _ => None,
        })
    });
    let commands: Vec<Vec<String>> = typed.filter_map(ours).collect();
    assert!(commands.len() >= least, "{commands:?}");
    assert_eq!(commands.iter().filter_map(|words| mistake(words)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[rstest]
#[case::an_option_that_is_not("harness run --shards 1/2", "unexpected argument '--shards'")]
#[case::a_value_that_is_not("harness run --shard 3/2", "there is no share 3 of 2")]
#[case::a_report_that_is_not("harness run --report xunit=a.xml", "kinds are junit")]
#[case::a_program_that_is_not("harnes run", "no such program")]
#[case::a_package_that_is_not("cargo install --path nowhere", "installs nothing of ours")]
fn a_command_that_does_not_exist_is_noticed(#[case] line: &str, #[case] reason: &str) {
    let mistake = mistake(&words(line)).unwrap();
    assert!(mistake.contains(reason), "{mistake}");
}
