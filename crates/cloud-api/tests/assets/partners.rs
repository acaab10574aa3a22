use cloud_api::client::business::{
    Mobility, NewSolution, PreverifiedFilter, SolutionMigration, SolutionStatus,
};
use cloud_api::client::profile::BusinessProfile;
use serde_json::{Value, json};

use crate::server::Graph;

#[tokio::test]
async fn portfolios_and_their_accounts() {
    let graph = Graph::start().await;
    graph
        .told(
            "GET /506?fields=id,name,timezone_id",
            Value::Null,
            json!({"id": "506", "name": "Acme", "timezone_id": 1}),
            async |client| client.business("506", &["id", "name", "timezone_id"]).await,
        )
        .await;
    let wabas = json!({"data": [{"id": "102", "name": "Acme", "currency": "USD"}]});
    graph
        .told(
            "GET /506/owned_whatsapp_business_accounts?fields=id,name,currency",
            Value::Null,
            wabas.clone(),
            async |client| client.owned_wabas("506", &["id", "name", "currency"]).all().await,
        )
        .await;
    graph
        .told("GET /506/client_whatsapp_business_accounts", Value::Null, wabas, async |client| {
            client.client_wabas("506", &[]).all().await
        })
        .await;
    graph
        .told(
            "GET /634/connected_client_businesses",
            Value::Null,
            json!({"data": [{"id": "1", "name": "Client", "verification_status": "VERIFIED", "business_status": "ACTIVE",
                "created_time": "2026-01-01T00:00:00+0000"}]}),
            async |client| client.connected_client_businesses("634").all().await,
        )
        .await;
    graph
        .told(
            "GET /506/parent-bsuid-accounts",
            Value::Null,
            json!({"parent_bsuid_account_id": "77", "enrolled_business_portfolios": ["506"]}),
            async |client| client.parent_bsuid_accounts("506").await,
        )
        .await;
    let request = graph
        .asked(
            "POST /506/onboard_partners_to_mm_lite?solution_id=3",
            Value::Null,
            json!({"request_id": "8"}),
            async |client| client.onboard_partners_to_marketing_messages("506", Some("3")).await,
        )
        .await;
    assert_eq!(request.as_deref(), Some("8"));
}

#[tokio::test]
async fn credit_lines_are_shared_and_revoked() {
    let graph = Graph::start().await;
    graph
        .told(
            "GET /506/extendedcredits?fields=id,legal_entity_name",
            Value::Null,
            json!({"data": [{"id": "1972385232742146", "legal_entity_name": "Acme"}]}),
            async |client| client.credit_lines("506").all().await,
        )
        .await;
    graph
        .told(
            "POST /197/whatsapp_credit_sharing_and_attach?waba_id=102&waba_currency=USD",
            Value::Null,
            json!({"allocation_config_id": "58501441721238", "waba_id": "102"}),
            async |client| client.share_credit_line("197", "102", "USD").await,
        )
        .await;
    graph
        .told(
            "GET /585?fields=receiving_business,receiving_credential,request_status",
            Value::Null,
            json!({"receiving_business": {"name": "Client", "id": "1"}, "request_status": "DELETED", "id": "585"}),
            async |client| client.credit_sharing("585").await,
        )
        .await;
    graph.does("DELETE /585", Value::Null, async |client| client.revoke_credit_line("585").await).await;
}

