//! I3: SQL text stands in `store`; a Writer is obtained in `app`.

use super::Finding;
use super::tree::Tree;

/// Where a Writer may be named: where it is made, where it is used, and the test world.
const WRITERS: [&str; 3] = ["crates/store/", "crates/app/", "crates/testkit/"];

/// Where SQL text stands; and where it may stand besides, with the reason.
const TEXTS: [(&str, &str); 6] = [
    ("crates/store/", "the room of SQL"),
    (
        "crates/testkit/src/database.rs",
        "makes and drops whole databases on the test server, and says nothing in one",
    ),
    (
        "crates/server/benches/ingest.rs",
        "makes a database of its own on the test server, and says nothing in one",
    ),
    ("crates/cli/tests/system/future.rs", "leaves a database as no Waypost of today would"),
    (
        "crates/cli/tests/system/tablespace.rs",
        "moves a whole database to a small disk, and says nothing in one",
    ),
    ("xtask/src/tidy/", "samples of what is looked for"),
];

/// Finds string literals that are SQL statements outside `store`, in tests too.
pub fn texts(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let elsewhere = tree.rust("").filter(|(path, _)| !TEXTS.iter().any(|(room, _)| path.starts_with(room)));
    for (path, source) in elsewhere {
        for (line, _) in source.strings().filter(|(_, text)| is_statement(text)) {
            findings.push(Finding::error("I3", path, line, "SQL text outside store"));
        }
    }
    findings
}

/// Whether the words start like a statement. Keywords count in capitals only, as this house writes them, so that an
/// English sentence that starts with "update" is no finding.
fn is_statement(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().take(40).collect();
    match words[..] {
        ["SELECT", _, ..] => words.contains(&"FROM") || words.len() > 2,
        ["INSERT", "INTO" | "OR", ..] | ["DELETE", "FROM", ..] => true,
        ["UPDATE", _, ..] => words.contains(&"SET"),
        ["CREATE" | "DROP" | "ALTER", "TABLE" | "INDEX" | "UNIQUE" | "DATABASE" | "SCHEMA" | "VIEW", ..] => {
            true
        }
        ["WITH", _, ..] => words.contains(&"AS"),
        ["PRAGMA", _, ..] | ["TRUNCATE", _, ..] => true,
        _ => false,
    }
}

/// Finds code outside `app` that opens a transaction or names a Writer.
pub fn writers(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let elsewhere =
        tree.product("crates/").filter(|(path, _)| !WRITERS.iter().any(|room| path.starts_with(room)));
    for (path, source) in elsewhere {
        for (line, code) in source.lines() {
            // A lane is named only to write: `db.write(Lane::contact(id), …)`.
            let names_store = code.contains("store::") && code.contains("Writer");
            if names_store || code.contains("Lane::") {
                findings.push(Finding::error("I3", path, line, "only app may write to the database"));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_outside_store_is_found() {
        let statement = "fn f() { g(\"\n  SELECT id FROM contacts\") }";
        let tree = Tree::of(&[("crates/store/src/a.rs", statement), ("crates/server/src/a.rs", statement)]);
        let findings = texts(&tree);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].path, "crates/server/src/a.rs");
    }

    #[test]
    fn every_kind_of_statement_is_known() {
        for text in [
            "INSERT INTO messages (id) VALUES ($1)",
            "UPDATE messages SET state = $1",
            "DELETE FROM jobs",
            "WITH due AS (SELECT 1) SELECT * FROM due",
            "CREATE UNIQUE INDEX a ON b (c)",
            "PRAGMA journal_mode",
        ] {
            assert!(is_statement(text), "{text}");
        }
    }

    #[test]
    fn english_is_not_sql() {
        for text in
            ["update the contact and set its name", "SELECT", "With regards AS always", "Select a file"]
        {
            assert!(!is_statement(text), "{text}");
        }
    }

    #[test]
    fn a_writer_outside_app_is_found() {
        let opens = "fn f(db: &Db) { db.write(Lane::contact(id), |w| x) }";
        let names = "use store::{Db, Writer};";
        let tree = Tree::of(&[
            ("crates/app/src/inbox.rs", opens),
            ("crates/server/src/a.rs", opens),
            ("crates/server/src/b.rs", names),
            ("crates/server/src/c.rs", "fn f(file: &mut File) { file.write(b\"x\") }"),
        ]);
        let paths: Vec<String> = writers(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["crates/server/src/a.rs", "crates/server/src/b.rs"]);
    }
}
