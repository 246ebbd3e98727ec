use http::{Method, Response};
use url::Url;

use super::Page;

fn page(html: &str) -> Page {
    let response = Response::builder().header("content-type", "text/html; charset=utf-8");
    Page::read(
        Url::parse("https://idp.test/acme/authorize?a=b").unwrap(),
        response.body(html.as_bytes().to_vec()).unwrap(),
    )
}

#[test]
fn a_form_post_response_is_recognised() {
    let page = page(
        r#"<body onload="document.forms[0].submit()"><form method="post" action="https://app.test/cb?x=1&amp;y=2">
           <input type="hidden" name="state" value="a&quot;b"><noscript><button>Continue</button></noscript></form>"#,
    );
    assert!(page.submits_itself);
    let form = &page.forms[0];
    assert_eq!((form.action.as_str(), &form.method), ("https://app.test/cb?x=1&y=2", &Method::POST));
    assert_eq!(form.fields, [("state".to_owned(), "a\"b".to_owned())]);
}

#[test]
fn a_login_page_offers_its_users_as_buttons() {
    let page = page(
        r#"<form method="post" action="login"><input name="hint"><button name="user" value="ada">Ada <b>Fix</b></button>
           <button name="action" value="deny">Deny</button></form><script>/* <form> */</script>"#,
    );
    assert!(!page.submits_itself);
    assert_eq!(page.forms.len(), 1);
    let (form, button) = page.button("user", "ada").unwrap();
    assert_eq!((form.action.as_str(), button.text.as_str()), ("https://idp.test/acme/login", "AdaFix"));
    let sent = form.clone().with("hint", "x").pressing(button);
    let expected = [("hint", "x"), ("user", "ada")].map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!(sent.fields, expected);
}

#[test]
fn frames_links_and_refresh_are_absolute() {
    let page = page(
        r#"<meta http-equiv="refresh" content="0; url=/done"><iframe src="https://app.test/out?sid=1"></iframe>
           <a href="../back">Back</a>"#,
    );
    assert_eq!(page.refresh.unwrap().as_str(), "https://idp.test/done");
    assert_eq!(page.frames[0].as_str(), "https://app.test/out?sid=1");
    assert_eq!(page.links[0].0.as_str(), "https://idp.test/back");
}

#[test]
fn text_areas_and_lists_send_what_they_show() {
    let page = page(
        "<form><textarea name=claims>\n{\"a\": &lt;b&gt;}\n</textarea><select name=mode>\
         <option value=query><option value=form_post selected></select>\
         <input name=user list=known><datalist id=known><option value=suggested></datalist></form>",
    );
    let expected = [("claims", "{\"a\": <b>}\n"), ("mode", "form_post"), ("user", "")]
        .map(|(n, v)| (n.to_owned(), v.to_owned()));
    assert_eq!(page.forms[0].fields, expected);
}

#[test]
fn json_is_not_searched_for_forms() {
    let response = Response::builder().header("content-type", "application/json");
    let body = br#"{"text":"<form><button></button></form>"}"#.to_vec();
    let page = Page::read(Url::parse("https://app.test/me").unwrap(), response.body(body).unwrap());
    assert!(page.forms.is_empty());
}
