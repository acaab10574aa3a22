//! I2: Meta's words and ours meet in `translate`, and nowhere else.

use super::Finding;
use super::tree::Tree;

/// Files of `app` that may name `cloud_api` without being a translation, each with its reason.
const EXCEPTIONS: [(&str, &str); 1] =
    [("crates/app/src/meta.rs", "makes the one client, with each number's credentials, for those who call")];

/// Finds the places in `app` that name `cloud_api` outside `translate.rs` and `translate/`.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, source) in tree.product("crates/app/src/") {
        if is_translation(path) || EXCEPTIONS.iter().any(|(exception, _)| *exception == path) {
            continue;
        }
        for (line, _) in source.lines().filter(|(_, code)| code.contains("cloud_api")) {
            findings.push(Finding::error("I2", path, line, "cloud_api is named outside translate"));
        }
    }
    let gone = EXCEPTIONS.iter().filter(|(path, _)| tree.files.iter().all(|file| file.path != *path));
    findings.extend(
        gone.map(|(path, _)| Finding::error("I2", path, 0, "the exception's file is gone; remove it")),
    );
    findings
}

fn is_translation(path: &str) -> bool {
    path.ends_with("/translate.rs") || path.contains("/translate/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exceptions exist in the real tree; here they would only be missing.
    fn found(files: &[(&str, &str)]) -> Vec<Finding> {
        let exceptions = EXCEPTIONS.map(|(path, _)| (path, ""));
        check(&Tree::of(&[files, &exceptions].concat()))
    }

    #[test]
    fn the_wire_is_named_in_translate_alone() {
        let findings = found(&[
            ("crates/app/src/inbox/translate.rs", "use cloud_api::message::Outbound;"),
            ("crates/app/src/inbox/translate/media.rs", "use cloud_api::message::Outbound;"),
            ("crates/app/src/inbox/reply.rs", "//! cloud_api\nuse cloud_api::message::Outbound;"),
        ]);
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].path.as_str(), findings[0].line), ("crates/app/src/inbox/reply.rs", 2));
    }

    #[test]
    fn an_exception_whose_file_is_gone_is_found() {
        assert_eq!(check(&Tree::of(&[])).len(), EXCEPTIONS.len());
    }
}
