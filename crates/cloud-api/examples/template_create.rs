//! Builds a template, checks it against every rule, shows what a customer will read, and creates it.
//!
//!     cargo run -p cloud-api --example template_create
//!     ACCESS_TOKEN=… cargo run -p cloud-api --example template_create -- WABA_ID
//!
//! Without an account it is only shown. `GRAPH_URL` leads to an emulator instead of Meta.

use cloud_api::client::{Client, Config, DEFAULT_BASE_URL};
use cloud_api::message::{Content, Template};
use cloud_api::template::{Button, Definition, check_send, render};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let template = Definition::utility("order_shipped", "en_US")
        .header_text("Your order")
        .body("Hi {{1}}, your order {{2}} is on its way. Thanks!", ["Ana", "42"])
        .footer("Acme")
        .button(Button::url_with("Track", "https://acme.test/t/{{1}}", "https://acme.test/t/42"))
        .quick_reply("Stop");
    if let Err(violations) = template.validate() {
        for violation in &violations {
            eprintln!("{violation}");
        }
        return Err("the template would be refused".into());
    }
    println!("{:#}", template.to_json());

    // A message that uses it can be checked, and read, before the template exists.
    let message =
        Content::from(Template::new("order_shipped", "en_US").body(["Ben", "43"]).url_button(0, "43"));
    match check_send(&template.components, &message.payload()) {
        Ok(()) => println!("{:#}", serde_json::to_value(render(&template.components, &message.payload()))?),
        Err(violations) => println!("the message doesn't fit: {violations:?}"),
    }

    let Some(waba_id) = std::env::args().nth(1) else { return Ok(()) };
    let token = std::env::var("ACCESS_TOKEN").map_err(|_| "ACCESS_TOKEN is not set")?;
    let base_url = std::env::var("GRAPH_URL").unwrap_or_else(|_| DEFAULT_BASE_URL.to_owned());
    let client = Client::new(Config { base_url, ..Config::new(token) })?;
    let receipt = client.create_template(&waba_id, &template).await?;
    println!("created: {:?} is {}", receipt.id, receipt.status.unwrap_or_default());
    Ok(())
}
