//! The program as a process: it starts, answers, stops, and says what is wrong. What its commands compute is tested
//! beside them, without a process.

#![cfg(feature = "server")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;

fn mock_idp(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-idp"));
    command.args(arguments);
    command
}

fn output(arguments: &[&str]) -> Output {
    mock_idp(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A served provider; it ends with the test.
struct Served {
    process: Child,
    url: String,
    issuer: String,
}

impl Served {
    /// Starts on a free port and waits until it says that it listens.
    fn start(arguments: &[&str]) -> Self {
        let fixed = ["serve", "--listen", "127.0.0.1:0", "--log", "json"];
        let arguments = [fixed.as_slice(), arguments].concat();
        let mut process = mock_idp(&arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let announced: Value = serde_json::from_str(&line).unwrap();
        let member = |name: &str| announced.get(name).unwrap().as_str().unwrap().to_owned();
        Self { url: member("url"), issuer: member("issuer"), process }
    }

    #[cfg(unix)]
    fn stop(mut self, signal: &str) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[cfg(unix)]
#[rstest]
#[case::terminated("-TERM")]
#[case::interrupted("-INT")]
fn serve_starts_answers_and_stops(#[case] signal: &str) {
    let folder = TempDir::new().unwrap();
    let ready = folder.path().join("ready.json");
    let served = Served::start(&["--ready-file", &ready.display().to_string()]);

    let announced: Value = serde_json::from_slice(&fs::read(&ready).unwrap()).unwrap();
    assert_eq!(
        (announced["url"].as_str(), announced["pid"].as_u64()),
        (Some(served.url.as_str()), Some(served.process.id().into()))
    );
    let ping = output(&["ping", &served.url]);
    assert_eq!((ping.status.code(), text(&ping.stderr).as_str()), (Some(0), ""));

    assert_eq!(served.stop(signal), Some(0));
    assert!(!ready.exists());
}

#[test]
fn a_served_provider_publishes_the_keys_of_minted_tokens() {
    let served = Served::start(&["--issuer", "/acme"]);
    assert_eq!(served.issuer, format!("{}/acme", served.url));
    let minted = output(&["token", "--user", "ada", "--issuer", &served.issuer]);
    let token = text(&minted.stdout);
    let jwks = format!("{}/jwks", served.issuer);
    let arguments =
        ["inspect", token.trim(), "--jwks", &jwks, "--issuer", &served.issuer, "--audience", "app"];
    let inspected = output(&arguments);
    let report = text(&inspected.stdout);
    assert!(report.ends_with("verdict: valid\n"), "{report}{}", text(&inspected.stderr));
    assert_eq!(inspected.status.code(), Some(0));
}

/// The lines of the start-up text.
fn said_at_the_start(flags: &[&str]) -> Vec<String> {
    let flags = [&["serve", "--listen", "127.0.0.1:0"], flags].concat();
    let mut process = mock_idp(&flags).stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said = lines.take_while(|line| !line.starts_with("stop with")).collect();
    process.kill().unwrap();
    process.wait().unwrap();
    said
}

#[test]
fn the_start_up_text_says_what_is_accepted_and_what_to_paste() {
    let mut said = said_at_the_start(&[]);
    let first = said.remove(0);
    let url = first.rsplit(' ').next().unwrap();
    let said = said.join("\n").replace(url, "http://127.0.0.1:9400");
    insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(said) });
}

#[rstest]
#[case::none(&[], &[])]
#[case::two(&["--fault", "id_token.nonce=missing", "--fault", "id_token.aud=wrong,nth=2"],
    &["  faults         id_token.nonce=missing  id_token.aud=wrong,nth=2"])]
#[case::nobody_attacks(&["--fault", "id_token.iss=attacker"],
    &["  faults         id_token.iss=attacker",
      "  attacker       addresses that lead nowhere; --attacker PATH and --trap ADDRESS have somebody there"])]
fn the_start_up_text_says_which_faults_stand(#[case] flags: &[&str], #[case] expected: &[&str]) {
    let mut said = said_at_the_start(flags);
    said.retain(|line| line.starts_with("  faults") || line.starts_with("  attacker"));
    assert_eq!(said, expected);
}

