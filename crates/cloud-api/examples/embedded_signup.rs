//! What a server does after a client went through Embedded Signup: never trust the browser, exchange the code, look into the
//! token, subscribe to the account's webhooks, register the number.
//!
//!     APP_ID=… APP_SECRET=… cargo run -p cloud-api --example embedded_signup -- CODE 'MESSAGE OF THE BROWSER'
//!
//! `GRAPH_URL` leads to an emulator instead of Meta.

use cloud_api::client::tokens::{AppCredentials, SignupMessage};
use cloud_api::client::waba::WABA_FIELDS;
use cloud_api::client::{Client, Config, DEFAULT_BASE_URL};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (code, posted) = (argument(1)?, argument(2)?);
    let app = AppCredentials { app_id: variable("APP_ID")?, app_secret: variable("APP_SECRET")?.into() };
    let message = SignupMessage::parse(&posted).ok_or("the message isn't Embedded Signup's")?;
    if !message.finished() {
        return Err(format!("the client left: {:?}", message.data).into());
    }
    let needs_registration = message.needs_registration();
    let data = message.data.unwrap_or_default();
    let waba_id = data.waba_id.ok_or("the message names no account")?;

    // No token yet: the code is exchanged with the app's own credentials, at once, as it ends within a minute.
    let base_url = std::env::var("GRAPH_URL").unwrap_or_else(|_| DEFAULT_BASE_URL.to_owned());
    let nobody = Client::new(Config { base_url, ..Config::new("") })?;
    let token = nobody.exchange_code(&app, &code).await?;
    let info = nobody.debug_token(&app, &token.access_token).await?;
    if !info.reaches(&waba_id) {
        let reached: Vec<&str> = info.wabas().collect();
        return Err(format!("the token reaches {reached:?}, and not {waba_id}").into());
    }

    let client = nobody.with_credentials(token.access_token, Some(&app.app_secret));
    client.subscribe_app(&waba_id).await?;
    let waba = client.waba(&waba_id, WABA_FIELDS).await?;
    println!("{} is connected", waba.name.unwrap_or_default());
    match data.phone_number_id {
        Some(number) if needs_registration => println!("next: register {number} with a PIN of its own"),
        Some(number) => println!("{number} stays in the app and needs no registration"),
        None => println!("next: add a phone number"),
    }
    Ok(())
}

fn argument(n: usize) -> Result<String, String> {
    std::env::args().nth(n).ok_or_else(|| format!("argument {n} is missing"))
}

fn variable(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not set"))
}
