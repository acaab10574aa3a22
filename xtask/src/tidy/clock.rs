//! I7: the time is passed in, and so are dice. Clippy bans the calls it can name; this catches the rest, in macros and
//! behind other crates' names.

use super::Finding;
use super::tree::Tree;

/// Where the real clock and real dice are wired in.
const WIRING: [&str; 3] = ["crates/cli/", "crates/testkit/", "xtask/"];

const CALLS: [&str; 14] = [
    "Timestamp::now(",
    "Zoned::now(",
    "SystemTime::now(",
    "Utc::now(",
    "Local::now(",
    "Uuid::now_v7(",
    "Uuid::new_v4(",
    "rand::random",
    "rand::rng(",
    "thread_rng(",
    "OsRng",
    "SysRng",
    "getrandom::",
    "SystemRandom::new(",
];

/// Finds calls of the clock or of dice in product code.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in
        tree.product("").filter(|(path, _)| !WIRING.iter().any(|room| path.starts_with(room)))
    {
        for (line, code) in source.lines() {
            if let Some(call) = CALLS.iter().find(|call| code.contains(*call)) {
                let call = call.trim_end_matches(['(', ':']);
                findings.push(Finding::error("I7", path, line, format!("{call}: take it as an argument")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_found_in_product_code_alone() {
        let call = "fn f() { let t = jiff::Timestamp::now(); }";
        let tested =
            "/// Timestamp::now()\nfn f() {}\n#[cfg(test)]\nmod tests { fn g() { Timestamp::now(); } }";
        let tree = Tree::of(&[
            ("crates/model/src/a.rs", call),
            ("crates/model/src/b.rs", tested),
            ("crates/model/tests/c.rs", call),
            ("crates/cli/src/clock.rs", call),
        ]);
        let paths: Vec<String> = check(&tree).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["crates/model/src/a.rs"]);
    }

    #[test]
    fn dice_are_found() {
        let tree = Tree::of(&[("crates/app/src/a.rs", "fn f() -> u8 { rand::random() }")]);
        assert_eq!(check(&tree).len(), 1);
    }
}
