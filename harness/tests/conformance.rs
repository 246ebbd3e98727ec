//! `harness conformance` from outside: what it exits with.
#![cfg(feature = "driver")]
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use rstest::rstest;

fn harness(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("harness").unwrap().arg("conformance").args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// The relying party of `examples/`, which `cargo test` builds.
fn example() -> String {
    let beside: PathBuf = Path::new(env!("CARGO_BIN_EXE_harness")).with_file_name("examples");
    let program = beside.join("relying_party");
    assert!(program.exists(), "build it with `cargo build -p harness --example relying_party`");
    program.display().to_string()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    file
}

#[rstest]
#[case::passed(&["--rp", "reference:plain", "--only", "RPX-CLM-08"], 0)]
#[case::nobody(&["--only", "RPX-CLM-08"], 2)]
#[case::not_a_probe(&["--rp", "http://127.0.0.1:1", "--session", "PUT /me"], 2)]
#[case::no_file(&["--rp", "reference:plain", "--expected", "no-such-file.yaml"], 3)]
#[case::does_not_start(&["--rp-command", "exit 3"], 4)]
#[case::nobody_there(&["--rp", "http://127.0.0.1:1", "--idp", "127.0.0.1:0"], 4)]
#[case::no_browser(&["--rp", "http://127.0.0.1:1", "--driver", "chromium", "--chromium", "/no/such/chromium"], 4)]
#[case::no_browser_for_ours(&["--rp", "reference:plain", "--driver", "chromium", "--chromium", "/no/such/chromium"], 4)]
#[case::nothing_to_try_again(&["--rp", "reference:plain", "--only", "RPX-CLM-08", "--retries", "2"], 2)]
#[case::no_such_driver(&["--rp", "http://127.0.0.1:1", "--driver", "firefox"], 2)]
#[case::nothing_selected(&["--rp", "reference:plain", "--profile", "logout", "--only", "RPX-CLM-08"], 5)]
#[case::no_such_case(&["--rp", "reference:plain", "--only", "no-such-case"], 2)]
#[case::everything_left_out(&["--rp", "reference:plain", "--only", "RPX-CLM-08", "--skip", "RPX-CLM-08=later"], 5)]
fn an_exit_code_says_what_came_of_it(#[case] arguments: &[&str], #[case] code: i32) {
    let (found, out, err) = harness(arguments);
    assert_eq!(found, code, "{out}{err}");
}

#[rstest]
#[case::missing(
    "/no/such/chromium",
    "error: there is no program `/no/such/chromium`\nhelp: name a Chromium with `--chromium`"
)]
#[case::something_else("false", "is no Chromium that can be driven: the browser has ended")]
fn a_browser_that_does_not_start_is_said_at_once(#[case] program: &str, #[case] expected: &str) {
    let (code, out, err) = harness(&[
        "--rp",
        "http://127.0.0.1:1",
        "--idp",
        "127.0.0.1:0",
        "--driver",
        "chromium",
        "--chromium",
        program,
    ]);
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains(expected), "{err}");
}

#[test]
fn where_no_browser_is_it_is_said_where_one_was_looked_for() {
    let mut command = Command::cargo_bin("harness").unwrap();
    let arguments = ["conformance", "--rp", "http://127.0.0.1:1", "--driver", "chromium"];
    let run = command.args(arguments).env("PATH", "/no/such/folder").env_remove("HARNESS_CHROMIUM").assert();
    let err = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    run.code(4);
    assert!(
        err.starts_with(
            "error: there is no Chromium in `PATH`, which was searched for `chromium-headless-shell`"
        ),
        "{err}"
    );
    assert!(err.contains("`apt-get install chromium`"), "{err}");
}

