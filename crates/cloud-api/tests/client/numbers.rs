//! Every call about a phone number: what goes over the wire, and what is made of the answer.

use cloud_api::client::automation::{Automation, Command, QrImage};
use cloud_api::client::compliance::{ComplianceContact, ComplianceInfo, EntityType, OfficialAccountRequest};
use cloud_api::client::numbers::{
    MessagingLimit, NewPhoneNumber, NumberStatus, PHONE_NUMBER_FIELDS, Quality, SearchVisibility,
};
use cloud_api::client::profile::BusinessProfile;
use cloud_api::client::registration::{AppData, Backup, CodeMethod, Registration};
use cloud_api::client::username::{UsernameStatus, check_username};
use serde_json::{Value, json};

use crate::stage::{PEM, Stage, done, found};

#[tokio::test]
async fn numbers_are_listed_added_and_read() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let node = json!({"id": "106540352242922", "display_phone_number": "+1 555-078-3881", "verified_name": "Lucky Shrub",
        "quality_rating": "GREEN", "throughput": {"level": "STANDARD"}, "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API", "name_status": "APPROVED", "status": "CONNECTED",
        "whatsapp_business_manager_messaging_limit": "TIER_2K", "verified": {"new": "field"}, "is_pin_enabled": "odd",
        "health_status": {"can_send_message": "LIMITED", "entities": [{"entity_type": "WABA", "id": "1"}]}});
    stage.play(json!({"data": [node.clone()], "paging": {"cursors": {"before": "a", "after": "b"}}}));
    let numbers = client.phone_numbers("700").all().await.unwrap();
    stage.saw("GET /v25.0/700/phone_numbers", Value::Null);
    assert_eq!(serde_json::to_value(&numbers[0]).unwrap(), node, "nothing is lost");

    stage.play(node);
    let number = client.phone_number_with("600", &["id", "status"]).await.unwrap();
    stage.saw("GET /v25.0/600?fields=id,status", Value::Null);
    assert_eq!((number.status, number.quality_rating), (Some(NumberStatus::Connected), Some(Quality::Green)));
    assert_eq!(number.messaging_limit, Some(MessagingLimit::Tier2K));
    assert_eq!(number.throughput.unwrap().level.as_deref(), Some("STANDARD"));
    assert_eq!((number.is_pin_enabled, &number.extra["is_pin_enabled"]), (None, &json!("odd")));
    assert!(number.health_status.unwrap().entities.is_some());
    assert!(PHONE_NUMBER_FIELDS.contains(&"health_status"));

    let new = NewPhoneNumber {
        country_code: "1".into(),
        phone_number: "5550783881".into(),
        verified_name: "Lucky Shrub".into(),
        migrate_phone_number: None,
        preverified_id: None,
    };
    stage.play(json!({"id": 106_540_352_242_922_u64}));
    assert_eq!(client.add_phone_number("700", &new).await.unwrap(), "106540352242922");
    let body = json!({"cc": "1", "phone_number": "5550783881", "verified_name": "Lucky Shrub"});
    stage.saw("POST /v25.0/700/phone_numbers", body);
    let wrong = NewPhoneNumber { country_code: "+1".into(), verified_name: "x".into(), ..new };
    assert_eq!(found(wrong.validate()), ["/cc format", "/verified_name length"]);

    stage.play(json!({"health_status": {"can_send_message": "BLOCKED"}, "id": "600"}));
    client.health_status("600").await.unwrap();
    stage.saw("GET /v25.0/600?fields=health_status", Value::Null);
}

