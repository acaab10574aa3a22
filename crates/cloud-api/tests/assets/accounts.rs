use cloud_api::client::Ability;
use cloud_api::client::waba::{
    ActivityFilter, NewSchedule, NewSignupLink, SignupLinkUpdate, Task, WABA_FIELDS, WabaUpdate,
    WebhookOverride, WelcomeMessage, signup_url,
};
use serde_json::{Value, json};

use crate::server::Graph;

#[tokio::test]
async fn an_account_is_read_with_the_fields_that_were_asked_for() {
    let graph = Graph::start().await;
    let waba = graph
        .told(
            "GET /102?fields=id,name,currency,timezone_id,message_template_namespace,owner_business_info",
            Value::Null,
            json!({"id": "102290129340398", "name": "Lucky Shrub", "currency": "USD", "timezone_id": "1",
                "message_template_namespace": "ba30dd89_2ebd_41e4_b805_f2c05ae04cc9",
                "owner_business_info": {"name": "Lucky Shrub", "id": "506914307656634"}}),
            async |client| {
                let fields = [
                    "id",
                    "name",
                    "currency",
                    "timezone_id",
                    "message_template_namespace",
                    "owner_business_info",
                ];
                client.waba("102", &fields).await
            },
        )
        .await;
    assert_eq!(waba.currency.as_deref(), Some("USD"));
    assert_eq!(waba.owner_business_info.unwrap().id.as_deref(), Some("506914307656634"));

    graph
        .asked("GET /102", Value::Null, json!({"id": "102"}), async |client| client.waba("102", &[]).await)
        .await;
    let line = format!("GET /102?fields={}", WABA_FIELDS.join(","));
    let answer = json!({"id": "102", "auth_international_rate_eligibility": {"start_time": 1_732_057_507, "exception_countries": []},
        "is_enabled_for_insights": true, "new_in_2027": [1]});
    let waba =
        graph.asked(&line, Value::Null, answer, async |client| client.waba("102", WABA_FIELDS).await).await;
    assert_eq!(waba.extra["new_in_2027"], json!([1]));
    assert_eq!(waba.is_enabled_for_insights, Some(true));
}

#[tokio::test]
async fn an_account_is_changed_whether_graph_answers_with_an_id_or_with_success() {
    let graph = Graph::start().await;
    let rename = WabaUpdate { name: Some("Acme".into()), ..WabaUpdate::default() };
    for answer in [json!({"id": "102"}), json!({"success": true})] {
        let call = async |client: &cloud_api::client::Client| client.update_waba("102", &rename).await;
        graph.asked("POST /102", json!({"name": "Acme"}), answer, call).await;
    }
    graph
        .asked("POST /102?is_enabled_for_insights=true", Value::Null, json!({"id": "102"}), async |client| {
            client.enable_insights("102").await
        })
        .await;
    let features = json!({"degrees_of_freedom_spec": {"creative_features_spec": {
        "image_touchups": {"enroll_status": "OPT_IN"}, "image_animation": {"enroll_status": "OPT_OUT"}}}});
    graph
        .does("POST /102", features, async |client| {
            let update =
                WabaUpdate::creative_features([("image_touchups", true), ("image_animation", false)]);
            client.update_waba("102", &update).await
        })
        .await;
    let only = WabaUpdate { disable_marketing_messages_on_cloud_api: Some(true), ..WabaUpdate::default() };
    let body = json!({"disable_marketing_messages_on_cloud_api": true});
    graph.does("POST /102", body, async |client| client.update_waba("102", &only).await).await;
    graph.plays(200, json!({"success": false}));
    assert!(graph.client.update_waba("102", &only).await.is_err());
}

#[tokio::test]
async fn health_names_everything_that_is_wrong() {
    let graph = Graph::start().await;
    let status = json!({"can_send_message": "BLOCKED", "entities": [
        {"entity_type": "PHONE_NUMBER", "id": "106", "can_send_message": "AVAILABLE"},
        {"entity_type": "WABA", "id": "102", "can_send_message": "BLOCKED", "additional_info": ["x"],
         "errors": [{"error_code": 141_006, "error_description": "no payment", "possible_solution": "pay"}]}]});
    let health = graph
        .asked(
            "GET /106?fields=health_status",
            Value::Null,
            json!({"health_status": status, "id": "106"}),
            async |client| client.health_status("106").await,
        )
        .await;
    assert_eq!(health.can_send_message, Some(Ability::Blocked));
    let problems: Vec<_> =
        health.problems().map(|(e, p)| (e.entity_type.clone().unwrap(), p.error_code.unwrap())).collect();
    assert_eq!(problems, [("WABA".to_owned(), 141_006)]);
    assert_eq!(serde_json::to_value(&health).unwrap(), status);
}