#[tokio::test]
async fn preverified_numbers_wait_for_clients() {
    let graph = Graph::start().await;
    let id = graph
        .asked(
            "POST /506/add_phone_numbers",
            json!({"phone_number": "+16505550111"}),
            json!({"id": "44"}),
            async |client| client.add_preverified_number("506", "+16505550111").await,
        )
        .await;
    assert_eq!(id, "44");
    graph
        .told(
            "GET /506/preverified_numbers?verification_status=VERIFIED&country_code=US",
            Value::Null,
            json!({"data": [{"id": "44", "display_phone_number": "+1 650-555-0111", "country_prefix": 1,
                "verification_status": "VERIFIED", "availability_status": "AVAILABLE", "country_code": "US"}]}),
            async |client| {
                let filter = PreverifiedFilter {
                    verification_status: Some("VERIFIED".into()),
                    country_code: Some("US".into()),
                    ..PreverifiedFilter::default()
                };
                client.preverified_numbers("506", &filter).all().await
            },
        )
        .await;
    graph
        .told(
            "GET /44?fields=id,is_input_id_valid",
            Value::Null,
            json!({"id": "44", "is_input_id_valid": true}),
            async |client| client.preverified_number("44", &["id", "is_input_id_valid"]).await,
        )
        .await;
    graph
        .told("GET /44/partners", Value::Null, json!({"data": [{"id": "9", "name": "P"}]}), async |client| {
            client.preverified_number_partners("44").all().await
        })
        .await;
    graph
        .does(
            "POST /506/share_preverified_numbers",
            json!({"preverified_id": "44", "partner_business_id": "9"}),
            async |client| client.share_preverified_number("506", "44", "9").await,
        )
        .await;
    graph
        .does("POST /44/request_code", json!({"code_method": "SMS", "language": "en_US"}), async |client| {
            client.request_preverified_code("44", "SMS", "en_US").await
        })
        .await;
    graph
        .does("POST /44/verify_code", json!({"code": "123456"}), async |client| {
            client.verify_preverified_code("44", "123456").await
        })
        .await;
    graph.does("DELETE /44", Value::Null, async |client| client.delete_preverified_number("44").await).await;
}

#[tokio::test]
async fn solutions_live() {
    let graph = Graph::start().await;
    let solution = json!({"id": "3", "name": "Duo", "status": "ACTIVE", "status_for_pending_request": "NONE",
        "owner_app": {"id": "634", "name": "Lucky"}, "owner_permissions": ["MESSAGING"]});
    let list = json!({"data": [solution]});
    let found = graph
        .told("GET /102/solutions", Value::Null, list.clone(), async |client| {
            client.waba_solutions("102").all().await
        })
        .await;
    assert_eq!(found[0].status, Some(SolutionStatus::Active));
    graph
        .told("GET /634/whatsapp_business_solutions?role=OWNER", Value::Null, list, async |client| {
            client.app_solutions("634", Some("OWNER")).all().await
        })
        .await;
    graph
        .told("GET /3?fields=id,name", Value::Null, solution.clone(), async |client| {
            client.solution("3", &["id", "name"]).await
        })
        .await;
    let body = json!({"solution_name": "Duo", "partner_app_id": "700", "owner_permissions": ["MESSAGING"],
        "partner_permissions": ["MESSAGING"]});
    for answer in [json!({"solution_id": "3"}), json!({"id": "3"})] {
        let id = graph
            .asked("POST /634/whatsapp_business_solution", body.clone(), answer, async |client| {
                let solution = NewSolution {
                    solution_name: "Duo".into(),
                    partner_app_id: "700".into(),
                    owner_permissions: vec!["MESSAGING".into()],
                    partner_permissions: vec!["MESSAGING".into()],
                };
                client.create_solution("634", &solution).await
            })
            .await;
        assert_eq!(id, "3");
    }
    let token = graph
        .asked(
            "GET /3/access_token?business_id=1",
            Value::Null,
            json!({"access_token": "EAAsolution", "expires_at": 0}),
            async |client| client.solution_token("3", "1").await,
        )
        .await;
    assert_eq!(token.access_token.expose(), "EAAsolution");
    assert!(!format!("{token:?}").contains("EAAsolution"));
    graph
        .told(
            "POST /3/accept",
            json!({"partner_app_id": "700"}),
            json!({"solution_id": "3", "partner_status": "ACCEPTED", "success": true, "message": "ok"}),
            async |client| client.accept_solution("3", "700").await,
        )
        .await;
    graph
        .asked(
            "POST /3/reject",
            json!({"request_type": "PARTNERSHIP_REQUEST", "rejection_reason": "no"}),
            json!({"success": true, "solution_id": "3", "rejected_request_type": "PARTNERSHIP_REQUEST"}),
            async |client| client.reject_solution("3", Some("no")).await,
        )
        .await;
    graph
        .told(
            "POST /3/send_deactivation_request",
            json!({"reason": "over"}),
            json!({"success": true, "message": "sent", "request_id": "5"}),
            async |client| client.request_solution_deactivation("3", Some("over")).await,
        )
        .await;
    graph
        .told("POST /3/accept_deactivation_request", json!({}), solution.clone(), async |client| {
            client.accept_solution_deactivation("3").await
        })
        .await;
    graph
        .told(
            "POST /3/reject_deactivation_request",
            json!({"reject_deactivation_request": true}),
            solution,
            async |client| client.reject_solution_deactivation("3").await,
        )
        .await;
}

