//! The list of what has a method stays true: to Meta's OpenAPI file when it is at hand, and to the source always.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const COVERAGE: &str = include_str!("../COVERAGE.md");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A line of the table: `GET /{WABA-ID}`, and what it says about it.
struct Row {
    call: String,
    here: &'static str,
}

fn part(title: &str) -> &'static str {
    let start = COVERAGE.find(title).unwrap_or_else(|| panic!("no {title}")) + title.len();
    COVERAGE[start..].split("\n## ").next().unwrap()
}

fn cells(line: &'static str) -> Option<Vec<&'static str>> {
    let line = line.strip_prefix("| ")?.strip_suffix(" |")?;
    Some(line.split(" | ").collect())
}

fn rows() -> Vec<Row> {
    let lines = part("## Part 1").lines().filter_map(cells).filter(|cells| cells[0] != "method");
    lines
        .map(|cells| {
            let [method, path, here] = cells[..] else { panic!("not three cells: {cells:?}") };
            let path = path.strip_prefix('`').and_then(|path| path.strip_suffix('`')).unwrap();
            Row { call: format!("{method} {path}"), here }
        })
        .collect()
}

/// `GET /{WABA-ID}` for every path and method of the file; nothing when this checkout has none.
fn file() -> Option<BTreeSet<String>> {
    let shared = std::env::var_os("WAYPOST_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("meta-openapi-v23.yaml")) else {
        eprintln!("left out: Meta's OpenAPI file (no {} ; set WAYPOST_SHARED)", shared.display());
        return None;
    };
    let mut calls = BTreeSet::new();
    let (mut within, mut path) = (false, String::new());
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let Some(key) = line.trim().strip_suffix(':').map(|key| key.trim_matches(['"', '\''])) else {
            continue;
        };
        match indent {
            0 => within = key == "paths",
            2 if within => path = key.strip_prefix("/{Version}").unwrap_or(key).to_owned(),
            4 if within && METHODS.contains(&key) => {
                calls.insert(format!("{} {path}", key.to_uppercase()));
            }
            _ => {}
        }
    }
    assert!(calls.len() >= 100, "only {} calls found", calls.len());
    Some(calls)
}

/// The source of the client, whole.
fn source() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/client");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let rust = paths.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    rust.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// What stands between backticks.
fn names(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

#[test]
fn every_call_of_the_file_is_on_the_list_and_no_other() {
    let Some(file) = file() else { return };
    let rows = rows();
    let listed: BTreeSet<String> = rows.iter().map(|row| row.call.clone()).collect();
    assert_eq!(listed.len(), rows.len(), "a call is listed twice");
    let missing: Vec<_> = file.difference(&listed).collect();
    let invented: Vec<_> = listed.difference(&file).collect();
    assert!(missing.is_empty() && invented.is_empty(), "missing: {missing:#?}\ninvented: {invented:#?}");
}

#[test]
fn every_method_on_the_list_exists() {
    let source = source();
    let exists = |name: &str| {
        ["pub async fn ", "pub fn "].iter().any(|start| {
            let head = format!("{start}{name}");
            source.match_indices(&head).any(|(at, _)| source[at + head.len()..].starts_with(['(', '<']))
        })
    };
    let mut cells: Vec<&str> = rows().iter().map(|row| row.here).collect();
    cells.extend(part("## Part 2").lines().filter_map(cells_of_two).map(|[_, here]| here));
    let mut found = 0;
    for cell in cells {
        assert!(!cell.trim().is_empty(), "a call without method or reason");
        // A cell that is prose gives a reason.
        if !cell.starts_with('`') {
            continue;
        }
        for name in names(cell) {
            assert!(exists(name), "{name} isn't a method of the client");
            found += 1;
        }
    }
    assert!(found >= 150, "only {found} methods on the list");
}

fn cells_of_two(line: &'static str) -> Option<[&'static str; 2]> {
    let [edge, here] = cells(line)?[..] else { return None };
    (edge != "edge").then_some([edge, here])
}
