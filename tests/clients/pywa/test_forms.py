"""Meta's forms with pywa's own encryption: made, published and sent by pywa, filled in by a customer, answered by pywa's endpoint."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pywa.types import FlowButton, Image
from pywa.types.flows import (
    CompleteAction,
    DataExchangeAction,
    DataSource,
    Dropdown,
    FlowActionType,
    FlowCategory,
    FlowJSON,
    FlowRequestSignatureAuthenticationFailed,
    Footer,
    Layout,
    PhotoPicker,
    Screen,
    ScreenData,
    TextBody,
)

from business import Business
from world import PATIENCE, png

SLOTS = [{"id": "9", "title": "9:00"}, {"id": "10", "title": "10:00"}]
NEXT = "Next"


def keys():
    """A private key with the public one that belongs to it, both as PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    secret = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return secret.decode(), private.public_key().public_bytes(serialization.Encoding.PEM, kind).decode()


def booking():
    def screen(name, *children, **more):
        return Screen(id=name, title=name.title(), layout=Layout(children=list(children)), **more)

    return FlowJSON(
        version="7.2",
        data_api_version="3.0",
        routing_model={"TIME": ["PHOTO"], "PHOTO": ["LAST"], "LAST": []},
        screens=[
            screen(
                "TIME",
                Dropdown(name="slot", label="When?", data_source="${data.slots}", required=True),
                Footer(label=NEXT, on_click_action=DataExchangeAction(payload={"slot": "${form.slot}"})),
                data=[ScreenData(key="slots", example=[DataSource(id="1", title="9:00")])],
            ),
            screen(
                "PHOTO",
                PhotoPicker(name="photos", label="Your plant", min_uploaded_photos=1),
                Footer(label=NEXT, on_click_action=DataExchangeAction(payload={"photos": "${form.photos}"})),
            ),
            screen(
                "LAST",
                TextBody(text="${data.told}"),
                Footer(label="Book", on_click_action=CompleteAction(payload={"slot": "${screen.TIME.form.slot}"})),
                data=[ScreenData(key="told", example="hola")],
                terminal=True,
            ),
        ],
    )


class Endpoint:
    """The business's side of the form, with pywa's decorators. `answers` are given before all others."""

    def __init__(self, business):
        self.way, self.requests, self.files, self.answers = business.way, [], [], []
        route = business.wa.on_flow_request("/booking")(self.callback(lambda req: None))
        route.on_init()(self.callback(self.times))
        route.on_data_exchange(screen="TIME")(self.callback(lambda req: req.respond(screen="PHOTO")))
        route.on_data_exchange(screen="PHOTO")(self.callback(self.photo))
        route.on_back()(self.callback(self.times))

    def callback(self, function):
        def called(_, req):
            self.requests.append(req)
            return self.answers.pop(0)(req) if self.answers else function(req)

        return self.way.callback(called)

    def times(self, req):
        return req.respond(screen="TIME", data={"slots": [DataSource(**slot) for slot in SLOTS]})

    def photo(self, req):
        def seen(file):
            self.files.append(file)
            return req.respond(screen="LAST", data={"told": f"{len(file.data)} bytes"})

        return self.way.then(req.decrypt_media(key="photos"), seen)


@pytest.fixture(scope="module")
def secret():
    return keys()


@pytest.fixture(scope="module")
def business(emulator, way, secret):
    business = Business(emulator, way, business_private_key=secret[0])
    business.endpoint = Endpoint(business)
    yield business
    business.stop()


@pytest.fixture(scope="module")
def form(business, wa, secret):
    """The form, made and published step by step as pywa offers it."""
    assert wa.set_business_public_key(secret[1]).success
    created = wa.create_flow("booking", [FlowCategory.APPOINTMENT_BOOKING])
    assert wa.update_flow_metadata(created.id, name="visits", endpoint_uri=f"{business.url}/booking").success
    updated = wa.update_flow_json(created.id, booking())
    assert updated.success and not updated.validation_errors
    assert wa.publish_flow(created.id).success
    return created.id


@pytest.fixture
def sent(form, ana, business, wa):
    """The form on a customer's phone."""
    business.endpoint.requests.clear()
    business.endpoint.answers.clear()
    button = FlowButton(title="Book", flow_id=form, flow_token="tok-7", flow_action_type=FlowActionType.DATA_EXCHANGE)
    message = wa.send_message(ana.wa_id, "Book a visit", buttons=button)
    ana.bubble(message.id)
    return message


def submit(ana, sent, **data):
    return ana.does("forms/submit", message_id=sent.id, data=data)


def photo(ana, emulator):
    files = {"file": ("plant.png", png(), "image/png")}
    return emulator.control("POST", f"/customers/{ana.id}/forms/files", files=files)["id"]