#[tokio::test]
async fn accounts_move_between_partners() {
    let graph = Graph::start().await;
    graph
        .told(
            "POST /102/set_solution_migration_intent",
            json!({"solution_id": "3", "migration_intent": "INITIATE_MIGRATION", "target_solution_id": "4"}),
            json!({"success": true, "migration_intent_id": "50", "status": "PENDING"}),
            async |client| {
                let mut intent = SolutionMigration {
                    solution_id: "3".into(),
                    migration_intent: "INITIATE_MIGRATION".into(),
                    ..SolutionMigration::default()
                };
                intent.extra.insert("target_solution_id".into(), "4".into());
                client.set_solution_migration_intent("102", &intent).await
            },
        )
        .await;
    graph
        .told("GET /50", Value::Null, json!({"id": "50", "status": "ACCEPTED"}), async |client| {
            client.migration_intent("50").await
        })
        .await;
    graph
        .told(
            "POST /102/obo_mobility_intent",
            json!({"solution_id": "3", "intent_type": "REQUEST_HANDOVER"}),
            json!({"success": true, "mobility_intent_id": "60", "approval_required": true, "next_steps": ["wait"]}),
            async |client| {
                let intent = Mobility {
                    solution_id: "3".into(),
                    intent_type: "REQUEST_HANDOVER".into(),
                    ..Mobility::default()
                };
                client.create_mobility_intent("102", &intent).await
            },
        )
        .await;
    graph
        .told(
            "POST /102/set_obo_mobility_intent",
            json!({"waba_id": "102", "solution_id": "3"}),
            json!({"success": true, "intent_id": "61"}),
            async |client| client.set_mobility_intent("102", Some("3")).await,
        )
        .await;
    graph
        .told(
            "GET /60",
            Value::Null,
            json!({"id": "60", "waba": {"id": "102", "name": "Acme"}, "solution": {"id": "3", "name": "Duo"}, "status": "ACTIVE"}),
            async |client| client.mobility_intent("60").await,
        )
        .await;
    graph
        .told(
            "GET /102/in_progress_onbehalf_request",
            Value::Null,
            json!({"data": [{"id": "1", "status": "PENDING", "business_owned_object": "102",
                "receiving_business": {"id": "5", "name": "A"}, "requesting_business": {"id": "6", "name": "B"}}]}),
            async |client| client.on_behalf_requests("102").all().await,
        )
        .await;
}

#[tokio::test]
async fn nodes_are_read_by_their_own_ids() {
    let graph = Graph::start().await;
    graph
        .told(
            "GET /30?fields=id,prompts",
            Value::Null,
            json!({"id": "30", "prompts": ["Hi"], "commands": [{"command_name": "a", "command_description": "b"}],
                "enable_welcome_message": true}),
            async |client| client.bot("30", &["id", "prompts"]).await,
        )
        .await;
    graph
        .told(
            "GET /31",
            Value::Null,
            json!({"about": "Succulents!", "vertical": "RETAIL", "websites": ["https://acme.test/"]}),
            async |client| client.profile_node("31", &[]).await,
        )
        .await;
    graph
        .does("POST /31", json!({"about": "Hi", "messaging_product": "whatsapp"}), async |client| {
            let profile = BusinessProfile { about: Some("Hi".into()), ..BusinessProfile::default() };
            client.update_profile_node("31", &profile).await
        })
        .await;
    graph
        .told(
            "GET /32",
            Value::Null,
            json!({"id": "32", "display_phone_number": "+1 555-078-3881", "status": "CONNECTED", "country_dial_code": "1"}),
            async |client| client.account_number("32", &[]).await,
        )
        .await;
}