#[tokio::test]
async fn one_thing_about_a_number_is_changed_at_a_time() {
    let stage = Stage::new().await;
    let client = &stage.client;
    for _ in 0..5 {
        stage.play(done());
    }
    client.set_pin("600", &"123456".into()).await.unwrap();
    stage.saw("POST /v25.0/600", json!({"pin": "123456"}));
    client.request_display_name("600", "Lucky").await.unwrap();
    stage.saw("POST /v25.0/600", json!({"new_display_name": "Lucky"}));
    client.override_webhook("600", "https://alt.test/wh", &"known".into()).await.unwrap();
    let webhook = json!({"override_callback_uri": "https://alt.test/wh", "verify_token": "known"});
    stage.saw("POST /v25.0/600", json!({"webhook_configuration": webhook}));
    client.clear_webhook_override("600").await.unwrap();
    stage.saw("POST /v25.0/600", json!({"webhook_configuration": {"override_callback_uri": ""}}));
    client.set_search_visibility("600", &SearchVisibility::Hidden).await.unwrap();
    stage.saw("POST /v25.0/600", json!({"search_visibility": "HIDDEN"}));

    for url in ["http://alt.test", "alt.test", &format!("https://{}", "a".repeat(200))] {
        assert!(client.override_webhook("600", url, &"known".into()).await.is_err(), "{url}");
    }
    assert!(client.request_display_name("600", &"a".repeat(76)).await.is_err());
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn a_number_is_verified_registered_and_taken_out() {
    let stage = Stage::new().await;
    let client = &stage.client;
    for _ in 0..4 {
        stage.play(done());
    }
    client.request_code("600", &CodeMethod::Voice, "en_US").await.unwrap();
    stage.saw("POST /v25.0/600/request_code", json!({"code_method": "VOICE", "language": "en_US"}));
    client.verify_code("600", &"123456".into()).await.unwrap();
    stage.saw("POST /v25.0/600/verify_code", json!({"code": "123456"}));
    let backup = Some(Backup { data: "data".into(), password: "word".into() });
    let region = Some("IN".to_owned());
    let registration =
        Registration { data_localization_region: region, backup, ..Registration::new("123456") };
    client.register("600", &registration).await.unwrap();
    let body = json!({"messaging_product": "whatsapp", "pin": "123456", "data_localization_region": "IN",
        "backup": {"data": "data", "password": "word"}});
    stage.saw("POST /v25.0/600/register", body);
    client.deregister("600").await.unwrap();
    stage.saw("POST /v25.0/600/deregister", Value::Null);
    stage.play(json!({"messaging_product": "whatsapp", "request_id": "R"}));
    assert_eq!(client.request_app_data("600", &AppData::History).await.unwrap().request_id, "R");
    let body = json!({"messaging_product": "whatsapp", "sync_type": "history"});
    stage.saw("POST /v25.0/600/smb_app_data", body);

    let wrong = Registration { data_localization_region: Some("XX".into()), ..Registration::new("12345a") };
    assert_eq!(found(wrong.validate()), ["/pin format", "/data_localization_region value"]);
    assert!(client.verify_code("600", &"12 456".into()).await.is_err());
    assert!(client.request_code("600", &CodeMethod::Other("PIGEON".into()), "en").await.is_err());
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn profile_commerce_and_key_are_read_and_set() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let node = json!({"about": "Succulents!", "address": "1 Hacker Way", "description": "…", "email": "a@acme.test",
        "profile_picture_url": "https://pps.whatsapp.net/…", "websites": ["https://acme.test/"], "vertical": "RETAIL",
        "messaging_product": "whatsapp"});
    stage.play(json!({"data": [node]}));
    let profile = client.business_profile("600").await.unwrap();
    let fields = "about,address,description,email,profile_picture_url,websites,vertical";
    stage.saw(&format!("GET /v25.0/600/whatsapp_business_profile?fields={fields}"), Value::Null);
    assert_eq!(
        (profile.about.as_deref(), &profile.extra["messaging_product"]),
        (Some("Succulents!"), &json!("whatsapp"))
    );
    assert_eq!(found(profile.validate()), ["/profile_picture_url not_allowed"]);

    stage.play(done());
    let change = BusinessProfile { about: Some("Hi".into()), ..BusinessProfile::default() };
    client.set_business_profile("600", &change).await.unwrap();
    let body = json!({"messaging_product": "whatsapp", "about": "Hi"});
    stage.saw("POST /v25.0/600/whatsapp_business_profile", body);

    stage.play(json!({"data": [{"id": "55", "is_cart_enabled": true, "is_catalog_visible": false}]}));
    let settings = client.commerce_settings("600").await.unwrap().unwrap();
    assert_eq!((settings.is_cart_enabled, settings.is_catalog_visible), (Some(true), Some(false)));
    stage.saw("GET /v25.0/600/whatsapp_commerce_settings", Value::Null);
    stage.play(json!({"data": []}));
    assert_eq!(client.commerce_settings("600").await.unwrap(), None);
    stage.asked();
    stage.play(done());
    client.set_commerce_settings("600", Some(false), None).await.unwrap();
    stage.saw("POST /v25.0/600/whatsapp_commerce_settings?is_cart_enabled=false", Value::Null);

    let key = json!({"business_public_key": PEM, "business_public_key_signature_status": "VALID"});
    for answer in [json!({"data": [key.clone()]}), key] {
        stage.play(answer);
        let key = client.encryption_key("600").await.unwrap().unwrap();
        assert_eq!(key.signature_status.as_deref(), Some("VALID"));
        stage.saw("GET /v25.0/600/whatsapp_business_encryption", Value::Null);
    }
    stage.play(json!({"data": []}));
    assert_eq!(client.encryption_key("600").await.unwrap(), None);
    stage.asked();
    stage.play(done());
    client.set_encryption_key("600", PEM).await.unwrap();
    stage.saw("POST /v25.0/600/whatsapp_business_encryption", json!({"business_public_key": PEM}));
    assert!(client.set_encryption_key("600", "-----BEGIN PRIVATE KEY-----").await.is_err());
    assert!(stage.asked().is_empty());
}

#[test]
fn a_profile_has_limits() {
    let text = |length| Some("a".repeat(length));
    let profile = BusinessProfile {
        about: text(0),
        address: text(257),
        description: text(513),
        email: Some("nobody".into()),
        websites: Some(vec!["https://a.test".into(), String::new(), "c".into()]),
        vertical: Some("NOT_A_BIZ".into()),
        ..BusinessProfile::default()
    };
    let expected = [
        "/about length",
        "/address length",
        "/description length",
        "/email format",
        "/websites count",
        "/websites/1 length",
        "/vertical value",
    ];
    assert_eq!(found(profile.validate()), expected);
    let longest = BusinessProfile {
        about: text(139),
        description: text(512),
        email: Some(String::new()),
        ..BusinessProfile::default()
    };
    assert!(longest.validate().is_ok());
}

fn compliance() -> ComplianceInfo {
    let contact = ComplianceContact { email: Some("a@acme.test".into()), ..ComplianceContact::default() };
    ComplianceInfo {
        entity_name: Some("Lucky Shrub".into()),
        entity_type: Some(EntityType::Partnership),
        is_registered: Some(true),
        grievance_officer_details: Some(ComplianceContact {
            name: Some("Chandravati".into()),
            ..contact.clone()
        }),
        customer_care_details: Some(contact),
        ..ComplianceInfo::default()
    }
}

#[tokio::test]
async fn who_is_behind_a_business_is_said_and_asked() {
    let stage = Stage::new().await;
    let client = &stage.client;
    stage.play(json!({"data": [{"whatsapp_business_account_id": "1", "entity_type": "Partnership",
        "entity_type_custom": null, "is_registered": true}]}));
    let info = client.compliance_info("600").await.unwrap().unwrap();
    assert_eq!(info.entity_type, Some(EntityType::Other("Partnership".into())));
    stage.saw("GET /v25.0/600/business_compliance_info", Value::Null);
    stage.play(done());
    client.set_compliance_info("600", &compliance()).await.unwrap();
    let body = json!({"messaging_product": "whatsapp", "entity_name": "Lucky Shrub", "entity_type": "PARTNERSHIP",
        "is_registered": true, "grievance_officer_details": {"name": "Chandravati", "email": "a@acme.test"},
        "customer_care_details": {"email": "a@acme.test"}});
    stage.saw("POST /v25.0/600/business_compliance_info", body);

    stage.play(json!({"id": "600", "oba_status": "PENDING", "status_message": "under review"}));
    assert_eq!(client.official_account("600").await.unwrap().oba_status.as_deref(), Some("PENDING"));
    stage.saw("GET /v25.0/600/official_business_account?fields=oba_status,status_message", Value::Null);
    stage.play(done());
    let request = OfficialAccountRequest {
        business_website_url: Some("https://acme.test".into()),
        primary_country_of_operation: Some("India".into()),
        ..OfficialAccountRequest::default()
    };
    client.request_official_account("600", &request).await.unwrap();
    let body = json!({"business_website_url": "https://acme.test", "primary_country_of_operation": "India"});
    stage.saw("POST /v25.0/600/official_business_account", body);

    let few = OfficialAccountRequest { supporting_links: Some(vec!["https://a.test".into()]), ..request };
    assert_eq!(found(few.validate()), ["/supporting_links count"]);
    let custom =
        ComplianceInfo { entity_type: Some(EntityType::Unlisted), is_registered: None, ..compliance() };
    assert_eq!(found(custom.validate()), ["/entity_type_custom required", "/is_registered required"]);
    let company = ComplianceInfo { entity_type: Some(EntityType::PublicCompany), ..compliance() };
    assert_eq!(found(company.validate()), ["/is_registered not_allowed"]);
}

#[tokio::test]
async fn what_a_conversation_offers_is_read_and_set() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let node = json!({"enable_welcome_message": true, "id": "9", "prompts": ["Book a flight"],
        "commands": [{"command_name": "tickets", "command_description": "Book flight tickets"}]});
    stage.play(json!({"conversational_automation": node, "id": "600"}));
    let automation = client.automation("600").await.unwrap();
    stage.saw("GET /v25.0/600?fields=conversational_automation", Value::Null);
    assert_eq!(automation.commands.as_ref().unwrap()[0].command_name.as_deref(), Some("tickets"));
    stage.play(json!({"id": "600"}));
    assert_eq!(client.automation("600").await.unwrap(), Automation::default());
    stage.asked();
    stage.play(done());
    client.set_automation("600", &Automation { id: None, ..automation }).await.unwrap();
    let body = json!({"enable_welcome_message": true, "prompts": ["Book a flight"],
        "commands": [{"command_name": "tickets", "command_description": "Book flight tickets"}]});
    stage.saw("POST /v25.0/600/conversational_automation", body);

    let command = |name: &str| Command {
        command_name: Some(name.into()),
        command_description: Some("d".into()),
        ..Command::default()
    };
    let wrong = Automation {
        prompts: Some(vec!["a".repeat(81), "hi 🙂".into(), "ok".into(), "ok".into(), "ok".into()]),
        commands: Some(vec![command("a"), command("a"), command(&"b".repeat(33))]),
        ..Automation::default()
    };
    let expected = [
        "/prompts count",
        "/prompts/0 length",
        "/prompts/1 format",
        "/commands/1/command_name unique",
        "/commands/2/command_name length",
    ];
    assert_eq!(found(wrong.validate()), expected);
}

