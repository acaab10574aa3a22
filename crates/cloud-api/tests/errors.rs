//! Errors are read as Graph words them, and say what to do.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use cloud_api::error::{
    Actor, Arrives, Disposition, Error, ErrorFact, GraphError, all, describe, describe_with, subcodes,
};
use cloud_api::webhook::{self, Status};
use serde_json::{Value, json};

#[test]
fn a_graph_error_is_read_whole() {
    let body = json!({"error": {"message": "(#132000) Number of parameters does not match",
        "type": "OAuthException", "code": 132_000, "error_subcode": 2_494_073,
        "error_data": {"messaging_product": "whatsapp", "details": "body: 1 of 2"},
        "error_user_title": "Wrong count", "error_user_msg": "Give two values.",
        "is_transient": true, "fbtrace_id": "AXnJe"}});
    let error = GraphError::from_response(400, body.to_string().as_bytes());
    let expected = GraphError {
        code: 132_000,
        subcode: Some(2_494_073),
        title: "Number of parameters does not match".into(),
        message: "(#132000) Number of parameters does not match".into(),
        details: Some("body: 1 of 2".into()),
        user_title: Some("Wrong count".into()),
        user_message: Some("Give two values.".into()),
        fbtrace_id: Some("AXnJe".into()),
        request_id: None,
        http_status: 400,
        is_transient: true,
        number_is_missing: false,
        retry_after: None,
    };
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), "132000 Number of parameters does not match: body: 1 of 2");
    assert_eq!(error.disposition(), Disposition::FixRequest);
}

#[test]
fn an_answer_that_is_not_graphs_is_judged_by_its_status() {
    let judged = |status| GraphError::from_response(status, b"<html>Bad Gateway</html>").disposition();
    assert_eq!(judged(502), Disposition::OutcomeUnknown);
    assert!(matches!(judged(429), Disposition::RetryAfter(_)));
    assert_eq!(judged(401), Disposition::ParkNumber);
    assert_eq!(judged(404), Disposition::FixRequest);
    for odd in [&b"[]"[..], b"{\"error\":\"no\"}", b"", b"{\"error\":{\"code\":{}}}"] {
        assert_eq!(GraphError::from_response(500, odd).code, -1);
    }
}

#[test]
fn only_what_was_refused_before_processing_is_sent_again() {
    for code in [4, 80_007, 130_429, 131_056, 131_057] {
        assert!(matches!(describe(code).unwrap().disposition, Disposition::RetryAfter(_)), "{code}");
    }
    for code in [1, 2, 131_000, 131_016] {
        assert_eq!(describe(code).unwrap().disposition, Disposition::OutcomeUnknown, "{code}");
    }
    for code in [131_026, 131_047, 131_049, 131_050] {
        assert_eq!(describe(code).unwrap().disposition, Disposition::Never, "{code}");
    }
    for code in [0, 10, 190, 200, 250, 299, 368, 131_031, 131_042, 133_010] {
        assert_eq!(describe(code).unwrap().disposition, Disposition::ParkNumber, "{code}");
    }
}

#[test]
fn the_subcode_explains_a_catch_all() {
    let error = |code, subcode| GraphError::from_json(400, &json!({"code": code, "error_subcode": subcode}));
    assert_eq!(error(100, 2_388_040).fact().unwrap().code, 2_388_040);
    assert_eq!(error(100, 77).fact().unwrap().code, 100);
    assert_eq!(error(132_000, 33).fact().unwrap().code, 132_000);
    assert_eq!(error(424_242, 1).fact(), None);
}

#[test]
fn what_failed_by_webhook_is_not_unknown() {
    for code in [1, 2, 131_000, 131_016] {
        let error = GraphError::from_json(0, &json!({"code": code, "title": "Something went wrong"}));
        assert_eq!(error.disposition(), Disposition::RetryAfter(Duration::from_secs(60)), "{code}");
    }
}

#[test]
fn only_what_was_turned_away_unprocessed_is_safe_to_repeat() {
    for fact in all() {
        let safe = [4, 80_007, 130_429, 131_056, 131_057].contains(&fact.code);
        assert_eq!(answered(fact.code, 400).is_safe_to_repeat(), safe, "{}", fact.code);
        assert!(answered(fact.code, 429).is_safe_to_repeat(), "{}", fact.code);
    }
    assert!(Error::NotSent("refused".into()).is_safe_to_repeat());
    assert!(!Error::Unknown("time-out".into()).is_safe_to_repeat());
}

#[test]
fn something_that_is_not_there_stops_no_queue() {
    let error = GraphError::from_json(400, &json!({"code": 100, "error_subcode": 33}));
    assert_eq!(error.disposition(), Disposition::FixRequest);
    let number = GraphError { number_is_missing: true, ..error };
    assert_eq!(number.disposition(), Disposition::ParkNumber);
}

