//! Who is asked, and how it is driven.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, ValueEnum};
use mock_idp::source::did_you_mean;

use crate::conformance::agent::{Choice, Driver};
use crate::conformance::case::Capability;
use crate::conformance::external::{External, Introduction, Whereabouts};
use crate::conformance::party::Party;
use crate::conformance::reference::Reference;
use crate::conformance::target::{Ask, Probe};
use crate::products;
use crate::user_agent::chromium;

/// How many seconds silence must last.
const WAIT: u64 = 3;

/// What a stranger's client secret is, unless somebody says otherwise.
const SECRET: &str = "the-secret-of-the-conformance-client";

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("whom").required(true).args(["rp", "rp_command"]))]
pub(super) struct Target {
    /// Who is asked: its address, `reference:plain`, or `reference:PRODUCT`
    #[arg(long, value_name = "URL", help_heading = "Target", env = "HARNESS_CONFORMANCE_RP", value_parser = who)]
    rp: Option<Who>,
    /// Start it with this command, anew for each case: with `PORT`, `OIDC_ISSUER`, `OIDC_ATTACKER_ISSUER`, `OIDC_CLIENT_ID` and
    /// `OIDC_CLIENT_SECRET`, if it has one, in its environment; `OIDC_CA_FILE` where it `--can tls`, `mutual-tls` or
    /// `self-signed-mutual-tls`
    #[arg(long, value_name = "COMMAND", help_heading = "Target", conflicts_with = "rp")]
    rp_command: Option<String>,
    /// Where a login starts; `{issuer}` in it is the issuer to sign in at, `{target}` the address to return to
    #[arg(long, value_name = "PATH", default_value = "/", help_heading = "Target", value_parser = place)]
    start: String,
    /// Where a login starts that is to show no page at the provider: one with `prompt=none` and `max_age=0`
    #[arg(long, value_name = "PATH", help_heading = "Target", value_parser = place)]
    silent_start: Option<String>,
    /// How to see who is signed in: a request, and behind it a JSON pointer to the subject or a text that is there only when
    /// somebody is signed in, such as 'GET /api/me /sub' [without it: silence is all there is to go by]
    #[arg(long, value_name = "REQUEST", help_heading = "Target")]
    session: Option<Probe>,
    /// What makes it refresh its tokens, such as 'POST /refresh'
    #[arg(long, value_name = "REQUEST", help_heading = "Target")]
    refresh: Option<Ask>,
    /// Where a person signs out, such as 'GET /logout'
    #[arg(long, value_name = "REQUEST", help_heading = "Target")]
    logout: Option<Ask>,
    /// Where others start a login for it
    #[arg(long, value_name = "PATH", help_heading = "Target", value_parser = place)]
    initiate: Option<String>,
    /// What it can do, or is registered for, beyond what its first login shows
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = "Target")]
    can: Vec<Capability>,
    /// Its client identifier and registration: a client setting of the `idp:` block as JSON, `{base}` in it standing for its
    /// address [default: `conformance`, with any redirect URI on the loopback interface]
    #[arg(long, value_name = "ID=JSON", help_heading = "Target", value_parser = client)]
    client: Option<(String, String)>,
    /// Its client secret, unless the registration says
    #[arg(long, value_name = "SECRET", help_heading = "Target", env = "HARNESS_CONFORMANCE_SECRET", hide_env_values = true, default_value = SECRET)]
    client_secret: String,
    /// Where the provider listens for a relying party that knows one issuer; it is then `http://ADDRESS`
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9400", help_heading = "Target")]
    idp: SocketAddr,
    /// The certificate authority that vouches for it, as a PEM file
    #[arg(long, value_name = "FILE", help_heading = "Target")]
    rp_ca: Option<PathBuf>,
    /// Which browser people use: `http` runs no script; `chromium` is a real one, for relying parties that need script
    #[arg(
        long,
        value_name = "DRIVER",
        default_value = "http",
        help_heading = "Target",
        env = "HARNESS_CONFORMANCE_DRIVER"
    )]
    driver: DriverKind,
    /// The Chromium to use [default: the first of its usual names in `PATH`]
    #[arg(long, value_name = "PROGRAM", help_heading = "Target", env = "HARNESS_CHROMIUM")]
    chromium: Option<PathBuf>,
    /// How many seconds silence must last where there is no `--session`
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT, help_heading = "Target")]
    wait: u64,
}

/// Which browser people use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DriverKind {
    Http,
    Chromium,
}

