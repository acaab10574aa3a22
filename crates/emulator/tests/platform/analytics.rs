//! What was sent and what it cost, by Graph and by the control API.

use serde_json::{Value, json};

use crate::desk::*;

const BEN: &str = "5215512345678";

/// Ana gets a text and a marketing template, Ben (in Mexico) a utility template.
async fn busy() -> Desk {
    let desk = Desk::with(NOVEMBER, |config| config.free_service_messages = 0).await;
    desk.ana_writes("hola").await;
    desk.text("hi").await;
    let template = |name: &str, components: Value| json!({ "type": "template", "template": { "name": name, "language": { "code": "en_US" }, "components": components } });
    let body = json!([{ "type": "body", "parameters": [{ "type": "text", "text": "Ana" }] }]);
    assert_eq!(desk.send(template("welcome_back", body)).await.status, 200);
    desk.send_to(BEN, template("hello_world", json!([]))).await;
    desk.advance(MINUTE).await;
    desk
}

async fn ask(desk: &Desk, question: &str) -> Answered {
    let (start, end) = ((NOVEMBER - 24 * HOUR) / 1_000, (NOVEMBER + 24 * HOUR) / 1_000);
    let (name, rest) = question.split_once('.').unwrap_or((question, ""));
    let rest = if rest.is_empty() { String::new() } else { format!(".{rest}") };
    let url = format!("{}/v25.0/{WABA}", desk.base);
    let fields = format!("{name}.start({start}).end({end}){rest}");
    let request = desk.http.get(url).query(&[("fields", fields)]).bearer_auth(TOKEN);
    read(request.send().await.unwrap()).await
}

fn points(answer: &Answered, name: &str) -> Vec<Value> {
    answer.body[name]["data"][0]["data_points"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.body))
        .clone()
}

#[tokio::test]
async fn b33_fields_of_analytics_are_edges_too() {
    let desk = busy().await;
    let (start, end) = ((NOVEMBER - 24 * HOUR) / 1_000, (NOVEMBER + 24 * HOUR) / 1_000);
    for name in ["pricing_analytics", "call_analytics", "conversation_analytics"] {
        let field = ask(&desk, &format!("{name}.granularity(DAILY)")).await.body[name].clone();
        let url = format!("/v25.0/{WABA}/{name}?start={start}&end={end}&granularity=DAILY");
        let edge = desk.get(&url).await;
        assert_eq!((edge.status, &edge.body["data"]), (200, &field["data"]), "{name}");
    }
    let mexico = format!(
        "/v25.0/{WABA}/pricing_analytics?start={start}&end={end}&granularity=DAILY&country_codes=%5B%22MX%22%5D"
    );
    assert_eq!(desk.get(&mexico).await.body["data"][0]["data_points"][0]["volume"], 1);
}

#[tokio::test]
async fn b33_pricing_analytics_are_the_ledger() {
    let desk = busy().await;
    let all = ask(&desk, "pricing_analytics.granularity(DAILY)").await;
    let all = points(&all, "pricing_analytics");
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["volume"], 3);
    let micros = (all[0]["cost"].as_f64().unwrap() * 1_000_000.0).round();
    // Spain: service .0200 and marketing .0707; Mexico: utility .0085.
    assert_eq!(micros, 20_000.0 + 70_700.0 + 8_500.0);
    assert_eq!(all[0]["end"].as_i64().unwrap() - all[0]["start"].as_i64().unwrap(), 86_400);
    let question = "pricing_analytics.granularity(HALF_HOUR).dimensions([\"PRICING_CATEGORY\",\"COUNTRY\",\"PRICING_TYPE\",\"PHONE\"]).metric_types([\"VOLUME\"])";
    let by = points(&ask(&desk, question).await, "pricing_analytics");
    let lines: Vec<(&str, &str)> = by
        .iter()
        .map(|p| (p["pricing_category"].as_str().unwrap(), p["country"].as_str().unwrap()))
        .collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines.contains(&("MARKETING", "ES"))
            && lines.contains(&("SERVICE", "ES"))
            && lines.contains(&("UTILITY", "MX"))
    );
    assert!(by.iter().all(|p| p.get("cost").is_none()
        && p["pricing_type"] == "REGULAR"
        && p["phone_number"] == "15550100001"));
    let filtered = "pricing_analytics.granularity(MONTHLY).country_codes([\"MX\"]).pricing_categories([UTILITY]).pricing_types([REGULAR]).phone_numbers([\"15550100001\"])";
    let filtered = points(&ask(&desk, filtered).await, "pricing_analytics");
    assert_eq!((filtered.len(), &filtered[0]["volume"]), (1, &json!(1)));
    assert_eq!(filtered[0]["end"].as_i64().unwrap() - filtered[0]["start"].as_i64().unwrap(), 30 * 86_400);
}

#[tokio::test]
async fn b33_costs_are_withheld_on_a_partners_credit_line() {
    let desk = busy().await;
    desk.control("PUT", "/wabas", json!({ "id": WABA, "partner_credit_line": true })).await;
    let answer = ask(&desk, "pricing_analytics.granularity(DAILY)").await;
    let point = &points(&answer, "pricing_analytics")[0];
    assert_eq!((&point["volume"], point.get("cost")), (&json!(3), None));
    let refused = ask(&desk, "pricing_analytics.granularity(DAILY).metric_types([COST])").await;
    assert_eq!((refused.status, refused.code()), (400, 100));
    assert!(refused.body["error"]["message"].as_str().unwrap().contains("Cost not available"));
}

