"""Files: uploaded, looked up, downloaded, streamed and deleted by pywa; shown on phones; and sent by customers."""

import hashlib

import httpx
import pytest
from pywa.errors import WhatsAppError

from world import png, until


def test_an_uploaded_picture_is_stored_and_shown(ana, business, wa):
    media = wa.upload_media(png(), mime_type="image/png", filename="red.png")
    stored = wa.get_media_url(media.id)
    assert (stored.mime_type, stored.file_size) == ("image/png", len(png()))
    assert stored.sha256 == hashlib.sha256(png()).hexdigest()
    assert wa.get_media_bytes(url=stored.url) == png()
    sent = wa.send_image(to=ana.wa_id, image=media.id, caption="Tu planta")
    assert ana.bubble(sent.id)["image"]["caption"] == "Tu planta"
    until("the last tick", lambda: "read" in business.ticks(sent.id))


def test_a_file_is_downloaded_to_disk_and_in_pieces(business, wa, tmp_path):
    stored = wa.get_media_url(wa.upload_media(png(64), mime_type="image/png", filename="red.png").id)
    kept = wa.download_media(url=stored.url, path=tmp_path, filename="kept.png")
    assert kept.read_bytes() == png(64)
    pieces = business.each(business.wa.stream_media(stored.url, chunk_size=16))
    assert len(pieces) > 1 and b"".join(pieces) == png(64)


def test_a_deleted_file_is_gone(wa):
    media = wa.upload_media(png(), mime_type="image/png", filename="red.png")
    url = wa.get_media_url(media.id).url
    assert wa.delete_media(media.id).success
    with pytest.raises(WhatsAppError) as refused:
        wa.get_media_url(media.id)
    assert refused.value.code == 100
    with pytest.raises(httpx.HTTPStatusError) as missing:
        wa.get_media_bytes(url=url)
    assert missing.value.response.status_code == 404


FILES = {
    "image": ("send_image", b"\xff\xd8\xff\xe0 jpeg", "image/jpeg", "a.jpg"),
    "video": ("send_video", b"\0\0\0\x18ftypmp42 film", "video/mp4", "a.mp4"),
    "audio": ("send_audio", b"ID3 song", "audio/mpeg", "a.mp3"),
    "document": ("send_document", b"%PDF-1.7", "application/pdf", "a.pdf"),
    "sticker": ("send_sticker", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp", "a.webp"),
}


@pytest.mark.parametrize("kind", FILES)
def test_bytes_of_every_kind_are_uploaded_and_sent_in_one_go(ana, business, wa, kind):
    method, data, mime_type, _ = FILES[kind]
    more = {"filename": "a.pdf"} if kind == "document" else {}
    sent = getattr(wa, method)(ana.wa_id, data, mime_type=mime_type, **more)
    shown = ana.bubble(sent.id)
    assert (shown["type"], shown["media"]["mime_type"]) == (kind, mime_type)
    assert sent.uploaded_media.id == shown[kind]["id"]
    assert wa.get_media_bytes(url=wa.get_media_url(sent.uploaded_media.id).url) == data


@pytest.mark.parametrize("kind", FILES)
def test_a_customers_file_of_every_kind_is_downloaded(ana, business, do, kind):
    _, data, mime_type, name = FILES[kind]
    message = business.received(ana.upload(data, name, mime_type, type=kind))
    assert message.has_media and message.media.mime_type.split(";")[0] == mime_type
    assert do(message.get_media_bytes()) == data
    if kind == "document":
        assert message.document.filename == name


def test_a_customers_caption_comes_with_the_picture(ana, business, do):
    message = business.received(ana.upload(png(), "leaf.png", "image/png", type="image", caption="¿Qué le pasa?"))
    assert message.caption == "¿Qué le pasa?"
    assert do(message.image.get_bytes()) == png()


def test_a_customers_file_is_sent_on_to_somebody_else(ana, emulator, business, wa, do):
    beto = emulator.customer("Beto Ruiz")
    business.received(beto.say("hola"))
    message = business.received(ana.upload(png(), "leaf.png", "image/png", type="image"))
    copied = do(message.copy(to=beto.wa_id))
    assert beto.bubble(copied.id)["media"]["mime_type"] == "image/png"
    # By its id: pywa knows a media URL by Meta's host name alone, and would fetch the emulator's without a token.
    again = wa.upload_media(message.image.id)
    assert wa.get_media_bytes(url=wa.get_media_url(again.id).url) == png()
