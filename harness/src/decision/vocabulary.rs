//! What a product listens to: the claims that it asks for, and what means something in them.
//!
//! A decision says which claims it looked at; the vocabulary says which it might have looked at, and for what. Near misses,
//! questions and suggestions are found with it, and each is then played through the product, which alone decides.

use super::{ClaimPath, Document};

/// The JSON form in which a product wants a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A text that is one value.
    Text,
    /// `true` or `false`, as JSON has them.
    Truth,
    /// A text that is a list, its entries separated by commas.
    SeparatedText,
    /// A list of texts.
    List,
    /// A list of texts, or one text.
    ListOrText,
}

impl Shape {
    /// Whether the claim holds several entries.
    pub const fn holds_several(self) -> bool {
        !matches!(self, Self::Text | Self::Truth)
    }
}

/// A claim that a product asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// The document that it asks.
    pub document: Document,
    /// Where in the document.
    pub path: ClaimPath,
    /// The setting that can put the claim elsewhere, if there is one.
    pub setting: Option<&'static str>,
    /// How the claim is to look.
    pub shape: Shape,
    /// The values or entries that mean something; empty where any text does.
    pub words: Vec<String>,
    /// A value that is accepted, where any text of a kind is: an address, a language.
    pub example: Option<&'static str>,
    /// Whether nobody signs in without it.
    pub required: bool,
}

impl Term {
    /// A text of which any value is accepted.
    pub fn any(document: Document, name: &str, example: &'static str) -> Self {
        Self {
            document,
            path: ClaimPath::top(name),
            setting: None,
            shape: Shape::Text,
            words: Vec::new(),
            example: Some(example),
            required: false,
        }
    }

    /// A claim in which only these words mean something.
    pub fn words(
        document: Document,
        path: ClaimPath,
        shape: Shape,
        words: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        let words = words.into_iter().map(Into::into).collect();
        Self { document, path, setting: None, shape, words, example: None, required: false }
    }

    /// The same, and nobody signs in without it.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// The same, at a place that a setting chooses.
    #[must_use]
    pub fn placed_by(self, setting: &'static str) -> Self {
        Self { setting: Some(setting), ..self }
    }
}