/// Who is asked, as written.
#[derive(Clone, Debug)]
enum Who {
    Plain,
    Product(&'static str),
    Url(String),
}

fn who(text: &str) -> Result<Who, String> {
    let Some(reference) = text.strip_prefix("reference:") else {
        let url = url::Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        return match url.filter(url::Url::has_host) {
            Some(url) => Ok(Who::Url(url.origin().ascii_serialization())),
            None => Err("expected an address such as `http://127.0.0.1:3000`, `reference:plain` or \
                         `reference:PRODUCT`"
                .to_owned()),
        };
    };
    if reference == "plain" {
        return Ok(Who::Plain);
    }
    let known = products::named(reference).map(|kind| Who::Product(kind.name()));
    known.ok_or_else(|| {
        let names: Vec<&str> = products::ALL.iter().map(|kind| kind.name()).chain(["plain"]).collect();
        let question = did_you_mean(reference, names.iter().copied()).map(|question| format!("{question} "));
        format!("{}there are {}", question.unwrap_or_default(), names.join(", "))
    })
}

/// A path, or an address elsewhere.
fn place(text: &str) -> Result<String, String> {
    let is_there = ["/", "http://", "https://"].iter().any(|start| text.starts_with(start));
    is_there.then(|| text.to_owned()).ok_or_else(|| format!("expected a path such as `/{text}`"))
}

fn client(text: &str) -> Result<(String, String), String> {
    let example = "expected `ID=JSON`, for example `app={\"redirect_uris\":[\"{base}/callback\"]}`";
    let (id, json) = text.split_once('=').ok_or(example)?;
    let known: Result<mock_idp::config::ClientConfig, _> = serde_json::from_str(json);
    known.map_err(|error| format!("{error}; {example}"))?;
    Ok((id.to_owned(), json.to_owned()))
}

impl Target {
    /// What of it cannot be asked together.
    pub(super) fn mistake(&self) -> Option<String> {
        if let Some(option) = self.for_strangers().filter(|_| self.is_ours()) {
            return Some(format!(
                "`{option}` is about a relying party of somebody else's\nhelp: leave it out; how the reference relying parties are \
                 driven is known"
            ));
        }
        let by_address = matches!(self.rp, Some(Who::Url(_)));
        let told = self.can.iter().find(|can| can.needs_a_ca()).filter(|_| by_address)?;
        Some(format!(
            "`--can {}` goes with `--rp-command` alone\nhelp: a certificate authority is made for each case; only a program that \
             is started for it can be told of it",
            told.word()
        ))
    }

    /// Whether a case comes out the same every time: with a relying party and a browser of ours.
    pub(super) fn is_repeatable(&self) -> bool {
        self.is_ours() && self.driver == DriverKind::Http
    }

    const fn is_ours(&self) -> bool {
        matches!(self.rp, Some(Who::Plain | Who::Product(_)))
    }

    /// The first option that says how to drive a stranger.
    fn for_strangers(&self) -> Option<&'static str> {
        let given = [
            (self.start != "/", "--start"),
            (self.silent_start.is_some(), "--silent-start"),
            (self.session.is_some(), "--session"),
            (self.refresh.is_some(), "--refresh"),
            (self.logout.is_some(), "--logout"),
            (self.initiate.is_some(), "--initiate"),
            (!self.can.is_empty(), "--can"),
            (self.client.is_some(), "--client"),
            (self.rp_ca.is_some(), "--rp-ca"),
        ];
        given.into_iter().find_map(|(is_given, option)| is_given.then_some(option))
    }

    /// The relying party; a stranger may take so long to start.
    pub(super) fn party(&self, patience: Option<Duration>) -> Result<Party, String> {
        let whereabouts = match (&self.rp, &self.rp_command) {
            (Some(Who::Plain), _) => return self.reference(Reference::plain()),
            (Some(Who::Product(name)), _) => {
                let kind = products::named(name).ok_or("there is no such product")?;
                return self.reference(Reference::of_product(kind).map_err(|trouble| trouble.to_string())?);
            }
            (Some(Who::Url(url)), _) => Whereabouts::Url(url.clone()),
            (None, Some(command)) => Whereabouts::Command(command.clone()),
            (None, None) => return Err("nobody is asked".to_owned()),
        };
        let introduction = self.introduction(whereabouts, patience)?;
        let stranger =
            External::meet(introduction, &self.client_secret).map_err(|trouble| trouble.to_string())?;
        Ok(Party::External(Box::new(stranger)))
    }

    /// One of ours, with the browser in front of it.
    fn reference(&self, reference: Reference) -> Result<Party, String> {
        Ok(Party::Reference(reference.driven_by(started(&self.choice()?)?)))
    }

