//! The codes of messages: what each means, why it is said, and an example.
//!
//! An example is data that a test takes at its word: what is wrong raises the code, what is right does not.

mod agreement;
mod doubts;
mod names;
mod near_misses;
mod runs;
mod shape;
mod text;

/// A code, and all there is to say about it.
#[derive(Debug)]
pub struct Code {
    /// Such as `E0204`.
    pub code: &'static str,
    /// What is wrong, in one sentence.
    pub title: &'static str,
    /// Why it is said, and what to do.
    pub prose: &'static str,
    /// How it comes about.
    pub example: Example,
    /// What the knowledge rests on: clauses, pages.
    pub rests_on: &'static [&'static str],
}

/// Something wrong, and the same put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Example {
    /// Parts of a scenario, to be laid over a sound one.
    Part {
        /// Raises the code when the file is checked.
        wrong: &'static str,
        /// Does not.
        right: &'static str,
    },
    /// A whole file.
    Whole {
        /// Raises the code when the file is checked.
        wrong: &'static str,
        /// Does not.
        right: &'static str,
    },
    /// Parts of a scenario, to be laid over a sound one and run.
    Run {
        /// Raises the code when the scenario is run.
        wrong: &'static str,
        /// Does not.
        right: &'static str,
    },
    /// Claims to preview.
    Claims {
        /// The product.
        product: &'static str,
        /// Raises the code.
        wrong: &'static str,
        /// Does not.
        right: &'static str,
    },
    /// A command line whose outcome depends on files that are not shown.
    Command {
        /// The command.
        wrong: &'static str,
        /// What to do instead.
        right: &'static str,
    },
}

impl Example {
    /// What is wrong, and the same put right.
    pub const fn sides(self) -> (&'static str, &'static str) {
        match self {
            Self::Part { wrong, right }
            | Self::Whole { wrong, right }
            | Self::Run { wrong, right }
            | Self::Claims { wrong, right, .. }
            | Self::Command { wrong, right } => (wrong, right),
        }
    }
}

/// Every code, in their order.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let families: [&'static [Code]; 7] = [
        text::CODES,
        shape::CODES,
        names::CODES,
        agreement::CODES,
        near_misses::CODES,
        runs::CODES,
        doubts::CODES,
    ];
    families.into_iter().flatten()
}

/// The code of this name.
pub fn named(name: &str) -> Option<&'static Code> {
    all().find(|code| code.code == name)
}

const fn part(wrong: &'static str, right: &'static str) -> Example {
    Example::Part { wrong, right }
}

const fn whole(wrong: &'static str, right: &'static str) -> Example {
    Example::Whole { wrong, right }
}

const fn code(
    code: &'static str,
    title: &'static str,
    prose: &'static str,
    example: Example,
    rests_on: &'static [&'static str],
) -> Code {
    Code { code, title, prose, example, rests_on }
}
