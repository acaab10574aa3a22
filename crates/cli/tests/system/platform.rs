//! The emulator, in the test's process, on the wall clock that the binary uses too.

use emulator::{Clock, Config, Control, Emulator, Webhooks};
use tokio::{net::TcpListener, task::JoinHandle};

pub struct Platform {
    pub control: Control,
    pub url: String,
    emulator: Emulator,
    server: JoinHandle<()>,
}

impl Platform {
    pub async fn start() -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").await.unwrap()).await
    }

    pub async fn on(listener: TcpListener) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let emulator = Emulator::new(Config {
            webhooks: Webhooks::quick(),
            public_url: url.clone(),
            throughput_mps: 1_000,
            ..Config::new(Clock::new(unix_ms))
        });
        emulator.start();
        let router = emulator.router();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { control: emulator.control(), url, emulator, server }
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
fn unix_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
