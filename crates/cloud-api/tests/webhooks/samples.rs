//! Every sample of the shared folder; without that folder these tests leave themselves out and say so.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cloud_api::webhook::{Content, Envelope, Field, Value, inspect, parse};
use serde_json::Value as Json;

use super::{first, first_message};

/// The samples, or nothing when this checkout has none.
pub fn samples() -> Vec<(String, Vec<u8>)> {
    let shared = std::env::var_os("WAYPOST_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(shared.join("webhook-samples")) else {
        eprintln!("left out: webhook samples (no {} ; set WAYPOST_SHARED)", shared.display());
        return Vec::new();
    };
    let paths = folder
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"));
    let read = |path: PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap())
    };
    let samples: Vec<_> = paths.map(read).collect();
    assert!(samples.len() >= 100, "only {} samples found", samples.len());
    samples
}

fn sample(name: &str) -> Option<Envelope> {
    let (_, body) = samples().into_iter().find(|(file, _)| file == name)?;
    Some(parse(&body).unwrap())
}

#[test]
fn every_sample_is_written_as_it_was_read() {
    for (name, body) in samples() {
        let envelope = parse(&body).unwrap_or_else(|error| panic!("{name}: {error}"));
        let before: Json = serde_json::from_slice(&body).unwrap();
        assert_eq!(serde_json::to_value(&envelope).unwrap(), before, "{name}");
        let again: Envelope = serde_json::from_value(before).unwrap();
        assert_eq!(again, envelope, "{name}");
    }
}

#[test]
fn no_sample_surprises() {
    for (name, body) in samples() {
        assert_eq!(parse(&body).unwrap().surprises(), [], "{name}");
    }
}

#[test]
fn every_sample_of_messages_has_typed_values_with_a_phone_number() {
    for (name, body) in samples() {
        for (_, change) in parse(&body).unwrap().changes() {
            if matches!(change.field, Some(Field::Messages | Field::SmbMessageEchoes | Field::Standby)) {
                let value = change.value.as_messages().unwrap_or_else(|| panic!("{name}"));
                assert_eq!(value.phone_number_id(), Some("106540352242922"), "{name}");
            }
        }
    }
}

#[test]
fn samples_of_other_kinds_are_typed_too() {
    let Some(envelope) = sample("template_status_rejected.json") else { return };
    let (_, change) = envelope.changes().next().unwrap();
    let Value::Template(update) = &change.value else { panic!("{change:?}") };
    assert_eq!(update.event, Some(cloud_api::webhook::TemplateEvent::Rejected));
    assert!(update.message_template_id.is_some());
    let envelope = sample("standby_echo_template.json").unwrap();
    let value = first(&envelope);
    assert_eq!(value.standby.unwrap().message_echoes.unwrap().len(), 1);
    let envelope = sample("messages_contacts_request_reply.json").unwrap();
    assert!(matches!(first_message(&envelope).content, Content::Contacts(cards) if cards.len() == 1));
    let envelope = sample("batch_two_entries.json").unwrap();
    assert!(envelope.changes().count() >= 2);
}

#[test]
fn every_sample_is_told_in_words_as_its_snapshot_says() {
    let samples = samples();
    let names: BTreeSet<String> = samples.iter().map(|(file, _)| file.replace(".json", "")).collect();
    for (file, body) in samples {
        let report = inspect(&body);
        assert!(report.is_understood(), "{file}: {report:?}");
        assert!(!report.events.is_empty(), "{file}");
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots/webhooks");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_json_snapshot!(file.replace(".json", ""), report));
    }
    if !names.is_empty() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots/webhooks");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        let snapshots =
            files.filter_map(|file| file.to_string_lossy().strip_suffix(".snap").map(str::to_owned));
        assert_eq!(snapshots.collect::<BTreeSet<_>>(), names, "snapshots and samples go together");
    }
}

/// The type each field's samples are read as: no documented field is left as raw JSON.
#[test]
fn no_sample_of_a_documented_field_is_raw() {
    for (name, body) in samples() {
        for (_, change) in parse(&body).unwrap().changes() {
            assert!(!matches!(change.value, Value::Other(_) | Value::Absent), "{name}");
        }
    }
}
