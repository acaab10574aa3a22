//! Room on the disks.

use super::{Finding, Level, Place, is_file};
use std::{fs, path::Path};

pub(super) const GIB: u64 = 1 << 30;
/// With so little left, the next hour may fill it.
const SCARCE: u64 = 256 << 20;
/// A log of SQLite's that is longer than this is held by somebody who reads on and on.
const LONG_LOG: u64 = 512 << 20;

pub(super) fn look(place: &Place) -> Vec<Finding> {
    let mut all = Vec::new();
    if let Some(file) = is_file(&place.database) {
        all.push(room("disk of the database", file));
        all.push(log(file));
    }
    all.push(room("disk of the files", &place.media));
    all
}

fn room(check: &'static str, path: &Path) -> Finding {
    // What isn't there yet will be made below the nearest folder that is.
    let there = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("."));
    let stat = match rustix::fs::statvfs(there) {
        Ok(stat) => stat,
        Err(error) => return Finding::warn(check, format!("{}: {error}", there.display()), "look by hand"),
    };
    let (free, total) = (stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize);
    let level = match free {
        free if free < SCARCE => Level::Fail,
        free if free < 2 * GIB && free < total / 5 || free < total / 20 => Level::Warn,
        _ => Level::Ok,
    };
    let says = format!("{} of {} free", size(free), size(total));
    Finding::of(
        level,
        check,
        says,
        "make room, or keep things for fewer days: a full disk refuses webhooks until there is",
    )
}

fn log(file: &Path) -> Finding {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    let bytes = fs::metadata(Path::new(&name)).map_or(0, |log| log.len());
    let level = if bytes > LONG_LOG { Level::Warn } else { Level::Ok };
    let says = format!("the write-ahead log has {}", size(bytes));
    Finding::of(
        level,
        "log",
        says,
        "somebody reads for very long, such as a backup; it is shortened afterwards, at the latest at a restart",
    )
}

/// Bytes as people say them.
pub(super) fn size(bytes: u64) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} bytes") } else { format!("{value:.1} {}", units[unit]) }
}