#[rstest]
#[case::of_its_own_ca(
    "expired",
    false,
    "the certificate is by a CA that was made for it: --tls-ca-out ca.pem writes it and says how to trust it"
)]
#[case::of_no_ca(
    "self-signed",
    false,
    "the certificate is by no CA that clients could trust: --tls-ca-out ca.pem writes one that did not make it"
)]
#[case::beside_its_own_ca(
    "wrong-name",
    true,
    "trust the CA of this provider, which is another one after each start"
)]
#[case::beside_another_ca(
    "unknown-authority",
    true,
    "trust the CA of this provider, which did not make its certificate"
)]
fn the_start_up_text_says_what_is_wrong_with_the_certificate(
    #[case] flaw: &str,
    #[case] writes_the_ca: bool,
    #[case] trust: &str,
) {
    let folder = TempDir::new().unwrap();
    let ca = folder.path().join("ca.pem").display().to_string();
    let mut flags = vec!["--tls", "self-signed", "--tls-flaw", flaw];
    if writes_the_ca {
        flags.extend(["--tls-ca-out", &ca]);
    }
    let said = said_at_the_start(&flags);
    let certificate = format!("  certificate    {flaw} on purpose: clients have to refuse it");
    for line in [certificate.as_str(), trust] {
        assert!(said.iter().any(|said| said == line), "{said:?}");
    }
}

#[test]
fn over_tls_the_commands_trust_the_ca_that_serve_wrote() {
    let folder = TempDir::new().unwrap();
    let ca = folder.path().join("ca.pem").display().to_string();
    let served = Served::start(&["--tls", "self-signed", "--tls-ca-out", &ca, "--issuer", "/acme"]);
    assert!(served.issuer.starts_with("https://127.0.0.1:"), "{}", served.issuer);
    assert_eq!(output(&["ping", &served.url]).status.code(), Some(0));

    let minted = output(&["token", "--user", "ada", "--issuer", &served.issuer]);
    let token = text(&minted.stdout);
    let jwks = format!("{}/jwks", served.issuer);
    let asked = ["inspect", token.trim(), "--jwks", &jwks, "--issuer", &served.issuer, "--audience", "app"];
    let inspected = output(&[asked.as_slice(), &["--tls-ca", &ca]].concat());
    let report = text(&inspected.stdout);
    assert!(report.ends_with("verdict: valid\n"), "{report}{}", text(&inspected.stderr));

    let distrusted = output(&asked);
    let said = text(&distrusted.stderr);
    assert_eq!(distrusted.status.code(), Some(4));
    assert!(said.contains("UnknownIssuer") || said.contains("certificate"), "{said}");
}

#[test]
fn a_taken_port_is_named_with_a_way_out() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = output(&["serve", "--listen", &address]);
    assert_eq!(refused.status.code(), Some(4));
    let said = text(&refused.stderr);
    assert!(said.starts_with(&format!("error: cannot listen on `{address}`: ")), "{said}");
    assert!(
        said.contains(
            "  help: another program listens there; stop it, or write another address: port 0 picks a free one\n"
        ),
        "{said}"
    );
}