#[tokio::test]
async fn the_log_and_schedules_of_an_account() {
    let graph = Graph::start().await;
    let activity = json!({"id": "1", "activity_type": "TEMPLATE_DELETED", "timestamp": "2026-01-02T03:04:05Z",
        "actor_type": "USER", "actor_id": "9", "actor_name": "Ana", "description": "d", "details": {"a": 1},
        "ip_address": "192.0.2.1", "user_agent": "u"});
    graph
        .told(
            "GET /102/activities?activity_type=TEMPLATE_DELETED&since=1767225600",
            Value::Null,
            json!({"data": [activity]}),
            async |client| {
                let filter = ActivityFilter {
                    activity_type: Some("TEMPLATE_DELETED".into()),
                    since: Some("1767225600".into()),
                    until: None,
                };
                client.waba_activities("102", &filter).all().await
            },
        )
        .await;
    let schedule = json!({"id": "7", "name": "Hours", "status": "ACTIVE", "schedule_type": "BUSINESS_HOURS",
        "start_time": "09:00:00", "end_time": "17:00:00", "days_of_week": ["MONDAY"], "is_active": true});
    graph
        .told("GET /102/schedules", Value::Null, json!({"data": [schedule]}), async |client| {
            client.waba_schedules("102").all().await
        })
        .await;
    let body = json!({"name": "Hours", "schedule_type": "BUSINESS_HOURS", "start_time": "09:00:00",
        "end_time": "17:00:00", "days_of_week": ["MONDAY"]});
    let id = graph
        .asked("POST /102/schedules", body, json!({"id": "7"}), async |client| {
            let schedule = NewSchedule {
                name: "Hours".into(),
                schedule_type: "BUSINESS_HOURS".into(),
                start_time: "09:00:00".into(),
                end_time: "17:00:00".into(),
                days_of_week: vec!["MONDAY".into()],
                ..NewSchedule::default()
            };
            client.create_schedule("102", &schedule).await
        })
        .await;
    assert_eq!(id, "7");
}

#[tokio::test]
async fn users_get_and_lose_access() {
    let graph = Graph::start().await;
    let user = json!({"id": "1", "name": "Bot", "business": {"id": "5", "name": "Acme"}, "user_type": "SYSTEM_USER",
        "tasks": ["MANAGE", "NEW_TASK"]});
    let users = graph
        .told(
            "GET /102/assigned_users?business=5",
            Value::Null,
            json!({"data": [user], "summary": {"total_count": 1}}),
            async |client| client.assigned_users("102", "5").all().await,
        )
        .await;
    assert_eq!(users[0].tasks, Some(vec![Task::Manage, Task::Other("NEW_TASK".into())]));
    graph
        .does(
            r#"POST /102/assigned_users?user=1&tasks=["DEVELOP","MANAGE_TEMPLATES"]"#,
            Value::Null,
            async |client| client.assign_user("102", "1", &[Task::Develop, Task::ManageTemplates]).await,
        )
        .await;
    graph
        .does("DELETE /102/assigned_users?user=1", Value::Null, async |client| {
            client.unassign_user("102", "1").await
        })
        .await;
    graph
        .told(
            "GET /1/assigned_whatsapp_business_accounts?fields=id,name",
            Value::Null,
            json!({"data": [{"id": "102", "name": "Acme"}]}),
            async |client| client.assigned_wabas("1", &["id", "name"]).all().await,
        )
        .await;
}

#[tokio::test]
async fn apps_are_subscribed_with_a_callback_of_their_own() {
    let graph = Graph::start().await;
    let apps = json!({"data": [{"whatsapp_business_api_data": {"link": "https://www.facebook.com/games/?app_id=634974688087057",
        "name": "Lucky", "id": "634974688087057"}, "override_callback_uri": "https://alt.acme.test/wh"}]});
    graph
        .told("GET /102/subscribed_apps", Value::Null, apps, async |client| {
            client.subscribed_apps("102").all().await
        })
        .await;
    let body = json!({"override_callback_uri": "https://alt.acme.test/wh", "verify_token": "v"});
    let at = WebhookOverride { callback_uri: "https://alt.acme.test/wh".into(), verify_token: "v".into() };
    graph
        .does("POST /102/subscribed_apps", body, async |client| client.subscribe_app_at("102", &at).await)
        .await;
    assert!(!format!("{at:?}").contains("\"v\""));
    graph
        .does("DELETE /102/subscribed_apps", Value::Null, async |client| client.unsubscribe_app("102").await)
        .await;
}

