//! What it costs to check a delivery's signature and read it, beside the least that any reader of its JSON pays: HMAC and
//! `serde_json::Value`. Both are measured by turns in one run, so that a busy machine slows both. Prints medians.
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
    println!("{:<8} {:>6} {:>14} {:>14} {:>7}", "body", "bytes", "ours, us", "least, us", "times");
    for (name, body) in [("text", text()), ("status", status()), ("image", image())] {
        let body = body.to_string().into_bytes();
        let header = signature::sign(SECRET, &body);
        let (ours, least) = measure(&body, &header);
        let times = ours / least;
        println!("{name:<8} {:>6} {ours:>14.2} {least:>14.2} {times:>7.2}", body.len());
        fits &= ours <= MICROSECONDS && times <= TIMES;
    }
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

/// A customer's words, as a reply, with everything Meta sends along since 2026.
fn text() -> Value {
    let words = "Hola! ¿Todavía tienen la suculenta grande en maceta blanca? La vi la semana pasada en la tienda y quería \
        saber si la pueden enviar a Guadalajara antes del sábado, porque es un regalo. Si no, ¿qué otra me recomiendan?";
    delivery(json!({"contacts": [contact()], "messages": [{
        "context": {"from": "15550783881", "id": "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA"},
        "from": "16505551234", "from_user_id": "US.13491208655302741918",
        "from_parent_user_id": "US.ENT.11815799212886844830",
        "id": "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
        "timestamp": "1767225600", "type": "text", "text": {"body": words}}]}))
}

/// A delivered message with its price.
fn status() -> Value {
    delivery(json!({"contacts": [contact()], "statuses": [{
        "id": "wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI1RjQyNUE3NEYxMzAzMzQ5MkEA", "status": "delivered",
        "timestamp": "1767225600", "recipient_id": "16505551234", "recipient_user_id": "US.13491208655302741918",
        "recipient_parent_user_id": "US.ENT.11815799212886844830", "recipient_identity_key_hash": "DF2lS5v2W6x=",
        "biz_opaque_callback_data": "msg_01890a5d-ac96-774b-bcce-b302099a8057",
        "conversation": {"id": "82a8e3c4b8f9d1a0", "expiration_timestamp": "1767484800",
            "origin": {"type": "referral_conversion"}},
        "pricing": {"billable": true, "pricing_model": "PMP", "type": "regular", "category": "utility"}}]}))
}

/// A picture that an advertisement led to.
fn image() -> Value {
    delivery(json!({"contacts": [contact()], "messages": [{
        "from": "16505551234", "from_user_id": "US.13491208655302741918",
        "id": "wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=", "timestamp": "1767225600",
        "type": "image", "image": {"caption": "Is it this one?", "mime_type": "image/jpeg",
            "sha256": "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=", "id": "1003383421387256",
            "url": "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1003383421387256&source=webhook"},
        "referral": {"source_url": "https://fb.me/3cr4Wqqkv", "source_id": "120226305854810726", "source_type": "ad",
            "body": "Summer succulents are here!", "headline": "Chat with us", "media_type": "image",
            "ctwa_clid": "Aff-n8ZTODiE79d22KtAwQKj9e", "welcome_message": {"text": "Hi! How can we help?"}}}]}))
}

fn contact() -> Value {
    json!({"profile": {"name": "Sheena Nelson", "username": "@realsheenanelson"}, "wa_id": "16505551234",
        "user_id": "US.13491208655302741918", "parent_user_id": "US.ENT.11815799212886844830"})
}

fn delivery(mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({"display_phone_number": "15550783881", "phone_number_id": "106540352242922"});
    json!({"object": "whatsapp_business_account",
        "entry": [{"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}]})
}
