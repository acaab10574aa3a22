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

/// The source of a module, whole: its file, and its folder with all that is in it. Nothing is outside of modules.
fn source(module: &str) -> String {
    if module.is_empty() {
        return String::new();
    }
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module);
    let mut whole = std::fs::read_to_string(place.with_extension("rs")).unwrap_or_default();
    let Ok(folder) = std::fs::read_dir(&place) else { return whole };
    for path in folder.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            whole += &source(
                path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
                    .unwrap()
                    .to_str()
                    .unwrap(),
            );
        } else {
            whole += &std::fs::read_to_string(path).unwrap();
        }
    }
    whole
}

/// Whether one of these words begins a declaration of the name.
fn declares(source: &str, words: &[&str], name: &str) -> bool {
    words.iter().any(|word| {
        let head = format!("{word} {name}");
        let ends = |at: usize| source[at + head.len()..].starts_with(['(', '<', ' ', ';']);
        source.match_indices(&head).any(|(at, _)| ends(at))
    })
}

/// What stands between the braces that these words open at the beginning of a line.
fn blocks<'s>(source: &'s str, words: &[&str], name: &str) -> Vec<&'s str> {
    let mut found = Vec::new();
    for word in words {
        let head = format!("{word} {name} {{\n");
        for (at, _) in source.match_indices(&head) {
            let line = source[..at].rfind('\n').map_or(0, |end| end + 1);
            let end = format!("\n{}}}\n", &source[line..at]);
            let inside = &source[at + head.len() - 1..];
            found.push(inside.split(end.as_str()).next().unwrap());
        }
    }
    found
}

/// `send_message` (a method of the client), `webhook::parse`, `message::Pin`, `message::Pin::new`, `webhook::Content::Edit`.
fn exists(name: &str) -> bool {
    const METHOD: &[&str] = &["pub fn", "pub async fn", "pub const fn"];
    const ITEM: &[&str] = &["pub fn", "pub async fn", "pub struct", "pub enum", "pub mod", "pub const"];
    let path: Vec<&str> = name.split("::").collect();
    let is_type = |name: &str| name.starts_with(char::is_uppercase);
    match path[..] {
        [method] => declares(&source("client"), METHOD, method),
        [ref modules @ .., kind, member] if is_type(kind) => {
            let source = source(&modules.join("/"));
            let methods = blocks(&source, &["impl"], kind);
            let variants = blocks(&source, &["pub enum"], kind);
            methods.iter().any(|block| declares(block, METHOD, member))
                || variants.iter().any(|block| {
                    block.lines().any(|line| {
                        let rest = line.trim().strip_prefix(member);
                        rest.is_some_and(|rest| rest.starts_with(['(', ',', ' ']))
                    })
                })
        }
        [ref modules @ .., item] => declares(&source(&modules.join("/")), ITEM, item),
        [] => false,
    }
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
            assert!(exists(name) && !name.contains("::"), "{name} isn't a method of the client");
            found += 1;
        }
    }
    assert!(found >= 150, "only {found} methods on the list");
}

#[test]
fn everything_named_beside_pywas_client_exists() {
    let part = part("## Part 3");
    let mut found = 0;
    for [pywa, here] in part.lines().filter_map(cells_of_two).filter(|[pywa, _]| pywa.starts_with('`')) {
        assert!(here.starts_with('`') || here.split(' ').count() > 4, "{pywa}: neither a name nor a reason");
        for name in names(here).filter(|name| !is_example(name)) {
            assert!(exists(name), "{name}, beside {pywa}, isn't there");
            found += 1;
        }
    }
    assert!(found >= 170, "only {found} names on the list");
}

/// The names of examples stand on the list too.
fn is_example(name: &str) -> bool {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    name == "match" || examples.join(format!("{name}.rs")).exists()
}

#[test]
fn what_is_not_there_is_noticed() {
    for name in [
        "send_nothing",
        "send_messag",
        "webhook::pars",
        "webhook::Content::Smell",
        "message::Pin::now",
        "message::Interactive::otp",
        "Pin::new",
        "nowhere::parse",
    ] {
        assert!(!exists(name), "{name}");
    }
}

fn cells_of_two(line: &'static str) -> Option<[&'static str; 2]> {
    let [edge, here] = cells(line)?[..] else { return None };
    (edge != "edge").then_some([edge, here])
}
