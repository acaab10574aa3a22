//! The files of a backup: copied once, listed with their hashes, and brought back only as they were.

use super::{
    Place,
    backup::{DATABASE, FILES, FORMAT, MANIFEST, MEDIA, Manifest},
};
use crate::{Error, Result};
use model::{
    Timestamp,
    id::{MediaId, OrganizationId},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, BufWriter, Read, Write},
    path::{Component, Path, PathBuf},
};
use store::backup::Step;

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Below the backup's folder, with `/`.
    pub(super) path: String,
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Entry {
    /// Reads a file that is there.
    pub(super) fn of(folder: &Path, path: &str) -> Result<Self> {
        let (size, sha256) = through(&folder.join(path), &mut io::sink())?;
        Ok(Self { path: path.into(), size, sha256 })
    }

    /// Whether the path stays below its folder: the list comes from outside.
    fn is_below(&self) -> bool {
        let mut parts = Path::new(&self.path).components();
        parts.all(|part| matches!(part, Component::Normal(_))) && !self.path.is_empty()
    }

    fn check(&self, found: &(u64, String)) -> Result<()> {
        if (self.size, &self.sha256) == (found.0, &found.1) {
            return Ok(());
        }
        Err(Error::Unavailable(format!("{} isn't what was backed up: the backup is damaged", self.path)))
    }
}

/// The files of messages in a backup.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MediaCount {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Those of them that are shared with the backup before.
    pub linked: u64,
    /// Files that the database knows of and that were not in the media folder.
    pub missing: u64,
}

pub(super) struct Collected {
    pub(super) entries: Vec<Entry>,
    pub(super) count: MediaCount,
}

