//! The tasks behind an emulator: the scheduler, the lanes that post webhooks, and the fetcher of links.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use tokio::sync::mpsc;

use crate::config::Config;
use crate::link;
use crate::shared::{Fetch, Post, Receivers, Shared};
use crate::webhooks::log::Attempt;

/// How long the scheduler may overlook that somebody else moved a shared clock.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// The client for webhooks, handshakes and links. Never through a proxy: receivers are mostly on this machine.
pub(crate) fn http_client(config: &Config) -> reqwest::Client {
    // Another part of the program may have chosen a provider already; either will do.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_millis(config.webhooks.timeout_ms))
        .user_agent("facebookexternalua")
        .pool_max_idle_per_host(config.webhooks.lanes)
        .build()
        .expect("a client without certificates of its own builds")
}

/// Starts the tasks; they end when the emulator is dropped or stopped.
pub(crate) fn start(shared: &Arc<Shared>, receivers: Receivers) {
    tokio::spawn(until_stopped(Arc::clone(shared), schedule(Arc::clone(shared))));
    for lane in receivers.lanes {
        tokio::spawn(until_stopped(Arc::clone(shared), post_in_order(Arc::clone(shared), lane)));
    }
    tokio::spawn(until_stopped(Arc::clone(shared), fetch_links(Arc::clone(shared), receivers.fetches)));
}

pub(crate) async fn until_stopped(shared: Arc<Shared>, work: impl Future<Output = ()>) {
    let mut stop = shared.stop.subscribe();
    tokio::select! {
        _ = stop.wait_for(|stopped| *stopped) => {}
        () = work => {}
    }
}

/// Sleeps until the next thing is due, and looks again whenever the clock is moved or something sooner is planned.
async fn schedule(shared: Arc<Shared>) {
    let mut moved = shared.config.clock.watch();
    loop {
        moved.mark_unchanged();
        let next = shared.with(|world| world.schedule.next_at());
        let wait = match next {
            Some(at) => {
                let ms = at.saturating_sub(shared.config.clock.now_ms()).max(0);
                Duration::from_millis(ms.unsigned_abs()).min(LOOK_AGAIN)
            }
            None => Duration::from_secs(3_600),
        };
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = shared.rescheduled.notified() => {}
            _ = moved.changed() => {}
        }
    }
}

/// One lane: the webhooks of some customers, one after the other.
async fn post_in_order(shared: Arc<Shared>, mut lane: mpsc::UnboundedReceiver<Post>) {
    while let Some(post) = lane.recv().await {
        post_one(&shared, &post).await;
        shared.done();
    }
}

async fn post_one(shared: &Shared, post: &Post) {
    let order = shared.with(|world| {
        let delivery = world.log.get(post.delivery).filter(|_| world.generation == post.generation)?;
        let secret = world.apps.get(&delivery.app_id)?.secret.clone();
        Some((delivery.url.clone()?, delivery.body.clone(), secret, world.now))
    });
    let Some((url, body, secret, at)) = order else { return };
    let started = tokio::time::Instant::now();
    let answer = send(&shared.http, &url, body, &secret).await;
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let attempt = match answer {
        Ok(status) => Attempt { at, status: Some(status), error: None, duration_ms },
        Err(error) => Attempt { at, status: None, error: Some(error), duration_ms },
    };
    shared.with(|world| {
        if world.generation == post.generation {
            world.attempted(&shared.config, post.delivery, attempt);
        }
    });
}

async fn send(http: &reqwest::Client, url: &str, body: Bytes, secret: &str) -> Result<u16, String> {
    let request = http
        .post(url)
        .header("Content-Type", "application/json")
        .header("Accept", "*/*")
        .header("X-Hub-Signature", format!("sha1={}", sha1_hex(secret, &body)))
        .header(cloud_api::signature::HEADER, cloud_api::signature::sign(secret, &body))
        .body(body);
    match request.send().await {
        Ok(response) => {
            let status = response.status().as_u16();
            // The body doesn't matter, but reading it lets the connection be used again.
            drop(response.bytes().await);
            Ok(status)
        }
        Err(error) if error.is_timeout() => Err("time-out".to_owned()),
        Err(error) if error.is_connect() => Err("could not connect".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}

/// The signature of older receivers.
fn sha1_hex(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(body);
    hex(&mac.finalize().into_bytes())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn fetch_links(shared: Arc<Shared>, mut fetches: mpsc::UnboundedReceiver<Fetch>) {
    while let Some(fetch) = fetches.recv().await {
        let task = Arc::clone(&shared);
        tokio::spawn(until_stopped(Arc::clone(&shared), async move {
            link::fetch_for_message(&task, fetch).await;
            task.done();
        }));
    }
}
