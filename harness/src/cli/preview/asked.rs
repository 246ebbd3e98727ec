//! The questions of `harness preview`.

use std::path::PathBuf;

use clap::Args;

use crate::decision::Document;
use crate::preview::{Edit, Expression, Questions};

/// Questions about the decision. An answer stands in place of the decision itself.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Questions")]
pub(super) struct Asked {
    /// The chain behind one value, for example `project_roles.P1`; may be repeated
    #[arg(long, value_name = "PATH")]
    why: Vec<String>,
    /// What stands in the way of something, for example `project_roles.P1=admin`, and the smallest edits that would get
    /// there
    #[arg(long, value_name = "EXPR", value_parser = Expression::parse)]
    why_not: Vec<Expression>,
    /// What an edit changes: `set PLACE=VALUE`, `add PLACE=ENTRY`, `remove PLACE`, `rename PLACE to PLACE` or `copy PLACE
    /// to PLACE`, PLACE being a claim's name or JSON pointer, after `id_token:`, `access_token:` or `userinfo:` if need
    /// be; repeated ones are made one after the other
    #[arg(long, value_name = "EDIT", value_parser = edit)]
    what_if: Vec<String>,
    /// What a second set of claims grants, raises, lowers and revokes; of all else, the input is the same
    #[arg(long, value_name = "FILE")]
    pub(super) compare: Option<PathBuf>,
    /// Which small changes of the claims change permissions, and which should and do not
    #[arg(long)]
    mutate: bool,
    /// Exit with 1 unless this holds: tests such as `decision = signed_in`, `effects contains user.created` or `certain`,
    /// with not, and, or and parentheses; may be repeated
    #[arg(long, value_name = "EXPR", value_parser = Expression::parse)]
    require: Vec<Expression>,
}

impl Asked {
    /// Whether nothing is asked.
    pub(super) const fn is_empty(&self) -> bool {
        let Self { why, why_not, what_if, compare, mutate, require } = self;
        why.is_empty()
            && why_not.is_empty()
            && what_if.is_empty()
            && compare.is_none()
            && !*mutate
            && require.is_empty()
    }

    /// What is asked of each product.
    pub(super) fn questions(&self) -> Questions {
        Questions {
            why: self.why.clone(),
            why_not: self.why_not.clone(),
            what_if: self.what_if.clone(),
            mutate: self.mutate,
            require: self.require.clone(),
        }
    }
}

/// An edit as it was typed; which document it means by default depends on the product.
fn edit(text: &str) -> Result<String, String> {
    Edit::parse(text, Document::IdToken).map(|_| text.to_owned())
}
