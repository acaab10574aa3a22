//! The binary under test: started, set up, killed, asked.

use crate::until;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

/// How a binary is started, each time again.
#[derive(Clone)]
pub struct Setting {
    pub folder: PathBuf,
    pub database_url: Option<String>,
    pub graph_url: String,
    pub port: u16,
    /// Most bytes that a file may get, to play a full disk.
    pub file_limit: Option<u64>,
    /// More flags.
    pub flags: Vec<String>,
}

impl Setting {
    pub fn new(folder: &Path, graph_url: &str) -> Self {
        Self {
            folder: folder.to_owned(),
            database_url: None,
            graph_url: graph_url.to_owned(),
            port: free_port(),
            file_limit: None,
            flags: Vec::new(),
        }
    }

    /// Another node of the same, with these flags besides.
    pub fn another(&self, flags: &[&str]) -> Self {
        let mut other = Self { port: free_port(), ..self.clone() };
        other.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        other
    }

    fn command(&self) -> Command {
        let binary = env!("CARGO_BIN_EXE_waypost");
        let mut command = match self.file_limit {
            None => Command::new(binary),
            Some(bytes) => {
                // The signal is ignored, so that the write fails as on a full disk instead of ending the process.
                let mut shell = Command::new("bash");
                let script = format!("trap '' XFSZ; ulimit -S -f {}; exec \"$0\" \"$@\"", bytes / 1024);
                shell.args(["-c", &script, binary]);
                shell
            }
        };
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--resend-after", "6"]);
        command.args(["--graph-base-url", &self.graph_url]).arg("--data").arg(&self.folder);
        if let Some(url) = &self.database_url {
            command.args(["--database-url", url]);
        }
        command.args(&self.flags).stdout(Stdio::piped()).stderr(self.log());
        command
    }

    /// Where the log goes: with `WAYPOST_TEST_LOGS`, which names a folder, to a file for each port.
    fn log(&self) -> Stdio {
        let Some(folder) = std::env::var_os("WAYPOST_TEST_LOGS") else { return Stdio::null() };
        let name = Path::new(&folder).join(format!("{}.log", self.port));
        std::fs::OpenOptions::new().create(true).append(true).open(name).unwrap().into()
    }

    /// Starts the binary and waits until it is ready.
    pub fn start(&self) -> Waypost {
        let mut child = self.command().spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it says that it is ready").unwrap();
        let door = format!("ready http://127.0.0.1:{}", self.port);
        assert!(first == door || first == "ready", "{first}");
        Waypost {
            child,
            lines: Box::new(lines.map_while(Result::ok)),
            url: format!("http://127.0.0.1:{}", self.port),
        }
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub struct Waypost {
    child: Child,
    lines: Box<dyn Iterator<Item = String>>,
    pub url: String,
}

impl Waypost {
    /// Its process id.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: nothing is finished, flushed or given back.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to end.
    pub fn terminate(&self) {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
    }

    /// How it ended, once it has.
    pub fn ended(&mut self) -> Option<std::process::ExitStatus> {
        self.child.try_wait().unwrap()
    }

    /// The first run, by HTTP as a person's browser and then a script would: admin, number, key.
    pub async fn set_up(&mut self) -> Api {
        let seed = emulator::SeedWorld::default().phone_number_id;
        self.set_up_with(&[&seed]).await.0
    }

    /// The same with several numbers, by Meta's ids, which are given by ours. The first is the one that sends.
    pub async fn set_up_with(&mut self, numbers: &[&str]) -> (Api, Vec<String>) {
        let line = self.lines.next().expect("it says how to set it up");
        let token = line.rsplit_once("token=").expect("the line has the token").1;
        // Plain HTTP, but the client asks for a provider all the same; another test of this process may have given one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().build().unwrap();
        let admin = json!({"token": token, "organization_name": "Lucky Shrub", "name": "Alba",
            "email": "alba@example.test", "password": "correct horse"});
        let answer = http.post(format!("{}/v1/setup", self.url)).json(&admin).send().await.unwrap();
        assert_eq!(answer.status(), 201);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let session: Value = answer.json().await.unwrap();
        let csrf = session["csrf_token"].as_str().unwrap().to_owned();
        let post = async |path: &str, body: Value| -> Value {
            let request = http.post(format!("{}{path}", self.url)).header("cookie", &cookie);
            let answer = request.header("x-csrf-token", &csrf).json(&body).send().await.unwrap();
            assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
            answer.json().await.unwrap()
        };
        let mut connected = Vec::new();
        for number in numbers {
            let made = post("/v1/phone-numbers", connection(number)).await;
            connected.push(made["id"].as_str().unwrap().to_owned());
        }
        let key = post("/v1/api-keys", json!({"name": "test"})).await["key"].as_str().unwrap().to_owned();
        let from = connected[0].clone();
        (Api { http, url: self.url.clone(), key, from }, connected)
    }
}

/// A number as it is connected.
fn connection(phone_number_id: &str) -> Value {
    let seed = emulator::SeedWorld::default();
    json!({"phone_number_id": phone_number_id, "waba_id": seed.waba_id,
        "display_phone_number": seed.display_phone_number, "verified_name": seed.verified_name,
        "access_token": seed.access_token, "app_id": seed.app_id, "app_secret": seed.app_secret,
        "verify_token": seed.verify_token})
}

impl Drop for Waypost {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The API, as a program with a key uses it.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    url: String,
    key: String,
    pub from: String,
}

impl Api {
    pub async fn get(&self, path: &str) -> Option<Value> {
        let request = self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.key);
        let answer = request.timeout(Duration::from_secs(20)).send().await.ok()?;
        if answer.status().is_success() { answer.json().await.ok() } else { None }
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.url)).bearer_auth(&self.key);
        let answer = request.json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// The same program, talking to another server that has its key.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// Gives the server a file that is to be sent.
    pub async fn upload(&self, bytes: &'static [u8], mime_type: &str) {
        let part =
            reqwest::multipart::Part::bytes(bytes).file_name("picture.png").mime_str(mime_type).unwrap();
        let form = reqwest::multipart::Form::new().part("file", part);
        let request = self.http.post(format!("{}/v1/media", self.url)).bearer_auth(&self.key).multipart(form);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    }