def test_publishing_pings_the_endpoint(form, business, emulator, wa):
    details = wa.get_flow(form)
    assert (details.name, details.status.value, details.json_version) == ("visits", "PUBLISHED", "7.2")
    assert details.endpoint_uri == f"{business.url}/booking"
    assert any(ring["path"] == "/booking" and ring["status"] == 200 for ring in business.rings("POST"))
    ping = emulator.control("POST", f"/forms/{form}/ping")
    assert ping["passed"] and ping["exchange"]["response"]["data"] == {"status": "active"}, ping


def test_a_customer_fills_in_a_form_from_the_button_to_the_answer(ana, emulator, business, sent, do):
    done = business.waits(lambda: sent.wait_for_completion(timeout=PATIENCE))
    opened = ana.does("forms/open", message_id=sent.id)
    assert (opened["screen"], opened["data"]) == ("TIME", {"slots": SLOTS})
    assert submit(ana, sent, slot="10")["screen"] == "PHOTO"
    told = submit(ana, sent, photos=[photo(ana, emulator)])
    assert (told["screen"], told["data"]) == ("LAST", {"told": f"{len(png())} bytes"})
    # pywa's own helper fetched and decrypted the customer's photo.
    file = business.endpoint.files[-1]
    assert (file.data, file.filename) == (png(), "plant.png")
    assert submit(ana, sent)["state"] == "completed"
    completion = done.result(PATIENCE)
    assert (completion.token, completion.response) == ("tok-7", {"slot": "10"})
    assert completion.reply_to_message.id == sent.id
    first, second, _ = business.endpoint.requests
    assert (first.action.value, first.flow_token) == ("INIT", "tok-7")
    assert (second.screen, second.data) == ("TIME", {"slot": "10"})


def test_the_endpoint_ends_a_form_and_the_answer_reaches_its_handler(ana, emulator, business, sent, do):
    ana.does("forms/open", message_id=sent.id)
    submit(ana, sent, slot="9")
    photos = []

    def close(req):
        photos.extend({"id": one["media_id"], "mime_type": "image/png", "sha256": "", "file_name": one["file_name"]}
                      for one in req.data["photos"])
        return req.respond(close_flow=True, data={"photos": photos, "paid": True})

    business.endpoint.answers.append(close)
    closed = submit(ana, sent, photos=[photo(ana, emulator)])
    assert closed["state"] == "completed", closed
    completion = business.received(closed["reply"], "on_flow_completion")
    assert (completion.token, completion.response["paid"]) == ("tok-7", True)
    picture = completion.get_media(Image, key="photos")
    assert picture.id == photos[0]["id"]


def test_a_message_of_the_endpoint_is_shown(ana, business, sent):
    ana.does("forms/open", message_id=sent.id)
    answer = {"slots": [DataSource(**SLOTS[1])]}
    business.endpoint.answers.append(lambda req: req.respond(screen="TIME", data=answer, error_message="Just taken"))
    shown = submit(ana, sent, slot="9")
    assert (shown["screen"], shown["notice"], shown["data"]["slots"]) == ("TIME", "Just taken", SLOTS[1:])


def test_a_token_that_is_no_longer_valid_closes_the_form(ana, business, sent):
    business.endpoint.answers.append(lambda req: req.token_no_longer_valid("Already booked"))
    opened = ana.does("forms/open", message_id=sent.id)
    assert opened["error"] == {"error": "flow_token_invalid", "message": "Already booked"}, opened
    assert ana.bubble(sent.id)["form"]["disabled"]


def test_a_refused_signature_is_an_error_of_the_form(ana, business, sent):
    def refuse(req):
        raise FlowRequestSignatureAuthenticationFailed

    business.endpoint.answers.append(refuse)
    opened = ana.does("forms/open", message_id=sent.id)
    assert opened["error"]["error"] == "unexpected_http_status_code", opened


def test_pywa_is_told_of_an_answer_that_the_phone_cant_use(ana, business, sent):
    business.endpoint.answers.append(lambda req: req.respond(screen="NOWHERE"))
    opened = ana.does("forms/open", message_id=sent.id)
    assert opened["error"]["error"] == "invalid-screen-transition", opened
    notified = business.endpoint.requests[-1]
    assert notified.has_error and notified.data["error"] == "invalid-screen-transition"


def test_a_key_that_pywa_doesnt_have_is_answered_421(ana, business, sent, wa, secret):
    def asked():
        return [ring["status"] for ring in business.rings("POST") if ring["path"] == "/booking"]

    assert wa.set_business_public_key(keys()[1]).success
    business.door.rings.clear()
    opened = ana.does("forms/open", message_id=sent.id)
    # The phone fetched the number's key once more after the first 421, and it was still the wrong one.
    assert (opened["error"]["error"], asked()) == ("business-decryption-error", [421, 421]), opened
    assert wa.set_business_public_key(secret[1]).success
    assert ana.does("forms/open", message_id=sent.id)["screen"] == "TIME"
    assert asked() == [421, 421, 421, 200]
