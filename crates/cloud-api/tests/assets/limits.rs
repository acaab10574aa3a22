//! What breaks a limit never leaves.

use cloud_api::client::analytics::{GroupAnalyticsQuery, TemplateAnalyticsQuery};
use cloud_api::client::business::{Mobility, NewSolution, SolutionMigration};
use cloud_api::client::forms::{FormUpdate, NewForm};
use cloud_api::client::templates::{NewTemplateGroup, TemplateGroupUpdate};
use cloud_api::client::uploads::UploadFile;
use cloud_api::client::waba::{NewSchedule, NewSignupLink, SignupLinkUpdate, WabaUpdate, WebhookOverride};
use cloud_api::client::{Client, Config};
use cloud_api::error::Error;
use cloud_api::template::{Definition, Edit};
use cloud_api::violation::Violation;

use crate::server::Graph;

type Judged = Result<(), Vec<Violation>>;

fn pointers(result: Judged) -> Vec<String> {
    result.err().unwrap_or_default().into_iter().map(|violation| violation.pointer).collect()
}

#[test]
fn every_violation_is_named() {
    let long = |n: usize| "x".repeat(n);
    let cases: [(&str, Judged, &[&str]); 19] = [
        ("empty update", WabaUpdate::default().validate(), &[""]),
        ("no name", WabaUpdate { name: Some(String::new()), ..WabaUpdate::default() }.validate(), &["/name"]),
        (
            "schedule",
            NewSchedule::default().validate(),
            &["/name", "/schedule_type", "/start_time", "/end_time"],
        ),
        (
            "long callback",
            WebhookOverride { callback_uri: format!("https://{}", long(193)), verify_token: "".into() }
                .validate(),
            &["/override_callback_uri", "/verify_token"],
        ),
        (
            "longest callback",
            WebhookOverride { callback_uri: format!("https://{}", long(192)), verify_token: "v".into() }
                .validate(),
            &[],
        ),
        (
            "group of templates",
            NewTemplateGroup {
                name: long(257),
                description: Some(long(513)),
                whatsapp_business_templates: Vec::new(),
            }
            .validate(),
            &["/name", "/description", "/whatsapp_business_templates"],
        ),
        ("group update", TemplateGroupUpdate::default().validate(), &[""]),
        (
            "form",
            NewForm { name: long(201), publish: Some(true), ..NewForm::default() }.validate(),
            &["/name", "/categories", "/flow_json"],
        ),
        (
            "form update",
            FormUpdate {
                categories: Some(Vec::new()),
                endpoint_uri: Some("acme".into()),
                ..FormUpdate::default()
            }
            .validate(),
            &["/categories", "/endpoint_uri"],
        ),
        ("empty form update", FormUpdate::default().validate(), &[""]),
        (
            "signup link",
            NewSignupLink {
                signup_message: long(301),
                privacy_policy_url: "acme".into(),
                website_url: Some("http://acme.test".into()),
                promo_code: Some("10 %".into()),
                display_name: Some(long(257)),
                ..NewSignupLink::default()
            }
            .validate(),
            &[
                "/signup_message",
                "/confirmation_message",
                "/privacy_policy_url",
                "/website_url",
                "/promo_code",
                "/display_name",
            ],
        ),
        (
            "signup link update",
            SignupLinkUpdate { status: Some("GONE".into()), ..SignupLinkUpdate::default() }.validate(),
            &["/status"],
        ),
        ("no template", TemplateAnalyticsQuery::default().validate(), &["/ids"]),
        ("eleven templates", TemplateAnalyticsQuery::new([""; 11], 1, 2).validate(), &["/ids"]),
        ("no group", GroupAnalyticsQuery::default().validate(), &["/group_ids", "/metric_types"]),
        ("solution", NewSolution::default().validate(), &["/solution_name", "/partner_app_id"]),
        ("migration", SolutionMigration::default().validate(), &["/solution_id", "/migration_intent"]),
        ("mobility", Mobility::default().validate(), &["/solution_id", "/intent_type"]),
        (
            "file",
            UploadFile { name: String::new(), mime_type: "image/gif".into(), bytes: bytes::Bytes::new() }
                .validate(),
            &["/file_name", "/file_type", "/file_length"],
        ),
    ];
    for (name, result, expected) in cases {
        assert_eq!(pointers(result), expected, "{name}");
    }
}

#[tokio::test]
async fn a_refused_request_never_leaves() {
    let graph = Graph::start().await;
    let client = &graph.client;
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    let none: [&str; 0] = [];
    let bad = Definition::utility("Bad Name", "en_US").body_text("Hi");
    let refusals = [
        client.create_template("102", &bad).await.map(drop),
        client.edit_template("5", &Edit::default()).await.map(drop),
        client.delete_templates("102", &many).await,
        client.delete_templates("102", &none).await,
        client.archive_templates("102", &many).await.map(drop),
        client.unarchive_templates("102", &none).await.map(drop),
        client.compare_templates("5", &none, [1, 2]).await.map(drop),
        client.migrate_forms("102", "101", &many).await.map(drop),
        client.assign_user("102", "1", &[]).await,
        client.template_analytics("102", &TemplateAnalyticsQuery::default()).map(drop),
        client.request_preverified_code("44", "PIGEON", "en_US").await,
        client.verify_preverified_code("44", "").await,
        client.add_preverified_number("506", "").await.map(drop),
        client.update_waba("102", &WabaUpdate::default()).await,
    ];
    for (n, refusal) in refusals.into_iter().enumerate() {
        assert!(matches!(refusal, Err(Error::Refused(_))), "{n}");
    }
    assert!(graph.seen().is_empty());
}

#[tokio::test]
async fn limits_that_have_changed_can_be_tried() {
    let graph = Graph::start().await;
    let config = Config { base_url: graph.url.clone(), validate: false, ..Config::new("token") };
    graph.plays(200, serde_json::json!({"success": true}));
    let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
    Client::new(config).unwrap().delete_templates("102", &many).await.unwrap();
    assert_eq!(graph.seen().len(), 1);
}
