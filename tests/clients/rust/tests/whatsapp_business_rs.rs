//! whatsapp-business-rs, a client that nobody here wrote, with no change but its base URL and token.

use clients_in_rust::*;
use futures::TryStreamExt;
use serde_json::{json, Value};
use whatsapp_business_rs::error::ServiceErrorKind;
use whatsapp_business_rs::message::{
    Content, InteractiveAction, InteractiveMessage, Location, Media, MediaSource, MediaType, MessageCreate,
    OptionButton, OptionList, ProductList, Reaction, Section, UrlButton,
};
use whatsapp_business_rs::waba::{PhoneNumberMetadataField, UnverifiedPhoneNumber, VerificationMethod};
use whatsapp_business_rs::{Auth, Business, Draft, Error, Fields};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";

fn code(error: Error) -> (u16, i64) {
    let Error::Service(service) = error else { panic!("{error}") };
    let ServiceErrorKind::Api(api) = service.kind() else { panic!("{service:?}") };
    (service.status().as_u16(), api.error.code.into())
}

#[tokio::test]
async fn every_kind_of_draft_is_taken_and_shown() {
    let emulator = Emulator::start().await;
    let client = emulator.client().await;
    let ana = emulator.ana().await;
    // The crate passes on what it is given: with the plus, and without.
    let plus = format!("+{}", ana.wa_id);
    let link = |name: &str| MediaSource::link(format!("https://example.test/{name}"));
    let reply =
        Draft::text("Continue?").add_reply_button("yes", "Yes").add_reply_button("no", "No").footer("Pick");
    let rows = [OptionButton::new("18 EUR", "Ficus", "f"), OptionButton::new("9 EUR", "Fern", "g")];
    let list = OptionList::new_section(Section::new("Plants", rows), "Open");
    let product = |id: &str| whatsapp_business_rs::catalog::ProductRef::from_product_retailer_id(id);
    let products =
        ProductList::new_section(Section::new("Best", [product("sku-1"), product("sku-2")]), "1234");
    let drafts: Vec<(&str, Draft)> = vec![
        ("text", Draft::text("hola").preview_url(true)),
        ("image", Draft::media(Media::png(link("a.png")).caption("c"))),
        ("video", Draft::media(Media::mp4(link("a.mp4")))),
        ("document", Draft::media(Media::pdf(link("a.pdf"), "a.pdf"))),
        ("sticker", Draft::media(Media::sticker(link("a.webp")))),
        ("audio", Draft::media(Media::new(link("a.mp3"), "audio/mpeg".parse::<MediaType>().unwrap()))),
        (
            "location",
            Draft::location(37.4421, -122.1615).location_name("Coffee").location_address("101 Forest Ave"),
        ),
        ("interactive", reply),
        ("interactive", Draft::interactive(InteractiveMessage::new(list, "Our plants"))),
        (
            "interactive",
            Draft::interactive(InteractiveMessage::new(InteractiveAction::LocationRequest, "Where?")),
        ),
        ("interactive", Draft::text("Visit").with_cta_url("https://example.test", "Go")),
        (
            "interactive",
            Draft::interactive(InteractiveMessage::new(UrlButton::new("https://example.test", "Go"), "x")),
        ),
        ("interactive", Draft::interactive(InteractiveMessage::new(products, "Pick").header("New"))),
        ("text", Draft::text("an answer").reply_to(ana.hello.clone())),
    ];
    for (index, (kind, draft)) in drafts.into_iter().enumerate() {
        let to = if index % 2 == 0 { &plus } else { &ana.wa_id };
        let sent = client
            .message(NUMBER)
            .send(to, draft)
            .await
            .unwrap_or_else(|error| panic!("{kind} {index}: {error:?}"));
        assert_eq!(sent.recipient().unwrap().phone_id(), ana.wa_id);
        assert_eq!(ana.bubble(sent.message_id()).await["type"], kind);
    }
    let reaction = Reaction::new('🌿', ana.hello.clone());
    client.message(NUMBER).send(&plus, Draft::react(reaction.emoji, ana.hello.clone())).await.unwrap();
    until("the reaction", || async {
        (ana.bubble(&ana.hello).await["reactions"][0]["emoji"] == "🌿").then_some(())
    })
    .await;
    client.message(NUMBER).set_replying(ana.hello.clone()).await.unwrap();
    client.message(NUMBER).set_read(ana.hello.clone()).await.unwrap();
    assert_eq!(ana.bubble(&ana.hello).await["tick"], "read");
}

