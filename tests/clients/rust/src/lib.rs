//! The emulator as a process, its control API, and a business that is run by whatsapp-business-rs.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{json, Value};
use whatsapp_business_rs::app::SubscriptionField;
use whatsapp_business_rs::server::{EventContext, IncomingMessage, MessageUpdate, WabaEvent};
use whatsapp_business_rs::{Auth, Client, Server, WebhookHandler};

pub const APP: &str = "900000000000001";
pub const SECRET: &str = "emulator-app-secret";
pub const TOKEN: &str = "EMULATOR-TOKEN";
pub const WABA: &str = "700000000000001";
pub const NUMBER: &str = "600000000000001";
const VERIFY: &str = "the-crate-asks-for-this";
const PATIENCE: Duration = Duration::from_secs(30);

/// The client reads its base URL from the environment, which all tests of a process share: they take turns.
static TURN: Mutex<()> = Mutex::new(());

/// Waits for a condition, never for a time; gives back what the probe found.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut probe: impl FnMut() -> F) -> T {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(found) = probe().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("gave up waiting for {what}");
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// `waypost emulator` on a port of its own.
pub struct Emulator {
    _turn: MutexGuard<'static, ()>,
    process: Child,
    pub url: String,
    pub http: reqwest::Client,
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Emulator {
    pub async fn start() -> Self {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let binary = std::env::var("WAYPOST_BIN").expect("WAYPOST_BIN says where the binary is");
        let port = free_address().port();
        let url = format!("http://127.0.0.1:{port}");
        let process = Command::new(binary)
            .args(["emulator", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("WAYPOST_BIN can't be started");
        std::env::set_var("API_BASE_URL_FOR_TESTING", &url);
        let emulator = Self { _turn: turn, process, url, http: reqwest::Client::new() };
        let world = format!("{}/_control/world", emulator.url);
        until("the emulator", || async {
            let answer = emulator.http.get(&world).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        emulator
    }

    pub async fn client(&self) -> Client {
        Client::new(TOKEN).await.unwrap()
    }

    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}/_control{path}", self.url));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Somebody who has just written, so that the service window is open.
    pub async fn ana(&self) -> Customer<'_> {
        let made = self.control("POST", "/customers", json!({ "name": "Ana Torres" })).await;
        let text = |name: &str| made[name].as_str().unwrap().to_owned();
        let mut ana = Customer { emulator: self, wa_id: text("wa_id"), hello: String::new() };
        ana.hello = ana.write(json!({ "type": "text", "text": { "body": "hola" } })).await;
        ana
    }
}

/// A person with a phone, moved by the control API.
pub struct Customer<'a> {
    emulator: &'a Emulator,
    pub wa_id: String,
    /// Her first message.
    pub hello: String,
}

impl Customer<'_> {
    /// Sends a message as Meta's webhooks shape it; its wamid.
    pub async fn write(&self, message: Value) -> String {
        let path = format!("/customers/{}/messages", self.wa_id);
        self.emulator.control("POST", &path, message).await["wamid"].as_str().unwrap().to_owned()
    }

    /// The message on the phone.
    pub async fn bubble(&self, wamid: &str) -> Value {
        let path = format!("/customers/{}/thread?all=true", self.wa_id);
        until(&format!("{wamid} on the phone"), || async {
            let thread = self.emulator.control("GET", &path, Value::Null).await;
            thread["messages"].as_array()?.iter().find(|bubble| bubble["wamid"] == wamid).cloned()
        })
        .await
    }
}

/// What the crate's webhook server understood.
#[derive(Clone, Default)]
pub struct Heard {
    pub messages: Arc<Mutex<Vec<IncomingMessage>>>,
    pub updates: Arc<Mutex<Vec<MessageUpdate>>>,
    pub accounts: Arc<Mutex<Vec<WabaEvent>>>,
    pub errors: Arc<Mutex<Vec<String>>>,
}

impl WebhookHandler for Heard {
    async fn handle_message(&self, _: EventContext, message: IncomingMessage) {
        self.messages.lock().unwrap().push(message);
    }

    async fn handle_message_update(&self, _: EventContext, update: MessageUpdate) {
        self.updates.lock().unwrap().push(update);
    }

    async fn handle_waba_event(&self, _: EventContext, event: WabaEvent) {
        self.accounts.lock().unwrap().push(event);
    }

    async fn handle_error(
        &self,
        _: whatsapp_business_rs::server::ErrorContext,
        error: Box<dyn std::error::Error + Send>,
    ) {
        self.errors.lock().unwrap().push(error.to_string());
    }
}

impl Heard {
    /// The message once the server has understood it.
    pub async fn message(&self, wamid: &str) -> IncomingMessage {
        until(&format!("{wamid} in the crate"), || async {
            self.messages.lock().unwrap().iter().find(|message| message.id == wamid).cloned()
        })
        .await
    }
}

/// The crate's own server, registered at the emulator by the crate itself; its address.
pub async fn serve(emulator: &Emulator) -> (Heard, String) {
    let heard = Heard::default();
    let address = free_address();
    let url = format!("http://{address}/");
    let client = emulator.client().await;
    let registration = client
        .app(APP)
        .configure_webhook((VERIFY, url.clone()))
        .events([SubscriptionField::Messages, SubscriptionField::AccountUpdate].into())
        .with_auth(Auth::secret((APP, SECRET)));
    let server = Server::builder()
        .endpoint(address)
        .route("/")
        .verify_payload(SECRET)
        .build()
        .serve(heard.clone(), client.clone())
        .register_webhook(registration);
    tokio::spawn(async move { server.await });
    until("the subscription", || async {
        let world = emulator.control("GET", "/world", Value::Null).await;
        world["apps"].as_array()?.iter().find(|app| app["callback_url"] == url.as_str()).map(|_| ())
    })
    .await;
    (heard, url)
}
