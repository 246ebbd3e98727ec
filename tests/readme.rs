//! The README counts what there is, and every command in it exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use harness::scenario::{LoadOptions, load};
use mock_idp::fault::Fault;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The number before a word.
fn number_before(text: &str, words: &str) -> usize {
    let before = text.split(words).next().unwrap();
    let number = before.trim_end().rsplit(' ').next().unwrap();
    let read = number.parse();
    assert!(read.is_ok(), "`{number}` before `{words}` is no number");
    read.unwrap_or_default()
}

#[test]
fn scenarios_and_cases_are_counted_as_they_are() {
    let options = LoadOptions { ci: true, ..LoadOptions::default() };
    let loaded = load(&[root().join("scenarios")], &options).unwrap();
    let files: BTreeSet<&str> = loaded.cases.iter().map(|case| case.id.file.as_str()).collect();
    let readme = readme();
    assert_eq!(number_before(&readme, " scenarios, "), files.len());
    assert_eq!(number_before(&readme, " cases   reference RP"), loaded.cases.len());
    assert_eq!(number_before(&readme, " cases: "), loaded.cases.len());
    assert_eq!(number_before(&readme, " passed\n"), loaded.cases.len());
}

#[test]
fn faults_are_counted_to_the_last_hundred() {
    let readme = readme();
    let told: usize =
        readme.split("lists more than ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    let count = Fault::all().count();
    assert!(told < count && count <= told + 100, "{count} faults, and the README says more than {told}");
}

/// The words after the name of a program, wherever the README types it.
fn commands(program: &str) -> BTreeSet<String> {
    let text = readme().replace('`', "\n");
    let lines = text.lines().map(|line| line.trim_start_matches("$ ").trim());
    let typed = lines.filter_map(|line| line.strip_prefix(program)?.strip_prefix(' '));
    let words = typed.filter_map(|rest| rest.split(' ').next()).map(str::to_owned);
    words.filter(|word| word.chars().all(|c| c.is_ascii_lowercase())).collect()
}

#[test]
fn every_command_of_the_readme_exists() {
    for (program, known) in [("harness", harness::cli::command()), ("mock-idp", mock_idp::cli::command())] {
        let commands = commands(program);
        assert!(commands.len() > 4, "{program}: {commands:?}");
        for command in commands {
            assert!(known.find_subcommand(&command).is_some(), "`{program} {command}` is no command");
        }
    }
}
