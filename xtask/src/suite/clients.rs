//! Clients that nobody here wrote, against the real emulator.

use std::path::PathBuf;

use super::{Suite, counts, prepare};
use crate::{shell, web};

impl Suite {
    pub(super) fn clients(&mut self) {
        self.python_clients();
        self.node_clients();
        self.rust_clients();
        self.quick_start();
    }

    fn python_clients(&mut self) {
        let python = match prepare::python("tests/clients/requirements.txt") {
            Ok(python) => python,
            Err(error) => return self.report.leave_out("clients in Python", &format!("{error:#}")),
        };
        let mut pytest = shell::command(python);
        pytest.args(["-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "--verbosity=1"]);
        pytest.arg("tests/clients");
        pytest.env("WAYPOST_BIN", shell::waypost("debug")).env("PYTHONDONTWRITEBYTECODE", "1");
        self.report.suite("clients in Python", &mut pytest, counts::pytest);
    }

    fn node_clients(&mut self) {
        let dir = shell::root().join("tests/clients/node");
        if let Err(error) = web::install_in(&dir) {
            return self.report.leave_out("clients in Node.js", &format!("{error:#}"));
        }
        let mut node = shell::command("node");
        node.args(["--test", "--test-concurrency=1", "--test-timeout=120000", "--test-reporter=spec"]);
        node.args(node_files()).env("WAYPOST_BIN", shell::waypost("debug"));
        self.report.suite("clients in Node.js", &mut node, counts::node);
    }

    /// A workspace of its own: what other clients depend on is no dependency of ours.
    fn rust_clients(&mut self) {
        let ready = has_openssl() || prepare::debian(&["libssl-dev", "pkg-config"]) && has_openssl();
        if !ready {
            let why = "OpenSSL's headers are missing (Debian: apt-get install libssl-dev pkg-config)";
            return self.report.leave_out("clients in Rust", why);
        }
        let mut tests = shell::cargo(&["test", "--locked", "--no-fail-fast"]);
        tests.args(["--manifest-path", "tests/clients/rust/Cargo.toml"]);
        tests.env("CARGO_TARGET_DIR", shell::target()).env("WAYPOST_BIN", shell::waypost("debug"));
        self.report.suite("clients in Rust", &mut tests, counts::cargo_test);
    }
}

/// What other people's clients bring their TLS from.
fn has_openssl() -> bool {
    let mut look = shell::command("pkg-config");
    shell::hear(look.args(["--exists", "openssl"])).is_ok_and(|heard| heard.ok)
}

fn node_files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(shell::root().join("tests/clients/node")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    files
}
