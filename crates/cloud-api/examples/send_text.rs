//! Sends a text message.
//!
//!     ACCESS_TOKEN=… cargo run -p cloud-api --example send_text -- PHONE_NUMBER_ID +15550100001 "Hello!"
//!
//! `GRAPH_URL` leads to an emulator or a provider instead of Meta, `APP_SECRET` adds `appsecret_proof`.

use std::env;
use std::process::ExitCode;

use cloud_api::client::{Client, Config};
use cloud_api::message::{Outbound, Recipient};

#[tokio::main]
async fn main() -> ExitCode {
    match send().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("failed to send: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn send() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [phone_number_id, to, body] = &arguments[..] else {
        return Err("arguments: PHONE_NUMBER_ID TO TEXT".into());
    };
    let mut config = Config::new(env::var("ACCESS_TOKEN").map_err(|_| "ACCESS_TOKEN is not set")?);
    if let Ok(url) = env::var("GRAPH_URL") {
        config.base_url = url;
    }
    config.app_secret = env::var("APP_SECRET").ok().map(Into::into);

    let message = Outbound::text(Recipient::Phone(to.clone()), body);
    if let Err(violations) = message.validate() {
        return Err(format!("{}: {}", violations[0].pointer, violations[0].message).into());
    }
    let sent = Client::new(config)?.send_message(phone_number_id, &message).await?;
    println!("accepted as {}", sent.wamid);
    Ok(())
}
