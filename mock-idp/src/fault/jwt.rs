//! Putting a JWT together as an honest provider would, but for the edits.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::claims::Members;
use super::jwt_key::{SigningWith, signature};
use super::{Context, Unmade};
use crate::protocol::keys::jws::Signer;

/// An edit of text that is JSON, with what it may look at.
pub(super) type TextEdit = fn(&str, &Context<'_>) -> Vec<u8>;

/// An edit of a finished token.
pub(super) type CompactEdit = fn(&str, &Context<'_>) -> String;

/// Where a JWT differs from an honest one.
pub(super) struct JwsEdit {
    pub(super) header: Option<fn(&mut Members, &Context<'_>)>,
    pub(super) with: SigningWith,
    pub(super) header_text: Option<TextEdit>,
    pub(super) claims_text: Option<TextEdit>,
    pub(super) signature: Option<fn(&mut Vec<u8>)>,
    pub(super) compact: Option<CompactEdit>,
}

impl JwsEdit {
    /// Like an honest one.
    pub(super) const HONEST: Self = Self {
        header: None,
        with: SigningWith::Honest,
        header_text: None,
        claims_text: None,
        signature: None,
        compact: None,
    };

    /// Another header.
    pub(super) const fn header(edit: fn(&mut Members, &Context<'_>)) -> Self {
        Self { header: Some(edit), ..Self::HONEST }
    }

    /// Another key.
    pub(super) const fn with(with: SigningWith) -> Self {
        Self { with, ..Self::HONEST }
    }

    /// Another key under another header.
    pub(super) const fn header_with(with: SigningWith, edit: fn(&mut Members, &Context<'_>)) -> Self {
        Self { header: Some(edit), with, ..Self::HONEST }
    }

    /// Other text of the header.
    pub(super) const fn header_text(edit: TextEdit) -> Self {
        Self { header_text: Some(edit), ..Self::HONEST }
    }

    /// Other text of the claims.
    pub(super) const fn claims_text(edit: TextEdit) -> Self {
        Self { claims_text: Some(edit), ..Self::HONEST }
    }

    /// Other bytes of the signature.
    pub(super) const fn signature(edit: fn(&mut Vec<u8>)) -> Self {
        Self { signature: Some(edit), ..Self::HONEST }
    }

    /// Another text of the finished token.
    pub(super) const fn compact(edit: CompactEdit) -> Self {
        Self { compact: Some(edit), ..Self::HONEST }
    }
}

/// A token that an honest provider is about to sign.
#[derive(Clone, Copy, Debug)]
pub struct Honest<'a> {
    /// The header.
    pub header: &'a Members,
    /// The claims.
    pub claims: &'a Members,
    /// What signs.
    pub signer: &'a Signer,
}

/// The token, and the header as it was sent.
pub(super) fn made(
    honest: &Honest<'_>,
    edits: &[&JwsEdit],
    at: &Context<'_>,
) -> Result<(String, Members), Unmade> {
    let Honest { header, claims, signer } = *honest;
    let mut header = header.clone();
    let with = edits.iter().map(|edit| &edit.with).rfind(|with| !matches!(with, SigningWith::Honest));
    let with = with.unwrap_or(&SigningWith::Honest);
    let key = with.key(signer, at)?;
    key.announce(&mut header);
    for edit in edits.iter().filter_map(|edit| edit.header) {
        edit(&mut header, at);
    }
    let header_text = edited(&header, edits.iter().filter_map(|edit| edit.header_text), at);
    let claims_text = edited(claims, edits.iter().filter_map(|edit| edit.claims_text), at);
    let mut token = format!("{}.{}", base64url(&header_text), base64url(&claims_text));
    let mut signature = signature(&key, token.as_bytes())?;
    for edit in edits.iter().filter_map(|edit| edit.signature) {
        edit(&mut signature);
    }
    token.push('.');
    token.push_str(&base64url(&signature));
    for edit in edits.iter().filter_map(|edit| edit.compact) {
        token = edit(&token, at);
    }
    Ok((token, header))
}

fn edited(members: &Members, edits: impl Iterator<Item = TextEdit>, at: &Context<'_>) -> Vec<u8> {
    let honest = Value::Object(members.clone()).to_string();
    edits.fold(honest.into_bytes(), |text, edit| edit(&String::from_utf8_lossy(&text), at))
}

pub(super) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
