//! What it costs to check a delivery's signature and read it, beside the least that any reader of its JSON pays: HMAC and
//! `serde_json::Value`. Both are measured by turns in one run, so that a busy machine slows both. Prints one JSON object
//! with medians.
//!
//! `cargo bench -p cloud-api --bench webhook`; fails when a bound is crossed, unless the machine is unfit to say so
//! (`--report` only prints).

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use cloud_api::{signature, webhook};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

const SECRET: &str = "bench-secret";
const ROUNDS: usize = 1_000;
const TURNS: u32 = 50;
/// Upper bounds: microseconds for one delivery of about 1 KiB, and how many times the least it may cost.
const MICROSECONDS: f64 = 10.0;
const TIMES: f64 = 1.5;

fn main() -> ExitCode {
    let report_only = std::env::args().any(|argument| argument == "--report");
    let mut fits = true;
    let mut rows = Vec::new();
    for (name, body) in [("text", text()), ("status", status()), ("image", image())] {
        let header = signature::sign(SECRET, body.as_bytes());
        let (ours, least) = measure(body.as_bytes(), &header);
        fits &= ours <= MICROSECONDS && ours / least <= TIMES;
        let rounded = |number: f64| (number * 100.0).round() / 100.0;
        rows.push(json!({"body": name, "bytes": body.len(), "verify_and_parse_us": rounded(ours),
            "hmac_and_value_us": rounded(least), "ratio": rounded(ours / least)}));
    }
    println!("{:#}", json!({"bench": "webhook", "rounds": ROUNDS, "turns": TURNS, "bodies": rows}));
    if fits || report_only {
        return ExitCode::SUCCESS;
    }
    eprintln!("over the bound: at most {MICROSECONDS} us, and at most {TIMES} times the least");
    ExitCode::FAILURE
}

/// Median microseconds of both, taken by turns.
fn measure(body: &[u8], header: &str) -> (f64, f64) {
    let mut ours = Vec::with_capacity(ROUNDS);
    let mut least = Vec::with_capacity(ROUNDS);
    for _ in 0..ROUNDS {
        ours.push(time(|| {
            let body = black_box(body);
            assert!(signature::verify(&[SECRET], Some(header), body).is_ok());
            black_box(webhook::parse(body).is_ok())
        }));
        least.push(time(|| {
            let body = black_box(body);
            let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any length is a key");
            mac.update(body);
            black_box(mac.finalize().into_bytes());
            black_box(serde_json::from_slice::<Value>(body).is_ok())
        }));
    }
    (median(ours), median(least))
}

fn time(mut work: impl FnMut() -> bool) -> f64 {
    let start = Instant::now();
    for _ in 0..TURNS {
        assert!(work());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(TURNS)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// A customer's words, as a reply, with everything Meta sends along since 2026. In Meta's order of fields, and escaped
/// as Meta does.
fn text() -> String {
    delivery(&format!(
        r#"{CONTACTS},"messages":[{{"context":{{"from":"15550783881",
        "id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"}},{FROM},"timestamp":"1767225600",
        "text":{{"body":"Hola! \u00bfTodav\u00eda tienen la suculenta grande en maceta blanca? La vi la semana pasada y
        quer\u00eda saber si la pueden enviar antes del s\u00e1bado, porque es un regalo. \ud83c\udf35"}},"type":"text"}}]"#
    ))
}

/// A delivered message with its price.
fn status() -> String {
    delivery(&format!(
        r#"{CONTACTS},"statuses":[{{"id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA",
        "status":"delivered","timestamp":"1767225600","recipient_id":"16505551234",
        "recipient_user_id":"US.13491208655302741918","recipient_parent_user_id":"US.ENT.11815799212886844830",
        "recipient_identity_key_hash":"DF2lS5v2W6x=","biz_opaque_callback_data":"msg_01890a5dac96774bbcceb302099a8057",
        "conversation":{{"id":"82a8e3c4b8f9d1a0","expiration_timestamp":"1767484800",
        "origin":{{"type":"referral_conversion"}}}},"pricing":{{"billable":true,"pricing_model":"PMP","type":"regular",
        "category":"utility"}}}}]"#
    ))
}

/// A picture that an advertisement led to.
fn image() -> String {
    delivery(&format!(
        r#"{CONTACTS},"messages":[{{{FROM},"timestamp":"1767225600","type":"image","image":{{"caption":"This one?",
        "mime_type":"image\/jpeg","sha256":"SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=","id":"1003383421387256",
        "url":"https:\/\/lookaside.fbsbx.com\/whatsapp_business\/attachments\/?mid=1003383421387256&source=webhook"}},
        "referral":{{"source_url":"https:\/\/fb.me\/3cr4Wqqkv","source_id":"120226305854810726","source_type":"ad",
        "headline":"Chat with us","media_type":"image","ctwa_clid":"Aff-n8ZTODiE79d22KtAwQKj9e"}}}}]"#
    ))
}

const CONTACTS: &str = r#""contacts":[{"profile":{"name":"Sheena Nelson","username":"@realsheenanelson"},
    "wa_id":"16505551234","user_id":"US.13491208655302741918","parent_user_id":"US.ENT.11815799212886844830"}]"#;
const FROM: &str = r#""from":"16505551234","from_user_id":"US.13491208655302741918",
    "from_parent_user_id":"US.ENT.11815799212886844830",
    "id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=""#;

/// The envelope; Meta writes everything on one line, so the line breaks of this file go.
fn delivery(value: &str) -> String {
    let body = format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{
        "messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881",
        "phone_number_id":"106540352242922"}},{value}}},"field":"messages"}}]}}]}}"#
    );
    let body: Vec<&str> = body.lines().map(str::trim_start).collect();
    body.join("")
}
