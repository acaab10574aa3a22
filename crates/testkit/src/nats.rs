//! A NATS server of a test's own.

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long the server may take to answer after its start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `nats-server` with JetStream, on a free port, with a folder of its own. Ends when dropped.
#[derive(Debug)]
pub struct Nats {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Nats {
    /// Starts one that keeps its streams under `folder`; `None`, said aloud, when `nats-server` isn't installed.
    ///
    /// # Panics
    /// When it is installed and doesn't start.
    pub fn start(folder: &Path) -> Option<Self> {
        if Command::new("nats-server").arg("--version").output().is_err() {
            eprintln!("left out: NATS (nats-server is not installed; Debian: apt-get install nats-server)");
            return None;
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        drop(listener);
        let folder = folder.join("nats");
        Some(Self { server: spawn(&folder, port), folder, port })
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Ends it as a crash would.
    ///
    /// # Panics
    /// When it has ended before.
    pub fn stop(&mut self) {
        self.server.kill().expect("it runs");
        self.server.wait().expect("it ends");
    }

    /// Starts it again, with what it had kept.
    pub fn start_again(&mut self) {
        self.server = spawn(&self.folder, self.port);
    }
}

fn spawn(folder: &Path, port: u16) -> Child {
    let mut command = Command::new("nats-server");
    command.args(["--addr", "127.0.0.1", "--port", &port.to_string(), "--jetstream", "--store_dir"]);
    command.arg(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = command.spawn().expect("nats-server starts");
    let began = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(began.elapsed() < PATIENCE, "nats-server does not answer");
        std::thread::sleep(Duration::from_millis(20));
    }
    server
}

impl Drop for Nats {
    fn drop(&mut self) {
        // It may have been stopped before.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}
