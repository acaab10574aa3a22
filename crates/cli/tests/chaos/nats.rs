//! A NATS server of the run's own, which can be stopped for a while. Left out, aloud, where there is none.

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

pub struct Nats {
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Nats {
    /// Starts it when the binary under test knows what to do with it and the server is installed.
    pub async fn start(folder: &Path) -> Result<Self, &'static str> {
        let help = Command::new(env!("CARGO_BIN_EXE_waypost")).args(["serve", "--help"]).output().unwrap();
        if !String::from_utf8_lossy(&help.stdout).contains("--nats-url") {
            return Err("left out: waypost serve has no --nats-url");
        }
        if Command::new("nats-server").arg("--version").output().is_err() {
            return Err("left out: nats-server is not installed");
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut nats = Self { folder: folder.join("nats"), port, server: None };
        nats.begin().await;
        Ok(nats)
    }

    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub async fn begin(&mut self) {
        let mut server = Command::new("nats-server");
        server.args(["--addr", "127.0.0.1", "--port", &self.port.to_string(), "--jetstream", "--store_dir"]);
        server.arg(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.server = Some(server.spawn().unwrap());
        let port = self.port;
        crate::until("NATS", Duration::from_secs(30), async || {
            TcpStream::connect(("127.0.0.1", port)).ok().map(drop)
        })
        .await;
    }

    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            drop((server.kill(), server.wait()));
        }
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.stop();
    }
}