#[tokio::test]
async fn its_webhook_server_understands_what_comes_and_refuses_what_is_forged() {
    let emulator = Emulator::start().await;
    let (heard, url) = serve(&emulator).await;
    let ana = emulator.ana().await;
    let message = heard.message(&ana.hello).await;
    assert_eq!(message.text_body(), Some("hola"));
    assert_eq!(message.sender.metadata.name.as_deref(), Some("Ana Torres"));
    // Answered from the handler's message, quoted; its ticks come back.
    let sent = message.swipe_reply("buenas").await.unwrap();
    assert_eq!(ana.bubble(sent.message_id()).await["context"]["wamid"], ana.hello.as_str());
    until("the last tick", || async {
        let updates = heard.updates.lock().unwrap();
        updates.iter().any(|update| update.is_read() && *update == sent).then_some(())
    })
    .await;
    let kinds = [
        json!({ "type": "location", "location": { "latitude": 40.4, "longitude": -3.7, "name": "Sol" } }),
        json!({ "type": "reaction", "reaction": { "message_id": sent.message_id(), "emoji": "👍" } }),
        json!({ "type": "order", "order": { "catalog_id": "1234", "text": "please", "product_items": [
            { "product_retailer_id": "sku", "quantity": 2, "item_price": 7.99, "currency": "EUR" }] } }),
        json!({ "type": "text", "text": { "body": "and this?" }, "context": { "message_id": sent.message_id() } }),
    ];
    for kind in kinds {
        let wamid = ana.write(kind.clone()).await;
        let understood = heard.message(&wamid).await;
        match &understood.content {
            Content::Location(location) => assert_eq!(location.name.as_deref(), Some("Sol")),
            Content::Order(order) => assert_eq!(order.products.len(), 1),
            Content::Reaction(_) => {}
            Content::Text(_) => assert!(understood.context.replied_to().is_some()),
            other => panic!("{kind} was understood as {other:?}"),
        }
    }
    let forged = json!({ "object": "whatsapp_business_account", "entry": [] }).to_string();
    let signature = format!("sha256={}", "0".repeat(64));
    let refused =
        emulator.http.post(&url).header("x-hub-signature-256", signature).body(forged).send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let errors = heard.errors.lock().unwrap().clone();
    assert!(errors.iter().all(|error| error.contains("Signature")), "{errors:?}");
}

#[tokio::test]
async fn media_goes_up_comes_down_and_is_deleted() {
    let emulator = Emulator::start().await;
    let client = emulator.client().await;
    let ana = emulator.ana().await;
    let sender = client.message(NUMBER);
    let id = sender.upload_media(PNG.to_vec(), "image/png".parse().unwrap(), "point.png").await.unwrap();
    let info = sender.get_media_info(&id).await.unwrap();
    assert!(info.url().starts_with(&emulator.url), "{}", info.url());
    let sent = sender.send(&ana.wa_id, Media::png(MediaSource::id(id.clone()))).await.unwrap();
    assert_eq!(ana.bubble(sent.message_id()).await["image"]["id"], id.as_str());
    // What a customer sends is fetched by the message itself.
    let (heard, _) = serve(&emulator).await;
    let wamid = ana.write(json!({ "type": "image", "image": { "id": id, "caption": "look" } })).await;
    let mut bytes = Vec::new();
    heard.message(&wamid).await.download_media(&mut bytes, &client).unwrap().await.unwrap();
    assert_eq!(bytes, PNG);
    // A draft with bytes uploads them by itself.
    let sent = sender.send(&ana.wa_id, Media::png(PNG.to_vec())).await.unwrap();
    assert_eq!(ana.bubble(sent.message_id()).await["type"], "image");
    sender.delete_media(&id).await.unwrap();
    assert_eq!(code(sender.get_media_info(&id).await.unwrap_err()), (400, 100));
}

#[tokio::test]
async fn a_batch_carries_messages_files_and_references() {
    let emulator = Emulator::start().await;
    let client = emulator.client().await;
    let ana = emulator.ana().await;
    let sender = client.message(NUMBER);
    let output = client
        .batch()
        .include(sender.send(&ana.wa_id, "first"))
        .include(sender.send(&ana.wa_id, Draft::text("second").add_reply_button("y", "Yes")))
        .include(sender.send(&ana.wa_id, Media::png(PNG.to_vec()).caption("uploaded on the way")))
        .include(sender.send("12", "to nobody"))
        .include(sender.set_read(ana.hello.clone()))
        .execute()
        .await
        .unwrap();
    type Sent = Result<MessageCreate, Error>;
    let (first, second, third, nobody, read): (Sent, Sent, Sent, Sent, Result<(), Error>) =
        output.flatten().unwrap();
    assert_eq!(ana.bubble(first.unwrap().message_id()).await["text"]["body"], "first");
    assert_eq!(ana.bubble(second.unwrap().message_id()).await["type"], "interactive");
    let shown = ana.bubble(third.unwrap().message_id()).await;
    assert_eq!(
        (&shown["type"], &shown["image"]["caption"]),
        (&json!("image"), &json!("uploaded on the way"))
    );
    assert_eq!(code(nobody.unwrap_err()), (400, 131_009));
    read.unwrap();
    assert_eq!(ana.bubble(&ana.hello).await["tick"], "read");
}

