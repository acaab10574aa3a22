//! Parts that go together, and parts that don't: offers, carousels, single products, call permissions.

use cloud_api::message::Rule;
use serde_json::{Value, json};

use super::{body, bounded, but, long, marketing, needed, passes, refused_at, utility, violations};

fn image() -> Value {
    json!({"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::aW1hZ2U="]}})
}

fn code() -> Value {
    json!({"type": "COPY_CODE", "example": "25OFF"})
}

fn link() -> Value {
    json!({"type": "URL", "text": "Shop", "url": "https://acme.test/{{1}}", "example": ["x"]})
}

fn offer(header: Option<Value>, buttons: Value) -> Value {
    let mut parts = vec![
        json!({"type": "LIMITED_TIME_OFFER", "limited_time_offer": {"text": "Ends soon", "has_expiration": true}}),
        body(),
        json!({"type": "BUTTONS", "buttons": buttons}),
    ];
    parts.extend(header);
    marketing(parts.into())
}

#[test]
fn limited_time_offers() {
    let template = offer(Some(image()), json!([code(), link()]));
    bounded(&template, "/components/0/limited_time_offer/text", 16);
    bounded(&template, "/components/1/text", 600);
    bounded(&template, "/components/2/buttons/0/example", 15);
    needed(&template, "/components/0/limited_time_offer");
    passes(&offer(None, json!([code(), link()])));
    refused_at(&but(&template, "/category", "UTILITY"), "/components/0/type", Rule::Conflict);
    let text = json!({"type": "HEADER", "format": "TEXT", "text": "Sale"});
    refused_at(&offer(Some(text), json!([code(), link()])), "/components/3/format", Rule::Conflict);
    let mut footer = template.clone();
    footer["components"].as_array_mut().unwrap().push(json!({"type": "FOOTER", "text": "Acme"}));
    refused_at(&footer, "/components/4/type", Rule::Conflict);
}

#[test]
fn an_offer_that_expires_has_its_code_first() {
    refused_at(&offer(None, json!([link()])), "/components/2/buttons", Rule::Required);
    refused_at(&offer(None, json!([link(), code()])), "/components/2/buttons/1/type", Rule::Order);
    refused_at(&offer(None, json!([code(), link(), link()])), "/components/2/buttons/2/type", Rule::Conflict);
    let reply = json!({"type": "QUICK_REPLY", "text": "Stop"});
    refused_at(&offer(None, json!([code(), reply])), "/components/2/buttons/1/type", Rule::Conflict);
    let endless =
        but(&offer(None, json!([link()])), "/components/0/limited_time_offer/has_expiration", false);
    passes(&endless);
    let mut bare = offer(None, json!([code()]));
    bare["components"].as_array_mut().unwrap().pop();
    refused_at(&bare, "/components", Rule::Required);
}

fn card() -> Value {
    json!({"components": [image(), {"type": "BODY", "text": "Card {{1}} text", "example": {"body_text": [["x"]]}},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "More"}, link()]}]})
}

fn carousel(cards: Vec<Value>) -> Value {
    marketing(json!([body(), {"type": "CAROUSEL", "cards": cards}]))
}

#[test]
fn two_to_ten_cards() {
    for fine in [2, 10] {
        passes(&carousel(vec![card(); fine]));
    }
    for odd in [1, 11] {
        refused_at(&carousel(vec![card(); odd]), "/components/1/cards", Rule::Count);
    }
    let two = carousel(vec![card(); 2]);
    needed(&two, "/components/1/cards");
    needed(&two, "/components/1/cards/1/components");
    refused_at(&but(&two, "/category", "UTILITY"), "/components/1/type", Rule::Conflict);
}

