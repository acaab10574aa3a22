//! Care of a live installation by the binary's commands: backup and restore, migrations, replay, doctor.

use crate::{
    platform::Platform,
    text, until,
    waypost::{Api, Setting, Waypost},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use testkit::{Database, on_both};

const PATIENCE: Duration = Duration::from_secs(60);

/// A command on the installation of `setting`.
fn command(setting: &Setting, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
    command.args(words).arg("--data").arg(&setting.folder);
    if let Some(url) = &setting.database_url {
        command.args(["--database-url", url]);
    }
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn ran(setting: &Setting, words: &[&str]) -> String {
    let output = command(setting, words);
    assert!(output.status.success(), "{words:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(setting: &Setting, words: &[&str], why: &str) {
    let output = command(setting, words);
    assert!(!output.status.success() && said(&output).contains(why), "{words:?}: {}", said(&output));
}

struct Scene {
    platform: Platform,
    setting: Setting,
    waypost: Waypost,
    api: Api,
}

async fn scene(database: &Database) -> Scene {
    let platform = Platform::start().await;
    let mut setting = Setting::new(&database.folder().join("data"), &platform.url);
    setting.database_url = database.postgres_url().await;
    let mut waypost = setting.start();
    let api = waypost.set_up().await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", waypost.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    Scene { platform, setting, waypost, api }
}

fn customer(platform: &Platform, name: &str) -> String {
    let made = platform.control.add_customer(&json!({"name": name})).unwrap();
    made["wa_id"].as_str().unwrap().to_owned()
}

async fn messages(api: &Api, many: usize) -> Vec<Value> {
    until("the messages", PATIENCE, async || {
        let all = api.all("/v1/messages").await;
        (all.len() >= many).then_some(all)
    })
    .await
}

fn bodies(messages: &[Value]) -> Vec<String> {
    let mut bodies: Vec<String> = messages.iter().map(|m| m["content"].to_string()).collect();
    bodies.sort();
    bodies
}

/// The folders of files below the media folder, each with its files.
fn files(media: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(media).unwrap().map(|entry| entry.unwrap().path());
    let mut all: Vec<_> =
        folders.flat_map(|folder| fs::read_dir(folder).unwrap().map(|e| e.unwrap().path())).collect();
    all.sort();
    all
}

fn manifest(backup: &Path) -> Value {
    serde_json::from_slice(&fs::read(backup.join("manifest.json")).unwrap()).unwrap()
}

on_both! {
    async fn a_backup_under_load_comes_back_whole_in_a_fresh_place(database) {
        let Scene { platform, setting, mut waypost, api } = scene(&database).await;
        let ana = customer(&platform, "Ana");
        for number in 0..30 {
            platform.control.send(&ana, &text(&format!("before {number}"))).unwrap();
        }
        api.upload(b"a picture", "image/png").await;
        let before = bodies(&messages(&api, 30).await);

        let (stop, told) = (Arc::new(AtomicBool::new(false)), platform.control.clone());
        let (stopped, busy) = (Arc::clone(&stop), ana.clone());
        let load = tokio::spawn(async move {
            for number in 0.. {
                if stopped.load(Ordering::Relaxed) {
                    return number;
                }
                told.send(&busy, &text(&format!("during {number}"))).unwrap();
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            unreachable!("numbers don't end")
        });
        messages(&api, 40).await;
        let folder = database.folder().join("backups");
        let first = PathBuf::from(ran(&setting, &["backup", folder.to_str().unwrap()]).trim());
        stop.store(true, Ordering::Relaxed);
        let during: usize = load.await.unwrap();
        let all = bodies(&messages(&api, 30 + during).await);

        // Another one shares the files with the first, whose clock has seconds.
        until("another second", PATIENCE, async || {
            command(&setting, &["backup", folder.to_str().unwrap()]).status.success().then_some(())
        })
        .await;
        let mut backups: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        backups.sort();
        assert_eq!(backups.len(), 2);
        assert_eq!((&manifest(&first)["media"]["files"], &manifest(&first)["media"]["linked"]), (&json!(1), &json!(0)));
        assert_eq!(manifest(&backups[1])["media"]["linked"], 1);

        let whole = command(&setting, &["restore", "--check", first.to_str().unwrap()]);
        assert!(said(&whole).contains("the backup is whole"), "{}", said(&whole));
        refused(&setting, &["restore", first.to_str().unwrap()], "already");
        waypost.kill();

        let fresh = database.another();
        let mut place = Setting::new(&fresh.folder().join("data"), &platform.url);
        place.database_url = fresh.postgres_url().await;
        ran(&place, &["restore", first.to_str().unwrap()]);
        let waypost = place.start();
        let api = api.at(&waypost.url);
        let back = bodies(&api.all("/v1/messages").await);
        // Deliveries that waited at that moment are in the backup too, and are handled now.
        let held = usize::try_from(manifest(&first)["database"]["state"]["messages"].as_u64().unwrap()).unwrap();
        assert!(back.len() >= held, "{} of {held}", back.len());
        assert!(before.iter().all(|body| back.contains(body)), "what was there before the backup");
        assert!(back.iter().all(|body| all.contains(body)), "nothing else");
        let kept: Vec<Vec<u8>> = files(&place.folder.join("media")).iter().map(|f| fs::read(f).unwrap()).collect();
        assert_eq!(kept, [b"a picture"]);
        // And it works on.
        assert_eq!(api.webhook(&json!({"object": "whatsapp_business_account", "entry": []}).to_string()).await, Some(200));
        let doctor = command(&place, &["doctor", "--deep", "--graph-base-url", &platform.url]);
        assert!(said(&doctor).contains("ok    references: every row that is named is there"), "{}", said(&doctor));
    }

    async fn a_backup_that_was_changed_is_refused_and_leaves_nothing(database) {
        let Scene { platform: _platform, setting, waypost: _waypost, api } = scene(&database).await;
        api.upload(b"a picture", "image/png").await;
        let folder = database.folder().join("backups");
        let backup = PathBuf::from(ran(&setting, &["backup", folder.to_str().unwrap()]).trim());
        let picture = &files(&backup.join("media"))[0];
        fs::write(picture, b"a pixture").unwrap();
        refused(&setting, &["restore", "--check", backup.to_str().unwrap()], "damaged");
        let fresh = database.another();
        let mut place = Setting::new(&fresh.folder().join("data"), "http://127.0.0.1:9");
        place.database_url = fresh.postgres_url().await;
        refused(&place, &["restore", backup.to_str().unwrap()], "damaged");
        fs::write(picture, b"a picture").unwrap();
        ran(&place, &["restore", backup.to_str().unwrap()]);
    }

    async fn the_tables_are_brought_up_to_date_by_a_command(database) {
        let mut setting = Setting::new(&database.folder().join("data"), "http://127.0.0.1:9");
        setting.database_url = database.postgres_url().await;
        let applied = ran(&setting, &["migrate"]);
        assert!(applied.starts_with("applied: 0001_first\napplied: 0002_"), "{applied}");
        assert!(ran(&setting, &["migrate", "--check"]).starts_with("up to date: migration"));
        // A newer Waypost was here.
        crate::future::write(&setting).await;
        for words in [&["migrate"][..], &["migrate", "--check"], &["serve", "--listen", "127.0.0.1:0"]] {
            refused(&setting, words, "written by a newer Waypost (migration 9999");
        }
        let doctor = command(&setting, &["doctor", "--graph-base-url", "http://127.0.0.1:9"]);
        assert_eq!(doctor.status.code(), Some(1));
        assert!(said(&doctor).contains("written by a newer Waypost"), "{}", said(&doctor));
    }

    async fn deliveries_are_replayed_into_a_new_database_beside_the_server(database) {
        let Scene { platform, setting, waypost, api } = scene(&database).await;
        for name in ["Ana", "Bea"] {
            let person = customer(&platform, name);
            for number in 0..5 {
                platform.control.send(&person, &text(&format!("{name} {number}"))).unwrap();
            }
        }
        messages(&api, 10).await;
        let new = database.folder().join("new.db");
        let words = ["replay", "--from", "2020-01-01T00:00:00Z", "--into", new.to_str().unwrap()];
        let said_so = ran(&setting, &words);
        assert!(said_so.ends_with("\nequal\n"), "{said_so}");
        refused(&setting, &words, "already");
        let in_place = ["replay", "--from", "2020-01-01T00:00:00Z"];
        if setting.database_url.is_none() {
            refused(&setting, &in_place, "stop `waypost serve` first");
        }
        drop(waypost);
        let said_so = ran(&setting, &in_place);
        assert!(said_so.ends_with("equal: nothing was missing\n"), "{said_so}");
    }

    async fn the_doctor_says_what_is_well_and_what_is_not(database) {
        let Scene { platform, setting, mut waypost, .. } = scene(&database).await;
        let look = || {
            let output = command(&setting, &["doctor", "--json", "--graph-base-url", &platform.url]);
            let findings: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
            (output.status.code(), findings)
        };
        let finding = |findings: &[Value], check: &str| -> Value {
            let found = findings.iter().find(|finding| finding["check"] == check);
            found.unwrap_or_else(|| panic!("no finding {check}: {findings:?}")).clone()
        };
        let (code, findings) = until("the scheduler's lease", PATIENCE, async || {
            let (code, findings) = look();
            finding(&findings, "leases")["says"].as_str()?.contains("scheduler").then_some((code, findings))
        })
        .await;
        let failed = findings.iter().any(|finding| finding["level"] == "fail");
        assert_eq!(code, Some(i32::from(failed)), "{findings:?}");
        for check in ["migrations", "deliveries", "sends", "jobs", "deliveries set aside", "outcome unknown", "phone numbers", "Meta's clock"] {
            assert_eq!(finding(&findings, check)["level"], "ok", "{check}: {findings:?}");
        }
        let own = if setting.database_url.is_some() { "database clock" } else { "integrity" };
        assert_eq!(finding(&findings, own)["level"], "ok");
        waypost.kill();
        until("the lease to be missed", PATIENCE, async || {
            let (_, findings) = look();
            (finding(&findings, "leases")["level"] == "warn").then_some(())
        })
        .await;
    }
}

#[test]
fn the_doctor_fails_where_there_is_nothing() {
    let database = Database::sqlite();
    let setting = Setting::new(&database.folder().join("nothing"), "http://127.0.0.1:9");
    let doctor = command(&setting, &["doctor", "--graph-base-url", "http://127.0.0.1:9"]);
    assert_eq!(doctor.status.code(), Some(1));
    let text = said(&doctor);
    assert!(text.contains("FAIL  database: the database can't be read: there is no database at"), "{text}");
    assert!(!setting.folder.exists(), "a look makes nothing");
}