#[tokio::test]
async fn b33_messages_are_counted_by_kind() {
    let desk = busy().await;
    let count = async |types: &str| {
        let answer = ask(&desk, &format!("analytics.granularity(DAY){types}")).await;
        let point = answer.body["analytics"]["data_points"][0].clone();
        (point["sent"].as_i64(), point["delivered"].as_i64())
    };
    assert_eq!(count("").await, (Some(3), Some(3)));
    assert_eq!(count(".product_types([0])").await, (Some(2), Some(2)));
    assert_eq!(count(".product_types([2])").await, (Some(1), Some(1)));
    assert_eq!(count(".product_types([100])").await, (Some(1), Some(1)));
    assert_eq!(count(".country_codes([\"MX\"])").await, (Some(1), Some(1)));
    assert_eq!(count(".phone_numbers([\"15550100009\"])").await, (None, None));
    let old = ask(&desk, "conversation_analytics.granularity(DAILY)").await;
    assert!(points(&old, "conversation_analytics").is_empty());
}

#[tokio::test]
async fn b33_calls_and_groups_are_counted() {
    let desk = busy().await;
    desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": "call" })).await;
    desk.control("POST", &format!("/customers/{ANA}/calls"), json!({ "action": "hang_up" })).await;
    let calls = ask(&desk, "call_analytics.granularity(DAILY).dimensions([\"direction\"])").await;
    let calls = points(&calls, "call_analytics");
    assert_eq!((&calls[0]["count"], &calls[0]["direction"]), (&json!(1), &json!("USER_INITIATED")));
    let body = json!({ "messaging_product": "whatsapp", "subject": "Garden" });
    desk.call("POST", &format!("/v25.0/{NUMBER}/groups"), Some(&body)).await;
    desk.advance(SECOND).await;
    let group = desk.control("GET", "/groups", Value::Null).await.body["data"][0].clone();
    let join = json!({ "invite_link": group["invite_link"] });
    desk.control("POST", &format!("/customers/{ANA}/groups/join"), join).await;
    let hello = json!({ "type": "text", "text": { "body": "hi all" }, "group_id": group["id"] });
    desk.control("POST", &format!("/customers/{ANA}/messages"), hello).await;
    let to_group = json!({ "recipient_type": "group", "type": "text", "text": { "body": "welcome" } });
    assert_eq!(desk.send_to(group["id"].as_str().unwrap(), to_group).await.status, 200);
    desk.advance(MINUTE).await;
    let (start, end) = (NOVEMBER / 1_000 - 86_400, NOVEMBER / 1_000 + 86_400);
    let path = format!(
        "/v25.0/{WABA}/group_analytics?start={start}&end={end}&granularity=DAILY&group_ids=%5B%22{}%22%5D",
        group["id"].as_str().unwrap().replace('+', "%2B").replace('/', "%2F")
    );
    let days = desk.get(&path).await;
    let day = &days.body["data"][0]["data_points"][0];
    assert_eq!(
        (&day["sent"], &day["delivered"], &day["read"], &day["joined"]),
        (&json!(1), &json!(1), &json!(1), &json!(1)),
        "{}",
        days.body
    );
    let priced = ask(&desk, "pricing_analytics.granularity(DAILY).pricing_categories([GROUP_SERVICE])").await;
    assert_eq!(points(&priced, "pricing_analytics")[0]["volume"], 1);
}

#[tokio::test]
async fn b33_questions_that_cannot_be_answered_are_refused() {
    let desk = busy().await;
    for question in [
        "pricing_analytics",
        "pricing_analytics.granularity(DAY)",
        "analytics.granularity(DAILY)",
        "pricing_analytics.granularity(DAILY).dimensions([\"COLOUR\"])",
        "pricing_analytics.granularity(DAILY).metric_types([\"WEIGHT\"])",
    ] {
        let refused = ask(&desk, question).await;
        assert_eq!((refused.status, refused.code()), (400, 100), "{question}: {}", refused.body);
    }
    let ancient = (NOVEMBER - 400 * 24 * HOUR) / 1_000;
    let path = |start: i64, end: i64| {
        format!("/v25.0/{WABA}?fields=pricing_analytics.start({start}).end({end}).granularity(DAILY)")
    };
    assert_eq!(desk.get(&path(ancient, ancient + 86_400)).await.code(), 100);
    assert_eq!(desk.get(&path(NOVEMBER / 1_000, NOVEMBER / 1_000)).await.code(), 100);
    assert_eq!(desk.get(&format!("/v25.0/{WABA}?fields=id,name%7Bx")).await.code(), 2_500);
    let nested =
        desk.get(&format!("/v25.0/{WABA}?fields=phone_numbers.limit(1)%7Bverified_name%7D")).await.body;
    assert_eq!(nested["phone_numbers"]["data"], json!([{ "id": NUMBER, "verified_name": "Lucky Shrub" }]));
}

#[tokio::test]
async fn b33_money_is_told_in_all_by_chat_and_by_message() {
    let desk = busy().await;
    let money = desk.control("GET", "/money", Value::Null).await.body;
    assert_eq!((&money["volume"], money["lines"].as_array().unwrap().len()), (&json!(3), 3));
    let total: f64 = money["cost_usd"].as_str().unwrap().parse().unwrap();
    assert!((total - 0.0992).abs() < 1e-9, "{total}");
    let ana = desk.control("GET", &format!("/customers/{ANA}"), Value::Null).await.body;
    let chat: f64 = ana["chats"][0]["cost_usd"].as_str().unwrap().parse().unwrap();
    assert!((chat - 0.0907).abs() < 1e-9, "{chat}");
    let none = desk.control("GET", "/money?since=2027-01-01T00:00:00Z", Value::Null).await.body;
    assert_eq!(none["volume"], 0);
    assert_eq!(desk.control("GET", "/money?since=yesterday", Value::Null).await.status, 400);
}
