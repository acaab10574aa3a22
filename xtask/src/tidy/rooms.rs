//! Who may import whom, read from cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Finding;
use crate::shell;

/// The rooms each room may name in its product code. The picture is in `docs/ARCHITECTURE.md`.
const ROOMS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("cloud-api", &[]),
    ("stream", &[]),
    ("flow", &["model"]),
    ("store", &["model"]),
    ("emulator", &["cloud-api"]),
    ("app", &["model", "flow", "store", "cloud-api", "stream"]),
    ("server", &["model", "app"]),
    ("cli", &["model", "app", "server", "emulator", "cloud-api"]),
    ("testkit", &["model", "flow", "store", "app", "emulator", "cloud-api"]),
    ("xtask", &[]),
];

/// What tests may name besides: the test world and what it is made of.
const IN_TESTS: [&str; 4] = ["testkit", "emulator", "store", "cloud-api"];

/// Rooms without a runtime, and the foreign crates they may name: data types and their derives, nothing that reads
/// a clock, throws dice, opens a file or waits.
const PURE: [(&str, &[&str]); 2] = [
    ("model", &["jiff", "serde", "serde_json", "thiserror", "uuid"]),
    ("flow", &["jiff", "serde", "serde_json", "thiserror", "uuid"]),
];

/// What must not even come in behind an allowed crate.
const RUNTIMES: [&str; 10] = [
    "tokio",
    "async-std",
    "smol",
    "rusqlite",
    "libsqlite3-sys",
    "postgres",
    "tokio-postgres",
    "reqwest",
    "hyper",
    "axum",
];

/// A dependency as a member names it.
struct Dependency {
    name: String,
    in_tests: bool,
}

/// The members with their direct dependencies, and every package with all it resolves to outside tests.
pub struct Metadata {
    members: BTreeMap<String, Vec<Dependency>>,
    resolved: BTreeMap<String, BTreeSet<String>>,
}

impl Metadata {
    /// # Errors
    /// When cargo can't resolve the workspace.
    pub fn read() -> Result<Self> {
        let text = shell::output(&mut shell::cargo(&["metadata", "--format-version=1"]))?;
        Self::parse(&text)
    }

    /// Crates of others that a manifest of ours names.
    pub fn foreign(&self) -> impl Iterator<Item = &str> {
        let named = self.members.values().flatten().map(|dependency| dependency.name.as_str());
        named.filter(|name| !self.members.contains_key(*name))
    }

    fn parse(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("failed to read cargo's metadata")?;
        let member_ids: BTreeSet<&str> =
            list(&value["workspace_members"]).filter_map(Value::as_str).collect();
        let mut members = BTreeMap::new();
        let mut names = BTreeMap::new();
        for package in list(&value["packages"]) {
            let (id, name) = (string(&package["id"]), string(&package["name"]));
            names.insert(id, name);
            if member_ids.contains(id) {
                let named = list(&package["dependencies"]).map(|dependency| Dependency {
                    name: string(&dependency["name"]).to_owned(),
                    in_tests: dependency["kind"].as_str() == Some("dev"),
                });
                members.insert(name.to_owned(), named.collect());
            }
        }
        let resolved = list(&value["resolve"]["nodes"]).map(|node| (string(&node["id"]), behind(node)));
        let resolved: BTreeMap<&str, Vec<&str>> = resolved.collect();
        let pure = PURE.iter().filter_map(|(room, _)| {
            let id = names.iter().find(|(id, name)| *name == room && member_ids.contains(*id))?.0;
            Some(((*room).to_owned(), closure(id, &resolved, &names)))
        });
        Ok(Self { resolved: pure.collect(), members })
    }
}

#[cfg(test)]
impl Metadata {
    /// Members with what their manifests name.
    pub fn of(members: &[(&str, &[&str])]) -> Self {
        let named = |names: &[&str]| {
            names.iter().map(|name| Dependency { name: (*name).to_owned(), in_tests: false }).collect()
        };
        let members = members.iter().map(|(member, names)| ((*member).to_owned(), named(names))).collect();
        Self { members, resolved: BTreeMap::new() }
    }
}

/// What a package's own code is compiled with; tests and build scripts bring their own.
fn behind(node: &Value) -> Vec<&str> {
    let product =
        list(&node["deps"]).filter(|dep| list(&dep["dep_kinds"]).any(|kind| kind["kind"].is_null()));
    product.map(|dep| string(&dep["pkg"])).collect()
}

