//! Files that a crash must not leave half written, and that others must not read.

use anyhow::Context;
use std::{fs, io::Write, path::Path};

/// Makes the folder, with those above it, for the owner alone. One that is there keeps its permissions.
pub(crate) fn private_folder(dir: &Path) -> anyhow::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).with_context(|| format!("failed to make {}", dir.display()))
}

/// Makes the database file, still empty, for the owner alone: SQLite gives the files beside it the same permissions.
pub(crate) fn private_database(path: &Path) -> anyhow::Result<()> {
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        private_folder(dir)?;
    }
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).with_context(|| format!("failed to open {}", path.display()))
}

/// Writes `text` beside `path` and renames it into place, readable by the owner alone.
pub(crate) fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let fresh = path.with_extension("tmp");
    let write = || -> std::io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&fresh)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&fresh, path)
    };
    write().with_context(|| format!("failed to write {}", path.display()))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_kept_is_for_the_owner_alone() {
        let top = std::env::temp_dir().join(format!("waypost-files-{}", std::process::id()));
        let database = top.join("data/waypost.db");
        private_database(&database).unwrap();
        private_database(&database).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&top.join("data")), mode(&database)), (0o700, 0o600));
        fs::remove_dir_all(&top).unwrap();
    }
}
