//! What all calls have in common: lists, budgets, retries, refusals, secrets, providers.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cloud_api::client::registration::Registration;
use cloud_api::client::{Auth, Client, Config, ConfigError, Method, Observer, Retries, Usage, retry};
use cloud_api::error::{Disposition, Error};
use cloud_api::message::{Outbound, Recipient};
use cloud_api::signature::appsecret_proof;
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::stage::{Answer, SECRET, Stage, TOKEN};

fn text() -> Outbound {
    Outbound::text(Recipient::Phone("+16505551234".into()), "Hi")
}

fn refusal(status: u16, code: i64) -> (u16, Value) {
    (status, json!({"error": {"message": "(#1) No", "code": code, "type": "OAuthException"}}))
}

fn page(ids: &[&str], after: Option<&str>) -> Value {
    let data: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    let mut page =
        json!({"data": data, "paging": {"cursors": {"before": "b", "after": after.unwrap_or("last")}}});
    if after.is_some() {
        page["paging"]["next"] = format!("https://graph.facebook.com/v25.0/1?access_token={TOKEN}").into();
    }
    page
}

#[tokio::test]
async fn a_list_is_walked_to_its_end_and_not_along_its_urls() {
    let stage = Stage::new().await;
    for (ids, after) in [(&["1", "2"][..], Some("c1")), (&[], Some("c2")), (&["3"], None)] {
        stage.play(page(ids, after));
    }
    let list = stage.client.phone_numbers("700").fields(&["id"]).with("sort", "id");
    let numbers: Vec<_> = list.stream().map(|number| number.unwrap().id.into_string()).collect().await;
    assert_eq!(numbers, ["1", "2", "3"]);
    let lines: Vec<String> = stage.asked().into_iter().map(|asked| asked.line).collect();
    let first = "GET /v25.0/700/phone_numbers?fields=id&sort=id";
    assert_eq!(lines, [first.to_owned(), format!("{first}&after=c1"), format!("{first}&after=c2")]);

    stage.play(page(&["1"], None));
    let page = stage.client.phone_numbers("700").limit(5).before("b9").page().await.unwrap();
    assert_eq!((page.data.len(), page.next, page.previous), (1, None, None));
    stage.saw("GET /v25.0/700/phone_numbers?limit=5&before=b9", Value::Null);
}

#[tokio::test]
async fn a_stream_asks_only_for_what_is_taken_and_ends_with_its_first_error() {
    let stage = Stage::new().await;
    stage.play(page(&["1", "2"], Some("c1")));
    stage.play(refusal(400, 190));
    let mut numbers = stage.client.phone_numbers("700").stream();
    assert_eq!(numbers.next().await.unwrap().unwrap().id, "1");
    assert_eq!(stage.asked().len(), 1);
    assert_eq!(numbers.next().await.unwrap().unwrap().id, "2");
    assert_eq!(numbers.next().await.unwrap().unwrap_err().graph().unwrap().code, 190);
    assert!(numbers.next().await.is_none());
}

#[tokio::test]
async fn a_list_without_end_is_a_fault() {
    let stage = Stage::new().await;
    for cursor in 0..9 {
        stage.play(page(&["1"], Some(&cursor.to_string())));
    }
    let error = stage.client.phone_numbers("700").pages_at_most(5).all().await.unwrap_err();
    assert!(matches!(&error, Error::Decode(text) if text.contains("no end")), "{error}");
    assert_eq!(stage.asked().len(), 5);

    let stage = Stage::new().await;
    stage.play(page(&["1"], Some("same")));
    stage.play(page(&["1"], Some("same")));
    let error = stage.client.phone_numbers("700").all().await.unwrap_err();
    assert!(matches!(&error, Error::Decode(text) if text.contains("circle")), "{error}");

    let stage = Stage::new().await;
    for cursor in ["a", "b", "a", "b", "a"] {
        stage.play(page(&["1"], Some(cursor)));
    }
    let error = stage.client.phone_numbers("700").all().await.unwrap_err();
    assert!(matches!(&error, Error::Decode(text) if text.contains("circle")), "{error}");
    assert_eq!(stage.asked().len(), 3);
}