#[tokio::test]
async fn signup_links_are_made_listed_read_and_changed() {
    let graph = Graph::start().await;
    let link = json!({"id": "98", "waba_id": "102", "status": "ACTIVE", "signup_message": "Offers?",
        "confirmation_message": "Use {{promo_code}}", "privacy_policy_url": "https://acme.test/p", "promo_code": "X1"});
    let body = json!({"signup_message": "Offers?", "confirmation_message": "Use {{promo_code}}",
        "privacy_policy_url": "https://acme.test/p", "promo_code": "X1"});
    let id = graph
        .asked("POST /102/signups", body, json!({"id": "98"}), async |client| {
            let link = NewSignupLink {
                signup_message: "Offers?".into(),
                confirmation_message: "Use {{promo_code}}".into(),
                privacy_policy_url: "https://acme.test/p".into(),
                promo_code: Some("X1".into()),
                ..NewSignupLink::default()
            };
            client.create_signup_link("102", &link).await
        })
        .await;
    assert_eq!(signup_url("15550783881", &id), "https://wa.me/15550783881/signup/98");
    let links = graph
        .told("GET /102/signups", Value::Null, json!({"data": [link]}), async |client| {
            client.signup_links("102").all().await
        })
        .await;
    assert_eq!(links[0].url("15550783881").as_deref(), Some("https://wa.me/15550783881/signup/98"));
    graph.told("GET /signups/98", Value::Null, link, async |client| client.signup_link("98").await).await;
    graph
        .does("POST /signups/98", json!({"status": "DISABLED"}), async |client| {
            let update = SignupLinkUpdate { status: Some("DISABLED".into()), ..SignupLinkUpdate::default() };
            client.update_signup_link("98", &update).await
        })
        .await;
}

#[tokio::test]
async fn welcome_sequences_come_bare_or_wrapped() {
    let graph = Graph::start().await;
    let message = WelcomeMessage {
        text: "Hi".into(),
        autofill_message: Some("Tell me more".into()),
        ice_breakers: vec!["One".into(), "Two".into()],
    };
    let content = json!({"text": "Hi", "autofill_message": {"content": "Tell me more"},
        "ice_breakers": [{"title": "One"}, {"title": "Two"}]});
    let id = graph
        .asked(
            "POST /102/welcome_message_sequences",
            json!({"name": "Drivers", "welcome_message_sequence": content}),
            json!({"sequence_id": "186473890"}),
            async |client| client.create_welcome_sequence("102", "Drivers", &message).await,
        )
        .await;
    assert_eq!(id, "186473890");
    graph
        .does(
            "POST /102/welcome_message_sequences",
            json!({"sequence_id": "1", "name": "New"}),
            async |client| client.update_welcome_sequence("102", "1", Some("New"), None).await,
        )
        .await;
    let sequence = json!({"sequence_id": "1", "name": "New", "welcome_message_sequence": content, "is_used_in_ad": true});
    graph
        .told(
            "GET /102/welcome_message_sequences",
            Value::Null,
            json!({"data": [sequence]}),
            async |client| client.welcome_sequences("102", None).await,
        )
        .await;
    let bare = graph
        .asked(
            "GET /102/welcome_message_sequences?sequence_id=1",
            Value::Null,
            json!([sequence]),
            async |client| client.welcome_sequences("102", Some("1")).await,
        )
        .await;
    assert_eq!((bare.len(), bare[0].is_used_in_ad), (1, Some(true)));
    graph
        .does("DELETE /102/welcome_message_sequences?sequence_id=1", Value::Null, async |client| {
            client.delete_welcome_sequence("102", "1").await
        })
        .await;
}

#[tokio::test]
async fn a_field_that_has_changed_costs_that_field_and_not_the_answer() {
    let graph = Graph::start().await;
    let answer = json!({"id": 102, "name": 5, "currency": "USD", "health_status": "fine", "owner_business_info": null});
    let waba = graph
        .asked("GET /102", Value::Null, answer.clone(), async |client| client.waba("102", &[]).await)
        .await;
    assert_eq!(
        (waba.id.as_deref(), waba.currency.as_deref(), waba.name.as_deref()),
        (Some("102"), Some("USD"), None)
    );
    assert_eq!(serde_json::to_value(&waba).unwrap(), answer);
}
