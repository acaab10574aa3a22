//! `cargo xtask fuzz TARGET`: random bytes against a reader, guided by what they reach, for a while.
//!
//! Needs a nightly compiler for the instrumentation and a C++ compiler for libFuzzer, and nothing else: what `cargo-fuzz`
//! would add is the handful of flags below.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::shell;

const PLACE: &str = "crates/cloud-api/fuzz";
const SECONDS: u64 = 60;
/// Coverage that libFuzzer reads, memory checked, sums checked, and `cfg(fuzzing)` for who wants to know.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address -Ccodegen-units=1 -Cdebug-assertions=on";

struct Wanted {
    target: String,
    seconds: u64,
}

/// Builds the target and runs it. What it finds stays in the build folder, and its path is printed by libFuzzer.
///
/// # Errors
/// Without a known target, without nightly, or when the build fails.
pub fn run(arguments: &[String]) -> Result<ExitCode> {
    let targets = targets()?;
    let wanted = wanted(arguments, &targets)?;
    let host = nightly()?;
    let target_dir = shell::target().join("fuzz");
    let corpus = target_dir.join("corpus").join(&wanted.target);
    let artifacts = target_dir.join("artifacts").join(&wanted.target);
    for folder in [&corpus, &artifacts] {
        std::fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
    }
    let place = shell::root().join(PLACE);
    let mut build = nightly_cargo();
    build
        .args(["build", "--release", "--bin", &wanted.target, "--target", &host])
        .arg("--manifest-path")
        .arg(place.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target_dir)
        .env("RUSTFLAGS", FLAGS);
    shell::must(&mut build)?;
    let mut fuzz = shell::command(target_dir.join(&host).join("release").join(&wanted.target));
    fuzz.arg(format!("-max_total_time={}", wanted.seconds))
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        .arg(format!("-dict={}", place.join("words.dict").display()))
        .args(["-max_len=4096", "-timeout=10", "-print_final_stats=1"])
        .arg(&corpus)
        .arg(place.join("seeds").join(&wanted.target));
    let status = fuzz.status().context("failed to start the fuzzer")?;
    if status.success() {
        println!("fuzz: {} held for {} s", wanted.target, wanted.seconds);
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("fuzz: {} broke; the bytes that did it are in {}", wanted.target, artifacts.display());
    Ok(ExitCode::FAILURE)
}

fn wanted(arguments: &[String], targets: &[String]) -> Result<Wanted> {
    let names = targets.join(", ");
    let (target, seconds) = match arguments {
        [target] => (target, SECONDS),
        [target, flag, seconds] if flag == "--seconds" => {
            (target, seconds.parse().with_context(|| format!("{seconds} is no number of seconds"))?)
        }
        _ => bail!("usage: cargo xtask fuzz TARGET [--seconds N]; targets: {names}"),
    };
    if !targets.contains(target) {
        bail!("there is no fuzz target {target}; there are {names}");
    }
    Ok(Wanted { target: target.clone(), seconds })
}

/// The targets there are: one file each.
fn targets() -> Result<Vec<String>> {
    let folder = shell::root().join(PLACE).join("fuzz_targets");
    let mut names = Vec::new();
    for file in std::fs::read_dir(&folder).with_context(|| format!("failed to read {}", folder.display()))? {
        let name = file?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(".rs").map(str::to_owned));
    }
    names.sort();
    Ok(names)
}

/// `cargo run` sets which toolchain xtask was built with; the fuzzer needs another one.
fn nightly_cargo() -> Command {
    let mut cargo = rustup("cargo");
    cargo.env_remove("RUSTC").env_remove("RUSTDOC");
    cargo
}

fn rustup(program: &str) -> Command {
    let mut command = shell::command("rustup");
    command.args(["run", "nightly", program]).env_remove("RUSTUP_TOOLCHAIN");
    command
}

/// The platform nightly builds for.
fn nightly() -> Result<String> {
    const MISSING: &str =
        "fuzzing needs a nightly compiler, and there is none: rustup toolchain install nightly";
    if shell::find("rustup").is_none() {
        bail!("{MISSING} (and rustup to install it)");
    }
    let output = rustup("rustc").arg("-vV").output().context("failed to start rustup")?;
    if !output.status.success() {
        bail!(MISSING);
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("failed to learn from rustc what platform this is")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(arguments: &[&str]) -> Result<Wanted> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        wanted(&arguments, &["message".to_owned(), "webhook".to_owned()])
    }

    #[test]
    fn a_target_and_its_seconds_are_understood() {
        let wanted = asked(&["webhook", "--seconds", "300"]).expect("it is right");
        assert_eq!((wanted.target.as_str(), wanted.seconds), ("webhook", 300));
        assert_eq!(asked(&["message"]).expect("it is right").seconds, SECONDS);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_targets() {
        for arguments in [&["nothing"][..], &[], &["webhook", "--seconds"], &["webhook", "--seconds", "soon"]]
        {
            assert!(asked(arguments).is_err(), "{arguments:?}");
        }
        let error = asked(&["nothing"]).err().expect("it is refused");
        assert_eq!(error.to_string(), "there is no fuzz target nothing; there are message, webhook");
    }

    #[test]
    fn every_target_is_a_program_of_its_manifest_and_has_seeds() {
        let place = shell::root().join(PLACE);
        let manifest = std::fs::read_to_string(place.join("Cargo.toml")).expect("a manifest");
        let targets = targets().expect("targets");
        assert!(!targets.is_empty());
        for target in targets {
            assert!(manifest.contains(&format!("name = \"{target}\"")), "{target}");
            let seeds = std::fs::read_dir(place.join("seeds").join(&target)).expect("a folder of seeds");
            assert!(seeds.count() > 0, "{target}");
        }
    }
}
