//! A PostgreSQL of the run's own, which can be knocked over.

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    server: Option<Child>,
}

impl Postgres {
    /// A new cluster; `None`, said aloud, when PostgreSQL isn't installed.
    pub async fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            eprintln!("left out: chaos on three nodes (PostgreSQL is not installed)");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("waypost-chaos-pg-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        if is_root() {
            // It refuses to run as root, so root lends it Debian's account of that name.
            let given = Command::new("chown").arg("postgres:postgres").arg(&folder).status().unwrap();
            assert!(given.success(), "there is a user named postgres");
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut postgres = Self { programs, folder, port, server: None };
        let mut initdb = postgres.command("initdb");
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        initdb.arg("--pgdata").arg(postgres.folder.join("data"));
        assert!(initdb.status().unwrap().success(), "a database cluster");
        postgres.begin().await;
        Some(postgres)
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    async fn begin(&mut self) {
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.folder.join("data")).args([
            "-h",
            "127.0.0.1",
            "-p",
            &self.port.to_string(),
        ]);
        server.args(["-c", "unix_socket_directories=", "-c", "max_connections=100"]);
        self.server = Some(server.spawn().unwrap());
        let port = self.port;
        crate::until("PostgreSQL", Duration::from_secs(60), async || {
            TcpStream::connect(("127.0.0.1", port)).ok().map(drop)
        })
        .await;
    }

    /// Ends it as a crash would, without a last checkpoint, and starts it again.
    pub async fn restart(&mut self) {
        self.signal("QUIT");
        if let Some(mut server) = self.server.take() {
            tokio::task::spawn_blocking(move || server.wait()).await.unwrap().unwrap();
        }
        self.begin().await;
    }

    fn signal(&self, name: &str) {
        if let Some(server) = &self.server {
            drop(Command::new("kill").args([&format!("-{name}"), &server.id().to_string()]).status());
        }
    }

    /// With util-linux's `setpriv` the kernel stops the server should this process be killed.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        if is_root() {
            command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
        }
        command.arg("--pdeathsig=INT").arg(self.programs.join(program)).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.signal("INT");
        if let Some(mut server) = self.server.take() {
            drop(server.wait());
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Where Debian keeps the newest version's programs.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions.flatten().map(|v| v.path().join("bin")).collect();
    found.retain(|bin| bin.join("initdb").exists());
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(Path::new("/proc/self")).is_ok_and(|meta| meta.uid() == 0)
}