#[test]
fn a_token_that_meta_quotes_is_not_shown() {
    let error = json!({"code": 190, "message": "Malformed access token EAAB123",
        "error_data": {"details": "EAAB123"}});
    let shown = Error::Graph(Box::new(GraphError::from_json(401, &error))).to_string();
    assert_eq!(shown, "graph error 190 Access token expired");
}

#[test]
fn an_unknown_asynchronous_failure_is_final() {
    let error = GraphError::from_json(0, &json!({"code": 999_999, "title": "New"}));
    assert_eq!(error.disposition(), Disposition::Never);
}

#[test]
fn the_table_is_in_order_and_in_words() {
    assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
    assert!(all().len() > 130);
    for fact in all() {
        assert_eq!(describe(fact.code), Some(fact));
        assert!(!fact.title.is_empty() && fact.meaning.ends_with('.'), "{}", fact.code);
    }
}

#[test]
fn failures_of_the_connection_say_what_is_safe() {
    let wait = Disposition::RetryAfter(Duration::from_secs(2));
    assert_eq!(Error::NotSent("refused".into()).disposition(), wait);
    assert_eq!(Error::Invalid("header".into()).disposition(), Disposition::FixRequest);
    assert_eq!(Error::Unknown("time-out".into()).disposition(), Disposition::OutcomeUnknown);
    assert_eq!(Error::Decode("html".into()).disposition(), Disposition::OutcomeUnknown);
}

/// The facts; see its head.
const FACTS: &str = include_str!("error-facts.csv");

struct Row {
    code: i64,
    http: Vec<u16>,
    arrives: Arrives,
    disposition: Disposition,
    webhook: Disposition,
}

fn rows() -> Vec<Row> {
    let row = |line: &str| {
        let disposition = |word: &str| match word {
            "fix" => Disposition::FixRequest,
            "never" => Disposition::Never,
            "park" => Disposition::ParkNumber,
            "unknown" => Disposition::OutcomeUnknown,
            wait => Disposition::RetryAfter(Duration::from_secs(
                wait.strip_prefix("wait ").unwrap().parse().unwrap(),
            )),
        };
        let [code, http, arrives, answer, webhook] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        Row {
            code: code.parse().unwrap(),
            http: http.split(' ').filter_map(|status| status.parse().ok()).collect(),
            arrives: match arrives {
                "answer" => Arrives::Answer,
                "webhook" => Arrives::Webhook,
                "both" => Arrives::Both,
                odd => panic!("{odd}"),
            },
            disposition: disposition(answer),
            webhook: disposition(webhook),
        }
    };
    FACTS.lines().filter(|line| !line.starts_with('#')).skip(1).map(row).collect()
}

/// The error as the answer to a call. Codes that are subcodes come with a general code, as Meta sends them.
fn answered(code: i64, http: u16) -> GraphError {
    let error = if code >= 1_000_000 {
        json!({"message": "Invalid parameter", "type": "OAuthException", "code": 100, "error_subcode": code})
    } else {
        json!({"message": format!("(#{code}) Title"), "type": "OAuthException", "code": code,
            "error_data": {"messaging_product": "whatsapp", "details": "More."}})
    };
    GraphError::from_response(http, json!({ "error": error }).to_string().as_bytes())
}

/// The error as a status webhook brings it, read through the whole envelope.
fn delivered(error: &Value) -> GraphError {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
        "value": {"statuses": [{"id": "wamid.1", "status": "failed", "timestamp": "1", "errors": [error]}]}}]}]});
    let envelope = webhook::parse(body.to_string().as_bytes()).unwrap();
    let (_, change) = envelope.changes().next().unwrap();
    let statuses: &[Status] = change.value.as_messages().unwrap().statuses.as_deref().unwrap();
    statuses[0].errors.as_deref().unwrap()[0].to_graph()
}

#[test]
fn every_documented_code_is_known_as_the_facts_have_it() {
    let rows = rows();
    for row in &rows {
        let fact = describe(row.code).unwrap_or_else(|| panic!("{} is missing", row.code));
        assert_eq!(fact.http_statuses, row.http, "{}", row.code);
        assert_eq!(fact.http_status, row.http.first().copied().unwrap_or(0), "{}", row.code);
        assert_eq!((fact.arrives, fact.disposition), (row.arrives, row.disposition), "{}", row.code);
        assert_eq!(fact.subcode, None);
    }
    let unlisted: Vec<_> =
        all().iter().map(|fact| fact.code).filter(|code| rows.iter().all(|row| row.code != *code)).collect();
    assert_eq!(unlisted, [0i64; 0], "codes in no row of the facts");
}

#[test]
fn an_answer_and_a_webhook_give_the_same_fact() {
    for row in rows() {
        let answer = answered(row.code, row.http.first().copied().unwrap_or(400));
        let webhook = if row.code >= 1_000_000 {
            delivered(&json!({"code": 100, "error_subcode": row.code, "title": "Invalid parameter"}))
        } else {
            delivered(&json!({"code": row.code, "title": "Title", "message": "Title",
                "error_data": {"details": "More."}, "href": "https://example.com"}))
        };
        assert_eq!(answer.fact().map(|fact| fact.code), Some(row.code));
        assert_eq!(webhook.fact(), answer.fact());
        assert_eq!(
            (answer.disposition(), webhook.disposition()),
            (row.disposition, row.webhook),
            "{}",
            row.code
        );
        assert_eq!(answer.actor(), webhook.actor());
    }
}

