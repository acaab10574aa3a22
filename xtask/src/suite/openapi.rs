//! Every operation of Meta's own OpenAPI file, and much that no file would ask, against the real emulator.

use super::{Suite, counts, prepare};
use crate::shell;

/// Meta's file isn't ours to keep: it lies beside the project.
const FILE: &str = "../shared/meta-openapi-v23.yaml";
const NAMED: &str = "WAYPOST_META_OPENAPI";

impl Suite {
    pub(super) fn openapi(&mut self) {
        let python = match prepare::python("tests/openapi/requirements.txt") {
            Ok(python) => python,
            Err(error) => return self.report.leave_out("OpenAPI", &format!("{error:#}")),
        };
        let is_here = match std::env::var_os(NAMED) {
            Some(path) => std::path::Path::new(&path).is_file(),
            None => shell::root().join(FILE).is_file(),
        };
        if !is_here {
            let why =
                format!("Meta's file isn't at {FILE}, nor where {NAMED} says; the rest of the part runs");
            self.report.leave_out_anywhere("OpenAPI: the operations of Meta's file", &why);
        }
        let mut pytest = shell::command(python);
        pytest.args(["-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "--verbosity=1", "-rs"]);
        pytest.arg("tests/openapi");
        pytest.env("WAYPOST_BIN", shell::waypost("debug")).env("PYTHONDONTWRITEBYTECODE", "1");
        // Sets have the same order in every run, so that the same calls are made.
        pytest.env("PYTHONHASHSEED", "0");
        self.report.suite("OpenAPI", &mut pytest, counts::pytest);
    }
}
