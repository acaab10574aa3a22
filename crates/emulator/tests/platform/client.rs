//! The typed client of `cloud-api` against every endpoint about numbers, people and accounts: answers have the shapes that
//! it knows.

use bytes::Bytes;
use cloud_api::client::automation::{Automation, Command, QrImage};
use cloud_api::client::compliance::{ComplianceContact, ComplianceInfo, EntityType, OfficialAccountRequest};
use cloud_api::client::numbers::{PHONE_NUMBER_FIELDS, SearchVisibility};
use cloud_api::client::profile::BusinessProfile;
use cloud_api::client::uploads::UploadFile;
use cloud_api::client::username::UsernameStatus;
use cloud_api::client::waba::{
    ActivityFilter, NewSchedule, NewSignupLink, SignupLinkUpdate, SignupPolicy, Task, WABA_FIELDS,
    WabaUpdate, WelcomeMessage,
};
use cloud_api::client::{Ability, Client, Config};
use cloud_api::error::Error;
use serde_json::{Value, json};

use crate::desk::*;

const BUSINESS: &str = "800000000000001";

/// The code that a call was refused with.
fn code<T>(answer: Result<T, Error>) -> Option<i64> {
    match answer {
        Err(Error::Graph(error)) => Some(error.code),
        _ => None,
    }
}

fn client(desk: &Desk) -> Client {
    Client::new(Config { base_url: desk.base.clone(), ..Config::new(TOKEN) }).unwrap()
}

#[tokio::test]
async fn b26_numbers_and_profiles_have_the_shapes_that_a_client_knows() {
    let desk = Desk::new().await;
    let client = client(&desk);
    let number = client.phone_number_with(NUMBER, PHONE_NUMBER_FIELDS).await.unwrap();
    assert!(number.extra.is_empty(), "{:?}", number.extra);
    assert_eq!(number.health_status.unwrap().can_send_message, Some(Ability::Available));
    client.set_search_visibility(NUMBER, &SearchVisibility::Visible).await.unwrap();
    let picture = UploadFile {
        name: "shrub.png".into(),
        mime_type: "image/png".into(),
        bytes: Bytes::from_static(b"\x89PNG picture"),
    };
    let handle = client.upload_file(APP, &picture).await.unwrap();
    assert!(handle.starts_with("4::"));
    let profile = BusinessProfile {
        about: Some("Succulents!".into()),
        websites: Some(vec!["https://shrub.test".into()]),
        profile_picture_handle: Some(handle),
        ..BusinessProfile::default()
    };
    client.set_business_profile(NUMBER, &profile).await.unwrap();
    let shown = client.business_profile(NUMBER).await.unwrap();
    assert_eq!(shown.about.as_deref(), Some("Succulents!"));
    let url = shown.profile_picture_url.unwrap();
    let got = desk.http.get(url).send().await.unwrap();
    assert_eq!(got.headers()["content-type"], "image/png");
    assert_eq!(got.bytes().await.unwrap(), picture.bytes);
    let foreign =
        BusinessProfile { profile_picture_handle: Some("4::nonsense".into()), ..BusinessProfile::default() };
    assert!(client.set_business_profile(NUMBER, &foreign).await.is_err());
    let ids = desk.get(&format!("/v25.0/{NUMBER}/whatsapp_business_profile?fields=id,about")).await.body;
    let id = ids["data"][0]["id"].as_str().unwrap();
    assert_eq!(client.profile_node(id, &["about"]).await.unwrap().about.as_deref(), Some("Succulents!"));
    client.set_commerce_settings(NUMBER, Some(false), Some(true)).await.unwrap();
    let commerce = client.commerce_settings(NUMBER).await.unwrap().unwrap();
    assert_eq!((commerce.is_cart_enabled, commerce.is_catalog_visible), (Some(false), Some(true)));
}

#[tokio::test]
async fn b26_uploads_go_on_where_they_broke_off() {
    let desk = Desk::new().await;
    let begun = desk
        .call(
            "POST",
            &format!("/v25.0/{APP}/uploads?file_name=a.png&file_length=6&file_type=image/png"),
            None,
        )
        .await;
    let id = begun.body["id"].as_str().unwrap().to_owned();
    let send = async |offset: &str, bytes: &'static [u8]| {
        let request = desk.http.post(format!("{}/v25.0/{id}", desk.base)).header("file_offset", offset);
        read(request.header("authorization", format!("OAuth {TOKEN}")).body(bytes).send().await.unwrap())
            .await
    };
    assert_eq!(send("0", b"abc").await.body["file_offset"], 3);
    assert_eq!(send("0", b"abc").await.code(), 100);
    assert_eq!(send("3", b"defg").await.code(), 100, "more than was said");
    assert!(send("3", b"def").await.body["h"].as_str().unwrap().starts_with("4::aW1hZ2UvcG5n:"));
    assert_eq!(send("6", b"x").await.code(), 100, "it is finished");
    let wrong =
        desk.call("POST", &format!("/v25.0/{APP}/uploads?file_length=6&file_type=text/html"), None).await;
    assert_eq!(wrong.code(), 100);
}

