//! Typed messages become the JSON that Meta documents.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use cloud_api::message::{
    AddressRequest, Card, CarouselCard, Component, ContactCard, Content, DirectSend, Form, FormReference,
    GatewayKind, GoodsKind, Header, Interactive, Location, Marketing, Media, OrderDetails, OrderItem,
    OrderState, OrderStatus, Outbound, Parameter, PaymentSetting, Pin, Product, ProductList, ProductPolicy,
    ProductSection, Reaction, ReadReceipt, Recipient, ReplyButton, Row, Rule, Section, Template, VoiceCall,
    check, check_marketing,
};
use serde_json::{Map, Value, json};

fn phone() -> Recipient {
    Recipient::Phone("+16505551234".into())
}

/// The message's JSON without what every message has; it is valid, and read back it is the same message.
#[track_caller]
fn payload(content: impl Into<Content>) -> Value {
    let message = Outbound::new(phone(), content);
    assert_eq!(message.validate(), Ok(()));
    assert_eq!(message.content.validate(), Ok(()));
    let json = message.to_json();
    assert_eq!(serde_json::from_value::<Outbound>(json.clone()).unwrap(), message);
    let kind = json["type"].as_str().unwrap().to_owned();
    json[kind].clone()
}

#[test]
fn a_whole_message() {
    let message = Outbound::text(phone(), "Hi").reply_to("wamid.IN").with_callback_data("order:1");
    let json = json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505551234",
        "type": "text", "text": {"body": "Hi"}, "context": {"message_id": "wamid.IN"},
        "biz_opaque_callback_data": "order:1"});
    assert_eq!(message.to_json(), json);
    assert_eq!(check(&json), Ok(()));
    assert_eq!(Outbound::text(phone(), "Hi").reply_to("wamid.IN").with_callback_data("order:1"), message);
    let keyed = message.with_identity_key_hash("DF2lS5v2W6x=").to_json();
    assert_eq!(keyed["recipient_identity_key_hash"], "DF2lS5v2W6x=");
}

#[test]
fn recipients_go_into_their_fields() {
    let fields = |recipient: Recipient| {
        let json = Outbound::text(recipient.clone(), "Hi").to_json();
        assert_eq!(serde_json::from_value::<Outbound>(json.clone()).unwrap().recipient, recipient);
        (json["recipient_type"].clone(), json["to"].clone(), json["recipient"].clone())
    };
    let user = || "US.1".to_owned();
    assert_eq!(fields(Recipient::User(user())), (json!("individual"), Value::Null, json!("US.1")));
    let both = Recipient::PhoneAndUser { phone: "1650".into(), user: user() };
    assert_eq!(fields(both), (json!("individual"), json!("1650"), json!("US.1")));
    assert_eq!(fields(Recipient::Group("G".into())), (json!("group"), json!("G"), Value::Null));
}

#[test]
fn direct_send_goes_into_the_envelope() {
    let message = Outbound::text(phone(), "Your order 42 shipped.")
        .with_direct_send(DirectSend::utility().ttl_seconds(600).template_name("shipped"));
    let json = message.to_json();
    assert_eq!((&json["category"], &json["ttl_seconds"]), (&json!("utility"), &json!(600)));
    assert_eq!(json["direct_send_config"], json!({"template_name": "shipped"}));
    assert_eq!(serde_json::from_value::<Outbound>(json).unwrap(), message);
    assert_eq!(message.validate(), Ok(()));
    let late =
        Outbound::text(phone(), "1234").with_direct_send(DirectSend::authentication().ttl_seconds(901));
    assert_eq!(late.validate().unwrap_err()[0].pointer, "/ttl_seconds");
}

#[test]
fn marketing_messages_carry_their_options() {
    let message = Outbound::new(phone(), Template::new("sale", "en"));
    let marketing =
        Marketing::new(message).product_policy(ProductPolicy::Strict).message_activity_sharing(false);
    let json = marketing.to_json();
    assert_eq!(
        (&json["product_policy"], &json["message_activity_sharing"]),
        (&json!("STRICT"), &json!(false))
    );
    assert_eq!(serde_json::from_value::<Marketing>(json.clone()).unwrap(), marketing);
    assert_eq!((marketing.validate(), check_marketing(&json)), (Ok(()), Ok(())));
    assert!(Marketing::new(Outbound::text(phone(), "Sale!")).validate().is_err());
}

