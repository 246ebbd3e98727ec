//! Profiles: which rows bind a relying party, how hard, and in which shapes of the flow they are played.
//!
//! How much a departure weighs is decided here, at the binding, and never in a check: the same row can be a failure under
//! one profile and a warning under another.

use serde::Serialize;

use crate::decision::{ResponseMode, ResponseType};

/// A profile that a relying party can be held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The code flow.
    CoreBasic,
    /// The implicit flow.
    CoreImplicit,
    /// The hybrid flow.
    CoreHybrid,
    /// What is learned from the provider's metadata and keys.
    Config,
    /// A client that registers itself.
    Dynamic,
    /// Responses as posted forms.
    FormPost,
    /// Refresh tokens.
    Refresh,
    /// Signing out.
    Logout,
    /// The best current practice for OAuth 2.0 security (RFC 9700), and what RFC 8725 and RFC 9207 add.
    Bcp,
}

/// How the client became known to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Somebody wrote it down beforehand.
    #[default]
    Static,
    /// It registered itself.
    Dynamic,
}

/// The shape of the flow in which a case is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Variant {
    /// What is asked for.
    pub response_type: ResponseType,
    /// How the response travels; `None` leaves it to the response type.
    pub response_mode: Option<ResponseMode>,
    /// How the client became known.
    pub registration: Registration,
}

impl Variant {
    /// The usual shape of a response type.
    pub const fn of(response_type: ResponseType) -> Self {
        Self { response_type, response_mode: None, registration: Registration::Static }
    }

    /// The same with the response as a posted form.
    #[must_use]
    pub const fn by_form(self) -> Self {
        Self { response_mode: Some(ResponseMode::FormPost), ..self }
    }

    /// The same with a client that registers itself.
    #[must_use]
    pub const fn registered(self) -> Self {
        Self { registration: Registration::Dynamic, ..self }
    }

    /// Its name: `code`, `code id_token, form_post`, `code, dynamic`.
    pub fn name(self) -> String {
        let mode = self.response_mode.map(|mode| format!(", {}", mode.as_str())).unwrap_or_default();
        let dynamic = if self.registration == Registration::Dynamic { ", dynamic" } else { "" };
        format!("{}{mode}{dynamic}", self.response_type.as_str())
    }
}

const CODE: &[ResponseType] = &[ResponseType::Code];
const IMPLICIT: &[ResponseType] = &[ResponseType::IdToken, ResponseType::IdTokenToken];
const HYBRID: &[ResponseType] =
    &[ResponseType::CodeIdToken, ResponseType::CodeToken, ResponseType::CodeIdTokenToken];

impl Profile {
    /// All nine.
    pub const ALL: [Self; 9] = [
        Self::CoreBasic,
        Self::CoreImplicit,
        Self::CoreHybrid,
        Self::Config,
        Self::Dynamic,
        Self::FormPost,
        Self::Refresh,
        Self::Logout,
        Self::Bcp,
    ];

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CoreBasic => "core-basic",
            Self::CoreImplicit => "core-implicit",
            Self::CoreHybrid => "core-hybrid",
            Self::Config => "config",
            Self::Dynamic => "dynamic",
            Self::FormPost => "form-post",
            Self::Refresh => "refresh",
            Self::Logout => "logout",
            Self::Bcp => "bcp",
        }
    }

    /// The shapes in which its rows are played.
    pub fn variants(self) -> Vec<Variant> {
        let of = |types: &[ResponseType]| types.iter().copied().map(Variant::of).collect::<Vec<_>>();
        match self {
            Self::CoreBasic | Self::Config | Self::Bcp | Self::Refresh => of(CODE),
            Self::CoreImplicit => of(IMPLICIT),
            Self::CoreHybrid => of(HYBRID),
            Self::Dynamic => of(CODE).into_iter().map(Variant::registered).collect(),
            Self::FormPost => {
                let all = [CODE, IMPLICIT, HYBRID].concat();
                of(&all).into_iter().map(Variant::by_form).collect()
            }
            Self::Logout => of(&[CODE, IMPLICIT, HYBRID].concat()),
        }
    }
}

impl Profile {
    /// Whether it says something about a flow of this shape.
    pub fn covers(self, shape: Variant) -> bool {
        match self {
            Self::CoreBasic => CODE.contains(&shape.response_type),
            Self::CoreImplicit => IMPLICIT.contains(&shape.response_type),
            Self::CoreHybrid => HYBRID.contains(&shape.response_type),
            Self::FormPost => shape.response_mode == Some(ResponseMode::FormPost),
            Self::Dynamic => shape.registration == Registration::Dynamic,
            Self::Config | Self::Refresh | Self::Logout | Self::Bcp => true,
        }
    }
}

/// How much a departure weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It is told, and nothing more: the clause says MAY.
    May,
    /// A warning: the clause says SHOULD.
    Should,
    /// A failure: the clause says MUST.
    Must,
}

/// A profile that holds relying parties to a row, and how hard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The profile.
    pub profile: Profile,
    /// How much a departure weighs under it.
    pub weight: Weight,
}

/// A departure is a failure under this profile.
pub const fn must(profile: Profile) -> Binding {
    Binding { profile, weight: Weight::Must }
}

/// A departure is a warning under this profile.
pub const fn should(profile: Profile) -> Binding {
    Binding { profile, weight: Weight::Should }
}

/// A departure is told under this profile.
pub const fn may(profile: Profile) -> Binding {
    Binding { profile, weight: Weight::May }
}
