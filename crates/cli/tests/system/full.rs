//! A disk that is really full: a small file system of its own where this machine lets one be mounted, and a limit on the
//! length of files, which fails writes in the same places, where it doesn't.

use crate::{
    platform::Platform,
    until,
    waypost::{Api, Setting},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};
use testkit::Database;

const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes of the disk, and of what fills most of it from the start.
const DISK: u64 = 24 << 20;
const BALLAST: u64 = 12 << 20;

/// A disk of its own, gone with the test.
struct Disk {
    folder: PathBuf,
    mounted: bool,
}

impl Disk {
    fn new(folder: &Path) -> Self {
        let folder = folder.join("disk");
        fs::create_dir(&folder).unwrap();
        let size = format!("size={DISK},mode=700");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&folder).output();
        let mounted = mount.is_ok_and(|mount| mount.status.success());
        if !mounted {
            eprintln!(
                "no file system may be mounted here: a limit on the length of files plays the full disk"
            );
        }
        Self { folder, mounted }
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Makes room for the process, as somebody would who deletes old files.
    fn make_room(&self, process: u32) {
        fs::remove_file(self.ballast()).unwrap();
        if !self.mounted {
            let limit =
                Command::new("prlimit").args(["--fsize=unlimited", "--pid", &process.to_string()]).status();
            assert!(limit.unwrap().success());
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.mounted {
            // Lazily, because the binary may still be ending.
            drop(Command::new("umount").arg("-l").arg(&self.folder).status());
        }
    }
}

fn delivery(number: usize, filler: &str) -> String {
    let message = json!({"from": format!("3460000{number:04}"), "id": format!("wamid.full{number}"), "timestamp": "1700000000",
        "type": "text", "text": {"body": format!("number {number}")}});
    let seed = emulator::SeedWorld::default();
    let value = json!({"messaging_product": "whatsapp", "metadata": {"display_phone_number": "15550100001",
        "phone_number_id": seed.phone_number_id}, "messages": [message], "filler": filler});
    let change = json!({"field": "messages", "value": value});
    json!({"object": "whatsapp_business_account", "entry": [{"id": seed.waba_id, "changes": [change]}]})
        .to_string()
}

/// Posts until `enough`, and gives the numbers of those that were acknowledged and of those that were refused.
async fn load(api: &Api, from: usize, enough: impl Fn(usize, usize) -> bool) -> (Vec<usize>, Vec<usize>) {
    let filler = "x".repeat(100 * 1024);
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for number in from..from + 2_000 {
        match api.webhook(&delivery(number, &filler)).await {
            Some(200) => taken.push(number),
            Some(503) => refused.push(number),
            other => panic!("delivery {number} was answered with {other:?}"),
        }
        if enough(taken.len(), refused.len()) {
            return (taken, refused);
        }
    }
    panic!("never enough: {} taken, {} refused", taken.len(), refused.len());
}

async fn texts(api: &Api) -> Vec<String> {
    let text = |m: &Value| m["content"]["text"]["body"].as_str().unwrap_or_default().to_owned();
    let mut texts: Vec<_> = api.all("/v1/messages").await.iter().map(text).collect();
    texts.sort();
    texts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_loses_nothing_and_work_goes_on_once_there_is_room() {
    let database = Database::sqlite();
    let disk = Disk::new(database.folder());
    let platform = Platform::start().await;
    let mut setting = Setting::new(&disk.folder.join("data"), &platform.url);
    fs::write(disk.ballast(), vec![1; usize::try_from(BALLAST).unwrap()]).unwrap();
    setting.file_limit = (!disk.mounted).then_some(DISK - BALLAST);
    let mut waypost = setting.start();
    let api = waypost.set_up().await;

    let (mut taken, refused) = load(&api, 0, |_, refused| refused >= 20).await;
    assert!(taken.len() > 10, "the disk was full from the start");
    // The same process goes on by itself as soon as there is room; Meta brings again what was refused.
    disk.make_room(waypost.process());
    until("the first delivery to be taken again", PATIENCE, async || {
        (api.webhook(&delivery(refused[0], "")).await == Some(200)).then_some(())
    })
    .await;
    for number in &refused {
        assert_eq!(api.webhook(&delivery(*number, "")).await, Some(200));
    }
    let (more, none) = load(&api, 5_000, |taken, _| taken >= 20).await;
    assert!(none.is_empty(), "{none:?}");
    taken.extend(refused);
    taken.extend(more);
    let mut expected: Vec<String> = taken.iter().map(|number| format!("number {number}")).collect();
    expected.sort();
    until("every acknowledged message, once", PATIENCE, async || {
        (texts(&api).await.len() >= expected.len()).then_some(())
    })
    .await;
    assert_eq!(texts(&api).await, expected);
    let health = api.get("/v1/deliveries?state=failed").await.unwrap();
    assert_eq!(health["data"], json!([]), "a full disk is no delivery's fault");
}
