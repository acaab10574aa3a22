use cloud_api::client::analytics::{
    CallAnalyticsQuery, ConversationAnalyticsQuery, Granularity, GroupAnalyticsQuery, MessageAnalyticsQuery,
    PricingAnalyticsQuery, TemplateAnalyticsQuery,
};
use serde_json::{Value, json};

use crate::server::Graph;

fn texts<const N: usize>(texts: [&str; N]) -> Vec<String> {
    texts.map(str::to_owned).into()
}

#[tokio::test]
async fn messages_are_asked_for_with_days_as_meta_spells_them_there() {
    let graph = Graph::start().await;
    let analytics = json!({"phone_numbers": ["16505550111"], "country_codes": ["US"], "granularity": "DAY",
        "data_points": [{"start": 1_543_543_200, "end": 1_543_629_600, "sent": 196_093, "delivered": 179_715}]});
    let line = r#"GET /102?fields=analytics.start(1543543200).end(1544148000).granularity(DAY).phone_numbers(["16505550111"]).country_codes(["US","BR"]).product_types([0,2])"#;
    let found = graph
        .asked(line, Value::Null, json!({"analytics": analytics, "id": "102"}), async |client| {
            let query = MessageAnalyticsQuery {
                phone_numbers: texts(["16505550111"]),
                country_codes: texts(["US", "BR"]),
                product_types: vec![0, 2],
                ..MessageAnalyticsQuery::new(1_543_543_200, 1_544_148_000, Granularity::Daily)
            };
            client.message_analytics("102", &query).await
        })
        .await;
    assert_eq!(serde_json::to_value(&found).unwrap(), analytics);
    for (granularity, word) in [(Granularity::HalfHour, "HALF_HOUR"), (Granularity::Monthly, "MONTH")] {
        let line = format!("GET /102?fields=analytics.start(1).end(2).granularity({word})");
        let empty = graph
            .asked(&line, Value::Null, json!({"id": "102"}), async |client| {
                client.message_analytics("102", &MessageAnalyticsQuery::new(1, 2, granularity)).await
            })
            .await;
        assert_eq!(empty.data_points, None);
    }
}

#[tokio::test]
async fn conversations_are_asked_for_by_every_filter() {
    let graph = Graph::start().await;
    let point = json!({"start": 1_685_602_800, "end": 1_685_689_200, "conversation": 1558, "phone_number": "15550458206",
        "country": "US", "conversation_type": "REGULAR", "conversation_direction": "UNKNOWN", "conversation_category": "AUTHENTICATION",
        "cost": 15.58});
    let line = r#"GET /102?fields=conversation_analytics.start(1).end(2).granularity(MONTHLY).phone_numbers(["1"]).country_codes(["US"]).metric_types(["COST"]).conversation_categories(["MARKETING"]).conversation_types(["REGULAR"]).conversation_directions(["USER_INITIATED"]).dimensions(["PHONE"])"#;
    let answer = json!({"conversation_analytics": {"data": [{"data_points": [point]}]}, "id": "102"});
    let points = graph
        .asked(line, Value::Null, answer, async |client| {
            let query = ConversationAnalyticsQuery {
                phone_numbers: texts(["1"]),
                country_codes: texts(["US"]),
                metric_types: texts(["COST"]),
                conversation_categories: texts(["MARKETING"]),
                conversation_types: texts(["REGULAR"]),
                conversation_directions: texts(["USER_INITIATED"]),
                dimensions: texts(["PHONE"]),
                ..ConversationAnalyticsQuery::new(1, 2, Granularity::Monthly)
            };
            client.conversation_analytics("102", &query).await
        })
        .await;
    assert_eq!(serde_json::to_value(&points).unwrap(), json!([point]));
    assert_eq!(points[0].cost.as_ref().unwrap().micros(), Some(15_580_000));
}

#[tokio::test]
async fn prices_keep_every_digit() {
    let graph = Graph::start().await;
    let point = json!({"start": 1, "end": 2, "phone_number": "15550783881", "country": "IN", "tier": "250000001:MAX",
        "pricing_type": "REGULAR", "pricing_category": "MARKETING_LITE", "volume": 12, "cost": 0.123_456_789_012_345_6});
    let line = r#"GET /102?fields=pricing_analytics.start(1).end(2).granularity(DAILY).phone_numbers(["1"]).country_codes(["IN"]).metric_types(["COST","VOLUME"]).pricing_types(["REGULAR"]).pricing_categories(["MARKETING_LITE"]).dimensions(["COUNTRY","TIER"])"#;
    let answer =
        json!({"pricing_analytics": {"data": [{"data_points": [point]}, {"data_points": [{"volume": 3}]}]}});
    let points = graph
        .asked(line, Value::Null, answer, async |client| {
            let query = PricingAnalyticsQuery {
                phone_numbers: texts(["1"]),
                country_codes: texts(["IN"]),
                metric_types: texts(["COST", "VOLUME"]),
                pricing_types: texts(["REGULAR"]),
                pricing_categories: texts(["MARKETING_LITE"]),
                dimensions: texts(["COUNTRY", "TIER"]),
                ..PricingAnalyticsQuery::new(1, 2, Granularity::Daily)
            };
            client.pricing_analytics("102", &query).await
        })
        .await;
    assert_eq!((points.len(), points[1].volume, &points[1].cost), (2, Some(3), &None));
    let cost = points[0].cost.as_ref().unwrap();
    assert_eq!((cost.to_string().as_str(), cost.micros()), ("0.1234567890123456", Some(123_457)));
    assert_eq!(serde_json::to_value(&points[0]).unwrap(), point);
}

