use std::time::Duration;

use cloud_api::client::tokens::{
    AppCredentials, AppWebhook, SignupEvent, SignupMessage, SystemUserTokenRequest, TokenInfo,
    timed_appsecret_proof,
};
use cloud_api::client::{Client, Config, Retries};
use cloud_api::error::Error;
use cloud_api::signature::appsecret_proof;
use serde_json::{Value, json};

use crate::server::{Graph, TOKEN};

const APP_SECRET: &str = "a-very-secret-app-secret";

fn app() -> AppCredentials {
    AppCredentials { app_id: "634".into(), app_secret: APP_SECRET.into() }
}

#[tokio::test]
async fn a_code_becomes_a_token_without_the_clients_own() {
    let graph = Graph::start().await;
    graph.plays(200, json!({"access_token": "EAAclient", "token_type": "bearer", "expires_in": 5_184_000}));
    let token = graph.client.exchange_code(&app(), "AQB1").await.unwrap();
    let line = format!("GET /v25.0/oauth/access_token?client_id=634&client_secret={APP_SECRET}&code=AQB1");
    assert_eq!((graph.last().line, graph.last().header("authorization")), (line, None));
    assert_eq!((token.access_token.expose(), token.expires_in), ("EAAclient", Some(5_184_000)));
    assert!(!format!("{token:?} {:?}", app()).contains("EAAclient"));
    assert!(!format!("{:?}", app()).contains(APP_SECRET));

    graph.plays(200, json!({"access_token": "634|abc", "token_type": "bearer"}));
    let token = graph.client.app_token(&app()).await.unwrap();
    let line = format!(
        "GET /v25.0/oauth/access_token?client_id=634&client_secret={APP_SECRET}&grant_type=client_credentials"
    );
    assert_eq!((graph.last().line, graph.last().header("authorization")), (line, None));
    assert_eq!(token.access_token.expose(), "634|abc");
}

#[tokio::test]
async fn a_refused_exchange_tells_no_secret() {
    let graph = Graph::start().await;
    let error = json!({"error": {"message": "This authorization code has been used.", "code": 100, "error_subcode": 36009}});
    graph.plays(400, error);
    let error = graph.client.exchange_code(&app(), "AQB1").await.unwrap_err();
    assert_eq!(error.graph().unwrap().subcode, Some(36_009));
    assert!(!format!("{error:?}").contains(APP_SECRET));
    // Nobody listens there.
    let config = Config { base_url: "http://127.0.0.1:9".into(), ..Config::new(TOKEN) };
    let error = Client::new(config).unwrap().exchange_code(&app(), "AQB1").await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains(APP_SECRET));
}

fn info() -> Value {
    json!({"app_id": "634974688087057", "type": "SYSTEM_USER", "application": "Lucky", "data_access_expires_at": 0, "expires_at": 0,
        "is_valid": true, "issued_at": 1_712_099_320,
        "scopes": ["whatsapp_business_management", "whatsapp_business_messaging", "public_profile"],
        "granular_scopes": [{"scope": "whatsapp_business_management", "target_ids": ["102290129340398"]},
            {"scope": "whatsapp_business_messaging", "target_ids": ["102290129340398"]}],
        "user_id": "122100000000000"})
}

#[tokio::test]
async fn a_token_is_looked_into_with_the_apps_own() {
    let graph = Graph::start().await;
    graph.plays(200, json!({"data": info()}));
    let found = graph.client.debug_token(&app(), &"EAAclient".into()).await.unwrap();
    let seen = graph.last();
    assert_eq!(seen.line, "GET /v25.0/debug_token?input_token=EAAclient");
    assert_eq!(seen.header("authorization"), Some(format!("Bearer 634|{APP_SECRET}").as_str()));
    assert_eq!(serde_json::to_value(&found).unwrap(), info());
    assert_eq!(found.wabas().collect::<Vec<_>>(), ["102290129340398"]);
    assert!(found.reaches("102290129340398") && !found.reaches("999"));
    assert_eq!(found.ends_at(), None);
}

#[test]
fn a_token_reaches_an_account_only_with_both_permissions_while_it_works() {
    let reaches = |change: &dyn Fn(&mut Value)| {
        let mut json = info();
        change(&mut json);
        serde_json::from_value::<TokenInfo>(json).unwrap().reaches("102290129340398")
    };
    assert!(reaches(&|_| ()));
    assert!(!reaches(&|info| info["is_valid"] = json!(false)));
    assert!(!reaches(&|info| info["granular_scopes"][1]["target_ids"] = json!(["5"])));
    // Not limited to some accounts.
    assert!(reaches(&|info| info["granular_scopes"] = json!([])));
    assert!(reaches(&|info| info["granular_scopes"] = json!([{"scope": "whatsapp_business_management"}])));
    assert!(!reaches(&|info| {
        info["granular_scopes"] = json!([]);
        info["scopes"] = json!(["whatsapp_business_management"]);
    }));
}

#[tokio::test]
async fn hosted_signup_mints_tokens_with_a_proof() {
    let graph = Graph::start().await;
    let config =
        Config { base_url: graph.url.clone(), app_secret: Some(APP_SECRET.into()), ..Config::new(TOKEN) };
    let client = Client::new(config).unwrap();
    graph.plays(200, json!({"access_token": "EAAgranular"}));
    let wanted = SystemUserTokenRequest {
        fetch_only: true,
        assets: vec!["102".into(), "103".into()],
        scope: vec!["whatsapp_business_messaging".into()],
        expires_in_60_days: true,
        system_user_id: Some("9".into()),
    };
    let token = client.system_user_token("1", &wanted).await.unwrap();
    assert_eq!(token.access_token.expose(), "EAAgranular");
    let proof = appsecret_proof(APP_SECRET, TOKEN);
    let line = "POST /v25.0/1/system_user_access_tokens?fetch_only=true&set_token_expires_in_60_days=true&asset=102,103\
        &scope=whatsapp_business_messaging&system_user_id=9";
    assert_eq!(graph.last().line, format!("{line}&appsecret_proof={proof}"));
    graph.plays(200, json!({"client_business_id": "1", "id": "5"}));
    assert_eq!(client.client_business_id().await.unwrap(), "1");
    assert_eq!(graph.last().line, format!("GET /v25.0/me?fields=client_business_id&appsecret_proof={proof}"));
}

