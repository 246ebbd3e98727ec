//! `harness init`: a first scenario, which passes, to start from.

mod recorded;
mod written;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::{COULD_NOT_RUN, ColorWhen, INVALID, Io, OK, USAGE};
use crate::decision::ProductKind;
use crate::explain::first_example;
use crate::preview::{Input, Rehearsal, scenario};
use crate::products;
use crate::scenario::load::published_schema;
use crate::scenario::page;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  harness init -p bindplane                      scenarios/bindplane-first-login.scenario.yaml
  harness init -p gorules tests/oidc
  mock-idp serve --log json 2> idp.log           sign in to your application, then:
  harness init -p gorules --from-log idp.log     the same claims as a scenario

Exit codes: 0 written, 2 bad command line, 3 the log holds no login, 4 could not be written")]
pub(super) struct Init {
    /// The folder to write to
    #[arg(value_name = "DIR", default_value = "scenarios")]
    folder: PathBuf,
    /// billrun, cloudbilling, billwerk, gorules or bindplane
    #[arg(short, long, value_name = "KIND", default_value = "bindplane", env = "HARNESS_INIT_PRODUCT", value_parser = super::product::product)]
    product: &'static str,
    /// Take the claims of the last login in a log: what `mock-idp serve --log json` writes to standard error, or its
    /// journal as JSON. `-` is standard input
    #[arg(long, value_name = "FILE")]
    from_log: Option<PathBuf>,
    /// With `--from-log`: the last login of this user
    #[arg(long, value_name = "NAME", requires = "from_log")]
    user: Option<String>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
}

impl Init {
    pub(super) fn run(&self, _color: ColorWhen, io: &mut Io<'_>) -> io::Result<u8> {
        let Some(kind) = products::named(self.product) else { return Ok(USAGE) };
        let (rehearsal, user, origin) = match &self.from_log {
            None => match example(kind) {
                Some(rehearsal) => (rehearsal, "ada".to_owned(), None),
                None => return Ok(COULD_NOT_RUN),
            },
            Some(path) => match self.recorded(kind, path, io)? {
                Ok((rehearsal, user)) => (rehearsal, user, Some(path.as_path())),
                Err(code) => return Ok(code),
            },
        };
        let scenario = match scenario(&rehearsal) {
            Ok(scenario) => scenario,
            Err(why) => {
                writeln!(io.err, "error: this is no scenario: {why}")?;
                return Ok(INVALID);
            }
        };
        let stem = if origin.is_some() { "recorded" } else { "first" };
        let name = format!("{}-{stem}-login.scenario.yaml", self.product);
        let path = self.folder.join(name);
        let shown = path.to_string_lossy().replace('\\', "/");
        let text = written::text(&written::Draft { kind, scenario, user: &user, file: &shown, origin });
        self.write(&path, &text, io)
    }

    /// The last login of a log.
    fn recorded(
        &self,
        kind: &'static dyn ProductKind,
        path: &Path,
        io: &mut Io<'_>,
    ) -> io::Result<Result<(Rehearsal<'static>, String), u8>> {
        let mut text = String::new();
        let read = if path == Path::new("-") {
            io.input.read_to_string(&mut text).map(drop)
        } else {
            fs::read_to_string(path).map(|read| text = read)
        };
        if let Err(error) = read {
            writeln!(io.err, "error: cannot read `{}`: {error}", path.display())?;
            return Ok(Err(COULD_NOT_RUN));
        }
        let Some(login) = recorded::last_login(&text, self.user.as_deref()) else {
            let whose = self.user.as_ref().map(|user| format!(" of `{user}`")).unwrap_or_default();
            writeln!(io.err, "error: `{}` holds no login{whose}", path.display())?;
            writeln!(io.err, "help: record one with `mock-idp serve --log json 2> idp.log`, and sign in")?;
            return Ok(Err(INVALID));
        };
        let input = Input {
            claims: login.id_token.map(Value::Object),
            access_token: login.access_token,
            userinfo: login.userinfo.map(Value::Object),
            ..Input::default()
        };
        match Rehearsal::of(kind, &input) {
            Ok(rehearsal) => {
                let user = login.user.unwrap_or_else(|| "somebody".to_owned());
                Ok(Ok((rehearsal.issued_here(), user)))
            }
            Err(mistakes) => {
                for mistake in mistakes {
                    writeln!(io.err, "error: {mistake}")?;
                }
                Ok(Err(INVALID))
            }
        }
    }

    fn write(&self, path: &Path, text: &str, io: &mut Io<'_>) -> io::Result<u8> {
        if path.exists() && !self.force {
            writeln!(io.err, "error: `{}` is there already", path.display())?;
            writeln!(io.err, "help: `--force` replaces it")?;
            return Ok(USAGE);
        }
        let schema = self.folder.join(written::SCHEMA);
        let schema_text = format!("{:#}\n", published_schema());
        let done = fs::create_dir_all(&self.folder).and_then(|()| fs::write(path, text)).and_then(|()| {
            if schema.exists() && !self.force { Ok(()) } else { fs::write(&schema, schema_text) }
        });
        if let Err(error) = done {
            writeln!(io.err, "error: cannot write `{}`: {error}", path.display())?;
            return Ok(COULD_NOT_RUN);
        }
        let shown = path.to_string_lossy().replace('\\', "/");
        writeln!(
            io.out,
            "wrote {shown}, and beside it the schema for editors\n\nnext:\n  harness run {shown}"
        )?;
        writeln!(io.out, "  harness run {shown} --explain all    which rule gave what")?;
        Ok(OK)
    }
}

/// A login of the product's examples that is accepted.
fn example(kind: &'static dyn ProductKind) -> Option<Rehearsal<'static>> {
    Rehearsal::of_example(kind, &first_example(kind)?, &BTreeMap::new()).ok()
}

/// The parts of a scenario as YAML, each under the words before it.
fn sections(scenario: &Value, parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (key, words) in parts {
        let Some(value) = scenario.get(*key) else { continue };
        if !words.is_empty() {
            out.push('\n');
            out.extend(words.lines().map(|line| format!("# {line}\n")));
        }
        match value.as_array().filter(|_| *key == "steps") {
            Some(steps) => out.push_str(&steps_of(steps)),
            None => out.push_str(&page::write(&serde_json::json!({ *key: value }))),
        }
    }
    out
}

/// Steps in the order in which people write their keys.
fn steps_of(steps: &[Value]) -> String {
    let mut out = "steps:\n".to_owned();
    for step in steps {
        let word = |key: &str| step.get(key).map(page::inline).unwrap_or_default();
        out.extend([format!("  - id: {}\n    login: {}\n    expect:\n", word("id"), word("login"))]);
        let expected = page::write(step.get("expect").unwrap_or(&Value::Null));
        out.extend(expected.lines().map(|line| format!("      {line}\n")));
    }
    out
}
