"""kapso-whatsapp-cloud-api, an asynchronous client with strict types, with nothing changed but the base URL and the token."""

import asyncio
import json
import threading

import pytest
from kapso_whatsapp import WhatsAppClient
from kapso_whatsapp.exceptions import WhatsAppAPIError
from kapso_whatsapp.webhooks import normalize_webhook, verify_signature

from world import APP_SECRET, NUMBER, PATIENCE, TOKEN, WABA, png, until


@pytest.fixture(scope="module")
def loop():
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=PATIENCE)


@pytest.fixture(scope="module")
def client(emulator):
    # Retries are of no use here, where nothing fails by chance.
    return WhatsAppClient(access_token=TOKEN, base_url=emulator.url, max_retries=0)


@pytest.fixture(scope="module")
def do(loop, client):
    def done(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(PATIENCE)

    yield done
    done(client.close())


ROWS = [{"title": "Indoor", "rows": [{"id": "sku-1", "title": "Monstera", "description": "18 €"}]}]
CARD = {"name": {"formatted_name": "Beto Ruiz", "first_name": "Beto"}, "phones": [{"phone": "+15550300001"}]}
PLACE = {"latitude": 40.4, "longitude": -3.7, "name": "Home", "address": "Calle Mayor 1"}
SENT = {
    "text": lambda send, to, at: send.send_text(**to, body="hola"),
    "image": lambda send, to, at: send.send_image(**to, image={"link": f"{at}/a.png", "caption": "A plant"}),
    "video": lambda send, to, at: send.send_video(**to, video={"link": f"{at}/a.mp4"}),
    "audio": lambda send, to, at: send.send_audio(**to, audio={"link": f"{at}/a.mp3"}),
    "document": lambda send, to, at: send.send_document(**to, document={"link": f"{at}/a.pdf", "filename": "a.pdf"}),
    "sticker": lambda send, to, at: send.send_sticker(**to, sticker={"link": f"{at}/a.webp"}),
    "location": lambda send, to, at: send.send_location(**to, location=PLACE),
    "contacts": lambda send, to, at: send.send_contacts(**to, contacts=[CARD]),
    "button": lambda send, to, at: send.send_interactive_buttons(**to, body_text="So?", buttons=[{"id": "y", "title": "Yes"}]),
    "list": lambda send, to, at: send.send_interactive_list(**to, body_text="Which?", button_text="See", sections=ROWS),
    "cta_url": lambda send, to, at: send.send_interactive_cta_url(
        **to, body_text="See", parameters={"display_text": "Dates", "url": "https://acme.test"}
    ),
    "location_request_message": lambda send, to, at: send.send_interactive_location_request(**to, body_text="Where?"),
    "product": lambda send, to, at: send.send_interactive_product(**to, catalog_id="1948", product_retailer_id="pot"),
    "product_list": lambda send, to, at: send.send_interactive_product_list(
        **to, catalog_id="1948", header_text="New", body_text="Pick",
        sections=[{"title": "Pots", "product_items": [{"product_retailer_id": "pot"}]}],
    ),
    "catalog_message": lambda send, to, at: send.send_interactive_catalog(**to, body_text="All"),
}


@pytest.mark.parametrize("kind", SENT)
def test_what_it_sends_is_shown_on_the_phone(client, do, ana, postbox, kind):
    answer = do(SENT[kind](client.messages, {"phone_number_id": NUMBER, "to": ana.wa_id}, postbox.base))
    shown = ana.bubble(answer.message_id)
    assert kind in (shown["type"], shown.get("interactive", {}).get("type"))


def test_a_template_and_its_ticks(client, do, emulator, postbox):
    stranger = emulator.customer("Beto Ruiz")
    words = [{"type": "text", "text": "Beto"}, {"type": "text", "text": "A-1042"}]
    template = {"name": "order_update", "language": {"code": "en_US"}, "components": [{"type": "body", "parameters": words}]}
    answer = do(client.messages.send_template(
        phone_number_id=NUMBER, to=stranger.wa_id, template=template, biz_opaque_callback_data="order:1"
    ))
    told = normalize_webhook(postbox.about(answer.message_id, status="delivered"))
    assert [(one.id, one.status) for one in told.statuses] == [(answer.message_id, "delivered")]


def test_a_reaction_and_reading(client, do, ana):
    to = {"phone_number_id": NUMBER, "to": ana.wa_id}
    assert do(client.messages.send_reaction(**to, reaction={"message_id": ana.hello, "emoji": "👍"})).message_id
    until("the reaction", lambda: ana.bubble(ana.hello).get("reactions"))
    assert do(client.messages.mark_read(phone_number_id=NUMBER, message_id=ana.hello))["success"]
    until("the blue ticks", lambda: ana.bubble(ana.hello)["state"] == "read")


def test_files(client, do):
    media = do(client.media.upload(phone_number_id=NUMBER, file=png(), type="image/png", filename="leaf.png"))
    stored = do(client.media.get(media_id=media.id))
    assert (stored.mime_type, int(stored.file_size)) == ("image/png", len(png()))
    assert do(client.media.download(media_id=media.id, phone_number_id=NUMBER)) == png()
    assert do(client.media.delete(media_id=media.id))["success"]


def test_templates(client, do):
    body = {"type": "BODY", "text": "Your plant {{1}} is on its way to you.", "example": {"body_text": [["Monstera"]]}}
    made = do(client.templates.create(
        business_account_id=WABA, name="plant_sent", language="en_US", category="UTILITY", components=[body]
    ))
    assert do(client.templates.get(template_id=made["id"]))["name"] == "plant_sent"
    found = do(client.templates.list(business_account_id=WABA, name="plant_sent", limit=5))
    assert [one["id"] for one in found["data"]] == [made["id"]]
    assert do(client.templates.delete(business_account_id=WABA, name="plant_sent"))["success"]


def test_the_number(client, do):
    assert do(client.phone_numbers.update_business_profile(phone_number_id=NUMBER, about="Plants", vertical="RETAIL"))["success"]
    assert do(client.phone_numbers.get_business_profile(phone_number_id=NUMBER))["data"][0]["about"] == "Plants"


def test_a_form(client, do):
    footer = {"type": "Footer", "label": "Close", "on-click-action": {"name": "complete", "payload": {}}}
    layout = {"type": "SingleColumnLayout", "children": [{"type": "TextBody", "text": "Thanks"}, footer]}
    form = {"version": "7.2", "screens": [{"id": "ONLY", "title": "Only", "terminal": True, "layout": layout}]}
    made = do(client.flows.create(waba_id=WABA, name="survey", categories=["SURVEY"]))
    assert do(client.flows.update_asset(flow_id=made["id"], asset=form))["success"]
    assert do(client.flows.publish(flow_id=made["id"]))["success"]
    assert do(client.flows.get(flow_id=made["id"]))["status"] == "PUBLISHED"
    assert do(client.flows.deprecate(flow_id=made["id"]))["success"]


def test_a_refusal_is_understood(client, do, ana):
    with pytest.raises(WhatsAppAPIError) as refused:
        do(client.messages.send_text(phone_number_id="123", to=ana.wa_id, body="hola"))
    assert (refused.value.status_code, refused.value.error_code) == (400, 100)


def test_a_customers_message_is_read_and_its_signature_holds(emulator, ana, postbox):
    wamid = ana.say("¿Hola?")
    told = normalize_webhook(postbox.about(wamid))
    assert [one["id"] for one in told.messages] == [wamid]
    kept = next(one for one in emulator.control("GET", f"/webhooks?wamid={wamid}")["data"])
    kept = emulator.control("GET", f"/webhooks/{kept['id']}")
    body = kept["body"] if isinstance(kept["body"], str) else json.dumps(kept["body"])
    assert verify_signature(app_secret=APP_SECRET, raw_body=body.encode(), signature_header=kept["signature"])
