//! A relying party to try `harness conformance` on: it takes its port, issuer and client from the environment.
//!
//! ```text
//! harness conformance --rp-command target/debug/examples/relying_party --start /login --session 'GET /me /sub'
//! ```
//!
//! With `--look-first` it reads the provider's metadata before it listens, and ends if it cannot. With `--watch` its page watches the
//! session at the provider (`--can session-management --driver chromium`).

use std::error::Error;
use std::sync::Arc;

use harness::rp::{PlainSetup, RelyingParty, serve};
use harness::transport::Transport;
use mock_idp::http::system::{SystemClock, SystemEntropy};
use mock_idp::provider::ports::{Clock as _, Entropy as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::var("PORT")?;
    let setup = PlainSetup {
        base_url: format!("http://127.0.0.1:{port}"),
        issuers: vec![std::env::var("OIDC_ISSUER")?, std::env::var("OIDC_ATTACKER_ISSUER")?],
        client_id: std::env::var("OIDC_CLIENT_ID")?,
        client_secret: Some(std::env::var("OIDC_CLIENT_SECRET")?),
        watches_session: std::env::args().any(|argument| argument == "--watch"),
        ..PlainSetup::default()
    };
    let transport = match std::env::var("OIDC_CA_FILE") {
        Ok(ca) => Transport::tcp_trusting(&std::fs::read_to_string(ca)?)?,
        Err(_) => Transport::tcp()?,
    };
    if std::env::args().any(|argument| argument == "--look-first") {
        let issuer = std::env::var("OIDC_ISSUER")?;
        let metadata = http::Request::get(format!("{issuer}/.well-known/openid-configuration"));
        transport.send(metadata.body(Vec::new())?).await?;
    }
    let entropy = SystemEntropy::default();
    let rp = RelyingParty::plain(
        &setup,
        &transport,
        Arc::new(|| SystemClock.now().as_secs()),
        Arc::new(move |bytes: &mut [u8]| entropy.fill(bytes)),
    );
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    serve(listener, &rp).await?;
    Ok(())
}
