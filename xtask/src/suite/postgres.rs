//! A PostgreSQL of the test run's own: new data directory, free port, gone at the end.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::prepare;
use crate::shell;

/// Tests open many small databases side by side, each with a few connections.
const CONNECTIONS: &str = "max_connections=300";
const READY: &str = "database system is ready to accept connections";

/// Stops the server and removes its data when dropped. On Ctrl-C the terminal tells the server too, and when this
/// process is killed the kernel does.
pub struct Postgres {
    child: Child,
    dir: PathBuf,
    port: u16,
}

impl Postgres {
    /// # Errors
    /// When PostgreSQL isn't installed, or doesn't come up; its own words are in the error.
    pub fn start() -> Result<Self> {
        let programs = prepare::postgres_programs().context("PostgreSQL is not installed")?;
        let account = Account::choose()?;
        remove_left_behind();
        let dir = home().join(std::process::id().to_string());
        fs::create_dir_all(&dir).with_context(|| format!("failed to create {}", dir.display()))?;
        account.own(&dir)?;
        let data = dir.join("data");
        let mut initdb = account.command(&programs.join("initdb"));
        initdb.args([
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        shell::output(initdb.arg("--pgdata").arg(&data)).context("failed to create a database cluster")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut child = account
            .command(&programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args(["-c", "unix_socket_directories=", "-c", CONNECTIONS, "-c", "log_checkpoints=off"])
            .stderr(Stdio::piped())
            .spawn()
            .context("failed to start postgres")?;
        let log = child.stderr.take().context("failed to hear postgres")?;
        let postgres = Self { child, dir, port };
        await_ready(log)?;
        eprintln!("started PostgreSQL from {} on port {port}", programs.display());
        Ok(postgres)
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: connections are cut, nothing is waited for.
        let pid = self.child.id().to_string();
        let _ = shell::command("kill").args(["-INT", &pid]).status();
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.dir);
    }
}

/// Reads the server's log until it says that it is ready, and then drains it so that the pipe never fills.
fn await_ready(log: impl std::io::Read + Send + 'static) -> Result<()> {
    let mut lines = BufReader::new(log).lines();
    let mut heard = String::new();
    loop {
        match lines.next() {
            Some(Ok(line)) if line.contains(READY) => break,
            Some(Ok(line)) => heard = heard + &line + "\n",
            Some(Err(_)) | None => bail!("postgres did not start:\n{heard}"),
        }
    }
    std::thread::spawn(move || for _ in lines.map_while(Result::ok) {});
    Ok(())
}

/// PostgreSQL refuses to run as root, so root lends it Debian's account of that name.
struct Account(Option<(u32, u32)>);

impl Account {
    fn choose() -> Result<Self> {
        if !shell::is_root() {
            return Ok(Self(None));
        }
        let users = fs::read_to_string("/etc/passwd").context("failed to read /etc/passwd")?;
        let line = users.lines().find(|line| line.starts_with("postgres:"));
        let fields: Vec<&str> = line.context("there is no user named postgres")?.split(':').collect();
        let number = |index: usize| fields.get(index).and_then(|field| field.parse().ok());
        match (number(2), number(3)) {
            (Some(user), Some(group)) => Ok(Self(Some((user, group)))),
            _ => bail!("failed to read the user postgres in /etc/passwd"),
        }
    }

    fn own(&self, dir: &Path) -> Result<()> {
        let Some((user, group)) = self.0 else { return Ok(()) };
        std::os::unix::fs::chown(dir, Some(user), Some(group))
            .context("failed to give the data directory away")
    }

    /// With util-linux's `setpriv` the kernel stops the server when xtask dies without saying goodbye.
    fn command(&self, program: &Path) -> Command {
        let Some(setpriv) = shell::find("setpriv") else {
            let mut command = shell::command(program);
            if let Some((user, group)) = self.0 {
                command.uid(user).gid(group);
            }
            return without_our_folder(command);
        };
        let mut command = shell::command(setpriv);
        if let Some((user, group)) = self.0 {
            command.arg(format!("--reuid={user}")).arg(format!("--regid={group}")).arg("--clear-groups");
        }
        command.arg("--pdeathsig=INT").arg(program);
        without_our_folder(command)
    }
}

/// The checkout may lie where user postgres can't look.
fn without_our_folder(mut command: Command) -> Command {
    command.current_dir("/");
    command
}

/// Where the data directories lie: user postgres must be able to reach them, which a checkout doesn't promise.
fn home() -> PathBuf {
    if shell::is_root() {
        std::env::temp_dir().join("waypost-test-pg")
    } else {
        shell::target().join("test-pg")
    }
}

/// A run that was killed could not clean up; the next one does.
fn remove_left_behind() {
    for entry in fs::read_dir(home()).into_iter().flatten().flatten() {
        let running = Path::new("/proc").join(entry.file_name()).exists();
        if !running {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
