//! Opening a browser, where there is a screen to open it on.

use std::process::{Command, Stdio};

/// Opens `url`, if it can be done; the address is on the terminal anyway.
pub(super) fn open(url: &str) {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|v| !v.is_empty()));
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "linux" if screen => "xdg-open",
        _ => return,
    };
    let mut command = Command::new(opener);
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Err(error) = command.spawn() {
        tracing::debug!(%error, "no browser was opened");
    }
}
