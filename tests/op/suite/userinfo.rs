//! The UserInfo endpoint (OIDCC-5.3).

use serde_json::{Map, Value};

use super::Answer;
use super::claims::assert_typed;
use super::request::form;
use super::run::Run;

/// The three ways to show an access token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    Get,
    PostWithHeader,
    PostWithBody,
}

impl Run {
    /// Asks.
    pub(crate) async fn ask_userinfo(&self, access_token: &str, by: By) -> Answer {
        let endpoint = self.endpoint("userinfo_endpoint");
        let bearer = format!("Bearer {access_token}");
        match by {
            By::Get => self.send("GET", &endpoint, &[("authorization", &bearer)], "").await,
            By::PostWithHeader => self.send("POST", &endpoint, &[("authorization", &bearer)], "").await,
            By::PostWithBody => {
                let kind = [("content-type", "application/x-www-form-urlencoded")];
                self.send("POST", &endpoint, &kind, &form(&[("access_token", access_token)])).await
            }
        }
    }

    /// What UserInfo says of the person with this subject.
    pub(crate) async fn userinfo(&self, access_token: &str, sub: &str) -> Map<String, Value> {
        checked(&self.ask_userinfo(access_token, By::Get).await.json_with(200), sub)
    }
}

/// "The `sub` Claim in the UserInfo Response MUST be verified to exactly match the `sub` Claim in the ID Token" (OIDCC-5.3.2).
pub(crate) fn checked(said: &Value, sub: &str) -> Map<String, Value> {
    let said = said.as_object().expect("UserInfo says an object");
    assert_eq!(said["sub"], sub);
    assert_typed(said);
    said.clone()
}
