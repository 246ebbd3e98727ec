//! Completions and manual pages of the provider's binary.
#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use assert_cmd::Command;
use rstest::rstest;

fn said(args: &[&str]) -> String {
    let assert = Command::new(env!("CARGO_BIN_EXE_mock-idp")).args(args).assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

const COMMANDS: [&str; 7] = ["serve", "token", "inspect", "faults", "ping", "completions", "man"];

#[rstest]
#[case::bash("bash")]
#[case::zsh("zsh")]
#[case::fish("fish")]
#[case::powershell("powershell")]
#[case::elvish("elvish")]
fn completions_name_every_command(#[case] shell: &str) {
    let script = said(&["completions", shell]);
    for command in COMMANDS {
        assert!(script.contains(command), "{command}");
    }
}

#[test]
fn the_manual_names_every_command_and_has_a_page_for_each() {
    let page = said(&["man"]);
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    said(&["man", "--dir", pages.to_str().unwrap()]);
    for command in COMMANDS {
        assert!(page.contains(&format!("mock\\-idp\\-{command}(1)")), "{command} is not in {page}");
        assert!(pages.join(format!("mock-idp-{command}.1")).exists(), "{command}");
    }
}

#[test]
fn of_a_whole_scenario_only_its_provider_is_read_and_the_rest_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.scenario.yaml");
    let text = "version: 1\nname: x\ninclude: [shared.yaml]\nidp: { users: { eve: {} } }\nproduct: { kind: bindplane }\nsteps: []\n";
    std::fs::write(&path, text).unwrap();
    let args = ["token", "--user", "eve", "--audience", "app", "--config", path.to_str().unwrap()];
    let assert = Command::new(env!("CARGO_BIN_EXE_mock-idp")).args(args).assert().success();
    let err = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    assert!(
        err.contains(
            "note[W0512]: only `idp` of this scenario is read; `include`, `product` and `steps` are left out"
        ),
        "{err}"
    );
    assert!(err.contains("clients and users of included files are missing"), "{err}");
}