#[rstest]
#[case::remote_address(
    &["serve", "--listen", "0.0.0.0:9400"], 2,
    "error: `--listen 0.0.0.0:9400` lets other machines in, and whoever reaches it can sign in as anyone\n  \
     help: add `--allow-remote` if they should, or write `--listen 127.0.0.1:9400`\n"
)]
#[case::no_command(&[], 2, "Usage: mock-idp <COMMAND>")]
#[case::unknown_command(&["srve"], 2, "a similar subcommand exists: 'serve'")]
#[case::no_address(&["serve", "--listen", "here"], 2, "`here` is not an address such as 127.0.0.1:9400")]
#[case::no_such_file(&["serve", "--config", "no-such.yaml"], 3, "error: cannot read `no-such.yaml`: ")]
#[case::unknown_auto_login(&["serve", "--auto-login", "adda"], 3, "  = help: did you mean `ada`? users here: ada, ben, cai")]
#[case::broken_user(&["serve", "--user", "eve={\"a\": "], 3, " --> --user eve:1:1")]
#[case::user_as_list(&["serve", "--user", "eve=[1]"], 3, "`--user` takes a map after `=`, found a list")]
#[case::broken_client(&["serve", "--client", "app={secrt: x}"], 3, "  = help: did you mean `secret`?")]
#[case::nobody_there(&["ping", "http://127.0.0.1:9"], 4, "  help: is `mock-idp serve` running there?\n")]
#[case::tls_of_one_file(&["serve", "--tls", "cert.pem"], 2, "two PEM files with a comma between: `cert.pem,key.pem`")]
#[case::no_such_certificate(&["serve", "--tls", "no.pem,key.pem"], 3, "error: cannot read `no.pem`: ")]
#[case::no_certificate_inside(
    &["serve", "--tls", "Cargo.toml,Cargo.toml"], 3,
    "error: cannot use `Cargo.toml,Cargo.toml` for TLS: there is no PEM certificate in it"
)]
#[case::ca_without_tls(&["serve", "--tls-ca-out", "ca.pem"], 2, "--tls <self-signed|CERT,KEY>")]
#[case::ca_of_a_given_certificate(
    &["serve", "--tls", "cert.pem,key.pem", "--tls-ca-out", "ca.pem"], 2,
    "`--tls-ca-out` is about a certificate that is made now, and one is given\n  \
     help: write `--tls self-signed`, or leave the flag out\n"
)]
#[case::certificates_from_afar(
    &["serve", "--tls", "self-signed", "--mtls-listen", "0.0.0.0:9443"], 2,
    "`--mtls-listen 0.0.0.0:9443` lets other machines in"
)]
#[case::nobody_asks_for_the_certificate(
    &["serve", "--client", "app={auth_method: tls_client_auth, certificate: {san_dns: a.test}, flows: [client_credentials]}"], 2,
    "help: add `--tls self-signed --mtls-listen 127.0.0.1:9443`"
)]
#[case::name_with_a_scheme(
    &["serve", "--tls", "self-signed", "--tls-name", "https://idp.test"], 2, "without scheme and port"
)]
fn a_mistake_says_what_to_do(#[case] arguments: &[&str], #[case] code: i32, #[case] said: &str) {
    let refused = output(arguments);
    let err = text(&refused.stderr);
    assert!(err.contains(said), "{err}");
    assert_eq!((refused.status.code(), text(&refused.stdout).as_str()), (Some(code), ""));
}

#[rstest]
#[case::own_flag(
    "serve",
    "MOCK_IDP_SERVE_LISTEN",
    "0.0.0.0:0",
    "`--listen 0.0.0.0:0` lets other machines in"
)]
#[case::shared_flag("serve", "MOCK_IDP_SERVE_CONFIG", "no-such.yaml", "cannot read `no-such.yaml`")]
#[case::another_command("token", "MOCK_IDP_TOKEN_ALG", "RS265", "invalid value 'RS265' for '--alg <ALG>'")]
fn a_flag_has_a_twin_in_the_environment(
    #[case] command: &str,
    #[case] twin: &str,
    #[case] value: &str,
    #[case] said: &str,
) {
    let refused = mock_idp(&[command]).env(twin, value).output().unwrap();
    assert!(text(&refused.stderr).contains(said), "{}", text(&refused.stderr));
}

#[rstest]
#[case::all(&["--help"])]
#[case::serve(&["serve", "--help"])]
#[case::token(&["token", "--help"])]
#[case::inspect(&["inspect", "--help"])]
#[case::ping(&["ping", "--help"])]
fn help_has_examples_before_options(#[case] arguments: &[&str]) {
    let help = output(arguments);
    let said = text(&help.stdout);
    assert_eq!(help.status.code(), Some(0));
    let (examples, options) = (said.find("Examples:").unwrap(), said.find("Options:").unwrap());
    assert!(said.find("Usage:").unwrap() < examples && examples < options, "{said}");
}

#[test]
fn fixtures_can_be_started_by_hand() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/users");
    for name in ["acme.yaml", "hostile.yaml"] {
        let path = fixtures.join(name).display().to_string();
        let served = Served::start(&["--config", &path]);
        assert_eq!(output(&["ping", &served.url]).status.code(), Some(0));
    }
}
