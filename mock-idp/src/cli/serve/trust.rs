//! The lines that make each runtime trust a CA, ready to be pasted.

use std::path::Path;

/// What to paste where, by runtime.
pub(super) fn lines(ca: &Path, url: &str) -> Vec<(&'static str, String)> {
    let store = ca.with_extension("p12").display().to_string();
    let java = quoted(&format!("{} -Djavax.net.ssl.trustStorePassword=changeit", trust_store(&store)));
    let (store, ca) = (quoted(&store), quoted(&ca.display().to_string()));
    let instead = format!("export SSL_CERT_FILE={ca}");
    vec![
        ("curl", format!("curl --cacert {ca} {url}/health")),
        ("Node.js", format!("export NODE_EXTRA_CA_CERTS={ca}")),
        ("Python", format!("export SSL_CERT_FILE={ca} REQUESTS_CA_BUNDLE={ca}")),
        ("Go", instead.clone()),
        // a store of an earlier start holds a CA of the same name, which keytool would not replace
        (
            "Java",
            format!(
                "rm -f {store}; keytool -importcert -noprompt -alias mock-idp -file {ca} -keystore {store} -storepass changeit"
            ),
        ),
        ("", format!("export JAVA_TOOL_OPTIONS={java}")),
        (".NET", format!("{instead}   (on Linux)")),
        ("Rust", format!("{instead}   (reqwest with rustls, on Linux)")),
        (
            "Debian",
            format!(
                "sudo cp {ca} /usr/local/share/ca-certificates/mock-idp.crt && sudo update-ca-certificates"
            ),
        ),
    ]
}

/// As Java takes it for one option: it splits at spaces itself, except between quotes.
fn trust_store(path: &str) -> String {
    let option = format!("-Djavax.net.ssl.trustStore={path}");
    if option.contains(char::is_whitespace) { format!("\"{option}\"") } else { option }
}

/// As a shell takes it for one word.
fn quoted(text: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "/._-+:@".contains(character);
    if text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[test]
    fn each_runtime_has_its_line() {
        let lines = lines(Path::new("certs/my ca.pem"), "https://127.0.0.1:9400");
        let told: Vec<_> = lines.iter().map(|(runtime, line)| format!("{runtime}: {line}")).collect();
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(told.join("\n")) });
    }

    #[rstest]
    #[case::plain("certs/ca.pem", "certs/ca.pem")]
    #[case::space("certs/my ca.pem", "'certs/my ca.pem'")]
    #[case::quote("certs/ada's", r"'certs/ada'\''s'")]
    fn a_path_is_one_word_to_a_shell(#[case] path: &str, #[case] expected: &str) {
        assert_eq!(quoted(path), expected);
    }
}
