//! `waypost openapi`: the API's description, as the code has it.

use std::io::Write;

/// Prints the document, indented, with a line end after it.
pub(crate) fn run() -> anyhow::Result<()> {
    let mut document = serde_json::to_string_pretty(&server::openapi())?;
    document.push('\n');
    std::io::stdout().write_all(document.as_bytes())?;
    Ok(())
}
