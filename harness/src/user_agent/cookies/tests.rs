use rstest::rstest;
use url::Url;

use super::{Context, CookieJar};

const NOW: i64 = 1_000_000;
const TYPED: Context<'static> = Context { initiator: None, framed_by: None, safe_method: true };

fn jar(header: &str, set_by: &str) -> CookieJar {
    let mut jar = CookieJar::default();
    jar.set(header, &Url::parse(set_by).unwrap(), TYPED, NOW);
    jar
}

#[rstest]
#[case::same_host("a=1", "https://app.acme.test/x", true)]
#[case::other_host("a=1", "https://acme.test/x", false)]
#[case::domain_covers_subdomains("a=1; Domain=acme.test", "https://idp.acme.test/", true)]
#[case::domain_of_a_stranger_is_refused("a=1; Domain=evil.test", "https://app.acme.test/", false)]
#[case::path_covers_what_is_below("a=1; Path=/sso", "https://app.acme.test/sso/callback", true)]
#[case::path_is_no_text_prefix("a=1; Path=/sso", "https://app.acme.test/ssox", false)]
#[case::secure_stays_off_plain_http("a=1; Secure", "http://app.acme.test/", false)]
#[case::same_site_none_needs_secure("a=1; SameSite=None", "https://app.acme.test/", false)]
#[case::host_prefix_needs_secure("__Host-a=1; Path=/", "https://app.acme.test/", false)]
#[case::host_prefix_kept("__Host-a=1; Path=/; Secure", "https://app.acme.test/", true)]
#[case::max_age_zero_deletes("a=1; Max-Age=0; Path=/", "https://app.acme.test/", false)]
#[case::max_age_outranks_expires(
    "a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "https://app.acme.test/",
    true
)]
#[case::expires_in_the_past(
    "a=1; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "https://app.acme.test/",
    false
)]
fn a_cookie_is_sent_where_its_attributes_allow(#[case] header: &str, #[case] url: &str, #[case] sent: bool) {
    let jar = jar(header, "https://app.acme.test/");
    assert_eq!(jar.header(&Url::parse(url).unwrap(), TYPED, NOW).is_some(), sent);
}

#[rstest]
#[case::lax_goes_with_a_link("Lax", false, true, true)]
#[case::lax_stays_home_on_a_posted_form("Lax", false, false, false)]
#[case::lax_stays_out_of_a_frame("Lax", true, true, false)]
#[case::none_goes_with_a_posted_form("None; Secure", false, false, true)]
#[case::none_goes_into_a_frame("None; Secure", true, true, true)]
#[case::strict_stays_home_even_on_a_link("Strict", false, true, false)]
fn same_site_decides_what_another_site_may_cause(
    #[case] rule: &str,
    #[case] framed: bool,
    #[case] safe_method: bool,
    #[case] sent: bool,
) {
    let idp = Url::parse("https://idp.test/").unwrap();
    let app = Url::parse("https://app.test/callback").unwrap();
    let jar = jar(&format!("a=1; Path=/; SameSite={rule}"), "https://app.test/");
    let context = Context { initiator: Some(&idp), framed_by: framed.then_some(&idp), safe_method };
    assert_eq!(jar.header(&app, context, NOW).is_some(), sent);
}

#[test]
fn a_cookie_ends_when_the_clock_says_so() {
    let jar = jar("a=1; Max-Age=60", "https://app.test/");
    assert_eq!((jar.live(NOW + 59).count(), jar.live(NOW + 60).count()), (1, 0));
}

#[test]
fn a_cross_site_frame_cannot_set_a_lax_cookie() {
    let top = Url::parse("https://idp.test/").unwrap();
    let context = Context { initiator: Some(&top), framed_by: Some(&top), safe_method: true };
    let mut jar = CookieJar::default();
    jar.set("a=1; SameSite=Lax", &Url::parse("https://app.test/").unwrap(), context, NOW);
    assert_eq!(jar.live(NOW).count(), 0);
}

#[test]
fn the_longest_path_comes_first() {
    let url = Url::parse("https://app.test/sso/x").unwrap();
    let mut jar = jar("a=root; Path=/", "https://app.test/");
    jar.set("a=sso; Path=/sso", &url, TYPED, NOW);
    assert_eq!(jar.header(&url, TYPED, NOW).as_deref(), Some("a=sso; a=root"));
}
