//! Files, before they are uploaded.

use cloud_api::message::{MediaKind, Rule, check_media, limits, media_kind_for};

#[test]
fn every_kind_takes_its_types_up_to_its_size() {
    let sizes = [
        (MediaKind::Audio, 16 << 20),
        (MediaKind::Document, 100 << 20),
        (MediaKind::Image, 5 << 20),
        (MediaKind::Sticker, 500 << 10),
        (MediaKind::Video, 16 << 20),
    ];
    for (kind, max) in sizes {
        assert_eq!(kind.limit().max_bytes, max);
        for mime in kind.limit().mime_types {
            assert_eq!(media_kind_for(mime), Some(kind), "{mime}");
            assert_eq!(check_media(kind, mime, max), Ok(()));
            let found = check_media(kind, mime, max + 1).unwrap_err();
            assert_eq!((found.len(), found[0].pointer.as_str()), (1, "/file"));
            assert_eq!((found[0].limit, found[0].given), (Some(max), Some(max + 1)));
            assert_eq!(found[0].code(), 131_053);
            assert_eq!(check_media(kind, mime, 0).unwrap_err()[0].limit, Some(1));
        }
    }
    assert_eq!(limits::STILL_STICKER_BYTES_MAX, 100 << 10);
}

#[test]
fn parameters_and_case_of_a_mime_type_do_not_matter() {
    assert_eq!(media_kind_for("audio/ogg; codecs=opus"), Some(MediaKind::Audio));
    assert_eq!(media_kind_for("Image/JPEG"), Some(MediaKind::Image));
    assert_eq!(check_media(MediaKind::Audio, "audio/ogg; codecs=opus", 1), Ok(()));
}

#[test]
fn what_no_other_kind_takes_goes_as_a_document() {
    for mime in ["image/gif", "application/zip", "video/quicktime"] {
        assert_eq!(media_kind_for(mime), None);
        assert_eq!(check_media(MediaKind::Document, mime, 1), Ok(()));
        let found = check_media(MediaKind::Image, mime, 1).unwrap_err();
        assert_eq!((found[0].pointer.as_str(), found[0].rule, found[0].code()), ("/type", Rule::Value, 100));
    }
    for nonsense in ["", "pdf", "/", "a/"] {
        assert_eq!(check_media(MediaKind::Document, nonsense, 1).unwrap_err().len(), 1, "{nonsense}");
    }
    assert_eq!(check_media(MediaKind::Video, "image/png", 0).unwrap_err().len(), 2);
}