fn closure(
    start: &str,
    resolved: &BTreeMap<&str, Vec<&str>>,
    names: &BTreeMap<&str, &str>,
) -> BTreeSet<String> {
    let (mut waiting, mut seen) = (vec![start], BTreeSet::new());
    while let Some(id) = waiting.pop() {
        for next in resolved.get(id).into_iter().flatten() {
            if seen.insert(*next) {
                waiting.push(next);
            }
        }
    }
    seen.iter().filter_map(|id| names.get(id)).map(|name| (*name).to_owned()).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Every edge between our own crates must be in the picture.
pub fn edges(metadata: &Metadata) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (member, dependencies) in &metadata.members {
        let path = manifest(member);
        let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| room == member) else {
            findings.push(Finding::error(
                "rooms",
                &path,
                0,
                "is not in the picture of rooms; draw it in first",
            ));
            continue;
        };
        for Dependency { name, in_tests } in dependencies {
            let ours = metadata.members.contains_key(name);
            let fine = allowed.contains(&name.as_str()) || (*in_tests && IN_TESTS.contains(&name.as_str()));
            if ours && !fine {
                findings.push(Finding::error("rooms", &path, 0, format!("{member} may not import {name}")));
            }
        }
    }
    findings
}

/// I1: what `model` and `flow` are compiled with.
pub fn pure(metadata: &Metadata) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (room, allowed) in PURE {
        let path = manifest(room);
        for Dependency { name, .. } in
            metadata.members.get(room).into_iter().flatten().filter(|d| !d.in_tests)
        {
            if !allowed.contains(&name.as_str()) && !metadata.members.contains_key(name) {
                findings.push(Finding::error("I1", &path, 0, format!("{room} may not depend on {name}")));
            }
        }
        let runtimes =
            metadata.resolved.get(room).into_iter().flatten().filter(|n| RUNTIMES.contains(&n.as_str()));
        for name in runtimes {
            findings.push(Finding::error(
                "I1",
                &path,
                0,
                format!("{name} comes in behind a dependency of {room}"),
            ));
        }
    }
    findings
}

fn manifest(member: &str) -> String {
    if member == "xtask" { "xtask/Cargo.toml".to_owned() } else { format!("crates/{member}/Cargo.toml") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A member and its dependencies, each with its kind.
    type Member<'a> = (&'a str, &'a [(&'a str, Option<&'a str>)]);

    /// Members as their manifests say; foreign packages with what they resolve to.
    fn metadata(members: &[Member<'_>], foreign: &[(&str, &[&str])]) -> Metadata {
        let packages = members.iter().map(|(name, deps)| {
            let deps: Vec<Value> = deps.iter().map(|(n, kind)| json!({"name": n, "kind": kind})).collect();
            json!({"id": name, "name": name, "dependencies": deps})
        });
        let others = foreign.iter().map(|(name, _)| json!({"id": name, "name": name, "dependencies": []}));
        let nodes = members.iter().map(|(name, deps)| {
            let deps: Vec<Value> =
                deps.iter().map(|(n, kind)| json!({"pkg": n, "dep_kinds": [{"kind": kind}]})).collect();
            json!({"id": name, "deps": deps})
        });
        let other_nodes = foreign.iter().map(|(name, deps)| {
            let deps: Vec<Value> =
                deps.iter().map(|n| json!({"pkg": n, "dep_kinds": [{"kind": null}]})).collect();
            json!({"id": name, "deps": deps})
        });
        let ids: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        let value = json!({
            "workspace_members": ids,
            "packages": packages.chain(others).collect::<Vec<_>>(),
            "resolve": {"nodes": nodes.chain(other_nodes).collect::<Vec<_>>()},
        });
        Metadata::parse(&value.to_string()).unwrap()
    }

    #[test]
    fn an_edge_that_is_not_in_the_picture_is_found() {
        let metadata = metadata(&[("cloud-api", &[("model", None)]), ("model", &[])], &[]);
        let findings = edges(&metadata);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].message.contains("cloud-api may not import model"));
    }

    #[test]
    fn the_test_world_may_be_named_by_tests_alone() {
        let members: [Member<'_>; 2] = [("app", &[("testkit", Some("dev"))]), ("testkit", &[])];
        assert_eq!(edges(&metadata(&members, &[])), []);
        let members: [Member<'_>; 2] = [("app", &[("testkit", None)]), ("testkit", &[])];
        assert_eq!(edges(&metadata(&members, &[])).len(), 1);
    }

    #[test]
    fn a_crate_that_is_not_drawn_is_found() {
        assert_eq!(edges(&metadata(&[("utils", &[])], &[])).len(), 1);
    }

    #[test]
    fn a_runtime_in_model_is_found_directly_and_behind_another_crate() {
        let direct = metadata(&[("model", &[("rand", None)])], &[("rand", &[])]);
        assert_eq!(pure(&direct).len(), 1);
        let behind = metadata(&[("flow", &[("serde", None)])], &[("serde", &["tokio"]), ("tokio", &[])]);
        assert!(pure(&behind)[0].message.contains("tokio comes in behind"));
    }

    #[test]
    fn tests_of_model_may_throw_dice() {
        let members: [Member<'_>; 1] = [("model", &[("serde", None), ("proptest", Some("dev"))])];
        assert_eq!(pure(&metadata(&members, &[("proptest", &["tokio"]), ("serde", &[])])), []);
    }
}
