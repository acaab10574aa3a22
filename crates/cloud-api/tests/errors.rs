//! Errors are read as Graph words them, and say what to do.

use std::time::Duration;

use cloud_api::error::{Disposition, Error, GraphError, all, describe};
use serde_json::json;

#[test]
fn a_graph_error_is_read_whole() {
    let body = json!({"error": {"message": "(#132000) Number of parameters does not match",
        "type": "OAuthException", "code": 132_000, "error_subcode": 2_494_073,
        "error_data": {"messaging_product": "whatsapp", "details": "body: 1 of 2"},
        "is_transient": true, "fbtrace_id": "AXnJe"}});
    let error = GraphError::from_response(400, body.to_string().as_bytes());
    let expected = GraphError {
        code: 132_000,
        subcode: Some(2_494_073),
        title: "Number of parameters does not match".into(),
        message: "(#132000) Number of parameters does not match".into(),
        details: Some("body: 1 of 2".into()),
        fbtrace_id: Some("AXnJe".into()),
        request_id: None,
        http_status: 400,
        is_transient: true,
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
