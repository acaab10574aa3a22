use cloud_api::client::templates::{
    LibraryFilter, NewTemplateGroup, PreviewQuery, TEMPLATE_FIELDS, TemplateFilter, TemplateGroupUpdate,
};
use cloud_api::client::{Client, Config};
use cloud_api::template::{BulkAuthentication, Component, Definition, Edit};
use serde_json::{Value, json};

use crate::server::{Graph, TOKEN};

fn hello() -> Value {
    json!({"name": "hello_world", "parameter_format": "POSITIONAL", "components": [{"type": "BODY", "text": "Welcome!"}],
        "language": "en_US", "status": "APPROVED", "category": "UTILITY", "id": "1192339204654487"})
}

#[tokio::test]
async fn templates_are_found_by_every_filter() {
    let graph = Graph::start().await;
    let line = "GET /102/message_templates?name=a&name_or_content=b&status=APPROVED&category=UTILITY&language=en_US\
        &quality_score=GREEN&source=AUTO_GENERATED&since=1&until=2";
    let mut template = hello();
    template["quality_score"] = json!({"score": "GREEN", "date": 1_730_000_000});
    template["rejected_reason"] = json!("NONE");
    let found = graph
        .asked(line, Value::Null, json!({"data": [template], "paging": {"cursors": {}}}), async |client| {
            let filter = TemplateFilter {
                name_or_content: Some("b".into()),
                status: Some("APPROVED".into()),
                category: Some("UTILITY".into()),
                language: Some("en_US".into()),
                quality_score: Some("GREEN".into()),
                source: Some("AUTO_GENERATED".into()),
                since: Some(1),
                until: Some(2),
                ..TemplateFilter::named("a")
            };
            client.templates("102", &filter).all().await
        })
        .await;
    assert_eq!((found[0].quality(), found[0].rejected_reason()), (Some("GREEN"), None));
    graph
        .asked(
            "GET /102/message_templates?limit=100&after=c",
            Value::Null,
            json!({"data": [hello()]}),
            async |client| {
                client.templates("102", &TemplateFilter::default()).limit(100).after("c").page().await
            },
        )
        .await;
    graph
        .asked("GET /102/message_templates", Value::Null, json!({"data": [hello()]}), async |client| {
            client.templates("102", &TemplateFilter::default()).all().await
        })
        .await;
    let line = format!("GET /119?fields={}", TEMPLATE_FIELDS.join(","));
    let one = graph
        .asked(&line, Value::Null, hello(), async |client| client.template("119", TEMPLATE_FIELDS).await)
        .await;
    assert_eq!(one.extra["parameter_format"], "POSITIONAL");
    let definition = one.definition().unwrap();
    assert_eq!(definition.category, cloud_api::template::Category::Utility);
    assert!(
        matches!(&definition.components[..], [Component::Body(body)] if body.text.as_deref() == Some("Welcome!"))
    );
}

#[tokio::test]
async fn the_summary_counts_templates() {
    let graph = Graph::start().await;
    let line = "GET /102/message_templates?limit=1\
        &summary=total_count,message_template_count,message_template_limit,are_translations_complete";
    let summary = json!({"total_count": 3, "message_template_count": 3, "message_template_limit": 6000,
        "are_translations_complete": false});
    let answer = json!({"data": [], "summary": summary});
    let found =
        graph.asked(line, Value::Null, answer, async |client| client.template_summary("102").await).await;
    assert_eq!(serde_json::to_value(found).unwrap(), summary);
}