#[tokio::test]
async fn a_timed_proof_goes_with_its_time() {
    let graph = Graph::start().await;
    let client = graph.client.with_timed_proof(&APP_SECRET.into(), 1_767_225_600);
    graph.plays(200, json!({"id": "102"}));
    client.waba("102", &[]).await.unwrap();
    let proof = appsecret_proof(APP_SECRET, &format!("{TOKEN}|1767225600"));
    assert_eq!(proof, timed_appsecret_proof(&APP_SECRET.into(), &TOKEN.into(), 1_767_225_600));
    let line = format!("GET /v25.0/102?appsecret_proof={proof}&appsecret_time=1767225600");
    assert_eq!(graph.last().line, line);
    // What is asked with the app's own token carries no proof of another.
    graph.plays(200, json!({"data": info()}));
    client.debug_token(&app(), &"EAAclient".into()).await.unwrap();
    assert_eq!(graph.last().line, "GET /v25.0/debug_token?input_token=EAAclient");
}

#[tokio::test]
async fn an_apps_webhooks_are_set_listed_and_ended() {
    let graph = Graph::start().await;
    let webhook = AppWebhook {
        callback_url: "https://acme.test/wh".into(),
        verify_token: "v3rify".into(),
        fields: vec!["messages".into(), "account_update".into()],
    };
    assert!(!format!("{webhook:?}").contains("v3rify"));
    graph.plays(200, json!({"success": true}));
    graph.client.set_app_webhook(&app(), &webhook).await.unwrap();
    let seen = graph.last();
    assert_eq!(
        seen.line,
        "POST /v25.0/634/subscriptions?object=whatsapp_business_account&callback_url=https://acme.test/wh\
         &verify_token=v3rify&fields=messages,account_update&include_values=true"
    );
    assert_eq!(seen.header("authorization"), Some(format!("Bearer 634|{APP_SECRET}").as_str()));
    let list = json!([{"object": "whatsapp_business_account", "callback_url": "https://acme.test/wh", "active": true,
        "fields": [{"name": "messages", "version": "v25.0"}]}]);
    graph.plays(200, json!({"data": list}));
    let found = graph.client.app_webhooks(&app()).all().await.unwrap();
    assert_eq!(serde_json::to_value(&found).unwrap(), list);
    assert_eq!(graph.last().line, "GET /v25.0/634/subscriptions");
    graph.plays(200, json!({"success": true}));
    graph.client.delete_app_webhook(&app(), &["messages"]).await.unwrap();
    assert_eq!(
        graph.last().line,
        "DELETE /v25.0/634/subscriptions?object=whatsapp_business_account&fields=messages"
    );
}

#[test]
fn the_browsers_message_is_read_whatever_happened() {
    let read = |json: Value| {
        let message = SignupMessage::parse(&json.to_string()).unwrap();
        assert_eq!(serde_json::to_value(&message).unwrap(), json);
        message
    };
    let data = json!({"phone_number_id": "106", "waba_id": "102", "business_id": "506", "ad_account_ids": ["1"], "page_ids": [],
        "dataset_ids": []});
    let message =
        read(json!({"type": "WA_EMBEDDED_SIGNUP", "event": "FINISH", "data": data, "version": "3"}));
    assert!(message.finished() && message.needs_registration());
    let event = "FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING";
    let message = read(json!({"type": "WA_EMBEDDED_SIGNUP", "event": event, "data": data, "version": 3}));
    assert_eq!(message.event, Some(SignupEvent::FinishBusinessApp));
    assert!(message.finished() && !message.needs_registration());
    let message = read(json!({"type": "WA_EMBEDDED_SIGNUP", "event": "FINISH_IN_2027", "data": data}));
    assert!(message.finished() && !message.needs_registration());
    let step = json!({"current_step": "PHONE_NUMBER_SETUP"});
    let message = read(json!({"type": "WA_EMBEDDED_SIGNUP", "event": "CANCEL", "data": step}));
    assert!(!message.finished());
    let failed =
        json!({"error_message": "no", "error_id": "524126", "session_id": "f34", "timestamp": "1746041036"});
    let message = read(json!({"type": "WA_EMBEDDED_SIGNUP", "event": "ERROR", "data": failed}));
    assert_eq!(message.data.unwrap().error_id.as_deref(), Some("524126"));
    for other in ["", "cb=f1&domain=x", "[]", "{}", r#"{"type":"OTHER","event":"FINISH"}"#] {
        assert_eq!(SignupMessage::parse(other), None, "{other}");
    }
}

#[tokio::test]
async fn a_code_isnt_tried_twice_as_it_works_once() {
    let (client, requests) = crate::uploads::broken::serve(vec![None]).await;
    let retries = Retries::new(3, Duration::from_secs(60), |_| std::future::ready(()));
    let error = client.with_retries(retries).exchange_code(&app(), "AQB1").await.unwrap_err();
    assert!(matches!(error, Error::Unknown(_)));
    assert_eq!(requests.await.unwrap().len(), 1);
}