/// Brings the files of messages into the backup `part`: by hard link where the backup before has them, because a file never
/// changes once its bytes are here, and by copy otherwise.
pub(super) fn collect(
    media: &Path,
    wanted: &[(OrganizationId, MediaId)],
    part: &Path,
    before: Option<&Path>,
    progress: &mut dyn FnMut(&Step<'_>),
) -> Result<Collected> {
    let known: HashMap<String, Entry> = match before {
        Some(before) => read_list(&before.join(FILES))?.into_iter().map(|e| (e.path.clone(), e)).collect(),
        None => HashMap::new(),
    };
    let mut all = Collected { entries: Vec::new(), count: MediaCount::default() };
    for (done, (org, id)) in (1..).zip(wanted) {
        let (from, path) = (media.join(org.to_string()).join(id.to_string()), format!("{MEDIA}/{org}/{id}"));
        let Ok(size) = fs::metadata(&from).map(|file| file.len()) else {
            all.count.missing += 1;
            continue;
        };
        let to = part.join(&path);
        private_folder(to.parent().unwrap_or(part))?;
        let same = known.get(&path).filter(|entry| entry.size == size);
        let linked = before.zip(same).filter(|(before, _)| fs::hard_link(before.join(&path), &to).is_ok());
        let entry = match linked {
            Some((_, entry)) => entry.clone(),
            None => {
                let (size, sha256) = copy(&from, &to)?;
                Entry { path, size, sha256 }
            }
        };
        all.count.files += 1;
        all.count.bytes += entry.size;
        all.count.linked += u64::from(linked.is_some());
        all.entries.push(entry);
        progress(&Step { what: "files", done, total: Some(wanted.len() as u64) });
    }
    Ok(all)
}

/// A backup to be brought back.
#[derive(Debug, Clone)]
pub struct Restore {
    /// Its folder.
    pub from: PathBuf,
    /// Where nothing may be yet.
    pub place: Place,
    /// Whether messages that were on their way out wait until people decide: they may have arrived since.
    pub hold: bool,
    /// When.
    pub now: Timestamp,
}

/// Brings a backup back into an empty place. Every file is checked on the way; after an error the place is empty again.
/// Waits: not for a runtime's thread.
///
/// # Errors
/// [`Error::Unavailable`] when the place isn't empty or is another kind of database, when the backup is damaged or from a
/// newer Waypost, or when something can't be read or written.
pub fn restore(plan: &Restore, progress: &mut dyn FnMut(&Step<'_>)) -> Result<Manifest> {
    let manifest = manifest(&plan.from)?;
    let entries = list(&plan.from, &manifest)?;
    if !store::backup::is_empty(&plan.place.database)? {
        return Err(Error::Unavailable(format!(
            "there is a database at {:?} already; a backup goes into an empty place",
            plan.place.database
        )));
    }
    if plan.place.media.is_dir() && !names(&plan.place.media)?.is_empty() {
        return Err(Error::Unavailable(format!(
            "{} has files already; a backup goes into an empty place",
            plan.place.media.display()
        )));
    }
    let brought = bring(plan, &manifest, &entries, progress);
    if brought.is_err() {
        // It was empty before. The first error says more than one about this.
        drop(fs::remove_dir_all(&plan.place.media));
    }
    brought.map(|()| manifest)
}

fn bring(
    plan: &Restore,
    manifest: &Manifest,
    entries: &[Entry],
    progress: &mut dyn FnMut(&Step<'_>),
) -> Result<()> {
    let (database, media): (Vec<_>, Vec<_>) =
        entries.iter().partition(|entry| entry.path.starts_with(&format!("{DATABASE}/")));
    for entry in database {
        entry.check(&through(&plan.from.join(&entry.path), &mut io::sink())?)?;
    }
    private_folder(&plan.place.media)?;
    let many = media.len() as u64;
    for (done, entry) in (1..).zip(media) {
        let rest = Path::new(&entry.path).strip_prefix(MEDIA);
        let to = plan
            .place
            .media
            .join(rest.map_err(|_| Error::Unavailable(format!("{}: not a file of a message", entry.path)))?);
        private_folder(to.parent().unwrap_or(&plan.place.media))?;
        entry.check(&copy(&plan.from.join(&entry.path), &to)?)?;
        progress(&Step { what: "files", done, total: Some(many) });
    }
    let what = store::backup::Restore { snapshot: &manifest.database, hold: plan.hold, now: plan.now };
    Ok(store::backup::restore(&plan.from.join(DATABASE), &plan.place.database, what, progress)?)
}

/// Reads a whole backup and compares every file with what was written down of it.
///
/// # Errors
/// [`Error::Unavailable`] with the first thing that is wrong.
pub fn verify(folder: &Path, progress: &mut dyn FnMut(&Step<'_>)) -> Result<Manifest> {
    let manifest = manifest(folder)?;
    let entries = list(folder, &manifest)?;
    for (done, entry) in (1..).zip(&entries) {
        entry.check(&through(&folder.join(&entry.path), &mut io::sink())?)?;
        progress(&Step { what: "files", done, total: Some(manifest.files) });
    }
    Ok(manifest)
}

fn manifest(folder: &Path) -> Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read_to_string(&path).map_err(|e| unusable(&path, &e))?;
    let format: Option<u64> =
        serde_json::from_str::<serde_json::Value>(&text).ok().and_then(|v| v["format"].as_u64());
    if format.is_some_and(|format| format > u64::from(FORMAT)) {
        return Err(Error::Unavailable("the backup was taken by a newer Waypost".into()));
    }
    serde_json::from_str(&text).map_err(|e| Error::Unavailable(format!("{}: {e}", path.display())))
}

fn list(folder: &Path, manifest: &Manifest) -> Result<Vec<Entry>> {
    let path = folder.join(FILES);
    let (_, sha256) = through(&path, &mut io::sink())?;
    let entries = read_list(&path)?;
    if sha256 != manifest.files_sha256 || entries.len() as u64 != manifest.files {
        return Err(Error::Unavailable(format!("{FILES} isn't what was backed up: the backup is damaged")));
    }
    match entries.iter().find(|entry| !entry.is_below()) {
        Some(entry) => Err(Error::Unavailable(format!("{:?} is no path inside of a backup", entry.path))),
        None => Ok(entries),
    }
}

/// Writes the list and gives its hash.
pub(super) fn write_list(path: &Path, entries: &[Entry]) -> Result<String> {
    let mut text = Vec::new();
    for entry in entries {
        serde_json::to_writer(&mut text, entry).map_err(|e| Error::Internal(e.to_string()))?;
        text.push(b'\n');
    }
    write(path, &text)?;
    Ok(hex(&Sha256::digest(&text)))
}

fn read_list(path: &Path) -> Result<Vec<Entry>> {
    let file = File::open(path).map_err(|e| unusable(path, &e))?;
    let lines = BufReader::new(file).lines().map(|line| {
        let line = line.map_err(|e| unusable(path, &e))?;
        serde_json::from_str(&line).map_err(|e| Error::Unavailable(format!("{}: {e}", path.display())))
    });
    lines.collect()
}

/// Copies a file, for its owner alone, and gives its size and hash.
fn copy(from: &Path, to: &Path) -> Result<(u64, String)> {
    let mut file = create(to)?;
    let copied = through(from, &mut file)?;
    let file = file.into_inner().map_err(|e| unusable(to, e.error()))?;
    file.sync_all().map_err(|e| unusable(to, &e))?;
    Ok(copied)
}

fn through(from: &Path, to: &mut dyn Write) -> Result<(u64, String)> {
    let mut file = File::open(from).map_err(|e| unusable(from, &e))?;
    let (mut hash, mut size, mut chunk) = (Sha256::new(), 0, vec![0; 128 * 1024]);
    loop {
        let length = file.read(&mut chunk).map_err(|e| unusable(from, &e))?;
        if length == 0 {
            return Ok((size, hex(&hash.finalize())));
        }
        hash.update(&chunk[..length]);
        size += length as u64;
        to.write_all(&chunk[..length]).map_err(|e| unusable(from, &e))?;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut file = create(path)?;
    let written = file.write_all(bytes).and_then(|()| file.flush()).and_then(|()| file.get_ref().sync_all());
    written.map_err(|e| unusable(path, &e))
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(BufWriter::new).map_err(|e| unusable(path, &e))
}

/// Makes the folder, with those above it, for the owner alone: a backup holds tokens and what people wrote.
pub(super) fn private_folder(path: &Path) -> Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| unusable(path, &e))
}

pub(super) fn names(folder: &Path) -> Result<Vec<String>> {
    let read = || -> io::Result<Vec<String>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    };
    read().map_err(|e| unusable(folder, &e))
}

/// Makes a rename in a folder last.
pub(super) fn sync(folder: &Path) -> Result<()> {
    File::open(folder).and_then(|file| file.sync_all()).map_err(|e| unusable(folder, &e))
}

pub(super) fn unusable(path: &Path, error: &io::Error) -> Error {
    Error::Unavailable(format!("{}: {error}", path.display()))
}