/// A relying party whose start page is nothing but a script.
#[test]
fn whoever_needs_script_is_pointed_to_the_driver_that_runs_it() {
    let page = "<!doctype html><script src=/app.js></script>";
    let answer =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", socket.local_addr().unwrap());
    std::thread::spawn(move || {
        for connection in socket.incoming() {
            let mut connection = connection.unwrap();
            let _ = std::io::Read::read(&mut connection, &mut [0; 4096]);
            let _ = std::io::Write::write_all(&mut connection, answer.as_bytes());
        }
    });
    let (code, _, err) = harness(&["--rp", &address, "--idp", "127.0.0.1:0"]);
    assert_eq!(code, 4);
    assert!(err.contains("`/` does not lead there, or the relying party does not use the issuer"), "{err}");
    assert!(err.contains("this driver runs none: if it needs them, use `--driver chromium`"), "{err}");
}

#[test]
fn a_stale_entry_fails_the_run() {
    let known = file("version: 1\nresults:\n  - { case: RPX-CLM-08, verdict: failed, reason: rule 7 }\n");
    let known = known.path().display().to_string();
    let (code, out, _) = harness(&["--rp", "reference:plain", "--only", "RPX-CLM-08", "--expected", &known]);
    assert_eq!(code, 1);
    assert!(out.contains("`RPX-CLM-08` was expected to be failed"), "{out}");
}

#[test]
fn a_file_that_cannot_be_understood_is_said_before_anything_runs() {
    let known = file("version: 2\nresults: []\n");
    let known = known.path().display().to_string();
    let (code, out, err) = harness(&["--rp", "reference:plain", "--expected", &known]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.contains("version 2 is unknown, there is 1"), "{err}");
}

#[rstest]
#[case::with_a_probe(&["--session", "GET /me /sub"], 0)]
#[case::by_silence_alone(&["--wait", "0"], 7)]
fn a_stranger_is_started_for_each_case(#[case] more: &[&str], #[case] code: i32) {
    let program = example();
    let mut arguments = vec!["--rp-command", &program, "--start", "/login", "--only", "RPX-SIG-05.j*"];
    arguments.extend(more);
    let (found, out, err) = harness(&arguments);
    assert_eq!(found, code, "{out}{err}");
    assert!(out.contains("RPX-SIG-05.jwks"), "{out}");
}

#[test]
fn a_case_is_repeated_with_all_that_it_needs_and_without_the_secret() {
    let program = example();
    let mut arguments = vec!["--rp-command", &program, "--start", "/login", "--session", "GET /me /sub"];
    arguments.extend([
        "--client",
        r#"app={"secret":"tell-nobody"}"#,
        "--only",
        "RPX-SIG-05.jwk",
        "--format",
        "json",
    ]);
    arguments.extend(["--wait", "1", "--timeout", "40", "--profile", "core-basic,bcp"]);
    let (found, out, err) = harness(&arguments);
    assert_eq!(found, 0, "{out}{err}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let again = told["cases"][0]["reproduce"].as_str().unwrap();
    let expected = format!(
        "HARNESS_CONFORMANCE_SECRET='its client secret' harness conformance --rp-command {program} --start /login --session \
         'GET /me /sub' --client 'app={{}}' --wait 1 --profile core-basic,bcp --timeout 40 --only 'RPX-SIG-05.jwk [code]'"
    );
    assert_eq!(again, expected);
    assert!(!out.contains("tell-nobody"), "{out}");
}

#[test]
fn a_stranger_that_does_not_start_is_quoted() {
    let (_, _, err) = harness(&["--rp-command", "echo no database >&2; exit 3"]);
    assert_eq!(
        err,
        "error: `echo no database >&2; exit 3`: it ended (exit status: 3) instead of listening on its `PORT`; it said: \
         no database\n"
    );
}

#[rstest]
#[case::of_a_run(&["--rp", "reference:plain", "--only", "RPX-CLM-08"], 0, "All cases that were not skipped passed under core-basic")]
#[case::of_nobody_there(&["--rp", "http://127.0.0.1:1", "--idp", "127.0.0.1:0"], 4, "The run is void: ")]
fn reports_are_written_beside_the_output(#[case] arguments: &[&str], #[case] code: i32, #[case] told: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join("new").join(name);
    let reports = ["junit", "html", "json"].map(|kind| format!("--report={kind}={}", path(kind).display()));
    let all: Vec<&str> = arguments.iter().copied().chain(reports.iter().map(String::as_str)).collect();
    let (found, out, err) = harness(&all);
    assert_eq!(found, code, "{out}{err}");
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    let page = read("html");
    assert!(page.contains(told), "{page}");
    assert!(page.trim_end().ends_with("</html>"), "{page}");
    assert!(read("junit").trim_end().ends_with("</testsuites>"));
    assert!(read("json").contains("\"schema\": \"harness.conformance/1\""));
}

#[test]
fn two_reports_are_not_written_over_each_other() {
    let reports = ["--report", "junit=target/a", "--report", "html=./target/a"];
    let (code, _, err) = harness(&[&["--rp", "reference:plain"], &reports[..]].concat());
    assert_eq!((code, err.as_str()), (2, "error: two reports cannot both be written to `./target/a`\n"));
}

#[rstest]
#[case::a_case(&["--only", "RPX-SIG-5"], "error: no case is called `RPX-SIG-5`; did you mean `RPX-SIG-05`, `RPX-SIG-15` or `RPX-SIG-25`?\n")]
#[case::one_that_is_left_out(
    &["--skip", "RPX-CML-08=later"],
    "error: no case is called `RPX-CML-08`; did you mean `RPX-CLM-08`?\n"
)]
#[case::tries_of_what_comes_out_the_same(
    &["--retries", "2"],
    "error: `--retries` is not for the reference relying party\n\
     help: it comes out the same every time; a case of it that does not is a mistake of ours, which a second try would hide\n"
)]
fn what_makes_no_sense_is_said_before_anything_runs(#[case] more: &[&str], #[case] message: &str) {
    let (code, out, err) = harness(&[&["--rp", "reference:plain"], more].concat());
    assert_eq!((code, out.as_str(), err.as_str()), (2, "", message));
}