#[test]
fn receipts() {
    let read = ReadReceipt::new("wamid.IN");
    let json = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN"});
    assert_eq!(serde_json::to_value(&read).unwrap(), json);
    assert_eq!((read.validate(), check(&json)), (Ok(()), Ok(())));
    let typing = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.IN",
        "typing_indicator": {"type": "text"}});
    assert_eq!(serde_json::to_value(read.clone().typing()).unwrap(), typing);
    assert_eq!(serde_json::from_value::<ReadReceipt>(typing).unwrap(), read.typing());
    assert_eq!(ReadReceipt::new("").validate().unwrap_err()[0].pointer, "/message_id");
}

#[test]
fn media_and_places() {
    let image = Media::id("1").with_caption("x");
    assert_eq!(payload(Content::Image(image)), json!({"id": "1", "caption": "x"}));
    let document = Media::link("https://acme.test/a").with_filename("a.pdf");
    assert_eq!(
        payload(Content::Document(document)),
        json!({"link": "https://acme.test/a", "filename": "a.pdf"})
    );
    assert_eq!(payload(Content::Audio(Media::id("1").as_voice())), json!({"id": "1", "voice": true}));
    assert_eq!(payload(Location::new(1.5, -2.0)), json!({"latitude": 1.5, "longitude": -2.0}));
    let named = Location::new("37.4", "-122.1").named("HQ", "1 Way");
    assert_eq!(named.latitude.as_f64(), Some(37.4));
    assert_eq!(
        payload(named),
        json!({"latitude": "37.4", "longitude": "-122.1", "name": "HQ", "address": "1 Way"})
    );
    assert_eq!(Location::new(f64::NAN, 91.0).validate().unwrap_err().len(), 1);
    assert_eq!(Location::new(f64::NAN, 181.0).validate().unwrap_err().len(), 2);
}

#[test]
fn reactions_pins_and_contact_cards() {
    let reaction = Reaction { message_id: "wamid.1".into(), emoji: String::new() };
    assert_eq!(payload(reaction), json!({"message_id": "wamid.1", "emoji": ""}));
    assert_eq!(Outbound::reaction(phone(), "wamid.1", "👍").to_json()["reaction"]["emoji"], "👍");
    let pin = Outbound::new(Recipient::Group("G".into()), Pin::new("wamid.X", 4));
    assert_eq!(pin.to_json()["pin"], json!({"type": "pin", "message_id": "wamid.X", "expiration_days": 4}));
    assert_eq!((pin.validate(), pin.content.validate()), (Ok(()), Ok(())));
    assert_eq!(Outbound::new(phone(), Pin::unpin("wamid.X")).validate().unwrap_err()[0].rule, Rule::Value);
    let card = ContactCard::new("Ana", "Ruiz").phone("+34600", "Work").email("a@acme.test", "Home");
    assert_eq!(
        payload(vec![card]),
        json!([{"name": {"formatted_name": "Ana Ruiz", "first_name": "Ana", "last_name": "Ruiz"},
            "phones": [{"phone": "+34600", "type": "Work"}], "emails": [{"email": "a@acme.test", "type": "Home"}]}])
    );
    assert_eq!(ContactCard::default().validate().unwrap_err().len(), 2);
}

#[test]
fn buttons_lists_and_links() {
    let buttons = Interactive::buttons("B", [ReplyButton::new("y", "Yes")])
        .header(Header::image(Media::id("276")))
        .footer("F");
    assert_eq!(
        payload(buttons),
        json!({"type": "button", "header": {"type": "image", "image": {"id": "276"}}, "body": {"text": "B"},
            "footer": {"text": "F"}, "action": {"buttons": [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]}})
    );
    let rows = [Row::new("1", "One"), Row::new("2", "Two").description("Second")];
    let list = Interactive::list("B", "Open", [Section::new("S", rows)]);
    assert_eq!(
        payload(list),
        json!({"type": "list", "body": {"text": "B"}, "action": {"button": "Open", "sections": [{"title": "S",
            "rows": [{"id": "1", "title": "One"}, {"id": "2", "title": "Two", "description": "Second"}]}]}})
    );
    for header in [Header::text("H"), Header::video(Media::id("1")), Header::document(Media::id("1"))] {
        let link = Interactive::cta_url("B", "See", "https://acme.test").header(header.clone());
        assert_eq!(
            payload(link),
            json!({"type": "cta_url", "header": header, "body": {"text": "B"}, "action": {"name": "cta_url",
                "parameters": {"display_text": "See", "url": "https://acme.test"}}})
        );
    }
}