#[tokio::test]
async fn a_number_is_registered_step_by_step() {
    let emulator = Emulator::start().await;
    let client = emulator.client().await;
    let number = UnverifiedPhoneNumber {
        country_code: "1".to_owned(),
        phone_number: "5550107777".to_owned(),
        verified_name: "Lucky Shrub North".to_owned(),
    };
    let waba = client.waba(WABA);
    let flow = waba.start_number_registration(&number).register_phone_number().await.unwrap();
    let flow = flow.request_verification_code(VerificationMethod::Sms, "en_US").await.unwrap();
    // Not all fields: the crate takes `last_onboarded_time` for a number, where the platform writes a date.
    let fields =
        Fields::new().with(PhoneNumberMetadataField::VerifiedName).with(PhoneNumberMetadataField::Throughput);
    let numbers: Vec<_> =
        waba.list_phone_numbers().metadata(fields).into_stream().try_collect().await.unwrap();
    let made =
        numbers.iter().find(|number| number.metadata.verified_name.as_deref() == Some("Lucky Shrub North"));
    let id = &made.unwrap_or_else(|| panic!("{numbers:?}")).id;
    let facts = emulator.control("GET", &format!("/phone-numbers/{id}"), Value::Null).await;
    let flow = flow.verify_phone_number(facts["verification_code"].as_str().unwrap()).await.unwrap();
    let done = flow.set_pin("123456").await.unwrap().finalize();
    assert_eq!(&done.phone_number_id, id);
    let facts = emulator.control("GET", &format!("/phone-numbers/{id}"), Value::Null).await;
    assert_eq!(facts["registered"], true);
}

#[tokio::test]
async fn a_client_comes_in_by_embedded_signup() {
    let emulator = Emulator::start().await;
    let (heard, _) = serve(&emulator).await;
    let partner = emulator.client().await;
    let signup = emulator.control("POST", "/signup", json!({ "business_name": "Bloom" })).await;
    let text = |name: &str| signup[name].as_str().unwrap().to_owned();
    let app = partner.app(APP);
    let flow = app.start_onboarding(Business::new(text("waba_id"), text("phone_number_id")));
    let flow = flow.get_access_token(&text("code"), SECRET).await.unwrap();
    let flow = flow.subscribe().await.unwrap();
    let done = flow.register_phone_number("123456").await.unwrap().finalize();
    let debug = app.debug_token(&done.access_token).await.unwrap();
    assert!(
        debug.is_valid
            && debug.granular_scopes.iter().any(|scope| scope.target_ids.contains(&text("waba_id")))
    );
    until("PARTNER_ADDED", || async { (!heard.accounts.lock().unwrap().is_empty()).then_some(()) }).await;
    app.unsubscribe(&Business::new(WABA, NUMBER)).await.unwrap();
    assert!(partner.waba(WABA).list_subcribed_apps().into_stream().try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn tokens_lists_and_errors_are_the_platforms() {
    let emulator = Emulator::start().await;
    let client = emulator.client().await;
    let app = client.app(APP);
    let token = app.get_access_token(SECRET).await.unwrap();
    assert_eq!(token.access_token(), format!("{APP}|{SECRET}"));
    let longer = app.update_token(TOKEN, SECRET).await.unwrap();
    assert!(longer.is_long_lived() && longer.expires_in().is_some());
    let waba = client.waba(WABA);
    let apps: Vec<_> = waba.list_subcribed_apps().into_stream().try_collect().await.unwrap();
    assert_eq!((apps[0].id.as_str(), apps[0].name.is_some()), (APP, true));
    let forms: Vec<_> = waba.list_flows().metadata(Fields::all()).into_stream().try_collect().await.unwrap();
    assert!(forms.is_empty(), "{forms:?}");
    // Catalogs live outside the platform's messaging part, which is all that is emulated.
    assert_eq!(code(waba.list_catalogs().into_stream().try_next().await.unwrap_err()), (400, 2_500));
    let refused = client.message(NUMBER).send("34600111222", "x").with_auth(Auth::token("NOT-A-TOKEN")).await;
    assert_eq!(code(refused.unwrap_err()), (401, 190));
    assert_eq!(code(client.message("4711").send("34600111222", "x").await.unwrap_err()), (400, 100));
    let location = Location::new(91.0, 0.0);
    assert_eq!(code(client.message(NUMBER).send("34600111222", location).await.unwrap_err()).0, 400);
}
