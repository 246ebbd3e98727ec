//! Flags that say something about the provider, as settings laid over the file's.
//!
//! Each flag's value becomes a text of its own in the sources, so that a mistake in `--user 'ada={"email": 1'` is shown
//! like one in a file: where it is, with a caret.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit_code::Failure;
use super::files;
use super::io::Io;
use crate::config::{Block, IdpConfig, KeyOrigin, Persona, SigningConfig, example_users};
use crate::fault::plan::{NotARule, Rule};
use crate::http::key_file;
use crate::source::{Diagnostic, Map, Node, Sources, Span, Value, code, parse};

/// What `serve` and `token` both want to know about the provider.
#[derive(Debug, Default, Args)]
pub(super) struct Settings {
    /// An `idp:` block, alone or in a scenario file
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// What the provider is like where nothing else is said: `lenient`, good for a first try, or `strict`, as the OpenID
    /// Foundation's conformance tests ask for
    #[arg(long, value_name = "NAME")]
    pub(super) persona: Option<String>,
    /// The issuer: a path such as `/acme`, or a URL as clients see it, behind a proxy or in compose
    #[arg(long, value_name = "PATH|URL")]
    pub(super) issuer: Option<String>,
    /// Freeze the time, such as 2031-03-04T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(super) clock: Option<String>,
    /// Misbehave: a fault of `mock-idp faults`, and behind commas what it is limited to, such as
    /// `id_token.aud=missing,client=app,nth=2`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = fault)]
    pub(super) fault: Vec<Rule>,
    /// Make codes, ids and generated keys repeatable
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
}

/// A fault as a flag says it. A mistake in it says what to write instead.
fn fault(text: &str) -> Result<Rule, String> {
    text.parse().map_err(|mistake: NotARule| format!("{mistake}\n\n  help: {}", mistake.help()))
}

/// A user or client that was added by a flag: `NAME` or `NAME=JSON`.
#[derive(Debug, Clone)]
pub(super) struct Addition {
    name: String,
    json: Option<String>,
}

impl std::str::FromStr for Addition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, json) = match text.split_once('=') {
            None => (text, None),
            Some((name, json)) => (name, Some(json.to_owned())),
        };
        if name.is_empty() {
            return Err("a name is missing before `=`".to_owned());
        }
        Ok(Self { name: name.to_owned(), json })
    }
}

/// The block that flags build up, over the one in the file.
pub(super) struct Builder<'s> {
    sources: &'s mut Sources,
    block: Block,
    faults: Vec<Rule>,
}

impl<'s> Builder<'s> {
    /// Starts with the file, if there is one, and the flags that every command has.
    pub(super) fn new(settings: &Settings, sources: &'s mut Sources, io: &Io<'_>) -> Result<Self, Failure> {
        let block = if let Some(path) = &settings.config {
            files::open_block(path, sources, io)?
        } else {
            let nothing = sources.add("command line", "");
            Block::new(Node::new(Value::Null, Span::new(nothing, 0, 0)))
        };
        let mut builder = Self { sources, block, faults: settings.fault.clone() };
        builder.text("--persona", "persona", settings.persona.as_deref());
        builder.text("--issuer", "issuer", settings.issuer.as_deref());
        builder.text("--clock", "clock", settings.clock.as_deref());
        if let Some(seed) = settings.seed {
            let json = serde_json::Value::from(seed);
            let span = builder.source("--seed", &seed.to_string());
            builder.set(&["seed"], Node::from_json(&json, span));
        }
        Ok(builder)
    }