#[test]
fn a_throttle_is_a_throttle_with_400_and_with_429() {
    for code in [4, 613, 80_007, 130_429, 131_056, 131_057, 131_208, 138_002, 138_005] {
        let wait = describe(code).unwrap().disposition;
        assert!(matches!(wait, Disposition::RetryAfter(_)), "{code}");
        assert_eq!(
            (answered(code, 400).disposition(), answered(code, 429).disposition()),
            (wait, wait),
            "{code}"
        );
        assert_eq!(answered(code, 429).actor(), Actor::Nobody);
    }
    // Whatever general code is inside, 429 means that nothing was processed.
    for code in [1, 2, 100, 131_000, 999_999] {
        assert_eq!(
            answered(code, 429).disposition(),
            Disposition::RetryAfter(Duration::from_secs(10)),
            "{code}"
        );
    }
    assert_eq!(answered(190, 429).disposition(), Disposition::ParkNumber);
}

#[test]
fn an_unknown_code_is_judged_by_its_status() {
    for (status, disposition, actor) in [
        (400, Disposition::FixRequest, Actor::Developer),
        (401, Disposition::ParkNumber, Actor::Developer),
        (403, Disposition::ParkNumber, Actor::Owner),
        (404, Disposition::FixRequest, Actor::Developer),
        (429, Disposition::RetryAfter(Duration::from_secs(10)), Actor::Nobody),
        (500, Disposition::OutcomeUnknown, Actor::Meta),
        (503, Disposition::OutcomeUnknown, Actor::Meta),
        (0, Disposition::Never, Actor::Developer),
    ] {
        let error = answered(999_999, status);
        assert_eq!(
            (error.disposition(), error.actor(), error.fact()),
            (disposition, actor, None),
            "{status}"
        );
    }
}

#[test]
fn a_missing_token_parks_the_number_and_a_misspelt_path_does_not() {
    assert_eq!(answered(2_500, 401).disposition(), Disposition::ParkNumber);
    assert_eq!(answered(2_500, 400).disposition(), Disposition::FixRequest);
    // 401 that isn't about the token.
    assert_eq!(answered(138_000, 401).disposition(), Disposition::FixRequest);
    assert_eq!(answered(138_006, 401).disposition(), Disposition::FixRequest);
}

#[test]
fn a_subcode_is_read_with_its_code() {
    let title = |code, subcode| describe_with(code, Some(subcode)).map(|fact: &ErrorFact| fact.title);
    assert_eq!(title(190, 463), Some("Access token expired"));
    assert_eq!(title(190, 460), Some("Password changed"));
    assert_eq!(title(190, 458), Some("App not installed"));
    assert_eq!(title(190, 467), Some("Invalid access token"));
    assert_eq!(title(190, 1), describe(190).map(|fact| fact.title));
    assert_eq!(title(100, 33), Some("Unsupported request"));
    // Small subcodes mean something with one code alone.
    assert_eq!(title(100, 463), describe(100).map(|fact| fact.title));
    assert_eq!(title(100, 4), describe(100).map(|fact| fact.title));
    for general in [1, 2, 10, 100, 200, 250, 135_000, 555_555] {
        assert_eq!(describe_with(general, Some(2_388_040)).unwrap().code, 2_388_040, "{general}");
    }
    // A code that says what happened isn't overruled.
    for own in [4, 190, 80_007, 130_429, 132_000] {
        assert_eq!(describe_with(own, Some(2_388_040)).unwrap().code, own);
    }
    for pair in subcodes() {
        assert_eq!(describe_with(pair.code, pair.subcode), Some(pair));
        assert!(describe(pair.code).is_some() && pair.meaning.ends_with('.'));
    }
}

#[test]
fn somebody_is_named_who_can_act() {
    for (actor, codes) in [
        (Actor::Developer, &[0, 100, 190, 131_008, 131_009, 132_000, 133_010][..]),
        (Actor::Marketer, &[131_047, 131_050, 132_015, 2_388_040]),
        (Actor::Owner, &[200, 368, 131_031, 131_042, 131_048]),
        (Actor::Recipient, &[131_026, 138_006]),
        (Actor::Meta, &[2, 131_000, 131_016]),
        (Actor::Nobody, &[4, 80_007, 130_429, 131_056, 133_016]),
    ] {
        for code in codes {
            assert_eq!(describe(*code).unwrap().actor, actor, "{code}");
        }
    }
    // Where nobody can act, waiting must help; where waiting is all there is to do, it isn't the program's fault.
    for fact in all().iter().filter(|fact| fact.actor == Actor::Nobody) {
        assert!(matches!(fact.disposition, Disposition::RetryAfter(_)), "{}", fact.code);
    }
}
