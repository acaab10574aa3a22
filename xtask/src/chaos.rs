//! `cargo xtask chaos`: the long form of the chaos test (docs/chaos.md), on an optimised build.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::{shell, suite::postgres::Postgres};

/// What `--database` names, and its test.
const DATABASES: [(&str, &str); 3] = [
    ("sqlite", "sqlite_survives_chaos"),
    ("postgres", "postgres_survives_chaos_without_wake_ups"),
    ("nodes", "three_nodes_survive_chaos"),
];

/// The long form, as far as the arguments don't say otherwise. With kills every 25 s, more or less by a fifth.
const LONG: [(&str, &str); 5] = [
    ("CHAOS_SECONDS", "300"),
    ("CHAOS_RATE", "1000"),
    ("CHAOS_SENDS", "200"),
    ("CHAOS_KILL_SECONDS", "25"),
    ("CHAOS_RESEND_SECONDS", "10"),
];

/// What the arguments say.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    database: Option<String>,
    /// Environment of the test, by name.
    told: Vec<(&'static str, String)>,
}

/// Runs one database, or each of them in turn. Progress and one JSON object per run go to standard output.
///
/// # Errors
/// When the arguments make no sense or the build fails. A run that finds something ends with exit code 1.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let wanted = Wanted::read(arguments)?;
    let mut code = ExitCode::SUCCESS;
    let databases =
        DATABASES.iter().filter(|(name, _)| wanted.database.as_deref().is_none_or(|w| w == *name));
    for (database, name) in databases {
        // The three nodes start and stop one of their own.
        let postgres = if *database == "postgres" { Some(Postgres::start()?) } else { None };
        let mut test = test(name);
        test.envs(wanted.told.iter().map(|(name, value)| (*name, value)));
        if let Some(postgres) = &postgres {
            test.env("WAYPOST_TEST_POSTGRES_URL", postgres.url());
        }
        if !shell::hear(&mut test)?.ok {
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}

fn test(name: &str) -> Command {
    let mut cargo = shell::cargo(&["test", "--release", "--package", "cli", "--test", "chaos"]);
    cargo.args(["--", "--exact", name, "--nocapture"]).envs(LONG);
    cargo
}

impl Wanted {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut wanted = Self::default();
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if flag == "--no-wake-ups" {
                wanted.told.push(("CHAOS_WAKE_UPS", "0".into()));
                continue;
            }
            let value = rest.next().with_context(|| format!("{flag} needs a value"))?;
            let number =
                || value.parse::<u64>().with_context(|| format!("{flag} takes a number, not {value}"));
            match flag.as_str() {
                "--minutes" => wanted.told.push(("CHAOS_SECONDS", (number()? * 60).to_string())),
                "--rate" => wanted.told.push(("CHAOS_RATE", number()?.to_string())),
                "--sends" => wanted.told.push(("CHAOS_SENDS", number()?.to_string())),
                "--seed" => wanted.told.push(("CHAOS_SEED", number()?.to_string())),
                "--database" if DATABASES.iter().any(|(name, _)| name == value) => {
                    wanted.database = Some(value.clone());
                }
                "--database" => {
                    bail!("--database takes one of {}", DATABASES.map(|(name, _)| name).join(", "))
                }
                other => bail!("chaos has no {other}"),
            }
        }
        Ok(wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Result<Wanted> {
        Wanted::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn minutes_rates_and_a_database_are_understood() {
        let wanted = read("--minutes 2 --database nodes --rate 500 --no-wake-ups").expect("it makes sense");
        assert_eq!(wanted.database.as_deref(), Some("nodes"));
        let told = [("CHAOS_SECONDS", "120"), ("CHAOS_RATE", "500"), ("CHAOS_WAKE_UPS", "0")];
        assert_eq!(wanted.told, told.map(|(name, value)| (name, value.to_owned())));
        for nonsense in ["--database mysql", "--minutes", "--minutes soon", "--more 1"] {
            assert!(read(nonsense).is_err(), "{nonsense}");
        }
    }
}