#[tokio::test]
async fn qr_codes_come_and_go() {
    let stage = Stage::new().await;
    let client = &stage.client;
    let node = json!({"code": "4O4YGZEG3RIVE1", "prefilled_message": "Cyber Monday",
        "deep_link_url": "https://wa.me/message/4O4YGZEG3RIVE1", "qr_image_url": "https://scontent"});
    stage.play(node.clone());
    let code = client.create_qr_code("600", "Cyber Monday", Some(&QrImage::Svg)).await.unwrap();
    assert_eq!(code.deep_link_url.as_deref(), Some("https://wa.me/message/4O4YGZEG3RIVE1"));
    let body = json!({"prefilled_message": "Cyber Monday", "generate_qr_image": "SVG"});
    stage.saw("POST /v25.0/600/message_qrdls", body);
    stage.play(node.clone());
    client.update_qr_code("600", "4O4YGZEG3RIVE1", "Hello").await.unwrap();
    let body = json!({"prefilled_message": "Hello", "code": "4O4YGZEG3RIVE1"});
    stage.saw("POST /v25.0/600/message_qrdls", body);
    stage.play(json!({"data": [node.clone()]}));
    assert_eq!(client.qr_codes("600").all().await.unwrap()[0].code, "4O4YGZEG3RIVE1");
    stage.saw("GET /v25.0/600/message_qrdls", Value::Null);
    for answer in [node.clone(), json!({"data": [node]})] {
        stage.play(answer);
        assert_eq!(client.qr_code("600", "4O4Y").await.unwrap().code, "4O4YGZEG3RIVE1");
        stage.saw("GET /v25.0/600/message_qrdls/4O4Y", Value::Null);
    }
    stage.play(json!({"data": []}));
    assert!(client.qr_code("600", "4O4Y").await.is_err());
    stage.asked();
    stage.play(done());
    client.delete_qr_code("600", "4O4Y").await.unwrap();
    stage.saw("DELETE /v25.0/600/message_qrdls/4O4Y", Value::Null);
    for message in [String::new(), "a".repeat(141)] {
        assert!(client.create_qr_code("600", &message, None).await.is_err());
    }
    assert!(stage.asked().is_empty());
}

