//! What is wrong with a body before it is sent, or what a webhook says.
//!
//!     cargo run -p cloud-api --example lint -- message < body.json
//!
//! Kinds are message, marketing, template, form and webhook. The exit code is 2 when something is wrong or not understood.

use std::io::Read;
use std::process::ExitCode;

use cloud_api::form;
use cloud_api::message::{self, Violation};
use cloud_api::template;
use cloud_api::webhook;
use serde_json::Value;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let kind = std::env::args().nth(1).unwrap_or_default();
    let mut body = Vec::new();
    std::io::stdin().read_to_end(&mut body)?;
    let found = if kind == "webhook" {
        read(&body)
    } else {
        let json: Value = serde_json::from_slice(&body)?;
        let (judged, unknown) = match kind.as_str() {
            "message" => (message::check(&json), message::unknown_fields(&json)),
            "marketing" => (message::check_marketing(&json), message::unknown_marketing_fields(&json)),
            "template" => (template::check(&json), template::unknown_fields(&json)),
            "form" => (form::check(&json), Vec::new()),
            _ => return Err("arguments: message|marketing|template|form|webhook".into()),
        };
        print(&judged.err().unwrap_or_default(), &unknown)
    };
    Ok(if found == 0 { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

fn print(violations: &[Violation], unknown: &[String]) -> usize {
    for violation in violations {
        println!("{violation} ({})", violation.rule.slug());
    }
    for pointer in unknown {
        println!("{pointer}: nobody knows this field; is it misspelt?");
    }
    violations.len() + unknown.len()
}

fn read(body: &[u8]) -> usize {
    let report = webhook::inspect(body);
    for event in &report.events {
        println!("{}: {}, {}", event.pointer, event.kind, event.summary);
    }
    for note in &report.surprises {
        println!("{}: {}", note.pointer, note.reason);
    }
    if let Some(problem) = &report.problem {
        println!("not a webhook: {}", problem.reason);
    }
    report.surprises.len() + usize::from(report.problem.is_some())
}