#[tokio::test]
async fn a_cursor_can_be_hidden_in_the_next_url_or_stand_alone_after_a_full_page() {
    let stage = Stage::new().await;
    stage.play(json!({"data": [], "paging": {"next": "https://graph.facebook.com/1?after=c%3D1&x=y"}}));
    stage.play(json!({"data": []}));
    assert!(stage.client.phone_numbers("700").all().await.unwrap().is_empty());
    assert_eq!(stage.asked()[1].line, "GET /v25.0/700/phone_numbers?after=c=1");

    let full = page(&["1", "2"], None);
    stage.play(full);
    stage.play(page(&["3"], None));
    assert_eq!(stage.client.phone_numbers("700").limit(2).all().await.unwrap().len(), 3);
}

fn usage_headers() -> Vec<(&'static str, String)> {
    let budgets = json!({"102290129340398": [{"type": "whatsapp_business_management", "call_count": 91,
        "total_cputime": 1, "total_time": 2.5, "estimated_time_to_regain_access": 3}], "odd": 7});
    let app = json!({"call_count": 28, "total_time": 25, "total_cputime": 26});
    vec![
        ("x-app-usage", app.to_string()),
        ("x-business-use-case-usage", budgets.to_string()),
        ("x-fb-request-id", "R1".to_owned()),
        ("x-fb-trace-id", "T1".to_owned()),
    ]
}