    fn introduction(
        &self,
        whereabouts: Whereabouts,
        patience: Option<Duration>,
    ) -> Result<Introduction, String> {
        let read = |path: &PathBuf| {
            fs::read_to_string(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))
        };
        let usual = Introduction::of(whereabouts);
        Ok(Introduction {
            start: self.start.clone(),
            silent: self.silent_start.clone(),
            session: self.session.clone(),
            refresh: self.refresh.clone(),
            logout: self.logout.clone(),
            initiate: self.initiate.clone(),
            can: self.can.iter().copied().collect::<BTreeSet<_>>(),
            client_id: self.client.as_ref().map_or_else(|| usual.client_id.clone(), |(id, _)| id.clone()),
            client: self.client.as_ref().map(|(_, json)| json.clone()),
            listen: self.idp,
            driver: self.choice()?,
            ca: self.rp_ca.as_ref().map(read).transpose()?,
            wait: Duration::from_secs(self.wait),
            patience: patience.unwrap_or(usual.patience),
            ..usual
        })
    }

    fn choice(&self) -> Result<Choice, String> {
        match self.driver {
            DriverKind::Http => Ok(Choice::Scripted),
            DriverKind::Chromium => chromium::find(self.chromium.as_deref())
                .map(Choice::Chromium)
                .map_err(|error| error.to_string()),
        }
    }

    /// How long one flow may take. Some have twenty logins, and a real browser takes its time.
    pub(super) const fn patience(&self) -> Duration {
        match self.driver {
            DriverKind::Http => Duration::from_secs(60),
            DriverKind::Chromium => Duration::from_secs(180),
        }
    }

    /// Its name in reports, before anything is known of it.
    pub(super) fn name(&self) -> String {
        match (&self.rp, &self.rp_command) {
            (Some(who), _) => who.text(),
            (None, command) => format!("`{}`", command.as_deref().unwrap_or_default()),
        }
    }

    /// The same on a command line.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut say = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([format!("--{name}"), quoted(&value)]);
            }
        };
        say("rp", self.rp.as_ref().map(Who::text));
        say("rp-command", self.rp_command.clone());
        say("start", (self.start != "/").then(|| self.start.clone()));
        say("silent-start", self.silent_start.clone());
        say("session", self.session.as_ref().map(ToString::to_string));
        say("refresh", self.refresh.as_ref().map(ToString::to_string));
        say("logout", self.logout.as_ref().map(ToString::to_string));
        say("initiate", self.initiate.clone());
        let can: Vec<String> = self.can.iter().map(|can| can.word()).collect();
        say("can", (!can.is_empty()).then(|| can.join(",")));
        say("client", self.client.as_ref().map(|(id, json)| format!("{id}={}", without_secret(json))));
        say("idp", (self.idp.port() != 9400).then(|| self.idp.to_string()));
        let real = self.driver == DriverKind::Chromium;
        say("driver", real.then(|| "chromium".to_owned()));
        say("chromium", self.chromium.as_ref().filter(|_| real).map(|path| path.display().to_string()));
        say("rp-ca", self.rp_ca.as_ref().map(|path| path.display().to_string()));
        say("wait", (self.wait != WAIT).then(|| self.wait.to_string()));
        words
    }

    /// Whether whoever repeats a command line has to know a secret that is not shown.
    pub(super) fn has_secret(&self) -> bool {
        let registered = self.client.as_ref().is_some_and(|(_, json)| without_secret(json) != *json);
        registered || self.client_secret != SECRET
    }
}

impl Who {
    fn text(&self) -> String {
        match self {
            Self::Plain => "reference:plain".to_owned(),
            Self::Product(product) => format!("reference:{product}"),
            Self::Url(url) => url.clone(),
        }
    }
}

/// A browser that goes nowhere but into this process: it needs no more for a relying party of ours.
fn started(choice: &Choice) -> Result<Driver, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(choice.driver(BTreeSet::new())).map_err(|error| error.to_string())
}

/// A registration without the secret, if there is one in it.
fn without_secret(json: &str) -> String {
    let mut registration: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
    match registration.as_object_mut().and_then(|members| members.remove("secret")) {
        Some(_) => registration.to_string(),
        None => json.to_owned(),
    }
}

/// A word of a command line, quoted where a shell needs it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{client, place, quoted, who, without_secret};

    #[rstest]
    #[case::an_address("http://127.0.0.1:3000/", "http://127.0.0.1:3000")]
    #[case::plain("reference:plain", "reference:plain")]
    #[case::a_product("reference:billrun", "reference:billrun")]
    fn somebody_is_asked(#[case] text: &str, #[case] asked: &str) {
        assert_eq!(who(text).unwrap().text(), asked);
    }

    #[rstest]
    #[case::no_address(
        "localhost",
        "expected an address such as `http://127.0.0.1:3000`, `reference:plain` or `reference:PRODUCT`"
    )]
    #[case::misspelt(
        "reference:bilrun",
        "did you mean `billrun`? there are billrun, cloudbilling, billwerk, gorules, bindplane, plain"
    )]
    fn nobody_else_is(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(who(text).unwrap_err(), expected);
    }

    #[test]
    fn a_registration_is_read_before_anything_runs() {
        assert!(client(r#"app={"redirect_uris":["{base}/cb"]}"#).is_ok());
        let mistake = client(r#"app={"redirect_uri":[]}"#).unwrap_err();
        assert!(mistake.starts_with("unknown field `redirect_uri`"), "{mistake}");
    }

    #[rstest]
    #[case::with_one(r#"{"secret":"s","public":false}"#, r#"{"public":false}"#)]
    #[case::without(r#"{ "public": true }"#, r#"{ "public": true }"#)]
    fn a_secret_is_shown_to_nobody(#[case] json: &str, #[case] shown: &str) {
        assert_eq!(without_secret(json), shown);
    }

    #[test]
    fn a_place_begins_with_a_slash() {
        assert_eq!(place("login?x").unwrap_err(), "expected a path such as `/login?x`");
        assert_eq!(place("https://app.test/in").unwrap(), "https://app.test/in");
    }

    #[test]
    fn a_command_line_can_be_pasted_into_a_shell() {
        assert_eq!(quoted("GET /me /sub"), "'GET /me /sub'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