#[test]
fn forms() {
    let form = Form::published("123", "Book").token("t").navigate("FIRST", [("k", "v")]);
    assert_eq!(
        payload(Interactive::form("B", form))["action"],
        json!({"name": "flow", "parameters": {"flow_message_version": "3", "flow_id": "123", "flow_cta": "Book",
            "flow_token": "t", "flow_action": "navigate",
            "flow_action_payload": {"screen": "FIRST", "data": {"k": "v"}}}})
    );
    let draft = Form::new(FormReference::Name { flow_name: "booking".into() }, "Book")
        .draft()
        .navigate("FIRST", Map::new())
        .data_exchange();
    assert_eq!(
        payload(Interactive::form("B", draft))["action"]["parameters"],
        json!({"flow_message_version": "3", "flow_name": "booking", "flow_cta": "Book", "mode": "draft",
            "flow_action": "data_exchange"})
    );
}

#[test]
fn requests_and_calls() {
    let action = |interactive: Interactive| payload(interactive)["action"].clone();
    assert_eq!(action(Interactive::request_location("B")), json!({"name": "send_location"}));
    assert_eq!(action(Interactive::request_contact("B")), json!({"name": "request_contact_info"}));
    assert_eq!(action(Interactive::request_call_permission("B")), json!({"name": "call_permission_request"}));
    assert_eq!(action(Interactive::voice_call("B", VoiceCall::default())), json!({"name": "voice_call"}));
    let call = VoiceCall { display_text: Some("Call".into()), ttl_minutes: Some(100), payload: None };
    assert_eq!(
        action(Interactive::voice_call("B", call)),
        json!({"name": "voice_call", "parameters": {"display_text": "Call", "ttl_minutes": 100}})
    );
    let address = AddressRequest::india().value("city", "Mumbai").error("in_pin_code", "Unknown");
    assert_eq!(
        action(Interactive::address("B", address)),
        json!({"name": "address_message", "parameters": {"country": "IN", "values": {"city": "Mumbai"},
            "validation_errors": {"in_pin_code": "Unknown"}}})
    );
}

#[test]
fn products_and_carousels() {
    let action = |interactive: Interactive| payload(interactive)["action"].clone();
    assert_eq!(
        action(Interactive::catalog("B", "a")),
        json!({"name": "catalog_message", "parameters": {"thumbnail_product_retailer_id": "a"}})
    );
    let product = json!({"catalog_id": "1948", "product_retailer_id": "a"});
    assert_eq!(action(Interactive::product(None, Product::new("1948", "a"))), product);
    let list = ProductList::new("1948", [ProductSection::new("Best", ["a"])]);
    let sections = json!([{"title": "Best", "product_items": [{"product_retailer_id": "a"}]}]);
    assert_eq!(
        action(Interactive::product_list("H", "B", list)),
        json!({"catalog_id": "1948", "sections": sections})
    );
    let link = |n| Card::cta_url(Card::picture("https://acme.test/1.png"), n, "Buy", "https://acme.test/1");
    let cards = action(Interactive::carousel("B", [link("One"), link("Two")]));
    assert_eq!(cards["cards"][1]["card_index"], 1);
    assert_eq!(cards["cards"][1]["body"], json!({"text": "Two"}));
    let replies =
        |n| Card::quick_replies(Card::picture("https://acme.test/1.png"), n, [ReplyButton::new("y", "Yes")]);
    let cards = action(Interactive::carousel("B", [replies("One"), replies("Two")]));
    let button = json!({"type": "quick_reply", "quick_reply": {"id": "y", "title": "Yes"}});
    assert_eq!(cards["cards"][0]["action"], json!({"buttons": [button]}));
    let cards = action(Interactive::carousel(
        "B",
        [Card::product(Product::new("1948", "a")), Card::product(Product::new("1948", "b"))],
    ));
    assert_eq!(cards["cards"][0], json!({"card_index": 0, "type": "product", "action": product}));
}

#[test]
fn orders_add_up() {
    let mut cheap = OrderItem::new("Tea", 300, 3);
    cheap.sale_amount = Some(cloud_api::message::Amount::new(200));
    let order =
        OrderDetails::new("ref-1", GoodsKind::Physical, "INR", [OrderItem::new("Bread", 1_000, 2), cheap])
            .tax(260)
            .shipping(500)
            .discount(100)
            .pay_by(PaymentSetting::gateway(GatewayKind::Razorpay, "cfg", json!({"receipt": "r"})))
            .pay_by(PaymentSetting::upi_intent("upi://pay?pa=acme"))
            .pay_by(PaymentSetting::boleto("0339"))
            .pay_by(PaymentSetting::offsite_card("5235", "1"));
    assert_eq!((order.order.subtotal.value, order.total_amount.value), (2_600, 3_260));
    assert_eq!(order.validate(), Ok(()));
    let json = payload(Interactive::order_details("B", order.clone()));
    let settings = &json["action"]["parameters"]["payment_settings"];
    assert_eq!(
        settings[0]["payment_gateway"],
        json!({"type": "razorpay", "configuration_name": "cfg", "razorpay": {"receipt": "r"}})
    );
    payload(Template::new("bill", "en").order_button(0, order.clone()));
    assert_eq!((order.kind.as_str(), OrderState::Canceled.as_str()), ("physical-goods", "canceled"));
    let mut wrong = order;
    wrong.order.tax = None;
    assert_eq!(wrong.validate().unwrap_err()[0].pointer, "/total_amount/value");
    assert_eq!(wrong.summed().validate(), Ok(()));
    let status = OrderStatus::new("ref-1", OrderState::Shipped).description("On its way");
    assert_eq!(status.validate(), Ok(()));
    assert_eq!(
        payload(Interactive::order_status("B", status.clone()))["action"],
        json!({"name": "review_order", "parameters": {"reference_id": "ref-1",
            "order": {"status": "shipped", "description": "On its way"}}})
    );
    payload(Template::new("news", "en").order_status(status));
}