    /// The status of a page without credentials; nothing when nobody answers.
    pub async fn status(&self, path: &str) -> Option<u16> {
        Some(self.http.get(format!("{}{path}", self.url)).send().await.ok()?.status().as_u16())
    }

    /// The value of a gauge.
    pub async fn gauge(&self, name: &str) -> Option<f64> {
        let answer = self.http.get(format!("{}/metrics", self.url)).send().await.ok()?;
        let text = answer.text().await.ok()?;
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
    }

    /// The live events after one, or from now on.
    pub async fn live(&self, last: Option<&str>) -> reqwest::Response {
        let mut request = self.http.get(format!("{}/v1/events", self.url)).bearer_auth(&self.key);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        answer
    }

    /// Every row of a list, over all its pages.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut after = String::new();
        loop {
            let separator = if path.contains('?') { '&' } else { '?' };
            let page = format!("{path}{separator}limit=200{after}");
            let page = until("a page", Duration::from_secs(30), async || self.get(&page).await).await;
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return rows,
            }
        }
    }

    /// Sends until the server has taken it: the same key makes a repetition the same message.
    pub async fn send(&self, key: &str, to: &str, content: &Value) -> Value {
        let mut body = content.clone();
        body["from"] = json!(self.from);
        body["to"] = json!(to);
        let began = std::time::Instant::now();
        loop {
            let request = self.http.post(format!("{}/v1/messages", self.url)).bearer_auth(&self.key);
            // Not reachable while it is killed: again.
            if let Ok(answer) = request.header("idempotency-key", key).json(&body).send().await {
                let status = answer.status();
                assert!(status != 400 && status != 422, "{}", answer.text().await.unwrap());
                if let (true, Ok(message)) = (status == 202, answer.json().await) {
                    return message;
                }
            }
            assert!(began.elapsed() < Duration::from_secs(60), "waited in vain for {key} to be taken");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Posts a signed webhook; gives the status, or nothing when the server could not be reached.
    pub async fn webhook(&self, body: &str) -> Option<u16> {
        let signature = cloud_api::signature::sign("emulator-app-secret", body.as_bytes());
        let request = self.http.post(format!("{}/webhooks/whatsapp", self.url)).body(body.to_owned());
        let request =
            request.header("content-type", "application/json").header("x-hub-signature-256", signature);
        Some(request.send().await.ok()?.status().as_u16())
    }
}
