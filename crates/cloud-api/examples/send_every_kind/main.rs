//! Prints the JSON of one message of every kind, as it goes over the wire. Sends nothing.
//!
//!     cargo run -p cloud-api --example send_every_kind
//!     cargo run -p cloud-api --example send_every_kind -- carousel

use std::process::ExitCode;

mod messages;

fn main() -> ExitCode {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    let mut fine = true;
    for (name, message) in messages::all().iter().filter(|(name, _)| name.contains(&wanted)) {
        println!("// {name}");
        println!("{:#}", message.to_json());
        // `Client::send_message` does this too, before anything leaves.
        for violation in message.validate().err().unwrap_or_default() {
            println!("// would be refused with {}: {violation}", violation.code());
            fine = false;
        }
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
