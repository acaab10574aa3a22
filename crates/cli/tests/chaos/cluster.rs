//! The processes under test, one address before them, and the API as a program uses it.

use crate::{balancer::Balancer, platform::Platform};
use serde_json::{Value, json};
use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// How every process of a run is started, each time again.
pub struct Setting {
    pub folder: PathBuf,
    pub database_url: Option<String>,
    pub nats_url: Option<String>,
    pub graph_url: String,
    pub wake_ups: bool,
    pub resend_after: Duration,
}

pub struct Cluster {
    setting: Setting,
    ports: Vec<u16>,
    nodes: Mutex<Vec<Option<Child>>>,
    balancer: Balancer,
}

/// What the first start of the first node prints.
struct Started {
    child: Child,
    lines: Box<dyn Iterator<Item = String> + Send>,
}

impl Cluster {
    /// Starts the nodes, one after the other, and makes the first admin, the numbers and a key.
    pub async fn start(setting: Setting, nodes: usize, platform: &Platform) -> (Arc<Self>, Api) {
        let free = || std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let ports: Vec<u16> = (0..nodes).map(|_| free()).collect();
        let balancer = Balancer::before(ports.clone()).await;
        let cluster =
            Self { setting, ports, nodes: Mutex::new((0..nodes).map(|_| None).collect()), balancer };
        let cluster = Arc::new(cluster);
        let mut first = cluster.spawn(0).await;
        let line = first.lines.next().expect("it says how to set it up");
        cluster.nodes.lock().unwrap()[0] = Some(first.child);
        for node in 1..nodes {
            cluster.begin(node).await;
        }
        let token = line.rsplit_once("token=").expect("the line has the token").1;
        // Through the node that knows the token.
        let door = format!("http://127.0.0.1:{}", cluster.ports[0]);
        let api = set_up(&door, token, &cluster.balancer.url, platform).await;
        (cluster, api)
    }

    pub fn url(&self) -> &str {
        &self.balancer.url
    }

    pub fn len(&self) -> usize {
        self.ports.len()
    }

    /// SIGKILL: nothing is finished, flushed or given back.
    pub fn kill(&self, node: usize) {
        if let Some(mut child) = self.nodes.lock().unwrap()[node].take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Starts a node, again and again until it is ready, as whoever looks after processes does.
    pub async fn begin(&self, node: usize) {
        let started = self.spawn(node).await;
        self.nodes.lock().unwrap()[node] = Some(started.child);
        let mut lines = started.lines;
        // Read on, so that the pipe never fills.
        std::thread::spawn(move || while lines.next().is_some() {});
    }

    /// Nodes that ended by themselves.
    pub fn ended(&self) -> usize {
        let mut nodes = self.nodes.lock().unwrap();
        let ended = nodes.iter_mut().flatten().map(|child| child.try_wait().unwrap().is_some());
        ended.filter(|ended| *ended).count()
    }

    async fn spawn(&self, node: usize) -> Started {
        let began = Instant::now();
        loop {
            let mut child = self.command(node).spawn().unwrap();
            let out = child.stdout.take().unwrap();
            let heard = tokio::task::spawn_blocking(move || {
                let mut lines = BufReader::new(out).lines().map_while(Result::ok);
                lines.next().map(|line| (line, lines))
            });
            if let Some((line, lines)) = heard.await.unwrap() {
                assert!(line.starts_with("ready "), "{line}");
                return Started { child, lines: Box::new(lines) };
            }
            child.wait().unwrap();
            assert!(
                began.elapsed() < Duration::from_secs(90),
                "node {node} doesn't start: {:?}",
                self.log(node)
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    fn command(&self, node: usize) -> Command {
        let setting = &self.setting;
        let mut command = Command::new(env!("CARGO_BIN_EXE_waypost"));
        command.args(["serve", "--listen", &format!("127.0.0.1:{}", self.ports[node])]);
        command.args(["--resend-after", &setting.resend_after.as_secs().to_string()]);
        command.args(["--graph-base-url", &setting.graph_url]);
        command.arg("--data").arg(setting.folder.join(format!("node-{node}")));
        if let Some(url) = &setting.database_url {
            command.args(["--database-url", url]);
        }
        if let Some(url) = &setting.nats_url {
            command.args(["--nats-url", url]);
        }
        command.env("WAYPOST_WAKE_UPS", if setting.wake_ups { "on" } else { "off" });
        if std::env::var_os("RUST_LOG").is_none() {
            command.env("RUST_LOG", "warn");
        }
        let log = OpenOptions::new().create(true).append(true).open(self.log(node)).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::from(log));
        command
    }

    fn log(&self, node: usize) -> PathBuf {
        self.setting.folder.join(format!("node-{node}.log"))
    }

    /// What the nodes logged, each line once, with how often it came: times and ids are left out.
    pub fn complaints(&self) -> Vec<(usize, String)> {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for node in 0..self.len() {
            for line in lines_of(&self.log(node)) {
                if line.contains("ERROR") || line.contains("panicked") {
                    *counts.entry(without_ids(&line)).or_default() += 1;
                }
            }
        }
        let mut list: Vec<_> = counts.into_iter().map(|(line, count)| (count, line)).collect();
        list.sort_by(|a, b| b.cmp(a));
        list
    }
}

fn lines_of(path: &Path) -> Vec<String> {
    File::open(path)
        .map(|file| BufReader::new(file).lines().map_while(Result::ok).collect())
        .unwrap_or_default()
}

fn without_ids(line: &str) -> String {
    let words = line.split_whitespace().skip_while(|word| *word != "ERROR" && !word.contains("panicked"));
    let plain = words.filter(|word| word.chars().filter(char::is_ascii_digit).count() < 6);
    plain.collect::<Vec<_>>().join(" ")
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for node in 0..self.len() {
            self.kill(node);
        }
    }
}

/// The first run, by HTTP as a person's browser and then a script would.
async fn set_up(door: &str, token: &str, url: &str, platform: &Platform) -> Api {
    // Plain HTTP, but the client asks for a provider all the same; another test of this process may have given one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let admin = json!({"token": token, "organization_name": "Lucky Shrub", "name": "Alba",
        "email": "alba@example.test", "password": "correct horse"});
    let answer = http.post(format!("{door}/v1/setup")).json(&admin).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let session: Value = answer.json().await.unwrap();
    let csrf = session["csrf_token"].as_str().unwrap().to_owned();
    let post = async |path: &str, body: Value| -> Value {
        let request = http.post(format!("{door}{path}")).header("cookie", &cookie);
        let answer = request.header("x-csrf-token", &csrf).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    };
    let seed = emulator::SeedWorld::default();
    for (i, id) in platform.numbers.iter().enumerate() {
        let number = json!({"phone_number_id": id, "waba_id": seed.waba_id,
            "display_phone_number": format!("+1 555-010-2{i:03}"), "verified_name": seed.verified_name,
            "access_token": seed.access_token, "app_id": seed.app_id, "app_secret": seed.app_secret,
            "verify_token": seed.verify_token});
        post("/v1/phone-numbers", number).await;
    }
    let key = post("/v1/api-keys", json!({"name": "chaos"})).await["key"].as_str().unwrap().to_owned();
    Api { http, url: url.to_owned(), key }
}

