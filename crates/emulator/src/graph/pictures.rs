//! Pictures that nodes link to and that need no token: QR codes and business profiles.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use qrcodegen::{QrCode, QrCodeEcc};

use super::error::GraphError;
use crate::config::Config;
use crate::shared::Shared;
use crate::world::World;

/// Quiet zone around a QR code, in modules.
const QUIET: i32 = 4;
/// Pixels of a module.
const SCALE: usize = 8;

/// A picture that was asked for.
pub(super) enum Picture {
    /// A QR code by its code, as SVG or PNG.
    Qr { code: String, png: bool },
    /// A profile picture by the id of its bytes.
    Profile(String),
}

pub(super) fn find(segments: &[&str]) -> Option<Picture> {
    match segments {
        ["profile_pictures", id] => Some(Picture::Profile((*id).to_owned())),
        ["qr_codes", file] => {
            let (code, kind) = file.split_once('.')?;
            Some(Picture::Qr { code: code.to_owned(), png: kind == "png" })
        }
        _ => None,
    }
}

/// The picture; 404 when it is not there (any more).
pub(super) async fn answer(shared: &Arc<Shared>, picture: &Picture) -> Result<Response<Body>, u16> {
    let (bytes, mime) = match picture {
        Picture::Qr { code, png } => {
            let known = shared.with(|world| {
                world.numbers.values().any(|number| number.facts.qr_codes.iter().any(|qr| qr.code == *code))
            });
            let qr = QrCode::encode_text(&format!("https://wa.me/message/{code}"), QrCodeEcc::Medium);
            let qr = qr.ok().filter(|_| known).ok_or(404u16)?;
            if *png {
                (Bytes::from(as_png(&qr)), "image/png")
            } else {
                (Bytes::from(as_svg(&qr)), "image/svg+xml")
            }
        }
        Picture::Profile(id) => {
            let mime = shared.with(|world| {
                let handle = world.registry.handles.values().find(|handle| handle.vault_id == *id)?;
                Some(if handle.mime_type == "image/png" { "image/png" } else { "image/jpeg" })
            });
            (shared.vault.get(id).await.ok_or(404u16)?, mime.ok_or(404u16)?)
        }
    };
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    Ok(response)
}

/// Where the picture of a QR code is.
pub(super) fn qr_url(config: &Config, code: &str, format: &str) -> String {
    format!("{}/qr_codes/{code}.{}", config.public_url, format.to_ascii_lowercase())
}

/// Where the picture behind an upload's handle is.
pub(super) fn of_handle(world: &World, config: &Config, handle: &str) -> Result<String, GraphError> {
    let found = world.registry.handles.get(handle).filter(|h| h.mime_type.starts_with("image/"));
    let found = found.ok_or_else(|| {
        GraphError::message(100).details("profile_picture_handle is not the handle of an uploaded picture")
    })?;
    Ok(format!("{}/profile_pictures/{}", config.public_url, found.vault_id))
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

fn as_svg(qr: &QrCode) -> String {
    let side = qr.size() + 2 * QUIET;
    let mut path = String::new();
    for y in 0..qr.size() {
        for x in (0..qr.size()).filter(|x| qr.get_module(*x, y)) {
            path.push_str(&format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET));
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{path}\"/></svg>"
    )
}

/// Grey pixels in stored (not compressed) blocks: a QR code is small.
fn as_png(qr: &QrCode) -> Vec<u8> {
    let modules = (qr.size() + 2 * QUIET) as usize;
    let side = modules * SCALE;
    let mut pixels = Vec::with_capacity(side * (side + 1));
    for y in 0..side {
        pixels.push(0); // this line has no filter
        for x in 0..side {
            let dark = qr.get_module((x / SCALE) as i32 - QUIET, (y / SCALE) as i32 - QUIET);
            pixels.push(if dark { 0 } else { 255 });
        }
    }
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend((side as u32).to_be_bytes());
    head.extend((side as u32).to_be_bytes());
    head.extend([8, 0, 0, 0, 0]); // eight bits of grey
    chunk(&mut out, b"IHDR", &head);
    chunk(&mut out, b"IDAT", &stored(&pixels));
    chunk(&mut out, b"IEND", &[]);
    out
}

fn chunk(out: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    out.extend((data.len() as u32).to_be_bytes());
    let start = out.len();
    out.extend(kind);
    out.extend(data);
    let sum = crc32(&out[start..]);
    out.extend(sum.to_be_bytes());
}

/// A zlib stream of stored blocks.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = data.chunks(0xFFFF).peekable();
    while let Some(block) = blocks.next() {
        out.push(u8::from(blocks.peek().is_none()));
        let length = block.len() as u16;
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(block);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(!0u32, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_those_of_png() {
        assert_eq!(crc32(b"IEND"), 0xAE42_6082);
        assert_eq!(stored(b"a"), [0x78, 1, 1, 1, 0, 0xFE, 0xFF, b'a', 0, 0x62, 0, 0x62]);
    }
}
