//! The world on disk: one JSON file, written whole and renamed into place.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::config::Config;
use crate::private;
use crate::shared::Shared;
use crate::world::World;

const VERSION: u32 = 2;
/// How often a changed world is written.
const EVERY: Duration = Duration::from_secs(2);

#[derive(Serialize)]
struct Saved<'a> {
    version: u32,
    clock_offset_ms: i64,
    world: &'a World,
}

#[derive(Deserialize)]
struct Loaded {
    version: u32,
    clock_offset_ms: i64,
    world: World,
}

/// The world of the last run, or a new one. A file that can't be read is put aside, never overwritten.
pub(crate) fn load(config: &Config) -> World {
    let Some(path) = &config.state_file else { return World::new(config) };
    let Ok(bytes) = std::fs::read(path) else { return World::new(config) };
    match serde_json::from_slice::<Loaded>(&bytes) {
        Ok(loaded) if loaded.version == VERSION => {
            config.clock.ahead_at_least(loaded.clock_offset_ms);
            let mut world = loaded.world;
            world.now = config.clock.now_ms();
            world.resume();
            world
        }
        Ok(loaded) => put_aside(config, path, &format!("version {} is not known", loaded.version)),
        Err(error) => put_aside(config, path, &error.to_string()),
    }
}

fn put_aside(config: &Config, path: &Path, why: &str) -> World {
    let aside = path.with_extension("broken");
    tracing::warn!(file = %path.display(), aside = %aside.display(), why, "failed to read the emulator's state");
    if let Err(error) = std::fs::rename(path, &aside) {
        tracing::warn!(%error, "failed to put the unreadable state aside");
    }
    World::new(config)
}

/// Writes the world if it has changed since `saved`; the number of the change that is now on disk.
pub(crate) fn save(shared: &Shared, saved: u64) -> std::io::Result<u64> {
    let Some(path) = &shared.config.state_file else { return Ok(saved) };
    let clock_offset_ms = shared.config.clock.offset_ms();
    let snapshot = shared.with(|world| {
        (world.changes != saved).then(|| {
            let bytes = serde_json::to_vec(&Saved { version: VERSION, clock_offset_ms, world });
            (world.changes, bytes)
        })
    });
    let Some((changes, bytes)) = snapshot else { return Ok(saved) };
    if let Some(dir) = path.parent() {
        private::folder(dir)?;
    }
    let fresh = path.with_extension("tmp");
    private::write(&fresh, &bytes?)?;
    std::fs::rename(&fresh, path)?;
    Ok(changes)
}

/// Saves every few seconds, when there is something new.
pub(crate) async fn keep_saving(shared: Arc<Shared>) {
    let mut saved = u64::MAX;
    loop {
        tokio::time::sleep(EVERY).await;
        let task = Arc::clone(&shared);
        match tokio::task::spawn_blocking(move || save(&task, saved)).await {
            Ok(Ok(changes)) => saved = changes,
            Ok(Err(error)) => tracing::warn!(%error, "failed to save the emulator's state"),
            Err(_) => return,
        }
    }
}

/// Everything as one JSON object, with the bytes of media in base64.
pub(crate) async fn export(shared: &Shared) -> serde_json::Result<Value> {
    let clock_offset_ms = shared.config.clock.offset_ms();
    let (saved, ids) = shared.with(|world| {
        let saved = serde_json::to_value(Saved { version: VERSION, clock_offset_ms, world });
        (saved.map(|saved| (saved, world.now)), world.media.keys().cloned().collect::<Vec<_>>())
    });
    let (mut saved, now) = saved?;
    let mut media = serde_json::Map::new();
    for id in ids {
        if let Some(bytes) = shared.vault.get(&id).await {
            media.insert(id, Value::from(BASE64.encode(bytes)));
        }
    }
    saved["now_ms"] = Value::from(now);
    saved["media"] = Value::Object(media);
    Ok(saved)
}

/// Puts an export in the place of the world. Time goes forward to that of the export, never back.
pub(crate) async fn import(shared: &Shared, mut state: Value) -> Result<(), String> {
    let now_ms = state["now_ms"].as_i64();
    let media = state["media"].take();
    let loaded: Loaded = serde_json::from_value(state).map_err(|error| error.to_string())?;
    if loaded.version != VERSION {
        return Err(format!("version {} is not known", loaded.version));
    }
    for (id, bytes) in media.as_object().into_iter().flatten() {
        let known = loaded.world.media.contains_key(id);
        let bytes = bytes.as_str().and_then(|text| BASE64.decode(text).ok()).filter(|_| known);
        let bytes = bytes.ok_or_else(|| format!("media {id} is unreadable or unknown"))?;
        shared.vault.put(id, bytes.into()).await.map_err(|error| error.to_string())?;
    }
    let clock = &shared.config.clock;
    clock.advance(now_ms.map_or(0, |then| then.saturating_sub(clock.now_ms())));
    shared.with(|world| {
        let mut fresh = loaded.world;
        fresh.generation = world.generation + 1;
        fresh.changes = world.changes + 1;
        fresh.now = world.now;
        fresh.resume();
        fresh.effects.feed.push(json!({ "kind": "reset", "at": crate::clock::rfc3339(world.now) }));
        *world = fresh;
    });
    Ok(())
}

impl World {
    /// After a restart: webhooks that were under way are tried again.
    fn resume(&mut self) {
        let pending: Vec<u64> = self.log.iter().filter(|d| d.next_at.is_none()).map(|d| d.id).collect();
        for id in pending {
            self.schedule.add(self.now, crate::world::schedule::Due::Attempt { delivery: id });
        }
    }
}