/// The API and the webhook's door, through the balancer.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    url: String,
    key: String,
}

impl Api {
    /// What is there, asked for until it is answered.
    pub async fn sure(&self, path: &str) -> Value {
        let began = Instant::now();
        loop {
            match self.get(path).await {
                Some(found) => return found,
                None => assert!(began.elapsed() < Duration::from_secs(60), "waited in vain for {path}"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn get(&self, path: &str) -> Option<Value> {
        let answer = self.http.get(format!("{}{path}", self.url)).bearer_auth(&self.key).send().await.ok()?;
        if answer.status().is_success() { answer.json().await.ok() } else { None }
    }

    /// Every row of a list, over all its pages.
    pub async fn all(&self, path: &str) -> Vec<Value> {
        let mut rows = Vec::new();
        let mut after = String::new();
        loop {
            let page = format!("{path}?limit=200{after}");
            let page = self.sure(&page).await;
            rows.extend(page["data"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return rows,
            }
        }
    }

    /// Asks for a message to be sent: the status, and the answer when there is one. `None` when nobody answered.
    pub async fn send(&self, key: &str, body: &Value) -> Option<(u16, Value)> {
        let request = self.http.post(format!("{}/v1/messages", self.url)).bearer_auth(&self.key);
        let answer = request.header("idempotency-key", key).json(body).send().await.ok()?;
        let status = answer.status().as_u16();
        Some((status, answer.json().await.ok()?))
    }

    /// Posts a webhook; the status, or nothing when nobody answered.
    pub async fn webhook(&self, body: String, signature: Option<String>) -> Option<u16> {
        let request = self.http.post(format!("{}/webhooks/whatsapp", self.url)).body(body);
        let mut request = request.header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        Some(request.send().await.ok()?.status().as_u16())
    }

    /// The gauges of `/metrics`, with their labels as they stand.
    pub async fn metrics(&self) -> Option<Vec<(String, f64)>> {
        let answer = self.http.get(format!("{}/metrics", self.url)).send().await.ok()?;
        let text = if answer.status().is_success() { answer.text().await.ok()? } else { return None };
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        Some(
            lines
                .filter_map(|line| line.rsplit_once(' '))
                .filter_map(|(n, v)| Some((n.into(), v.parse().ok()?)))
                .collect(),
        )
    }
}
