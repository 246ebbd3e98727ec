use std::thread;

use proptest::prelude::*;

use super::super::faults::Begun;
use super::*;

fn promise(expires: i64) -> Promise {
    Promise {
        client_id: "app".to_owned(),
        redirect_uri: "https://app.example/cb".to_owned(),
        challenge: None,
        expires: Timestamp(expires),
    }
}

fn grant() -> Arc<Grant> {
    Arc::new(Grant {
        client_id: "app".to_owned(),
        user: "ada".to_owned(),
        subject: "ada".to_owned(),
        scope: Scope::default(),
        nonce: None,
        auth_time: Timestamp(0),
        acr: None,
        sid: "s".to_owned(),
        claims: LoginClaims::default(),
        requested: ClaimsRequest::default(),
        opens_userinfo: true,
        issuer: "https://idp.test".to_owned(),
        begun: Begun::default(),
    })
}

/// What one login leaves behind, at this time and with these lifetimes: code 60, access token 600, the rest 3600.
fn log_in(store: &Store, name: &str, now: Timestamp) {
    let (access, long) = (now.plus(600), now.plus(3_600));
    store.put_grant(name, grant(), long, now);
    store.put_code(name, CodeRecord::new(promise(now.plus(60).0), name.to_owned()), access, now);
    assert_eq!(store.redeem(name, now), Use::First);
    let record = AccessTokenRecord {
        client_id: "app".to_owned(),
        grant: Some(name.to_owned()),
        scope: Scope::default(),
        issuer: String::new(),
        certificate: None,
        jti: String::new(),
        issued: now,
        expires: access,
    };
    store.put_access_token(name, record, now);
    store.put_refresh_token(name, RefreshTokenRecord::new("app".to_owned(), name.to_owned(), now, long), now);
    store.put_session(name, Session::new("ada".to_owned(), "ada".to_owned(), "secret", now, 3_600), now);
}

#[test]
fn a_session_remembers_only_so_many_clients() {
    let (store, now) = (Store::default(), Timestamp(0));
    log_in(&store, "s", now);
    for client in 0..=MOST_CLIENTS {
        store.signed_in_to("s", &client.to_string(), "https://idp.test", now);
    }
    store.signed_in_to("s", "0", "https://other.test", now);
    let clients = store.session("s", now).unwrap().clients;
    assert_eq!((clients.len(), clients["0"].as_str()), (MOST_CLIENTS, "https://other.test"));
}

#[test]
fn a_hundred_thousand_logins_leave_nothing_behind() {
    let store = Store::default();
    let logins = 100_000;
    let mut most = 0;
    // two logins a second
    for login in 0..logins {
        let now = Timestamp(login / 2);
        log_in(&store, &login.to_string(), now);
        if login % 100 == 0 {
            most = most.max(store.size(now).access_tokens);
        }
    }
    assert!(most <= 2 * (600 + 300) + 2, "{most} access tokens at once");
    let end = Timestamp(logins / 2 + 3_600 + EXPLAINED);
    assert_eq!(store.size(end), StoreSize::default());
}

#[test]
fn of_a_hundred_concurrent_redemptions_exactly_one_wins() {
    let store = Store::default();
    let now = Timestamp(0);
    store.put_grant("g", grant(), Timestamp(600), now);
    store.put_code("c", CodeRecord::new(promise(60), "g".to_owned()), Timestamp(600), now);
    let uses: Vec<Use> = thread::scope(|scope| {
        let threads: Vec<_> = (0..100).map(|_| scope.spawn(|| store.redeem("c", now))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(uses.iter().filter(|one| **one == Use::First).count(), 1);
    assert_eq!(uses.iter().filter(|one| **one == Use::Again).count(), 99);
    assert!(store.grant("g", now).is_none(), "reuse revokes what the code brought");
}

#[test]
fn a_cookie_opens_its_session_only_with_its_secret() {
    let store = Store::default();
    let session = Session::new("ada".to_owned(), "ada".to_owned(), "secret", Timestamp(0), 100);
    store.put_session("s", session, Timestamp(0));
    assert!(store.session_of("s", "secret", Timestamp(99)).is_some());
    assert!(store.session_of("s", "guess", Timestamp(99)).is_none());
    assert!(store.session_of("s", "secret", Timestamp(100)).is_none());
}

proptest! {
    /// However uses of the members of a family are ordered, at most one member is good afterwards, and after any second
    /// use of a member none is.
    #[test]
    fn a_family_of_refresh_tokens_has_at_most_one_live_member(uses in proptest::collection::vec(0..6_usize, 1..20)) {
        let store = Store::default();
        let now = Timestamp(0);
        store.put_grant("g", grant(), Timestamp(600), now);
        let put = |member: usize| {
            let record = RefreshTokenRecord::new("app".to_owned(), "g".to_owned(), now, Timestamp(600));
            store.put_refresh_token(&member.to_string(), record, now);
        };
        put(0);
        let mut newest = 0;
        let mut reused = false;
        for member in uses {
            match store.use_refresh_token(&member.to_string(), now) {
                Use::First if store.grant("g", now).is_some() => {
                    newest += 1;
                    put(newest);
                }
                Use::First | Use::Unknown => {}
                Use::Again => reused = true,
            }
        }
        let live = (0..=newest)
            .filter(|member| store.refresh_token(&member.to_string(), now).is_some_and(|record| !record.is_used()))
            .count();
        prop_assert!(live <= 1);
        prop_assert_eq!(store.grant("g", now).is_none(), reused);
    }
}
