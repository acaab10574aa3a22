"""heyoo, the library of many tutorials, with nothing changed but the base URL and the token: all that it sends and reads."""

import ast
from pathlib import Path

import pytest
from heyoo import WhatsApp

from world import NUMBER, TOKEN, png, until


@pytest.fixture(scope="module")
def messenger(emulator):
    messenger = WhatsApp(TOKEN, phone_number_id=NUMBER)
    messenger.base_url = f"{emulator.url}/v14.0"
    messenger.v15_base_url = f"{emulator.url}/v15.0"
    messenger.url = f"{messenger.base_url}/{NUMBER}/messages"
    return messenger


def shown(ana, answer):
    return ana.bubble(answer["messages"][0]["id"])


MENU = {
    "header": "Plants", "body": "Which one?", "footer": "Acme",
    "action": {"button": "See all", "sections": [{"title": "Indoor", "rows": [
        {"id": "sku-1", "title": "Monstera", "description": "18 €"}, {"id": "sku-2", "title": "Ficus", "description": ""}]}]},
}
BUTTONS = {
    "type": "button", "body": {"text": "Tomorrow?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "yes", "title": "Yes"}}]},
}
CARD = {"name": {"formatted_name": "Beto Ruiz", "first_name": "Beto"}, "phones": [{"phone": "+15550300001", "type": "HOME"}]}

SENT = {
    "text": lambda m, ana, at: m.send_message("Your order is ready", ana.wa_id),
    "location": lambda m, ana, at: m.send_location(29, 39, "Home", "Calle Mayor 1", ana.wa_id),
    "image": lambda m, ana, at: m.send_image(f"{at}/a.png", ana.wa_id, caption="A plant"),
    "video": lambda m, ana, at: m.send_video(f"{at}/a.mp4", ana.wa_id, caption="A tour"),
    "audio": lambda m, ana, at: m.send_audio(f"{at}/a.mp3", ana.wa_id),
    "document": lambda m, ana, at: m.send_document(f"{at}/a.pdf", ana.wa_id, caption="Receipt", filename="a.pdf"),
    "sticker": lambda m, ana, at: m.send_sticker(f"{at}/a.webp", ana.wa_id),
    "contacts": lambda m, ana, at: m.send_contacts([CARD], ana.wa_id),
    "interactive": lambda m, ana, at: m.send_button(MENU, ana.wa_id),
}


@pytest.mark.parametrize("kind", SENT)
def test_what_it_sends_is_shown_on_the_phone(messenger, ana, postbox, kind):
    answer = SENT[kind](messenger, ana, postbox.base)
    assert answer["contacts"] == [{"input": ana.wa_id, "wa_id": ana.wa_id}]
    assert shown(ana, answer)["type"] == kind


def test_an_answer_quotes(messenger, ana):
    answer = messenger.reply_to_message(ana.hello, ana.wa_id, "Here I am")
    assert shown(ana, answer)["context"]["wamid"] == ana.hello


def test_a_reaction(messenger, ana):
    assert messenger.send_reaction("👍", ana.hello, ana.wa_id)["messages"]
    until("the reaction", lambda: ana.bubble(ana.hello).get("reactions"))


def test_a_template_reaches_somebody_who_never_wrote(messenger, emulator):
    stranger = emulator.customer("Beto Ruiz")
    words = [{"type": "text", "text": "Beto"}, {"type": "text", "text": "A-1042"}]
    answer = messenger.send_template("order_update", stranger.wa_id, [{"type": "body", "parameters": words}], lang="en_US")
    assert shown(stranger, answer)["template"]["name"] == "order_update"


def test_a_body_of_ones_own(messenger, ana):
    body = {"messaging_product": "whatsapp", "type": "text", "text": {"body": "by hand"}}
    assert shown(ana, messenger.send_custom_json(body, ana.wa_id))["text"]["body"] == "by hand"


def test_reading(messenger, ana):
    assert messenger.mark_as_read(ana.hello) == {"success": True}
    until("the blue ticks", lambda: ana.bubble(ana.hello)["state"] == "read")


def test_files(messenger, ana, tmp_path):
    file = tmp_path / "leaf.png"
    file.write_bytes(png())
    media = messenger.upload_media(str(file))["id"]
    assert shown(ana, messenger.send_image(media, ana.wa_id, link=False))["media"]["mime_type"] == "image/png"
    kept = messenger.download_media(messenger.query_media_url(media), "image/png", str(tmp_path / "kept"))
    assert Path(kept).read_bytes() == png()
    assert messenger.delete_media(media) == {"success": True}
    assert messenger.query_media_url(media) is None


def test_webhooks_are_read(messenger, ana, postbox):
    hook = postbox.about(ana.say("¿Hola?"))
    assert messenger.changed_field(hook) == "messages" and messenger.is_message(hook)
    assert (messenger.get_mobile(hook), messenger.get_name(hook)) == (ana.wa_id, "Ana Torres")
    assert (messenger.get_message(hook), messenger.get_message_type(hook)) == ("¿Hola?", "text")
    assert messenger.get_message_id(hook) and messenger.get_message_timestamp(hook)
    place = {"latitude": 40.4, "longitude": -3.7}
    assert messenger.get_location(postbox.about(ana.write({"type": "location", "location": place})))["latitude"] == 40.4
    for name, mime_type in (("image", "image/png"), ("document", "application/pdf"), ("audio", "audio/mpeg"), ("video", "video/mp4")):
        file = getattr(messenger, f"get_{name}")(postbox.about(ana.upload(png(), "a", mime_type, type=name)))
        assert file["mime_type"].startswith(mime_type) and messenger.query_media_url(file["id"])


def test_a_tap_and_the_ticks_are_read(messenger, ana, postbox):
    sent = shown(ana, messenger.send_reply_button(BUTTONS, ana.wa_id))["id"]
    tap = postbox.about(ana.does("tap", message_id=sent, title="Yes")["wamid"])
    assert messenger.get_interactive_response(tap)["button_reply"] == {"id": "yes", "title": "Yes"}
    ticks = [messenger.get_delivery(postbox.about(sent, status=tick)) for tick in ("sent", "delivered", "read")]
    assert ticks == ["sent", "delivered", "read"]


def test_a_refusal_is_handed_back(messenger, ana):
    too_many = {**BUTTONS, "action": {"buttons": BUTTONS["action"]["buttons"] * 4}}
    assert messenger.send_reply_button(too_many, ana.wa_id)["error"]["code"] in (100, 131009)


def test_every_method_is_called():
    tree = ast.parse(Path(__file__).read_text())
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    loops = {f"get_{name}" for name in ("image", "document", "audio", "video")}
    public = {name for name in dir(WhatsApp) if not name.startswith("_")}
    # `create_button` and `preprocess` are parts of others.
    assert public - called - loops - {"create_button", "preprocess"} == set()