#[tokio::test]
async fn a_username_is_asked_for_and_given_up() {
    let stage = Stage::new().await;
    let client = &stage.client;
    stage.play(json!({"username": "lucky_shrub", "status": "approved"}));
    assert_eq!(client.username("600").await.unwrap().status, Some(UsernameStatus::Approved));
    stage.saw("GET /v25.0/600/username", Value::Null);
    stage.play(json!({"status": "reserved"}));
    let username = client.set_username("600", "lucky_shrub", Some("force")).await.unwrap();
    assert_eq!(username.status, Some(UsernameStatus::Reserved));
    stage.saw("POST /v25.0/600/username", json!({"username": "lucky_shrub", "transfer_action": "force"}));
    stage.play(done());
    client.delete_username("600").await.unwrap();
    stage.saw("DELETE /v25.0/600/username", Value::Null);
    stage.play(json!({"data": [{"username_suggestions": ["lucky", "shrub"]}, {"odd": 1}]}));
    assert_eq!(client.username_suggestions("600").await.unwrap(), ["lucky", "shrub"]);
    stage.saw("GET /v25.0/600/username_suggestions", Value::Null);

    for name in ["abc", "a.b_9", &"a".repeat(35), "1a1"] {
        assert!(check_username(name).is_ok(), "{name}");
    }
    for name in
        ["ab", &"a".repeat(36), "Abc", "a b", "123", ".abc", "abc.", "a..b", "wwwabc", "abc.com", "ñandu", ""]
    {
        assert!(check_username(name).is_err(), "{name}");
    }
}