#[tokio::test]
async fn a_template_is_made_and_changed() {
    let graph = Graph::start().await;
    let template = Definition::utility("order_shipped", "en_US").body_text("Your order is on its way.");
    let body = json!({"name": "order_shipped", "language": "en_US", "category": "UTILITY",
        "components": [{"type": "BODY", "text": "Your order is on its way."}]});
    graph
        .told(
            "POST /102/message_templates",
            body,
            json!({"id": "572279198452421", "status": "PENDING", "category": "UTILITY"}),
            async |client| client.create_template("102", &template).await,
        )
        .await;
    let components: Vec<Component> = template.components.clone();
    let edited = graph
        .told(
            "POST /572",
            json!({"components": [{"type": "BODY", "text": "Your order is on its way."}]}),
            json!({"success": true, "id": "594425479261596", "name": "x", "category": "UTILITY"}),
            async |client| client.edit_template("572", &Edit::components(components)).await,
        )
        .await;
    assert_eq!(edited.success, Some(true));
}

#[tokio::test]
async fn templates_are_deleted_by_name_by_language_and_by_id() {
    let graph = Graph::start().await;
    let (path, null) = ("DELETE /102/message_templates", Value::Null);
    graph
        .does(&format!("{path}?name=a"), null.clone(), async |c| c.delete_templates_named("102", "a").await)
        .await;
    graph
        .does(&format!("{path}?name=a&hsm_id=5"), null.clone(), async |c| {
            c.delete_template_language("102", "a", "5").await
        })
        .await;
    graph
        .does(&format!(r#"{path}?hsm_ids=["5","6"]"#), null.clone(), async |c| {
            c.delete_templates("102", &["5", "6"]).await
        })
        .await;
    graph.does("DELETE /5", null, async |c| c.delete_template("5").await).await;
}

#[tokio::test]
async fn the_library_and_previews_are_typed() {
    let graph = Graph::start().await;
    let entry = json!({"id": "7", "name": "shipment_1", "language": "en_US", "category": "UTILITY",
        "topic": "ORDER_MANAGEMENT", "usecase": "SHIPMENT_CONFIRMATION", "industry": ["E_COMMERCE"], "header": "h",
        "body": "Hi {{1}}", "body_params": ["Ana"], "body_param_types": ["TEXT"],
        "buttons": [{"type": "URL", "text": "Track"}]});
    graph
        .told(
            "GET /message_template_library?search=ship&topic=ORDER_MANAGEMENT&language=en_US",
            Value::Null,
            json!({"data": [entry]}),
            async |client| {
                let filter = LibraryFilter {
                    search: Some("ship".into()),
                    topic: Some("ORDER_MANAGEMENT".into()),
                    language: Some("en_US".into()),
                    ..LibraryFilter::default()
                };
                client.template_library(&filter).all().await
            },
        )
        .await;
    let preview = json!({"body": "*{{1}}* is your verification code. For your security, do not share this code.",
        "buttons": [{"autofill_text": "Autofill", "text": "Copy code"}], "footer": "This code expires in 10 minutes.",
        "language": "en_US"});
    graph
        .told(
            "GET /102/message_template_previews?category=AUTHENTICATION&languages=en_US,es\
             &add_security_recommendation=true&code_expiration_minutes=10&button_types=OTP",
            Value::Null,
            json!({"data": [preview]}),
            async |client| {
                let wanted = PreviewQuery {
                    languages: vec!["en_US".into(), "es".into()],
                    add_security_recommendation: Some(true),
                    code_expiration_minutes: Some(10),
                };
                client.template_previews("102", &wanted).all().await
            },
        )
        .await;
}

#[tokio::test]
async fn authentication_templates_are_upserted_in_bulk() {
    let graph = Graph::start().await;
    let body = json!({"name": "otp", "languages": ["en_US", "es_ES"], "category": "AUTHENTICATION",
        "components": [{"type": "BODY", "add_security_recommendation": true},
            {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}]}]});
    let template: BulkAuthentication = serde_json::from_value(body.clone()).unwrap();
    graph
        .told(
            "POST /102/upsert_message_templates",
            body,
            json!({"data": [{"id": "954", "status": "APPROVED", "language": "en_US"},
                {"id": "969", "status": "APPROVED", "language": "es_ES"}]}),
            async |client| client.upsert_authentication_templates("102", &template).await,
        )
        .await;
}

