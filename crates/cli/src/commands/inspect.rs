//! `waypost webhook inspect`, `waypost message lint`, `waypost template lint`, `waypost form lint`: what Meta's JSON says,
//! and what is wrong with it, without sending anything.

use anyhow::Context;
use clap::{Args, Subcommand};
use cloud_api::message;
use cloud_api::violation::Violation;
use cloud_api::{form, template, webhook};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// What isn't understood, or would be refused. 1 stays for what went wrong with the command itself.
const FINDINGS: u8 = 2;

/// `waypost webhook …`
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// Say what a webhook body contains, event by event, and what in it isn't understood (then the exit code is 2)
    Inspect(Input),
}

/// `waypost message …`
#[derive(Debug, Subcommand)]
pub(crate) enum Message {
    /// Check the body of a message against every limit of the Cloud API (exit code 2 when it would be refused)
    Lint {
        #[command(flatten)]
        input: Input,
        /// The body is for `marketing_messages`, not for `messages`
        #[arg(long)]
        marketing: bool,
    },
}

/// `waypost template …`
#[derive(Debug, Subcommand)]
pub(crate) enum Template {
    /// Check a template's definition before it goes to review (exit code 2 when it would be refused)
    Lint {
        #[command(flatten)]
        input: Input,
        /// The body changes a template that is there, and needs only what it changes
        #[arg(long)]
        edit: bool,
    },
}

/// `waypost form …`
#[derive(Debug, Subcommand)]
pub(crate) enum Form {
    /// Check a form's JSON (Meta: Flow JSON) before it is uploaded (exit code 2 when it would be refused)
    Lint(Input),
}

/// Where the JSON is.
#[derive(Debug, Args)]
pub(crate) struct Input {
    /// A file with one JSON document; `-` reads standard input
    #[arg(value_name = "FILE|-")]
    file: PathBuf,
}

impl Input {
    fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        if self.file.as_os_str() == "-" {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes).context("failed to read standard input")?;
            return Ok(bytes);
        }
        std::fs::read(&self.file).with_context(|| format!("failed to read {}", self.file.display()))
    }
}

/// What a check found out about a body.
#[derive(Debug, Serialize)]
struct Report {
    /// Nothing is wrong and everything is known.
    ok: bool,
    /// Limits that are broken; the platform would refuse the body.
    violations: Vec<Value>,
    /// Places of fields that nobody knows: misspelt, most likely.
    unknown: Vec<String>,
}

impl Report {
    fn new(violations: Vec<Value>, unknown: Vec<String>) -> Self {
        Self { ok: violations.is_empty() && unknown.is_empty(), violations, unknown }
    }

    /// For a body that isn't even JSON.
    fn not_json(error: &serde_json::Error) -> Self {
        let message = format!("not JSON at line {} column {}: {error}", error.line(), error.column());
        Self::new(vec![json!({"pointer": "", "rule": "json", "message": message})], Vec::new())
    }
}

impl Webhook {
    /// Prints the report.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self::Inspect(input) = self;
        let report = webhook::inspect(&input.bytes()?);
        print(&report, report.is_understood())
    }
}

impl Message {
    /// Prints the report.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self::Lint { input, marketing } = self;
        lint(input, |body| {
            let (checked, unknown) = if *marketing {
                (message::check_marketing(body), message::unknown_marketing_fields(body))
            } else {
                (message::check(body), message::unknown_fields(body))
            };
            let found = violations(checked);
            Report::new(found.iter().map(|v| shown(v, &json!({"code": v.code()}))).collect(), unknown)
        })
    }
}

impl Template {
    /// Prints the report.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self::Lint { input, edit } = self;
        lint(input, |body| {
            let found = violations(if *edit { template::check_edit(body) } else { template::check(body) });
            let with_code = found
                .iter()
                .map(|v| shown(v, &json!({"code": 100, "error_subcode": template::subcode(v)})))
                .collect();
            Report::new(with_code, template::unknown_fields(body))
        })
    }
}

impl Form {
    /// Prints the report.
    pub(crate) fn run(&self) -> anyhow::Result<ExitCode> {
        let Self::Lint(input) = self;
        lint(input, |body| {
            let found = violations(form::check(body));
            Report::new(found.iter().map(|v| shown(v, &json!({}))).collect(), Vec::new())
        })
    }
}

fn violations(checked: Result<(), Vec<Violation>>) -> Vec<Violation> {
    checked.err().unwrap_or_default()
}

/// A violation with what only this kind of body has to say about it.
fn shown(violation: &Violation, more: &Value) -> Value {
    let mut shown = json!(violation);
    if let (Some(shown), Some(more)) = (shown.as_object_mut(), more.as_object()) {
        shown.extend(more.clone().into_iter().filter(|(_, value)| !value.is_null()));
    }
    shown
}

fn lint(input: &Input, judge: impl Fn(&Value) -> Report) -> anyhow::Result<ExitCode> {
    let report = match serde_json::from_slice(&input.bytes()?) {
        Ok(body) => judge(&body),
        Err(error) => Report::not_json(&error),
    };
    print(&report, report.ok)
}

fn print(report: &impl Serialize, fine: bool) -> anyhow::Result<ExitCode> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(FINDINGS) })
}