#[tokio::test]
async fn b26_ice_breakers_commands_and_qr_codes() {
    let desk = Desk::new().await;
    let client = client(&desk);
    let command = Command {
        command_name: Some("hours".into()),
        command_description: Some("When we are open".into()),
        ..Command::default()
    };
    let offered = Automation {
        prompts: Some(vec!["Plan a visit".into()]),
        commands: Some(vec![command]),
        ..Automation::default()
    };
    client.set_automation(NUMBER, &offered).await.unwrap();
    let shown = client.automation(NUMBER).await.unwrap();
    assert_eq!((&shown.prompts, &shown.commands), (&offered.prompts, &offered.commands));
    assert_eq!(client.bot(shown.id.as_deref().unwrap(), &[]).await.unwrap().prompts, offered.prompts);
    let many = json!({ "prompts": ["1", "2", "3", "4", "5"] });
    assert_eq!(desk.number_post("/conversational_automation", many).await.code(), 100);

    for (format, kind) in [(QrImage::Svg, "image/svg+xml"), (QrImage::Png, "image/png")] {
        let made = client.create_qr_code(NUMBER, "Cyber Monday", Some(&format)).await.unwrap();
        assert_eq!(made.code.len(), 14);
        let picture = desk.http.get(made.qr_image_url.unwrap()).send().await.unwrap();
        assert_eq!(
            (picture.status().as_u16(), picture.headers()["content-type"].to_str().unwrap()),
            (200, kind)
        );
    }
    let codes = client.qr_codes(NUMBER).limit(1).all().await.unwrap();
    assert_eq!(codes.len(), 2);
    let code = &codes[0].code;
    client.update_qr_code(NUMBER, code, "Cyber Tuesday").await.unwrap();
    let changed = client.qr_code(NUMBER, code).await.unwrap();
    assert_eq!(changed.prefilled_message.as_deref(), Some("Cyber Tuesday"));
    client.delete_qr_code(NUMBER, code).await.unwrap();
    assert!(client.delete_qr_code(NUMBER, code).await.is_err());
    assert_eq!(client.qr_codes(NUMBER).all().await.unwrap().len(), 1);
}

#[tokio::test]
async fn b26_usernames_badges_and_compliance() {
    let desk = Desk::told_all(SEPTEMBER, |_| {}).await;
    let client = client(&desk);
    assert!(client.username(NUMBER).await.unwrap().username.is_none());
    let names = client.username_suggestions(NUMBER).await.unwrap();
    assert!(names.contains(&"luckyshrub".to_owned()), "{names:?}");
    let set = client.set_username(NUMBER, "lucky_shrub", None).await.unwrap();
    assert_eq!(set.status, Some(UsernameStatus::Reserved));
    desk.advance(MINUTE).await;
    assert_eq!(client.username(NUMBER).await.unwrap().status, Some(UsernameStatus::Approved));
    assert_eq!(desk.number_field("username").await, "lucky_shrub");
    let second = json!({ "id": "600000000000002", "display_phone_number": "+1 555-010-0002", "verified_name": "Second" });
    desk.control("PUT", "/phone-numbers", second).await;
    assert_eq!(code(client.set_username("600000000000002", "lucky_shrub", None).await), Some(147_001));
    client.delete_username(NUMBER).await.unwrap();
    let told = desk.told("business_username_update").await;
    let states: Vec<&Value> = told.iter().map(|value| &value["status"]).collect();
    assert_eq!(states, ["reserved", "approved", "deleted"]);

    let request = OfficialAccountRequest {
        business_website_url: Some("https://shrub.test".into()),
        primary_country_of_operation: Some("ES".into()),
        ..OfficialAccountRequest::default()
    };
    client.request_official_account(NUMBER, &request).await.unwrap();
    assert_eq!(client.official_account(NUMBER).await.unwrap().oba_status.as_deref(), Some("PENDING"));
    let review = json!({ "of": "official", "decision": "APPROVED" });
    desk.control("POST", &format!("/phone-numbers/{NUMBER}/review"), review).await;
    assert_eq!(desk.number_field("is_official_business_account").await, true);
    assert_eq!(desk.told("account_alerts").await[0]["alert_info"]["alert_type"], "OBA_APPROVED");

    assert!(client.compliance_info(NUMBER).await.unwrap().is_none());
    let contact = ComplianceContact { email: Some("care@shrub.test".into()), ..ComplianceContact::default() };
    let info = ComplianceInfo {
        entity_name: Some("Lucky Shrub".into()),
        entity_type: Some(EntityType::PublicCompany),
        grievance_officer_details: Some(ComplianceContact { name: Some("Ana".into()), ..contact.clone() }),
        customer_care_details: Some(contact),
        ..ComplianceInfo::default()
    };
    client.set_compliance_info(NUMBER, &info).await.unwrap();
    assert_eq!(client.compliance_info(NUMBER).await.unwrap().unwrap().entity_name, info.entity_name);
}

