//! The demo's folder: what is kept between runs.

use crate::files::{private_folder, write_private};
use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What `demo.json` tells: everything that a script needs to use the demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    /// Waypost.
    pub url: String,
    /// The emulator, and its page of phones.
    pub emulator_url: String,
    /// The admin's address.
    pub email: String,
    /// Both agents' password.
    pub password: String,
    /// A key to Waypost's API.
    pub api_key: String,
    /// Waypost's id of the organization.
    pub organization_id: String,
    /// Meta's id of the phone number; `from` in `POST /v1/messages` takes it too.
    pub phone_number_id: String,
    /// The number as people read it.
    pub display_phone_number: String,
    /// Meta's id of the WABA.
    pub waba_id: String,
    /// The token for the emulator's Graph API.
    pub access_token: String,
    /// What signs webhooks.
    pub app_secret: String,
    /// What the webhook handshake shows.
    pub verify_token: String,
}

/// The folder.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder when it is missing. What a seeding that was broken off left behind is removed.
    pub(super) fn prepare(dir: &Path) -> anyhow::Result<Self> {
        private_folder(dir)?;
        let folder = Self(dir.to_owned());
        if folder.marker().exists() {
            folder.remove_all()?;
        }
        if folder.database().exists() && !folder.facts_file().exists() {
            bail!(
                "{} has a shop, but no demo.json with its password: remove the folder, or take another --data",
                dir.display()
            );
        }
        Ok(folder)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn database(&self) -> PathBuf {
        self.0.join("demo.db")
    }

    pub(super) fn media(&self) -> PathBuf {
        self.0.join("media")
    }

    pub(super) fn emulator_state(&self) -> PathBuf {
        self.0.join("emulator.json")
    }

    fn facts_file(&self) -> PathBuf {
        self.0.join("demo.json")
    }

    /// There while a shop is being seeded.
    fn marker(&self) -> PathBuf {
        self.0.join("demo.seeding")
    }

    /// What an earlier run told; `None` on the first.
    pub(super) fn facts(&self) -> anyhow::Result<Option<Facts>> {
        let file = self.facts_file();
        if !self.database().exists() || !file.exists() {
            return Ok(None);
        }
        let text = fs::read_to_string(&file).with_context(|| format!("failed to read {}", file.display()))?;
        let facts =
            serde_json::from_str(&text).with_context(|| format!("{} is no demo.json", file.display()))?;
        Ok(Some(facts))
    }

    /// The seeding begins: until [`Folder::keep`] the folder counts as incomplete.
    pub(super) fn begin(&self) -> anyhow::Result<()> {
        write_private(
            &self.marker(),
            "A shop is being seeded here. Without a running demo, this folder is incomplete.\n",
        )
    }

    /// Writes `demo.json`; the folder is complete.
    pub(super) fn keep(&self, facts: &Facts) -> anyhow::Result<()> {
        let mut text = serde_json::to_string_pretty(facts)?;
        text.push('\n');
        write_private(&self.facts_file(), &text)?;
        match fs::remove_file(self.marker()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Removes what a demo keeps, and nothing else, unless a demo is running on it.
    fn remove_all(&self) -> anyhow::Result<()> {
        if let Ok(lock) = fs::File::open(self.0.join("demo.db.lock"))
            && lock.try_lock().is_err()
        {
            bail!("another demo is using {}", self.0.display());
        }
        let state = self.emulator_state();
        for dir in [self.media(), state.with_extension("media")] {
            gone(fs::remove_dir_all(&dir)).with_context(|| format!("failed to remove {}", dir.display()))?;
        }
        let beside = |suffix: &str| self.0.join(format!("demo.db{suffix}"));
        for file in [self.facts_file(), state, beside("-wal"), beside("-shm"), beside(""), self.marker()] {
            gone(fs::remove_file(&file)).with_context(|| format!("failed to remove {}", file.display()))?;
        }
        Ok(())
    }
}

fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Scripts that others wrote read this file.
    #[test]
    fn demo_json_has_twelve_keys_and_what_an_older_one_had_besides_is_no_obstacle() {
        const KEYS: [&str; 12] = [
            "access_token",
            "api_key",
            "app_secret",
            "display_phone_number",
            "email",
            "emulator_url",
            "organization_id",
            "password",
            "phone_number_id",
            "url",
            "verify_token",
            "waba_id",
        ];
        let mut older: serde_json::Map<_, _> =
            KEYS.iter().map(|key| ((*key).to_owned(), (*key).into())).collect();
        older.insert("from".to_owned(), "pho_1".into());
        let facts: Facts = serde_json::from_value(older.into()).unwrap();
        let told = serde_json::to_value(facts).unwrap();
        let mut keys: Vec<_> = told.as_object().unwrap().keys().map(String::as_str).collect();
        keys.sort_unstable();
        assert_eq!(keys, KEYS);
    }
}
