//! `cargo xtask test`: everything that must hold, in the order in which it is cheapest to learn of a mistake.

mod clients;
mod counts;
mod openapi;
pub mod postgres;
mod prepare;
mod quickstart;
mod report;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Result, bail};

pub use self::counts::Counts;
use self::postgres::Postgres;
use self::report::{Report, one};
use crate::{codegen, shell, tidy, web};

/// The parts of the suite that `--only` names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Tidy,
    Web,
    Rust,
    Clients,
    Openapi,
    E2e,
}

const PARTS: [(&str, Part); 6] = [
    ("tidy", Part::Tidy),
    ("web", Part::Web),
    ("rust", Part::Rust),
    ("clients", Part::Clients),
    ("openapi", Part::Openapi),
    ("e2e", Part::E2e),
];

struct Suite {
    only: Option<Part>,
    report: Report,
}

/// # Errors
/// When the arguments make no sense. What goes wrong in a step is counted, not returned, so that one run tells all.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let only = match arguments {
        [] => None,
        [flag, name] if flag == "--only" => match PARTS.iter().find(|(known, _)| known == name) {
            Some((_, part)) => Some(*part),
            None => bail!("--only takes one of rust, web, e2e, clients, openapi, tidy"),
        },
        _ => bail!("usage: cargo xtask test [--only rust|web|e2e|clients|openapi|tidy]"),
    };
    let mut suite = Suite { only, report: Report::default() };
    suite.install();
    suite.tidy();
    let web_is_built = suite.web();
    suite.rust();
    suite.against_the_binary(web_is_built);
    Ok(suite.report.close())
}

impl Suite {
    fn wants(&self, part: Part) -> bool {
        self.only.is_none_or(|only| only == part)
    }

    fn install(&self) {
        let mut missing = Vec::new();
        if self.wants(Part::Rust) && prepare::postgres_programs().is_none() {
            missing.push("postgresql");
        }
        if self.wants(Part::Rust) && shell::find("nats-server").is_none() {
            missing.push("nats-server");
        }
        if self.wants(Part::E2e) && prepare::chromium().is_none() {
            // Without fonts Chromium draws boxes, and emoji are half of what people write.
            missing.extend(["chromium", "fonts-liberation", "fonts-noto-color-emoji"]);
        }
        // What is still missing afterwards is told by the step that needs it.
        prepare::debian(&missing);
    }

    fn tidy(&mut self) {
        if self.wants(Part::Tidy) {
            self.report.step("tidy", || Ok((tidy::check()?, String::new())));
        }
    }

    /// The screens come before the binary, which carries them. Returns whether there are any to carry.
    fn web(&mut self) -> bool {
        let needed = [Part::Web, Part::Rust, Part::E2e].into_iter().any(|part| self.wants(part));
        if !needed
            || !self
                .report
                .step("web: packages", || web::install().map(|()| (Counts::default(), String::new())))
        {
            return false;
        }
        if self.wants(Part::Web) {
            self.report.check("web: types", &mut web::npm(&["run", "--silent", "typecheck"]));
            self.report.check("web: lint", &mut web::npm(&["run", "--silent", "lint"]));
            self.report.suite("web: unit tests", &mut web::npm(&["test"]), counts::vitest);
        }
        self.report.check("web: build", &mut web::npm(&["run", "--silent", "build"]))
    }

