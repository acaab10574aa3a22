//! One message of every kind.

use cloud_api::message::{
    AddressRequest, Boleto, Card, CarouselCard, Component, ContactCard, Content, DirectSend, Form,
    GatewayKind, GoodsKind, Header, Interactive, Location, Media, OrderDetails, OrderItem, OrderState,
    OrderStatus, Outbound, Parameter, PaymentSetting, Pin, Product, ProductList, ProductSection, Recipient,
    ReplyButton, Row, Section, Template, VoiceCall,
};
use serde_json::json;

type Named = (&'static str, Outbound);

/// All of them, by name.
pub fn all() -> Vec<Named> {
    [simple(), media(), interactive(), requests(), commerce(), templates(), envelopes()].concat()
}

fn phone() -> Recipient {
    Recipient::Phone("+16505551234".into())
}

fn to_phone(name: &'static str, content: impl Into<Content>) -> Named {
    (name, Outbound::new(phone(), content))
}

fn simple() -> Vec<Named> {
    let card = ContactCard::new("Ana", "Ruiz").phone("+34600000000", "WORK").email("ana@acme.test", "WORK");
    vec![
        to_phone("text", Content::text("Hello, see https://acme.test")),
        to_phone("location", Location::new(37.44, -122.16).named("Acme", "1 Hacker Way")),
        to_phone("contacts", vec![card]),
        ("reaction", Outbound::reaction(phone(), "wamid.IN", "👍")),
        ("pin in a group", Outbound::new(Recipient::Group("Y2FwaV9ncm91cA".into()), Pin::new("wamid.IN", 7))),
    ]
}

fn media() -> Vec<Named> {
    let invoice =
        Media::link("https://acme.test/invoice.pdf").with_filename("invoice.pdf").with_caption("Yours");
    vec![
        to_phone("image", Content::Image(Media::id("2762702990552401").with_caption("New"))),
        to_phone("video", Content::Video(Media::link("https://acme.test/tour.mp4"))),
        to_phone("audio", Content::Audio(Media::link("https://acme.test/song.mp3"))),
        to_phone("voice message", Content::Audio(Media::id("2762702990552402").as_voice())),
        to_phone("document", Content::Document(invoice)),
        to_phone("sticker", Content::Sticker(Media::id("2762702990552403"))),
    ]
}

fn interactive() -> Vec<Named> {
    let picture = || Header::image(Media::link("https://acme.test/a.png"));
    let yes_no = || [ReplyButton::new("yes", "Yes"), ReplyButton::new("no", "No")];
    let rows = [Row::new("mon", "Monday").description("9 to 12"), Row::new("tue", "Tuesday")];
    let link = |body: &str| {
        Card::cta_url(Card::picture("https://acme.test/1.png"), body, "See", "https://acme.test/1")
    };
    let replies = |body: &str| {
        Card::quick_replies(
            Card::picture("https://acme.test/1.png"),
            body,
            [ReplyButton::new(body, "This one")],
        )
    };
    let form =
        Form::published("1191039221", "Book").token("visit-42").navigate("DAY", [("service", "haircut")]);
    vec![
        to_phone(
            "reply buttons",
            Interactive::buttons("Deliver today?", yes_no()).header(picture()).footer("Acme"),
        ),
        to_phone("list", Interactive::list("When?", "Days", [Section::new("Next week", rows)])),
        to_phone("link button", Interactive::cta_url("Our dates", "See dates", "https://acme.test/dates")),
        to_phone("form", Interactive::form("Book a visit", form).header(Header::text("Visits"))),
        to_phone("carousel of links", Interactive::carousel("New in", [link("One"), link("Two")])),
        to_phone("carousel of replies", Interactive::carousel("Choose", [replies("Red"), replies("Blue")])),
    ]
}

fn requests() -> Vec<Named> {
    let address = AddressRequest::india().value("city", "Mumbai");
    let call = VoiceCall { display_text: Some("Call us".into()), ttl_minutes: Some(1_440), payload: None };
    vec![
        to_phone("location request", Interactive::request_location("Where are you?")),
        to_phone("contact request", Interactive::request_contact("What is your number?")),
        to_phone("call permission request", Interactive::request_call_permission("May we call you?")),
        to_phone("voice call button", Interactive::voice_call("Talk to us", call)),
        to_phone("address request", Interactive::address("Where to?", address)),
    ]
}

fn commerce() -> Vec<Named> {
    let product = |sku: &str| Product::new("194836987003835", sku);
    let products = ProductList::new("194836987003835", [ProductSection::new("Bread", ["rye", "spelt"])]);
    let items = [OrderItem::new("Rye bread", 45_000, 2), OrderItem::new("Tea", 20_000, 1)];
    let india = OrderDetails::new("order-42", GoodsKind::Physical, "INR", items)
        .tax(1_100)
        .shipping(500)
        .pay_by(PaymentSetting::gateway(GatewayKind::Razorpay, "shop", json!({"receipt": "r-42"})));
    let boleto = Boleto { digitable_line: "03399026944140000002628346101018898510000008848".into() };
    let brazil =
        OrderDetails::new("order-43", GoodsKind::Digital, "BRL", [OrderItem::new("Course", 9_900, 1)])
            .pay_by(PaymentSetting::boleto(boleto.digitable_line));
    let shipped = OrderStatus::new("order-42", OrderState::Shipped).description("On its way");
    vec![
        to_phone("catalog", Interactive::catalog("All we have", "rye")),
        to_phone("product", Interactive::product(Some("Still warm".into()), product("rye"))),
        to_phone("product list", Interactive::product_list("Our bread", "Fresh today", products)),
        to_phone(
            "carousel of products",
            Interactive::carousel("New in", ["rye", "spelt"].map(|sku| Card::product(product(sku)))),
        ),
        to_phone("order details, India", Interactive::order_details("Please pay", india)),
        to_phone("order details, Brazil", Interactive::order_details("Please pay", brazil)),
        to_phone("order status", Interactive::order_status("Good news", shipped)),
    ]
}

fn templates() -> Vec<Named> {
    let card = |index: u8| {
        let image = Parameter::Image { image: Media::id("2762702990552401") };
        CarouselCard::new(
            index,
            [Component::header(image), Component::body(["20 %"]), Component::url(0, "rye")],
        )
    };
    let bread = [ProductSection::new("Bread", ["rye"])];
    vec![
        to_phone("template", Template::new("order_shipped", "en_US").body(["Ana", "42"]).url_button(0, "42")),
        to_phone(
            "template with names",
            Template::new("visit", "en").named_body([("name", "Ana"), ("time", "10:30")]),
        ),
        to_phone("one-time password", Template::otp("login_code", "en_US", "493817")),
        to_phone(
            "coupon and limited offer",
            Template::new("sale", "en").limited_time_offer(1_790_000_000_000).copy_code_button(0, "SAVE20"),
        ),
        to_phone("template carousel", Template::new("breads", "en").carousel([card(0), card(1)])),
        to_phone("catalog template", Template::new("catalog", "en").catalog_button(0, "rye")),
        to_phone("products template", Template::new("breads_list", "en").products_button(0, "rye", bread)),
        to_phone(
            "product template",
            Template::new("bread", "en").header_product(Product::new("1948", "rye")),
        ),
        to_phone("form template", Template::new("book", "en").form_button(0, "visit-42", None)),
        to_phone(
            "voice call template",
            Template::new("call_us", "en").voice_call_button(0, 1_440, "from-sale"),
        ),
    ]
}

fn envelopes() -> Vec<Named> {
    let user = "US.13491208655302741918".to_owned();
    let both = Recipient::PhoneAndUser { phone: "+16505551234".into(), user: user.clone() };
    let direct = DirectSend::utility().ttl_seconds(600).template_name("shipped");
    vec![
        ("to a user id, quoting", Outbound::text(Recipient::User(user), "Of course").reply_to("wamid.IN")),
        ("to both, with data of ours", Outbound::text(both, "Hi").with_callback_data("order:42")),
        ("to a group", Outbound::text(Recipient::Group("Y2FwaV9ncm91cA".into()), "Hi all")),
        ("direct send", Outbound::text(phone(), "Order 42 has left our house.").with_direct_send(direct)),
    ]
}
