//! A case in the shape of `given`: what differs from `defaults.json`.

use serde_json::{Map, Value, json};

use super::BillRun;
use crate::decision::{
    Documents, Example, Mistake, Origin, Product, Setup, SignIn, Start, Timestamp, Token, Userinfo,
};
use crate::products::form::{Form, over_defaults, unless_mistaken};

/// 2026-11-01T00:00:00Z, the moment at which cases happen.
const NOW: Timestamp = Timestamp(1_793_491_200);

pub(super) fn read(given: &Value) -> Result<Example<BillRun>, Vec<Mistake>> {
    let mut form = Form::of(given, "");
    form.only(&["auth", "provider", "id_token", "userinfo", "userinfo_status"]);
    let mistakes = form.into_mistakes();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let merged = over_defaults(include_str!("defaults.json"), given);
    let mut form = Form::of(&merged, "");
    let vendor = json!({ "auth": form.value("auth").cloned() });
    let sign_in = SignIn {
        start: Start { protocol: Some("oidc".to_owned()), provider: form.text("provider"), return_to: None },
        origin: Origin::default(),
        documents: documents(&mut form),
        failure: None,
    };
    let configured = BillRun::configure(&Setup { vendor: vendor.clone(), ..Setup::default() });
    match configured {
        Ok(config) => unless_mistaken(
            form.into_mistakes(),
            Example { config, vendor, state: super::State::default(), sign_in, now: NOW },
        ),
        Err(mistakes) => {
            form.also(mistakes);
            Err(form.into_mistakes())
        }
    }
}

fn documents(form: &mut Form<'_>) -> Documents {
    let id_token = form.object("id_token").cloned().unwrap_or_default();
    let claims = form.object("userinfo").cloned();
    let status = form.number("userinfo_status").unwrap_or(200);
    let status = u16::try_from(status).unwrap_or_else(|_| {
        form.wrong("userinfo_status", "expected an HTTP status", None);
        200
    });
    // left out, UserInfo says what an honest provider says at least: the same `sub`
    let claims = claims.unwrap_or_else(|| {
        id_token.get("sub").map(|sub| Map::from_iter([("sub".to_owned(), sub.clone())])).unwrap_or_default()
    });
    let claims = if status == 200 { claims } else { Map::new() };
    Documents {
        id_token: Some(Token::verified(id_token)),
        access_token: None,
        userinfo: Some(Userinfo { status, claims }),
    }
}