#[test]
fn nobody_who_listens_is_named_with_what_came_of_the_call() {
    let (code, _, err) = harness(&["--rp", "http://127.0.0.1:1", "--idp", "127.0.0.1:0"]);
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("no login came to the provider: `/` does not lead there"), "{err}");
    assert!(err.contains("; the browser came to this: "), "{err}");
}

#[rstest]
#[case::of_the_provider("nonce,tls", "tls")]
#[case::of_the_client("nonce,mutual-tls", "mutual-tls")]
fn a_stranger_that_cannot_be_told_whom_to_trust_is_not_asked_about_certificates(
    #[case] can: &str,
    #[case] named: &str,
) {
    let (code, out, err) = harness(&["--rp", "http://127.0.0.1:1", "--can", can]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        format!(
            "error: `--can {named}` goes with `--rp-command` alone\n\
             help: a certificate authority is made for each case; only a program that is started for it can be told of it\n"
        )
    );
}

#[test]
fn a_stranger_that_is_told_whom_to_trust_is_asked_about_certificates() {
    let program = example();
    let arguments =
        ["--rp-command", &program, "--start", "/login", "--session", "GET /me /sub", "--only", "RPX-DIS-19"];
    let (code, out, err) = harness(&arguments);
    assert_eq!(code, 5, "nobody has said that it can: {out}{err}");
    let (code, out, err) = harness(&[&arguments[..], &["--can", "tls"]].concat());
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("5 cases: 5 passed"), "{out}");
}

#[test]
fn a_stranger_that_does_not_start_at_a_bad_certificate_has_refused_it() {
    let program = format!("{} --look-first", example());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let report = format!("json={}", path.display());
    let (code, out, err) = harness(&[
        "--rp-command",
        &program,
        "--start",
        "/login",
        "--session",
        "GET /me /sub",
        "--can",
        "tls",
        "--only",
        "RPX-DIS-19",
        "--report",
        &report,
    ]);
    assert_eq!(code, 0, "{out}{err}");
    let told: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    let reasons: Vec<&str> = told["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| case["verdict"]["reason"].as_str().unwrap())
        .collect();
    assert_eq!(reasons, ["it did not start"; 5]);
}
