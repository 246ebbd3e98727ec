//! A reading: a question that a vendor's documentation leaves open, and the answers we can play through.

use serde::Serialize;

/// One possible answer to an open question.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// The name to type, in `snake_case`, for example `minimum_of_both`.
    pub name: &'static str,
    /// What the product does under this choice, in one sentence.
    pub meaning: &'static str,
}

/// An open question with its choices; the first choice is the recommended one and the default.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The id, for example `BP-Q2`.
    pub id: &'static str,
    /// The question in one sentence.
    pub question: &'static str,
    /// All choices, the recommended default first.
    pub choices: &'static [Choice],
}

/// Why a reading could not be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadingMistake {
    /// No reading has this id.
    #[error("unknown reading `{id}`")]
    UnknownReading {
        /// The id as given.
        id: String,
        /// The ids that exist.
        known: Vec<&'static str>,
    },
    /// The reading has no such choice.
    #[error("reading `{id}` has no choice `{choice}`")]
    UnknownChoice {
        /// The reading.
        id: &'static str,
        /// The choice as given.
        choice: String,
        /// The choices that exist.
        known: Vec<&'static str>,
    },
}

/// Declares the readings of one product: a struct with one enum field per question, its default the recommended
/// choice, and the catalogue that `--reading` and the `readings` of a scenario are checked against.
///
/// ```text
/// readings! {
///     /// How we read what Bindplane leaves open.
///     pub struct Readings {
///         /// How the fallback role is found.
///         lpu: Lpu = "BP-Q2", "Does the least-privileged rule outrank an explicit default role?" {
///             MinimumOfBoth = "minimum_of_both", "the lower of the default role and the explicit roles";
///             DefaultWins = "default_wins", "an explicit default role is used as it stands";
///         }
///     }
/// }
/// ```
macro_rules! readings {
    (
        $(#[$outer:meta])*
        pub struct $Readings:ident {
            $(
                $(#[$doc:meta])*
                $field:ident: $Enum:ident = $id:literal, $question:literal {
                    $First:ident = $first:literal, $first_meaning:literal;
                    $( $Variant:ident = $name:literal, $meaning:literal; )*
                }
            )*
        }
    ) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
            pub enum $Enum {
                #[doc = $first_meaning]
                #[default]
                $First,
                $( #[doc = $meaning] $Variant, )*
            }

            impl $Enum {
                /// The name to type for this choice.
                pub const fn name(self) -> &'static str {
                    match self {
                        Self::$First => $first,
                        $( Self::$Variant => $name, )*
                    }
                }
            }
        )*

        $(#[$outer])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $Readings {
            $( $(#[$doc])* pub $field: $Enum, )*
        }

        impl $Readings {
            /// Every question with its choices, the recommended one first.
            pub const CATALOGUE: &'static [$crate::decision::Reading] = &[
                $( $crate::decision::Reading {
                    id: $id,
                    question: $question,
                    choices: &[
                        $crate::decision::Choice { name: $first, meaning: $first_meaning },
                        $( $crate::decision::Choice { name: $name, meaning: $meaning }, )*
                    ],
                }, )*
            ];

            /// Chooses the answer `choice` for the reading `id`.
            ///
            /// # Errors
            ///
            /// When there is no such reading, or the reading has no such choice.
            pub fn choose(&mut self, id: &str, choice: &str) -> Result<(), $crate::decision::ReadingMistake> {
                match id {
                    $( $id => {
                        self.$field = match choice {
                            $first => $Enum::$First,
                            $( $name => $Enum::$Variant, )*
                            _ => {
                                return Err($crate::decision::ReadingMistake::UnknownChoice {
                                    id: $id,
                                    choice: choice.to_owned(),
                                    known: vec![$first, $( $name, )*],
                                });
                            }
                        };
                        Ok(())
                    } )*
                    _ => Err($crate::decision::ReadingMistake::UnknownReading {
                        id: id.to_owned(),
                        known: vec![$( $id, )*],
                    }),
                }
            }
        }
    };
}
pub(crate) use readings;