#[tokio::test]
async fn calls_are_read_in_both_forms_meta_gives_them() {
    let graph = Graph::start().await;
    let point = json!({"start": 1_765_958_400, "end": 1_766_044_800, "cost": 0.47795, "count": 35, "average_duration": 106});
    let line = r#"GET /102?fields=call_analytics.start(1).end(2).granularity(DAILY).phone_numbers(["1"]).country_codes(["US"]).metric_types(["COUNT"]).directions(["USER_INITIATED"]).dimensions(["direction"])"#;
    let flat = json!({"call_analytics": {"granularity": "DAILY", "directions": "USER_INITIATED", "data_points": [point]}});
    let nested = json!({"call_analytics": {"data": [{"data_points": [point]}]}, "id": "102"});
    for answer in [flat, nested] {
        let points = graph
            .asked(line, Value::Null, answer, async |client| {
                let query = CallAnalyticsQuery {
                    phone_numbers: texts(["1"]),
                    country_codes: texts(["US"]),
                    metric_types: texts(["COUNT"]),
                    directions: texts(["USER_INITIATED"]),
                    dimensions: texts(["direction"]),
                    ..CallAnalyticsQuery::new(1, 2, Granularity::Daily)
                };
                client.call_analytics("102", &query).await
            })
            .await;
        assert_eq!(serde_json::to_value(&points).unwrap(), json!([point]));
        assert_eq!(points[0].cost.as_ref().unwrap().micros(), Some(477_950));
    }
}

#[tokio::test]
async fn templates_template_groups_and_groups_are_lists_of_days() {
    let graph = Graph::start().await;
    let days = json!({"data": [{"granularity": "DAILY", "product_type": "cloud_api", "data_points": [
        {"template_id": "15", "start": 1_718_064_000, "end": 1_718_150_400, "sent": 9, "delivered": 8, "read": 7, "replied": 1,
         "clicked": [{"type": "url_button", "button_content": "Buy", "count": 3}],
         "cost": [{"type": "amount_spent", "value": 0.06}, {"type": "cost_per_delivered", "value": 0.007_5}]}]}]});
    let found = graph
        .told(
            "GET /102/template_analytics?start=1&end=2&granularity=DAILY&template_ids=[15,16]&metric_types=SENT,READ\
             &product_type=CLOUD_API&use_waba_timezone=false",
            Value::Null,
            days,
            async |client| {
                let query = TemplateAnalyticsQuery {
                    metric_types: texts(["SENT", "READ"]),
                    product_type: Some("CLOUD_API".into()),
                    use_waba_timezone: Some(false),
                    ..TemplateAnalyticsQuery::new(["15", "16"], 1, 2)
                };
                client.template_analytics("102", &query)?.all().await
            },
        )
        .await;
    let day = &found[0].data_points.as_ref().unwrap()[0];
    assert_eq!(day.cost.as_ref().unwrap()[1].value.as_ref().unwrap().micros(), Some(7_500));

    let days = json!({"data": [{"granularity": "DAILY", "waba_timezone": "America/Los_Angeles", "data_points": [
        {"template_group_id": "104", "start": 1, "end": 2, "sent": 1460, "delivered": 1460, "read": 1399}]}]});
    graph
        .told(
            "GET /102/template_group_analytics?start=1&end=2&granularity=DAILY&template_group_ids=[104]",
            Value::Null,
            days,
            async |client| {
                let query = TemplateAnalyticsQuery::new(["104"], 1, 2);
                client.template_group_analytics("102", &query)?.all().await
            },
        )
        .await;

    let days = json!({"data": [{"granularity": "DAILY", "data_points": [{"group_id": "Y2Fw", "start": 1, "end": 2, "sent": 100,
        "delivered": 250, "read": 200, "joined": 3, "left": 1}]}]});
    graph
        .told(
            r#"GET /102/group_analytics?start=1&end=2&granularity=DAILY&group_ids=["Y2Fw"]&metric_types=["SENT","DELIVERED","READ","PARTICIPANTS_JOINED","PARTICIPANTS_LEFT"]"#,
            Value::Null,
            days,
            async |client| {
                client.group_analytics("102", &GroupAnalyticsQuery::new("Y2Fw", 1, 2))?.all().await
            },
        )
        .await;
}
