//! A backup: database, files and a manifest that tells what they must be, in a folder of its own, taken while all goes on.

use super::{
    Place,
    files::{self, Entry, MediaCount},
};
use crate::{Error, Result};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
};
use store::backup::{self, Snapshot, Step};

/// Of the layout that this file describes.
pub(super) const FORMAT: u32 = 1;
/// Its folder of the database's copy.
pub(super) const DATABASE: &str = "database";
/// Its folder of files.
pub(super) const MEDIA: &str = "media";
/// Its list of files, one JSON object a line.
pub(super) const FILES: &str = "files.jsonl";
/// Its manifest: written last.
pub(super) const MANIFEST: &str = "manifest.json";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Of the layout.
    pub format: u32,
    /// The Waypost that took it.
    pub waypost: String,
    /// When it was begun; it holds what was committed a moment later.
    pub taken_at: Timestamp,
    /// What the database's copy holds.
    pub database: Snapshot,
    /// The files of messages.
    pub media: MediaCount,
    /// All files, those of the database included.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// SHA-256 of the list of files, which has that of each.
    pub files_sha256: String,
}

/// A backup to be taken.
#[derive(Debug, Clone)]
pub struct Backup {
    /// Of what.
    pub place: Place,
    /// The folder of backups; each gets a folder of its own there, and shares files with the one before by hard links.
    pub folder: PathBuf,
    /// The Waypost that takes it.
    pub version: String,
    /// When.
    pub now: Timestamp,
}

/// Takes a backup and gives its folder. It appears there whole, or not at all. Waits: not for a runtime's thread.
///
/// # Errors
/// [`Error::Unavailable`] when the database can't be reached or something can't be read or written, [`Error::Internal`]
/// when the copy is damaged.
pub fn back_up(plan: &Backup, progress: &mut dyn FnMut(&Step<'_>)) -> Result<(PathBuf, Manifest)> {
    files::private_folder(&plan.folder)?;
    let name = plan.now.strftime("%Y-%m-%dT%H-%M-%SZ").to_string();
    let (part, whole) = (plan.folder.join(format!(".{name}.part")), plan.folder.join(&name));
    if whole.exists() {
        return Err(Error::Unavailable(format!("{} is there already", whole.display())));
    }
    fs::create_dir(&part).map_err(|e| files::unusable(&part, &e))?;
    let taken = take(plan, &part, progress).and_then(|manifest| {
        fs::rename(&part, &whole).map_err(|e| files::unusable(&whole, &e))?;
        files::sync(&plan.folder)?;
        Ok((whole, manifest))
    });
    if taken.is_err() {
        // Half a backup is of no use, and the first error says more than one about this.
        drop(fs::remove_dir_all(&part));
    }
    taken
}

fn take(plan: &Backup, part: &Path, progress: &mut dyn FnMut(&Step<'_>)) -> Result<Manifest> {
    let folder = part.join(DATABASE);
    files::private_folder(&folder)?;
    let snapshot = backup::copy(&plan.place.database, &folder, progress)?;
    let mut entries = database_files(part)?;
    let before = newest(&plan.folder)?;
    let media = files::collect(&plan.place.media, &snapshot.media, part, before.as_deref(), progress)?;
    entries.extend(media.entries);
    let list = files::write_list(&part.join(FILES), &entries)?;
    let manifest = Manifest {
        format: FORMAT,
        waypost: plan.version.clone(),
        taken_at: plan.now,
        database: snapshot,
        media: media.count,
        files: entries.len() as u64,
        bytes: entries.iter().map(|entry| entry.size).sum(),
        files_sha256: list,
    };
    let mut text = serde_json::to_string_pretty(&manifest).map_err(|e| Error::Internal(e.to_string()))?;
    text.push('\n');
    files::write(&part.join(MANIFEST), text.as_bytes())?;
    files::sync(part)?;
    Ok(manifest)
}

fn database_files(part: &Path) -> Result<Vec<Entry>> {
    let folder = part.join(DATABASE);
    let mut names = files::names(&folder)?;
    names.sort();
    names.into_iter().map(|name| Entry::of(part, &format!("{DATABASE}/{name}"))).collect()
}

/// The newest whole backup in a folder of backups: their names sort as their moments do.
fn newest(folder: &Path) -> Result<Option<PathBuf>> {
    let mut names = files::names(folder)?;
    names.retain(|name| !name.starts_with('.') && folder.join(name).join(MANIFEST).is_file());
    names.sort();
    Ok(names.pop().map(|name| folder.join(name)))
}
