//! Whether the person is to be asked (OIDCC-3.1.2.1).

use std::collections::BTreeSet;

use super::Refused;
use crate::protocol::Parameters;

/// One thing that `prompt` can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prompt {
    /// Ask the person nothing; fail instead.
    None,
    /// Have the person sign in again.
    Login,
    /// Have the person agree again.
    Consent,
    /// Have the person choose among accounts.
    SelectAccount,
}

impl Prompt {
    /// All four.
    pub const ALL: [Self; 4] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount];

    /// The wire spelling.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
        }
    }
}

/// The prompts, without contradiction.
///
/// "If this parameter contains none with any other value, an error is returned." (OIDCC-3.1.2.1)
pub(super) fn consistent(request: &Parameters) -> Result<BTreeSet<Prompt>, Refused> {
    let text = request.value("prompt").unwrap_or_default();
    let prompts = text
        .split(' ')
        .filter(|word| !word.is_empty())
        .map(|word| {
            let known = Prompt::ALL.into_iter().find(|prompt| prompt.as_str() == word);
            known.ok_or_else(|| Refused::PromptUnknown(word.to_owned()))
        })
        .collect::<Result<BTreeSet<_>, _>>()?;
    if prompts.contains(&Prompt::None) && prompts.len() > 1 {
        return Err(Refused::PromptContradictory(text.to_owned()));
    }
    Ok(prompts)
}

/// `max_age`, a number of seconds that is not negative.
pub(super) fn max_age(request: &Parameters) -> Result<Option<i64>, Refused> {
    request
        .value("max_age")
        .map(|text| {
            let seconds = text.parse::<i64>().ok().filter(|seconds| *seconds >= 0);
            seconds.ok_or_else(|| Refused::MaxAgeMalformed(text.to_owned()))
        })
        .transpose()
}