#[tokio::test]
async fn b36_accounts_and_portfolios_have_the_shapes_that_a_client_knows() {
    let desk = Desk::new().await;
    let client = client(&desk);
    let waba = client.waba(WABA, WABA_FIELDS).await.unwrap();
    assert!(waba.extra.is_empty(), "{:?}", waba.extra);
    client
        .update_waba(WABA, &WabaUpdate { name: Some("Shrubs".into()), ..WabaUpdate::default() })
        .await
        .unwrap();
    client.enable_insights(WABA).await.unwrap();
    assert_eq!(client.waba(WABA, &["name"]).await.unwrap().name.as_deref(), Some("Shrubs"));
    client.assign_user(WABA, "122100000000009", &[Task::Manage]).await.unwrap();
    let users = client.assigned_users(WABA, BUSINESS).all().await.unwrap();
    assert_eq!(users.len(), 2);
    let mine = client.assigned_wabas("122100000000009", &["id", "name"]).all().await.unwrap();
    assert_eq!(mine.len(), 1);
    client.unassign_user(WABA, "122100000000009").await.unwrap();
    let log = client.waba_activities(WABA, &ActivityFilter::default()).all().await.unwrap();
    assert!(log.iter().any(|entry| entry.activity_type.as_deref() == Some("USER_REMOVED")));
    let schedule = NewSchedule {
        name: "Hours".into(),
        schedule_type: "BUSINESS_HOURS".into(),
        start_time: "09:00:00".into(),
        end_time: "17:00:00".into(),
        ..NewSchedule::default()
    };
    let id = client.create_schedule(WABA, &schedule).await.unwrap();
    let schedules = client.waba_schedules(WABA).all().await.unwrap();
    assert_eq!(schedules[0].id.as_deref(), Some(id.as_str()));
    let business = client.business(BUSINESS, &["name", "verification_status"]).await.unwrap();
    assert_eq!(business.verification_status.as_deref(), Some("verified"));
    assert_eq!(client.owned_wabas(BUSINESS, &["id"]).all().await.unwrap().len(), 1);
    assert!(client.client_wabas(BUSINESS, &[]).all().await.unwrap().is_empty());
    assert!(client.waba_solutions(WABA).all().await.unwrap().is_empty());
    assert!(client.on_behalf_requests(WABA).all().await.unwrap().is_empty());
    assert_eq!(code(client.set_mobility_intent(WABA, None).await), Some(100));
    assert_eq!(client.health_status(WABA).await.unwrap().problems().count(), 0);
    assert!(client.parent_bsuid_accounts(BUSINESS).await.is_err());
}

#[tokio::test]
async fn b36_signup_links_and_welcome_sequences() {
    let desk = Desk::new().await;
    let client = client(&desk);
    let link = NewSignupLink {
        signup_message: "Get our news?".into(),
        confirmation_message: "Thank you!".into(),
        privacy_policy_url: "https://shrub.test/privacy".into(),
        ..NewSignupLink::default()
    };
    assert!(client.create_signup_link(WABA, &link).await.is_err(), "the first accepts the terms");
    let first =
        NewSignupLink { policy: Some(SignupPolicy { tos: "1".into(), accepted: true }), ..link.clone() };
    let id = client.create_signup_link(WABA, &first).await.unwrap();
    let off = SignupLinkUpdate { status: Some("DISABLED".into()), ..SignupLinkUpdate::default() };
    client.update_signup_link(&id, &off).await.unwrap();
    assert_eq!(client.signup_link(&id).await.unwrap().status.as_deref(), Some("DISABLED"));
    assert_eq!(client.signup_links(WABA).all().await.unwrap().len(), 1);
    let welcome = WelcomeMessage { text: "Hi!".into(), ..WelcomeMessage::default() };
    let id = client.create_welcome_sequence(WABA, "Autumn", &welcome).await.unwrap();
    client.update_welcome_sequence(WABA, &id, Some("Winter"), None).await.unwrap();
    assert_eq!(client.welcome_sequences(WABA, Some(&id)).await.unwrap()[0].name.as_deref(), Some("Winter"));
    client.delete_welcome_sequence(WABA, &id).await.unwrap();
    assert!(client.welcome_sequences(WABA, None).await.unwrap().is_empty());
}

#[tokio::test]
async fn b10_what_became_of_a_message_can_be_looked_up() {
    let desk = Desk::new().await;
    let client = client(&desk);
    desk.ana_writes("hola").await;
    let wamid = desk.text("hello").await.wamid();
    desk.advance(SECOND).await;
    let history = client.message_history(NUMBER, Some(&wamid)).all().await.unwrap();
    assert_eq!(history[0].message_id.as_deref(), Some(wamid.as_str()));
    let events = client.message_events(&history[0].id).all().await.unwrap();
    let names: Vec<&str> = events.iter().filter_map(|event| event.delivery_status.as_deref()).collect();
    assert_eq!(names, ["SENT", "DELIVERED", "READ"]);
    assert_eq!(events[1].webhook_update_state.as_deref(), Some("DELIVERED"));
}