    fn rust(&mut self) {
        if !self.wants(Part::Rust) {
            return;
        }
        self.report.check("rust: format", &mut shell::cargo(&["fmt", "--all", "--check"]));
        let mut clippy = shell::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]);
        self.report.check("rust: clippy", &mut clippy);
        self.dependencies();
        let postgres = self.postgres();
        self.nats();
        self.rust_tests(postgres.as_ref());
    }

    /// What came in with our dependencies. No machine needs to have cargo-deny, nor a way to its advisories.
    fn dependencies(&mut self) {
        let (licences, advisories) = ("rust: licences and sources", "rust: advisories");
        if shell::find("cargo-deny").is_none() {
            let why = "cargo-deny is missing (cargo install cargo-deny)";
            self.report.leave_out_anywhere(licences, why);
            self.report.leave_out_anywhere(advisories, why);
            return;
        }
        let mut check = shell::cargo(&["deny", "check", "licenses", "bans", "sources"]);
        self.report.check(licences, &mut check);
        if shell::hear(&mut shell::cargo(&["deny", "fetch", "db"])).is_ok_and(|heard| heard.ok) {
            self.report.check(advisories, &mut shell::cargo(&["deny", "check", "advisories"]));
        } else {
            self.report.leave_out_anywhere(advisories, "their database can't be reached from here");
        }
    }

    fn postgres(&mut self) -> Option<Postgres> {
        match Postgres::start() {
            Ok(postgres) => Some(postgres),
            Err(error) => {
                let why = format!("{error:#} (Debian: apt-get install postgresql)");
                self.report.leave_out("rust: every test on PostgreSQL", &why);
                None
            }
        }
    }

    /// The tests start servers of their own, and leave out what needs one where none is installed.
    fn nats(&mut self) {
        if shell::find("nats-server").is_none() {
            let why = "nats-server is missing (Debian: apt-get install nats-server)";
            self.report.leave_out("rust: every test with NATS", why);
        }
    }

    fn rust_tests(&mut self, postgres: Option<&Postgres>) {
        let with_database = |mut command: Command| {
            match postgres {
                Some(postgres) => command.env("WAYPOST_TEST_POSTGRES_URL", postgres.url()),
                None => command.env_remove("WAYPOST_TEST_POSTGRES_URL"),
            };
            command
        };
        if shell::find("cargo-nextest").is_some() {
            let mut nextest =
                with_database(shell::cargo(&["nextest", "run", "--workspace", "--no-fail-fast"]));
            self.report.suite("rust: tests", &mut nextest, counts::nextest);
            let mut examples = with_database(shell::cargo(&["test", "--workspace", "--doc"]));
            self.report.suite("rust: examples in the docs", &mut examples, counts::cargo_test);
        } else {
            let mut tests = with_database(shell::cargo(&["test", "--workspace", "--no-fail-fast"]));
            self.report.suite("rust: tests", &mut tests, counts::cargo_test);
        }
    }

    /// Everything that needs the real binary.
    fn against_the_binary(&mut self, web_is_built: bool) {
        if ![Part::Rust, Part::Clients, Part::Openapi, Part::E2e].into_iter().any(|part| self.wants(part)) {
            return;
        }
        if !self.report.check("binary: build", &mut shell::cargo(&["build", "--package", "cli"])) {
            return;
        }
        if self.wants(Part::Rust) && web_is_built {
            self.generated_files();
        }
        if self.wants(Part::Clients) {
            self.clients();
        }
        if self.wants(Part::Openapi) {
            self.openapi();
        }
        if self.wants(Part::E2e) {
            self.end_to_end(web_is_built);
        }
    }

    fn generated_files(&mut self) {
        self.report.step("binary: generated files", || {
            let stale = codegen::stale()?;
            for file in &stale {
                println!(
                    "{file} was not what the code says; it has been written again, look at it and commit it"
                );
            }
            Ok((one(stale.is_empty()), stale.join(" ")))
        });
    }

    fn end_to_end(&mut self, web_is_built: bool) {
        let Some(chromium) = prepare::chromium() else {
            return self
                .report
                .leave_out("end to end", "chromium is missing (Debian: apt-get install chromium)");
        };
        if !web_is_built {
            return self.report.leave_out("end to end", "the web screens could not be built");
        }
        let mut node = shell::command("node");
        node.args(["--test", "--test-concurrency=1", "--test-timeout=300000", "--test-reporter=spec"])
            .args(end_to_end_files());
        node.env("WAYPOST_BIN", shell::waypost("debug")).env("WAYPOST_CHROMIUM", chromium);
        self.report.suite("end to end in Chromium", &mut node, counts::node);
    }
}

fn end_to_end_files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(web::dir().join("e2e")).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".e2e.mjs"))
        .collect();
    files.sort();
    files
}