    /// Sets a key to the text of a flag.
    pub(super) fn text(&mut self, flag: &str, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            let span = self.source(flag, value);
            self.set(&[key], Node::string(value, span));
        }
    }

    /// Says where the attacker's issuer is. What the file says of its faults stays.
    pub(super) fn attacker(&mut self, issuer: Option<&str>) {
        if let Some(issuer) = issuer {
            let span = self.source("--attacker", issuer);
            self.set(&["attacker", "issuer"], Node::string(issuer, span));
        }
    }

    /// Sets a key to true if the flag was given.
    pub(super) fn switch(&mut self, flag: &str, key: &str, given: bool) {
        if given {
            let span = self.source(flag, "true");
            self.set(&[key], Node::new(Value::Bool(true), span));
        }
    }

    /// Adds the texts of a flag to a list.
    pub(super) fn also(&mut self, flag: &str, path: [&str; 2], values: &[impl std::fmt::Display]) {
        if values.is_empty() {
            return;
        }
        let listed = self.block.at(&format!("/{}", path.join("/"))).and_then(Node::as_list);
        let mut all = listed.map(<[Node]>::to_vec).unwrap_or_default();
        for value in values {
            let value = value.to_string();
            let span = self.source(flag, &value);
            all.push(Node::string(value, span));
        }
        let span = self.source(flag, "");
        self.set(&path, Node::new(Value::List(all), span));
    }

    /// Adds a user; the JSON holds claims. The three example users stay unless the file has users of its own.
    pub(super) fn user(&mut self, user: &Addition, io: &Io<'_>) -> Result<(), Failure> {
        if !self.block.has("users") {
            let span = self.source("example users", "");
            let persona = self.block.at("/persona").and_then(Node::as_str);
            let strict = persona == Some(Persona::Strict.as_str());
            let persona = if strict { Persona::Strict } else { Persona::Lenient };
            let examples = serde_json::to_value(example_users(persona)).unwrap_or_default();
            self.set(&["users"], Node::from_json(&examples, span));
        }
        let claims = self.json("--user", user, io)?;
        let empty = Node::new(
            Value::Map(Map::new()),
            claims.as_ref().map_or_else(|| self.source("--user", ""), |c| c.span),
        );
        self.set(&["users", &user.name], empty);
        let Some(mut claims) = claims else { return Ok(()) };
        if let Some(sub) = claims.as_map_mut().and_then(|claims| claims.remove("sub")) {
            self.set(&["users", &user.name, "sub"], sub.value);
        }
        self.set(&["users", &user.name, "claims"], claims);
        Ok(())
    }

    /// Adds a client; without JSON a public one that may return to any port of this machine, with or without PKCE.
    pub(super) fn client(&mut self, client: &Addition, io: &Io<'_>) -> Result<(), Failure> {
        let settings = if let Some(settings) = self.json("--client", client, io)? {
            settings
        } else {
            let open =
                serde_json::json!({"public": true, "any_loopback_redirect_uri": true, "pkce": "optional"});
            let span = self.source("--client", &client.name);
            Node::from_json(&open, span)
        };
        self.set(&["clients", &client.name], settings);
        Ok(())
    }

    /// Checks and reads all of it, key files included.
    pub(super) fn read(self, io: &mut Io<'_>) -> Result<IdpConfig, Failure> {
        let mut config = files::read_block(&self.block, self.sources, io)?.config;
        config.faults.0.extend(self.faults.iter().cloned());
        let keys = config.signing.0.iter_mut().enumerate();
        let missing: Vec<_> = keys.filter_map(|(index, key)| self.read_key(index, key)).collect();
        if missing.is_empty() { Ok(config) } else { Err(files::complaints(&missing, self.sources, io)) }
    }

    /// Puts the text of a key file in the place of its name, which is relative to the file that says it.
    fn read_key(&self, index: usize, key: &mut SigningConfig) -> Option<Diagnostic> {
        let KeyOrigin::File(name) = &key.from else { return None };
        let one = self.block.at("/signing/from/file");
        let node = one.or_else(|| self.block.at(&format!("/signing/{index}/from/file")))?;
        let folder = Path::new(self.sources.name(node.span.source)).parent().unwrap_or(Path::new(""));
        match key_file(&folder.join(name)) {
            Ok(origin) => {
                key.from = origin;
                None
            }
            Err(error) => {
                Some(Diagnostic::error(code::UNREADABLE, error.to_string()).at(node.span, "named here"))
            }
        }
    }

    fn json(&mut self, flag: &str, addition: &Addition, io: &Io<'_>) -> Result<Option<Node>, Failure> {
        let Some(json) = &addition.json else { return Ok(None) };
        let name = format!("{flag} {}", addition.name);
        let parsed = parse(self.sources, &name, json.as_str());
        let node = parsed.map_err(|found| files::complaints(&found, self.sources, io))?;
        if node.as_map().is_some() {
            return Ok(Some(node));
        }
        let title = format!("`{flag}` takes a map after `=`, found {}", node.kind());
        let mistake = Diagnostic::error(code::WRONG_TYPE, title)
            .at(node.span, "not a map")
            .help(format!("write `{flag} '{}={{\"key\": \"value\"}}'`", addition.name));
        Err(files::complaints(&[mistake], self.sources, io))
    }

    fn source(&mut self, flag: &str, text: &str) -> Span {
        let id = self.sources.add(flag, text);
        Span::new(id, 0, text.len())
    }

    fn set(&mut self, path: &[&str], value: Node) {
        let span = value.span;
        let nested = path.iter().rev().fold(value, |value, key| {
            let mut map = Map::new();
            map.insert(*key, span, value);
            Node::new(Value::Map(map), span)
        });
        self.block = self.block.clone().overlaid_with(nested);
    }
}
