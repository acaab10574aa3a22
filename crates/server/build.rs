//! Makes the folder that the web assets are embedded from, so that `cargo build` alone works without npm, and has
//! the crate built again when they change.

fn main() {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
    // A read-only checkout that already has the folder is fine, and one without it fails with a clear error below.
    if let Err(error) = std::fs::create_dir_all(dist) {
        println!("cargo::warning=failed to make web/dist: {error}");
    }
    println!("cargo::rerun-if-changed={dist}");
    println!("cargo::rerun-if-changed=build.rs");
}
