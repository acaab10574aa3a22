//! Trouble around the binary: nothing that was acknowledged is lost, and what must wait goes out later.

use crate::{platform::Platform, until, waypost::Setting};
use serde_json::json;
use std::time::Duration;
use testkit::Database;

const PATIENCE: Duration = Duration::from_secs(40);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_sent_while_the_platform_is_down_goes_out_later() {
    let database = Database::sqlite();
    // Where the platform will be, once it is there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let setting = Setting::new(database.folder(), &format!("http://127.0.0.1:{port}"));
    let mut waypost = setting.start();
    let api = waypost.set_up().await;
    let template =
        json!({"type": "template", "template": {"name": "hello_world", "language": {"code": "en_US"}}});
    let sent = api.send("one", "+34600000001", &template).await;
    let path = format!("/v1/messages/{}", sent["id"].as_str().unwrap());
    until("a first try", PATIENCE, async || {
        let message = api.get(&path).await?;
        (message["transitions"].as_array()?.len() > 1).then_some(())
    })
    .await;
    assert_eq!(api.get(&path).await.unwrap()["state"], "queued");

    let platform = Platform::on(tokio::net::TcpListener::bind(("127.0.0.1", port)).await.unwrap()).await;
    let webhook =
        json!({"url": format!("{}/webhooks/whatsapp", waypost.url), "verify_token": "emulator-verify"});
    platform.control.set_webhook(&webhook).await.unwrap();
    until("the message to be read", PATIENCE, async || {
        (api.get(&path).await?["state"] == "read").then_some(())
    })
    .await;
    let taken = platform.control.messages(&Default::default());
    assert_eq!(taken["data"].as_array().unwrap().len(), 1);
}

#[test]
fn two_processes_on_one_sqlite_file_are_refused() {
    let database = Database::sqlite();
    let setting = Setting::new(database.folder(), "http://127.0.0.1:9");
    let first = setting.start();
    let second = std::process::Command::new(env!("CARGO_BIN_EXE_waypost"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&setting.folder)
        .output()
        .unwrap();
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("in use by another waypost process"), "{said}");
    drop(first);
}