#[test]
fn templates() {
    let template = Template::new("promo", "en_US")
        .with(Component::header(Parameter::Image { image: Media::link("https://acme.test/h.png") }))
        .with(Component::body(["Ana"]))
        .with(Component::url(0, "summer"))
        .with(Component::quick_reply(1, "stop"));
    let built = Template::new("promo", "en_US")
        .header_image(Media::link("https://acme.test/h.png"))
        .body(["Ana"])
        .url_button(0, "summer")
        .quick_reply_button(1, "stop");
    assert_eq!(built, template);
    assert_eq!(
        payload(template),
        json!({"name": "promo", "language": {"code": "en_US"}, "components": [
            {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://acme.test/h.png"}}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Ana"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "summer"}]},
            {"type": "button", "sub_type": "quick_reply", "index": "1",
                "parameters": [{"type": "payload", "payload": "stop"}]}]})
    );
}

#[test]
fn a_one_time_password_stands_in_body_and_button() {
    assert_eq!(
        payload(Template::otp("otp", "en_US", "J$FpnYnP"))["components"],
        json!([{"type": "body", "parameters": [{"type": "text", "text": "J$FpnYnP"}]},
            {"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "J$FpnYnP"}]}])
    );
}

#[test]
fn template_parts() {
    let first = |template: Template| payload(template)["components"][0].clone();
    let new = || Template::new("t", "en");
    let button = |kind: &str, parameters: Value| json!({"type": "button", "sub_type": kind, "index": "0", "parameters": parameters});
    let action = |action: Value| json!([{"type": "action", "action": action}]);
    assert_eq!(
        first(new().named_body([("first_name", "Ana")])),
        json!({"type": "body", "parameters": [{"type": "text", "parameter_name": "first_name", "text": "Ana"}]})
    );
    for template in [
        new().header_text("H"),
        new().header_video(Media::id("1")),
        new().header_document(Media::id("1")),
        new().header_location(Location::new(1.0, 2.0)),
        new().header_product(Product::new("1948", "a")),
    ] {
        assert_eq!(first(template)["type"], "header");
    }
    let code = button("copy_code", json!([{"type": "coupon_code", "coupon_code": "25OFF"}]));
    assert_eq!(first(new().copy_code_button(0, "25OFF")), code);
    assert_eq!(first(new().form_button(0, "t", None)), button("flow", action(json!({"flow_token": "t"}))));
    let thumbnail = json!({"thumbnail_product_retailer_id": "a"});
    assert_eq!(first(new().catalog_button(0, "a")), button("catalog", action(thumbnail)));
    let products = json!({"thumbnail_product_retailer_id": "a",
        "sections": [{"title": "S", "product_items": [{"product_retailer_id": "a"}]}]});
    assert_eq!(
        first(new().products_button(0, "a", [ProductSection::new("S", ["a"])])),
        button("mpm", action(products))
    );
    let call = json!([{"type": "ttl_minutes", "ttl_minutes": 60}, {"type": "payload", "payload": "p"}]);
    assert_eq!(first(new().voice_call_button(0, 60, "p")), button("voice_call", call));
    let offer = json!([{"type": "limited_time_offer", "limited_time_offer": {"expiration_time_ms": 1}}]);
    assert_eq!(
        first(new().limited_time_offer(1)),
        json!({"type": "limited_time_offer", "parameters": offer})
    );
    let target = first(new().tap_target("https://acme.test", "Acme"));
    assert_eq!(target["parameters"][0]["tap_target_configuration"][0]["title"], "Acme");
    let cards = first(new().carousel([CarouselCard::new(0, [Component::body(["X"])])]));
    assert_eq!(cards["cards"][0]["components"][0]["type"], "body");
    assert_eq!(new().body(["a\nb"]).validate().unwrap_err()[0].pointer, "/components/0/parameters/0/text");
}
