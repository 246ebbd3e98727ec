//! Who may be called: this machine, and hosts that the operator allowed.

use std::net::IpAddr;

use url::{Host, Url};

use crate::config::AllowedHost;
use crate::provider::CallFailed;

/// Where calls may go.
#[derive(Clone, Debug)]
pub(super) struct Destinations {
    allowed: Vec<AllowedHost>,
}

impl Destinations {
    pub(super) const fn new(allowed: Vec<AllowedHost>) -> Self {
        Self { allowed }
    }

    /// The URL, if it may be called.
    pub(super) fn permitted(&self, url: &str) -> Result<Url, CallFailed> {
        let url = Url::parse(url).map_err(|_| CallFailed::NotAUrl)?;
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || !matches!(url.scheme(), "http" | "https") {
            return Err(CallFailed::NotAUrl);
        }
        if is_this_machine(&url) || self.allowed.iter().any(|host| host.is_at(&url)) {
            return Ok(url);
        }
        let host = url.host_str().unwrap_or_default();
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Err(CallFailed::NotAllowed(format!("{host}{port}")))
    }
}

/// Only by an address or a name that cannot mean anything else (RFC6761-6.3): a name that somebody lets point here is
/// somebody else's.
fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => is_localhost(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).to_canonical().is_loopback(),
        None => false,
    }
}

/// `localhost` and every name below it (RFC6761-6.3).
pub(super) fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address that a permitted name was resolved to is one of a host: not all of a network, not whoever is next,
/// such as the metadata service of a cloud.
pub(super) fn is_a_hosts(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            !(address.is_unspecified()
                || address.is_broadcast()
                || address.is_multicast()
                || address.is_link_local())
        }
        IpAddr::V6(address) => {
            !(address.is_unspecified() || address.is_multicast() || address.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn destinations() -> Destinations {
        Destinations::new(vec!["app.example".parse().unwrap(), "10.0.0.7:8443".parse().unwrap()])
    }

    #[rstest]
    #[case::localhost("http://localhost:3000/jwks")]
    #[case::below_localhost("https://app.localhost/jwks")]
    #[case::localhost_as_an_absolute_name("http://localhost.:3000/jwks")]
    #[case::ipv4("http://127.0.0.1:3000/jwks")]
    #[case::all_of_127("http://127.1.2.3/jwks")]
    #[case::ipv4_as_one_number("http://2130706433/jwks")]
    #[case::ipv6("http://[::1]:3000/jwks")]
    #[case::ipv4_in_ipv6("http://[::ffff:127.0.0.1]/jwks")]
    #[case::allowed_by_name("https://app.example:9/jwks")]
    #[case::allowed_by_address_and_port("https://10.0.0.7:8443/jwks")]
    fn these_are_called(#[case] url: &str) {
        destinations().permitted(url).unwrap();
    }

    #[rstest]
    #[case::elsewhere("https://other.example/jwks", "other.example")]
    #[case::another_port("https://10.0.0.7/jwks", "10.0.0.7")]
    #[case::below_an_allowed_name("https://evil.app.example:8443/jwks", "evil.app.example:8443")]
    #[case::name_that_only_begins_so("http://localhost.example/jwks", "localhost.example")]
    #[case::every_address("http://0.0.0.0:3000/jwks", "0.0.0.0:3000")]
    #[case::metadata_of_a_cloud("http://169.254.169.254/latest", "169.254.169.254")]
    fn others_are_not_called_and_the_refusal_says_how_to_allow_it(#[case] url: &str, #[case] host: &str) {
        let refused = destinations().permitted(url).unwrap_err();
        assert_eq!(refused, CallFailed::NotAllowed(host.to_owned()));
        assert!(refused.to_string().contains(&format!("`--allow-outgoing {host}`")), "{refused}");
    }

    #[rstest]
    #[case::another_scheme("file:///etc/passwd")]
    #[case::no_scheme("localhost:3000")]
    #[case::user_name("http://me@localhost/jwks")]
    #[case::password("http://:secret@localhost/jwks")]
    #[case::relative("/jwks")]
    fn other_text_is_no_destination(#[case] url: &str) {
        assert_eq!(destinations().permitted(url), Err(CallFailed::NotAUrl));
    }

    #[rstest]
    #[case::public("93.184.216.34", true)]
    #[case::private("172.18.0.3", true)]
    #[case::loopback_by_the_operators_wish("127.0.0.1", true)]
    #[case::unspecified("0.0.0.0", false)]
    #[case::link_local("169.254.169.254", false)]
    #[case::link_local_in_ipv6("::ffff:169.254.169.254", false)]
    #[case::ipv6_link_local("fe80::1", false)]
    #[case::multicast("224.0.0.1", false)]
    fn an_allowed_name_leads_to_a_host(#[case] address: &str, #[case] expected: bool) {
        assert_eq!(is_a_hosts(address.parse().unwrap()), expected);
    }
}