#[tokio::test]
async fn budgets_and_request_ids_reach_the_observer_and_the_error() {
    type Note = (&'static str, String, Option<u16>, Option<String>, Option<Usage>, Option<i64>);
    let notes: Arc<Mutex<Vec<Note>>> = Arc::default();
    let kept = Arc::clone(&notes);
    let observer = Observer::new(move |exchange| {
        kept.lock().unwrap().push((
            exchange.operation,
            exchange.id.to_owned(),
            exchange.status,
            exchange.request_id.map(str::to_owned),
            exchange.usage.cloned(),
            exchange.error.and_then(|error| Some(error.graph()?.code)),
        ));
    });
    let stage = Stage::with(|config| Config { on_answer: Some(observer), ..config }).await;
    stage.play(Answer { headers: usage_headers(), ..json!({"id": "600"}).into() });
    stage.play(Answer { headers: usage_headers(), ..refusal(400, 80_007).into() });
    stage.client.phone_number("600").await.unwrap();
    let other = stage.client.with_credentials("other".into(), None);
    let error = other.phone_number("600").await.unwrap_err();
    assert_eq!(error.graph().unwrap().request_id.as_deref(), Some("R1"));

    let notes = notes.lock().unwrap();
    let (operation, id, status, request, usage, code) = &notes[0];
    assert_eq!((*operation, id.as_str(), *status, *code), ("phone_number", "600", Some(200), None));
    assert_eq!(request.as_deref(), Some("R1"));
    let usage = usage.as_ref().unwrap();
    assert_eq!(usage.app.unwrap().cpu_time, 26);
    let [business] = usage.businesses.as_slice() else { panic!("{usage:?}") };
    assert_eq!((business.business_id.as_str(), business.budget.time), ("102290129340398", 3));
    assert_eq!(business.kind, "whatsapp_business_management");
    assert_eq!((usage.highest(), usage.regained_in()), (91, Some(Duration::from_secs(180))));
    assert_eq!((notes[1].2, notes[1].5), (Some(400), Some(80_007)));
}

/// Retries that note their waits instead of waiting.
fn retries(attempts: u32, longest: u64) -> (Retries, Arc<Mutex<Vec<u64>>>) {
    let waits: Arc<Mutex<Vec<u64>>> = Arc::default();
    let kept = Arc::clone(&waits);
    let retries = Retries::new(attempts, Duration::from_secs(longest), move |wait| {
        kept.lock().unwrap().push(wait.as_secs());
        std::future::ready(())
    });
    (retries, waits)
}

#[tokio::test]
async fn nothing_is_repeated_unless_asked_for() {
    let stage = Stage::new().await;
    stage.play(refusal(400, 131_056));
    stage.client.send_message("600", &text()).await.unwrap_err();
    stage.play(refusal(500, 2));
    stage.client.phone_number("600").await.unwrap_err();
    assert_eq!(stage.asked().len(), 2);
}

#[tokio::test]
async fn a_message_is_repeated_only_if_it_was_refused_unprocessed() {
    let stage = Stage::new().await;
    let (policy, waits) = retries(4, 60);
    let client = stage.client.with_retries(policy);
    let sent = json!({"messages": [{"id": "wamid.1"}]});
    for _ in 0..2 {
        stage.play(refusal(400, 131_056));
    }
    stage.play(sent);
    assert_eq!(client.send_message("600", &text()).await.unwrap().wamid, "wamid.1");
    assert_eq!((stage.asked().len(), waits.lock().unwrap().clone()), (3, vec![6, 12]));

    // The last two pass with time, but may have done something.
    for (status, code) in
        [(500, 131_000), (503, 2), (400, 131_009), (400, 190), (500, 138_004), (400, 133_009)]
    {
        stage.play(refusal(status, code));
        let error = client.send_message("600", &text()).await.unwrap_err();
        assert_eq!((stage.asked().len(), error.graph().unwrap().code), (1, code));
    }
    stage.play(json!({}));
    assert!(matches!(client.send_message("600", &text()).await, Err(Error::Decode(_))));
    assert_eq!(stage.asked().len(), 1);
    assert_eq!(waits.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_number_that_is_not_there_parks_its_queue_and_a_file_that_is_not_there_does_not() {
    let stage = Stage::new().await;
    let missing =
        || (400, json!({"error": {"code": 100, "error_subcode": 33, "message": "Unsupported request"}}));
    stage.play(missing());
    let error = stage.client.send_message("600", &text()).await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::ParkNumber);
    stage.play(missing());
    let error = stage.client.media("9").await.unwrap_err();
    assert_eq!(error.disposition(), Disposition::FixRequest);
}

#[tokio::test]
async fn reads_and_repeatable_commands_are_repeated_after_an_unknown_outcome_too() {
    let stage = Stage::new().await;
    let (policy, waits) = retries(3, 60);
    let client = stage.client.with_retries(policy);
    stage.play(refusal(500, 1));
    stage.play((502, json!("Bad Gateway")));
    stage.play(json!({"id": "600"}));
    client.phone_number("600").await.unwrap();
    assert_eq!((stage.asked().len(), waits.lock().unwrap().clone()), (3, vec![1, 2]));

    stage.play(refusal(500, 1));
    stage.play(json!({"success": true}));
    client.mark_read("600", "wamid.1", false).await.unwrap();
    stage.play(refusal(500, 1));
    stage.play(json!({"id": "9"}));
    client.upload_media("600", "bytes".into(), "image/png", "a.png").await.unwrap();
    let asked = stage.asked();
    assert_eq!(asked.len(), 4);
    assert!(String::from_utf8_lossy(&asked[3].body).contains("bytes"), "a repeated form is whole");

    stage.play(refusal(500, 1));
    client.register("600", &Registration::new("123456")).await.unwrap_err();
    stage.play(refusal(500, 1));
    client.delete_media("9").await.unwrap_err();
    assert_eq!(stage.asked().len(), 2);
}

#[tokio::test]
async fn attempts_and_waits_have_an_end_and_headers_can_ask_for_more() {
    let stage = Stage::new().await;
    let (policy, waits) = retries(4, 10);
    let client = stage.client.with_retries(policy);
    for _ in 0..9 {
        stage.play(refusal(400, 131_056));
    }
    client.phone_number("600").await.unwrap_err();
    assert_eq!((stage.asked().len(), waits.lock().unwrap().clone()), (4, vec![6, 10, 10]));

    let stage = Stage::new().await;
    let (policy, waits) = retries(2, 200);
    let client = stage.client.with_retries(policy);
    stage.play(Answer { headers: usage_headers(), ..refusal(400, 131_056).into() });
    stage.play(json!({"id": "600"}));
    client.phone_number("600").await.unwrap();
    assert_eq!(waits.lock().unwrap().clone(), [180]);
    let (policy, waits) = retries(2, 100);
    stage.play(Answer { headers: vec![("retry-after", "101".to_owned())], ..refusal(429, 131_056).into() });
    stage.client.with_retries(policy).phone_number("600").await.unwrap_err();
    assert!(waits.lock().unwrap().is_empty(), "a wait longer than allowed isn't cut short");
}

#[tokio::test]
async fn without_a_connection_a_message_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (policy, waits) = retries(3, 60);
    let client = Client::new(Config { base_url, ..Config::new(TOKEN) }).unwrap().with_retries(policy.clone());
    let error = client.send_message("600", &text()).await.unwrap_err();
    assert!(matches!(error, Error::NotSent(_)), "{error}");
    assert_eq!(waits.lock().unwrap().clone(), [2, 4]);

    let mut tries = 0;
    let outcome: Result<(), Error> = retry(&policy, false, || {
        tries += 1;
        std::future::ready(Err(Error::Unknown("cut".to_owned())))
    })
    .await;
    assert_eq!((outcome.is_err(), tries), (true, 1));
}

#[tokio::test]
async fn what_meta_would_refuse_does_not_leave() {
    let stage = Stage::new().await;
    let bad =
        json!({"messaging_product": "whatsapp", "to": "+1650555", "type": "text", "text": {"body": ""}});
    let error = stage.client.send_message("600", &bad).await.unwrap_err();
    let Error::Refused(violations) = &error else { panic!("{error}") };
    assert_eq!(violations[0].pointer, "/text/body");
    assert_eq!(error.disposition(), Disposition::FixRequest);
    assert!(stage.client.mark_read("600", "", false).await.is_err());
    assert!(stage.client.set_pin("600", &"12345".into()).await.is_err());
    assert!(stage.asked().is_empty());

    let stage = Stage::with(|config| Config { validate: false, ..config }).await;
    stage.play(json!({"messages": [{"id": "wamid.1"}]}));
    stage.client.send_message("600", &bad).await.unwrap();
    stage.saw("POST /v25.0/600/messages", bad);
}

#[tokio::test]
async fn any_endpoint_can_be_called() {
    let stage = Stage::new().await;
    stage.play(json!({"success": true, "new": 1}));
    let body = json!({"a": 1});
    let answer: Value =
        stage.client.raw(Method::POST, "600/brand_new", &[("x", "a&b")], Some(&body)).await.unwrap();
    assert_eq!(answer["new"], 1);
    stage.saw("POST /v25.0/600/brand_new?x=a&b", body);
}

#[tokio::test]
async fn a_provider_has_its_prefix_its_header_and_no_version() {
    let auth = Auth::Header("D360-API-KEY".to_owned());
    let stage = Stage::with(|config| Config {
        base_url: format!("{}/prefix/", config.base_url),
        version: String::new(),
        auth,
        app_secret: None,
        ..config
    })
    .await;
    stage.play(json!({"messages": [{"id": "wamid.1"}]}));
    stage.client.send_message("", &text()).await.unwrap();
    let asked = stage.asked().remove(0);
    assert_eq!(asked.line, "POST /prefix/messages");
    assert_eq!(asked.headers["d360-api-key"], TOKEN);
    assert!(!asked.headers.contains_key("authorization"));
    let body = json!({"meta": {"developer_message": "Invalid api key", "http_code": 401, "success": false}});
    stage.play((401, body));
    let error = stage.client.send_message("", &text()).await.unwrap_err();
    assert_eq!(error.graph().unwrap().details.as_deref(), Some("Invalid api key"));

    let auth = Auth::Header("no header".to_owned());
    let config = Config { base_url: stage.url.clone(), auth, ..Config::new(TOKEN) };
    assert!(matches!(Client::new(config), Err(ConfigError::AuthHeader)));
}

/// What was written to the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_names_requests_and_holds_no_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    // For all threads: with one for this thread alone, a test beside it may switch a line off that it writes first.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::callsite::rebuild_interest_cache();
    let stage = Stage::new().await;
    stage.play(Answer { headers: usage_headers(), ..json!({"messages": [{"id": "wamid.1"}]}).into() });
    stage.client.send_message("600", &text()).await.unwrap();
    stage.play(Answer { headers: usage_headers(), ..refusal(400, 100).into() });
    let pin = "918273";
    stage.client.set_pin("600", &pin.into()).await.unwrap_err();
    stage.play((400, json!("not graph")));
    let query = [("input_token", "hidden-in-the-query")];
    let path = "upload:MTphd?sig=hidden-in-the-path";
    stage.client.raw::<Value>(Method::GET, path, &query, None).await.unwrap_err();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for wanted in ["send_message", "set_pin", "R1", "T1", "600", "wamid.1"] {
        assert!(log.contains(wanted), "{wanted} isn't in {log}");
    }
    let proof = appsecret_proof(SECRET, TOKEN);
    for secret in [TOKEN, SECRET, &proof, pin, "hidden-in-the", "16505551234"] {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}

#[test]
fn requests_hide_their_secrets() {
    let registration = Registration::new("918273");
    assert!(!format!("{registration:?}").contains("918273"));
    let observer = Observer::new(|_| ());
    let config = Config { on_answer: Some(observer), app_secret: Some(SECRET.into()), ..Config::new(TOKEN) };
    let shown = format!("{config:?}");
    assert!(!shown.contains(TOKEN) && !shown.contains(SECRET), "{shown}");
}