#[tokio::test]
async fn templates_are_migrated_compared_and_unpaused() {
    let graph = Graph::start().await;
    graph
        .told(
            "POST /102/migrate_message_templates?source_waba_id=101&page_number=0",
            Value::Null,
            json!({"migrated_templates": ["1473688840035974"], "failed_templates": {"9": "low quality"}}),
            async |client| client.migrate_templates("102", "101", 0).await,
        )
        .await;
    let comparison = graph
        .told(
            r#"GET /5/compare?template_ids=["6"]&start=1674864290&end=1675469090"#,
            Value::Null,
            json!({"data": [
                {"metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": ["5", "6"]},
                {"metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": [{"key": "5", "value": 1273}]},
                {"metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES",
                 "string_values": [{"key": "6", "value": "UNKNOWN_BLOCK_REASON"}]}]}),
            async |client| client.compare_templates("5", &["6"], [1_674_864_290, 1_675_469_090]).await,
        )
        .await;
    let sends = &comparison.data.unwrap()[1];
    assert_eq!(sends.number_values.as_ref().unwrap()[0].value, Some(1273));
    graph
        .told(
            "POST /5/unpause",
            Value::Null,
            json!({"success": false, "reason": "too early"}),
            async |client| client.unpause_template("5").await,
        )
        .await;
}

#[tokio::test]
async fn the_archive_is_on_metas_second_host() {
    let (graph, second) = (Graph::start().await, Graph::start().await);
    let config = Config {
        base_url: graph.url.clone(),
        second_base_url: Some(second.url.clone()),
        ..Config::new(TOKEN)
    };
    let client = Client::new(config).unwrap();
    second.plays(200, json!({"archived_templates": ["5"], "failed_templates": {"6": "in use"}}));
    let done = client.archive_templates("102", &["5", "6"]).await.unwrap();
    assert_eq!(done.archived_templates.unwrap()[0], "5");
    assert_eq!(second.last().line, "POST /102/message_templates/archive");
    assert_eq!(second.last().json(), json!({"hsm_ids": "5,6"}));
    second.plays(200, json!({"unarchived_templates": ["5"], "failed_templates": {}}));
    let done = client.unarchive_templates("102", &["5"]).await.unwrap();
    assert_eq!(done.unarchived_templates.unwrap()[0], "5");
    assert_eq!(second.last().line, "POST /102/message_templates/unarchive");
    assert!(graph.seen().is_empty());
}

#[tokio::test]
async fn template_groups_live() {
    let graph = Graph::start().await;
    let group = json!({"name": "Black Friday", "description": "US", "creation_time": 1_732_057_507, "update_time": 1_732_057_507,
        "whatsapp_business_account": {"id": "102"}, "whatsapp_business_templates": {"data": [{"id": "5"}]}, "id": "902"});
    graph
        .told("GET /102/template_groups", Value::Null, json!({"data": [group]}), async |client| {
            client.template_groups("102").all().await
        })
        .await;
    let body = json!({"name": "Black Friday", "description": "US", "whatsapp_business_templates": ["5"]});
    let id = graph
        .asked("POST /102/template_groups", body, json!({"id": "902"}), async |client| {
            let group = NewTemplateGroup {
                name: "Black Friday".into(),
                description: Some("US".into()),
                whatsapp_business_templates: vec!["5".into()],
            };
            client.create_template_group("102", &group).await
        })
        .await;
    assert_eq!(id, "902");
    graph.told("GET /902", Value::Null, group, async |client| client.template_group("902").await).await;
    graph
        .does("POST /902", json!({"name": "Cyber Monday"}), async |client| {
            let update =
                TemplateGroupUpdate { name: Some("Cyber Monday".into()), ..TemplateGroupUpdate::default() };
            client.update_template_group("902", &update).await
        })
        .await;
    graph.does("DELETE /902", Value::Null, async |client| client.delete_template_group("902").await).await;
}
