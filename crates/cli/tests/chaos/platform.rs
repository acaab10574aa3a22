//! The emulator, in this process, which survives every kill: several numbers, and faults to order.

use emulator::{Clock, Config, Control, Emulator, SeedWorld, Webhooks};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

pub struct Platform {
    pub control: Control,
    pub url: String,
    /// Meta's ids of the business's numbers.
    pub numbers: Vec<String>,
    emulator: Emulator,
    server: JoinHandle<()>,
}

/// Somebody with a phone.
#[derive(Debug, Clone)]
pub struct Person {
    pub wa_id: String,
    pub user_id: String,
    /// The business's number that they talk with.
    pub number: String,
}

impl Platform {
    pub async fn start(seed: u64, numbers: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let emulator = Emulator::new(Config {
            seed,
            webhooks: Webhooks { log_limit: 50_000, ..Webhooks::quick() },
            public_url: url.clone(),
            throughput_mps: 1_000,
            // Nothing may be forgotten before it was looked at.
            max_messages: 50_000_000,
            request_log: 100_000,
            ..Config::new(Clock::new(unix_ms))
        });
        emulator.start();
        let router = emulator.router();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let control = emulator.control();
        let first = SeedWorld::default().phone_number_id.parse::<u64>().unwrap();
        let numbers: Vec<String> = (0..numbers as u64).map(|i| (first + i).to_string()).collect();
        for (i, id) in numbers.iter().enumerate().skip(1) {
            let display = format!("+1 555-010-1{i:03}");
            control.put_phone_number(&json!({"id": id, "display_phone_number": display})).unwrap();
        }
        Self { control, url, numbers, emulator, server }
    }

    /// People who have written, so that they may be answered, each with one of the numbers.
    pub fn people(&self, count: usize) -> Vec<Person> {
        (0..count)
            .map(|i| {
                let made = self.control.add_customer(&json!({"name": format!("Customer {i}")})).unwrap();
                let wa_id = made["wa_id"].as_str().unwrap().to_owned();
                let number = self.numbers[i % self.numbers.len()].clone();
                let sent = self.write(&wa_id, &number, &format!("greeting {i}"));
                Person { wa_id, user_id: sent["user_id"].as_str().unwrap().to_owned(), number }
            })
            .collect()
    }

    /// A customer writes, on their own phone.
    pub fn write(&self, wa_id: &str, number: &str, body: &str) -> Value {
        let message = json!({"type": "text", "text": {"body": body}, "phone_number_id": number});
        self.control.send(wa_id, &message).unwrap()
    }

    pub fn fault(&self, rule: Value) {
        self.control.add_fault(serde_json::from_value(rule).unwrap()).unwrap();
    }

    /// Everything that the platform took from us, in the order in which it did.
    pub fn taken(&self) -> Vec<Value> {
        let query = emulator::MessageQuery { limit: Some(usize::MAX), ..Default::default() };
        self.control.messages(&query)["data"].as_array().unwrap().clone()
    }

    /// Sends that were refused with a code.
    pub fn refused(&self, code: i64) -> usize {
        let query =
            emulator::RequestQuery { code: Some(code), limit: Some(usize::MAX), ..Default::default() };
        self.control.requests(&query)["data"].as_array().unwrap().len()
    }

    /// Whether all that it has to say was taken.
    pub fn has_said_all(&self) -> bool {
        let waiting =
            emulator::WebhookQuery { state: Some("pending".into()), limit: Some(1), ..Default::default() };
        self.emulator.is_idle() && self.control.webhooks(&waiting)["data"].as_array().unwrap().is_empty()
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.emulator.stop();
        self.server.abort();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the binary under test lives in real time, so its platform must"
)]
pub fn unix_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