#[test]
fn cards_have_header_and_buttons_and_maybe_a_body() {
    let both = |card: Value| carousel(vec![card; 2]);
    let bare = json!({"components": [image(), {"type": "BUTTONS", "buttons": [link()]}]});
    passes(&both(bare));
    let headless = json!({"components": [{"type": "BUTTONS", "buttons": [link()]}]});
    let found = violations(&both(headless));
    assert!(found.len() == 2 && found.iter().all(|one| one.rule == Rule::Required), "{found:?}");
    let buttonless = json!({"components": [image()]});
    assert!(violations(&both(buttonless)).iter().all(|one| one.rule == Rule::Required));
    let three =
        but(&card(), "/components/2/buttons", json!([link(), link(), {"type": "QUICK_REPLY", "text": "M"}]));
    assert_eq!(violations(&both(three))[0].limit, Some(2));
    let odd_button = but(&card(), "/components/2/buttons/0", json!({"type": "COPY_CODE", "example": "x"}));
    assert_eq!(violations(&both(odd_button))[0].rule, Rule::Conflict);
    let document = but(&card(), "/components/0/format", "DOCUMENT");
    assert_eq!(violations(&both(document))[0].rule, Rule::Value);
    let footer = but(&card(), "/components/1", json!({"type": "FOOTER", "text": "x"}));
    assert_eq!(violations(&both(footer))[0].rule, Rule::Conflict);
    let long_body = but(&card(), "/components/1", json!({"type": "BODY", "text": long(161)}));
    assert_eq!(violations(&both(long_body))[0].limit, Some(160));
    passes(&both(but(&card(), "/components/1", json!({"type": "BODY", "text": long(160)}))));
    let product = json!({"components": [{"type": "HEADER", "format": "PRODUCT"},
        {"type": "BUTTONS", "buttons": [{"type": "SPM", "text": "View"}]}]});
    passes(&both(product));
}

#[test]
fn all_cards_are_built_alike() {
    let mut video = card();
    video["components"][0]["format"] = "VIDEO".into();
    refused_at(&carousel(vec![card(), video]), "/components/1/cards/1/components", Rule::Conflict);
    let swapped =
        but(&card(), "/components/2/buttons", json!([link(), {"type": "QUICK_REPLY", "text": "More"}]));
    refused_at(&carousel(vec![card(), card(), swapped]), "/components/1/cards/2/components", Rule::Conflict);
    let mut bodiless = card();
    bodiless["components"].as_array_mut().unwrap().remove(1);
    refused_at(&carousel(vec![card(), bodiless]), "/components/1/cards/1/components", Rule::Conflict);
    let other_words = but(&card(), "/components/2/buttons/0/text", "Less");
    passes(&carousel(vec![card(), other_words]));
}

#[test]
fn a_carousel_stands_under_a_body_only() {
    for part in
        [image(), json!({"type": "FOOTER", "text": "x"}), json!({"type": "BUTTONS", "buttons": [link()]})]
    {
        let mut template = carousel(vec![card(); 2]);
        template["components"].as_array_mut().unwrap().push(part);
        refused_at(&template, "/components/2/type", Rule::Conflict);
    }
}

#[test]
fn single_products() {
    let buttons = json!({"type": "BUTTONS", "buttons": [{"type": "SPM", "text": "View"}]});
    let template = marketing(json!([{"type": "HEADER", "format": "PRODUCT"}, body(), buttons]));
    bounded(&template, "/components/1/text", 160);
    refused_at(&marketing(json!([body(), buttons])), "/components", Rule::Required);
    refused_at(
        &marketing(json!([{"type": "HEADER", "format": "PRODUCT"}, body()])),
        "/components/0/format",
        Rule::Conflict,
    );
}

#[test]
fn call_permission_requests() {
    let template = utility(json!([body(), {"type": "call_permission_request"}]));
    passes(&template);
    passes(&but(&template, "/category", "MARKETING"));
    let mut buttons = template;
    let reply = json!({"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]});
    buttons["components"].as_array_mut().unwrap().push(reply);
    refused_at(&buttons, "/components/2/type", Rule::Conflict);
}
