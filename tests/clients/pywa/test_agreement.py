"""What pywa sends is what Waypost's own rules take for valid, with no field they don't know.

pywa builds and posts every kind of message, template and form it knows to the emulator; the bodies are noted on the way
and given to `waypost message lint`, `waypost template lint` and `waypost form lint`. They are also kept in `bodies.json`
(written anew with `PYWA_BODIES=write`), from which the tests of `cloud-api` read them into their types. What pywa can't
send is left to those tests alone: order details and status, addresses, product carousels, Direct Send.
"""

import json
import os
import pathlib
import subprocess
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from pywa import WhatsApp
from pywa.types import (
    Button,
    CallPermissionRequestButton,
    Contact,
    ContactInfoRequestButton,
    FlowButton,
    ImageCarouselCard,
    ProductsSection,
    Section,
    SectionList,
    SectionRow,
    URLButton,
    VideoCarouselCard,
    VoiceCallButton,
)
from pywa.types import templates as t
from pywa.types.flows import (
    CompleteAction,
    DataExchangeAction,
    DatePicker,
    DataSource,
    Dropdown,
    FlowActionType,
    FlowCategory,
    FlowJSON,
    FlowStatus,
    Footer,
    Form,
    Layout,
    NavigateAction,
    Next,
    NextType,
    OptIn,
    RadioButtonsGroup,
    Screen,
    ScreenData,
    TextBody,
    TextHeading,
    TextInput,
)

from world import APP_ID, APP_SECRET, BINARY, NUMBER, TOKEN, WABA, Emulator, ToEmulator

CUSTOMER = "+16505550111"
ENGLISH = t.TemplateLanguage.ENGLISH_US
# The emulator answers these for reasons that aren't the body's form: no such group, no such template.
NOT_ABOUT_FORM = {131041, 132001}


class Noting(ToEmulator):
    """Notes every request with the answer it got."""

    def __init__(self, emulator):
        super().__init__(emulator)
        self.notes = []

    def handle_request(self, request):
        path = request.url.path
        body = request.read()
        answer = super().handle_request(request)
        answer.read()
        self.notes.append((request.method, path, body, answer))
        return answer


@pytest.fixture(scope="module")
def emulator():
    emulator = Emulator()
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
def ana(emulator):
    """Somebody who has written, so that there is a message to read and to react to."""
    customer = emulator.customer("Ana Torres")
    customer.hello = customer.say("hola")
    return customer


@pytest.fixture(scope="module")
def line(emulator):
    return Noting(emulator)


@pytest.fixture(scope="module")
def wa(line):
    return WhatsApp(
        phone_id=NUMBER,
        token=TOKEN,
        waba_id=WABA,
        app_id=APP_ID,
        app_secret=APP_SECRET,
        session=httpx.Client(transport=line, timeout=10),
    )


def lint(what, body, *flags):
    """The report of `waypost WHAT lint`, and its exit code."""
    run = subprocess.run([BINARY, what, "lint", *flags, "-"], input=body, capture_output=True, timeout=30)
    assert run.returncode in (0, 2), run.stderr.decode()
    return json.loads(run.stdout), run.returncode


KEPT = pathlib.Path(__file__).with_name("bodies.json")
WRITING = os.environ.get("PYWA_BODIES") == "write"


@pytest.fixture(scope="module")
def kept():
    """The bodies that the tests of `cloud-api` read; what pywa sends must still be what is kept."""
    bodies = {} if WRITING else json.loads(KEPT.read_text())
    yield bodies
    if WRITING:
        KEPT.write_text(json.dumps(bodies, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def keep(kept, family, kind, body, ana=None):
    text = body.decode() if ana is None else body.decode().replace(ana.hello, "wamid.IN").replace(ana.bsuid, "US.1349")
    if WRITING:
        kept.setdefault(family, {})[kind] = json.loads(text)
    assert kept[family][kind] == json.loads(text), "run with PYWA_BODIES=write"


def agreed(what, body, *flags):
    report, code = lint(what, body, *flags)
    assert report["violations"] == [], f"{body.decode()}: {report}"
    assert report["unknown"] == [], f"{body.decode()}: {report}"
    assert code == 0


def sections():
    rows = [SectionRow(title="Express", callback_data="express", description="Next day"), SectionRow("Ground", "ground")]
    return SectionList("Choose", [Section("Fast", rows[:1]), Section("Slow", rows[1:])])


def card():
    return Contact(
        name=Contact.Name(formatted_name="Ana Torres", first_name="Ana", last_name="Torres"),
        birthday="1999-01-23",
        phones=[Contact.Phone(phone="+16505559999", type="Mobile", wa_id="16505559999")],
        emails=[Contact.Email(email="ana@acme.test", type="Work")],
        urls=[Contact.Url(url="https://acme.test", type="Work")],
        addresses=[Contact.Address(street="1 Lucky Way", city="Menlo Park", state="CA", zip="94025", country_code="US")],
        org=Contact.Org(company="Acme", department="Legal", title="Counsel"),
    )


def form_button(**more):
    return FlowButton(
        title="Book", flow_id="123", flow_token="tok", flow_action_type=FlowActionType.NAVIGATE, flow_action_screen="FIRST",
        **more,
    )


def cards(kind, **media):
    return [kind(body=f"Card {i}", buttons=URLButton("Buy", f"https://acme.test/{i}"), **media) for i in range(2)]


def replying_cards():
    return [
        ImageCarouselCard(body=f"Card {i}", buttons=[Button("More", f"more:{i}")], image=f"https://acme.test/{i}.png")
        for i in range(3)
    ]


PICTURE, FILM, PAGES = "https://acme.test/a.png", "https://acme.test/a.mp4", "https://acme.test/a.pdf"

MESSAGES = {
    "text": lambda wa, ana: wa.send_text(CUSTOMER, "hola"),
    "text to a business-scoped user id": lambda wa, ana: wa.send_text(ana.bsuid, "hola"),
    "text with everything": lambda wa, ana: wa.send_text(
        CUSTOMER, "https://acme.test", preview_url=True, reply_to_message_id="wamid.IN", tracker="order:1",
        identity_key_hash="DF2lS5v2W6x=",
    ),
    "reply buttons": lambda wa, ana: wa.send_text(
        CUSTOMER, "Tomorrow?", header="Visit", footer="Acme", buttons=[Button("Yes", "yes"), Button("No", "no")]
    ),
    "reply buttons under a picture": lambda wa, ana: wa.send_image(CUSTOMER, PICTURE, "See", buttons=[Button("Yes", "yes")]),
    "reply buttons under a film": lambda wa, ana: wa.send_video(CUSTOMER, FILM, "See", buttons=[Button("Yes", "yes")]),
    "reply buttons under a file": lambda wa, ana: wa.send_document(
        CUSTOMER, PAGES, filename="a.pdf", caption="See", buttons=[Button("Yes", "yes")]
    ),
    "list": lambda wa, ana: wa.send_text(CUSTOMER, "How?", header="Shipping", buttons=sections()),
    "url button": lambda wa, ana: wa.send_text(CUSTOMER, "See", buttons=URLButton("Dates", "https://acme.test?d=1")),
    "url button under a picture": lambda wa, ana: wa.send_image(
        CUSTOMER, PICTURE, "See", footer="Acme", buttons=URLButton("Dates", "https://acme.test?d=1")
    ),
    "voice call button": lambda wa, ana: wa.send_text(
        CUSTOMER, "Call us", buttons=VoiceCallButton("Call now", ttl_minutes=timedelta(minutes=100))
    ),
    "call permission request": lambda wa, ana: wa.send_text(CUSTOMER, "May we call?", buttons=CallPermissionRequestButton()),
    "contact request": lambda wa, ana: wa.send_text(CUSTOMER, "Your number?", buttons=ContactInfoRequestButton()),
    "contact request by its own method": lambda wa, ana: wa.request_contact_info(CUSTOMER, "Your number?"),
    "location request": lambda wa, ana: wa.request_location(CUSTOMER, "Where are you?"),
    "form": lambda wa, ana: wa.send_text(CUSTOMER, "Book", buttons=form_button(flow_action_payload={"k": "v"})),
    "form as a draft": lambda wa, ana: wa.send_text(CUSTOMER, "Book", buttons=form_button(mode=FlowStatus.DRAFT)),
    "form with its own data": lambda wa, ana: wa.send_text(
        CUSTOMER, "Book",
        buttons=FlowButton("Book", flow_id="123", flow_token="tok", flow_action_type=FlowActionType.DATA_EXCHANGE),
    ),
    "picture": lambda wa, ana: wa.send_image(CUSTOMER, PICTURE, caption="Succulents"),
    "film": lambda wa, ana: wa.send_video(CUSTOMER, FILM, caption="Tour"),
    "sound": lambda wa, ana: wa.send_audio(CUSTOMER, "https://acme.test/a.mp3"),
    "voice": lambda wa, ana: wa.send_voice(CUSTOMER, "https://acme.test/a.ogg"),
    "file": lambda wa, ana: wa.send_document(CUSTOMER, PAGES, filename="order.pdf", caption="Receipt"),
    "sticker": lambda wa, ana: wa.send_sticker(CUSTOMER, "https://acme.test/a.webp"),
    "location": lambda wa, ana: wa.send_location(CUSTOMER, 37.44216251868683, -122.16153582049394, "Philz", "101 Forest Ave"),
    "contact": lambda wa, ana: wa.send_contact(CUSTOMER, card()),
    "contacts": lambda wa, ana: wa.send_contact(CUSTOMER, [card(), card()]),
    "reaction": lambda wa, ana: wa.send_reaction(CUSTOMER, "😀", ana.hello),
    "reaction taken back": lambda wa, ana: wa.remove_reaction(CUSTOMER, ana.hello),
    "catalog": lambda wa, ana: wa.send_catalog(CUSTOMER, "Our catalog", "Acme", thumbnail_product_sku="2lc20305pt"),
    "product": lambda wa, ana: wa.send_product(CUSTOMER, "1948", "nqryix03ez", "opt", "Acme"),
    "products": lambda wa, ana: wa.send_products(
        CUSTOMER, "1948", [ProductsSection("Best", ["a", "b"]), ProductsSection("Rest", ["c"])], "New", "Pick", "Acme"
    ),
    "carousel of pictures": lambda wa, ana: wa.send_carousel(CUSTOMER, body="Offers", cards=cards(ImageCarouselCard, image=PICTURE)),
    "carousel of films": lambda wa, ana: wa.send_carousel(CUSTOMER, body="Offers", cards=cards(VideoCarouselCard, video=FILM)),
    "carousel with replies": lambda wa, ana: wa.send_carousel(CUSTOMER, body="Offers", cards=replying_cards()),
    "text to a group": lambda wa, ana: wa.send_text("Y2FwaV9ncm91cDox", "hola"),
    "pin in a group": lambda wa, ana: wa.pin_message("Y2FwaV9ncm91cDox", "wamid.IN", expiration_days=7),
    "unpin in a group": lambda wa, ana: wa.unpin_message("Y2FwaV9ncm91cDox", "wamid.IN"),
    "read receipt": lambda wa, ana: wa.mark_message_as_read(ana.hello),
    "typing": lambda wa, ana: wa.indicate_typing(ana.hello),
}


def media_cards(n=2):
    def one(i):
        picture = t.HeaderImage._Params(image=PICTURE)
        suffix = t.URLButton._Params(url_variable=str(i), index=1)
        return t.CarouselCard._Params(index=i, params=[picture, t.QuickReplyButton._Params(callback_data="m", index=0), suffix])

    return t.Carousel._Params(cards=[one(i) for i in range(n)])


TEMPLATE_PARAMETERS = {
    "nothing": [],
    "positional": [t.BodyText._Params("Ana", "42")],
    "named": [t.HeaderText._Params(shop="Acme"), t.BodyText._Params(name="Ana", order="42")],
    "picture": [t.HeaderImage._Params(image=PICTURE), t.BodyText._Params("Ana")],
    "film": [t.HeaderVideo._Params(video=FILM)],
    "file": [t.HeaderDocument._Params(document=PAGES, filename="a.pdf")],
    "location": [t.HeaderLocation._Params(lat=37.48, lon=-122.14, name="Philz", address="101 Forest Ave")],
    "product": [t.HeaderProduct._Params(catalog_id="1948", sku="a")],
    "buttons": [t.QuickReplyButton._Params(callback_data="stop", index=0), t.URLButton._Params(url_variable="42", index=1)],
    "code to copy": [t.CopyCodeButton._Params(coupon_code="25OFF", index=0)],
    "form": [t.FlowButton._Params(index=0, flow_token="tok", flow_action_data={"k": "v"})],
    "catalog": [t.CatalogButton._Params(thumbnail_product_sku="a", index=0)],
    "several products": [
        t.MPMButton._Params(product_sections=[ProductsSection("Best", ["a", "b"])], thumbnail_product_sku="a", index=0)
    ],
    "one-time password": [t.AuthenticationBody._Params(otp="123456"), t.CopyCodeOTPButton._Params(otp="123456")],
    "limited-time offer": [
        t.LimitedTimeOffer._Params(expiration_time=datetime(2027, 1, 1, tzinfo=timezone.utc)),
        t.CopyCodeButton._Params(coupon_code="25OFF", index=0),
    ],
    "carousel": [t.BodyText._Params("Ana"), media_cards()],
}


def posted(line, call, ending):
    """The one body that a call posts to a path with this ending, and the answer; pywa may raise what Graph refuses."""
    line.notes.clear()
    try:
        call()
    except Exception:  # noqa: BLE001 - the answer is looked at below
        pass
    found = [(body, answer) for method, path, body, answer in line.notes if method == "POST" and path.endswith(ending)]
    assert len(found) == 1, [note[:2] for note in line.notes]
    return found[0]


def not_refused_for_its_form(answer):
    if answer.status_code != 200:
        error = answer.json()["error"]
        no_such_form = error.get("error_data", {}).get("details", "").startswith("Flow with specified ID")
        assert no_such_form or error["code"] in NOT_ABOUT_FORM, error


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_of_every_kind_is_valid_and_wholly_known(wa, line, ana, kept, kind):
    body, answer = posted(line, lambda: MESSAGES[kind](wa, ana), "/messages")
    agreed("message", body)
    keep(kept, "messages", kind, body, ana)
    not_refused_for_its_form(answer)


@pytest.mark.parametrize("kind", TEMPLATE_PARAMETERS)
def test_a_template_message_of_every_kind_is_valid_and_wholly_known(wa, line, kept, kind):
    call = lambda: wa.send_template(CUSTOMER, "any", ENGLISH, TEMPLATE_PARAMETERS[kind])  # noqa: E731
    body, answer = posted(line, call, "/messages")
    agreed("message", body)
    keep(kept, "messages", f"template: {kind}", body)
    not_refused_for_its_form(answer)


def test_a_marketing_message_is_valid_and_wholly_known(wa, line, kept):
    call = lambda: wa.send_template(  # noqa: E731
        CUSTOMER, "any", ENGLISH, [t.BodyText._Params("Ana")], use_mm_lite_api=True, message_activity_sharing=True
    )
    body, _ = posted(line, call, "/marketing_messages")
    agreed("message", body, "--marketing")
    keep(kept, "marketing", "template", body)


def template(category, *components, **more):
    return t.Template(name="any", language=ENGLISH, category=category, components=list(components), **more)


UTILITY, MARKETING, AUTHENTICATION = (getattr(t.TemplateCategory, c) for c in ("UTILITY", "MARKETING", "AUTHENTICATION"))


def otp(button):
    return template(
        AUTHENTICATION,
        t.AuthenticationBody(add_security_recommendation=True),
        t.AuthenticationFooter(code_expiration_minutes=5),
        t.Buttons(buttons=[button]),
        message_send_ttl_seconds=60,
    )


def apps():
    return [t.OTPSupportedApp(package_name="com.acme.app", signature_hash="K8a/AINcGX7")]


def carousel():
    def one():
        buttons = [t.QuickReplyButton(text="More"), t.URLButton(text="Buy", url="https://acme.test/{{1}}", example="1")]
        return t.CarouselCard(components=[t.HeaderImage("4::aW"), t.BodyText("A card with words"), t.Buttons(buttons=buttons)])

    return t.Carousel(cards=[one(), one()])


TEMPLATES = {
    "positional": template(UTILITY, t.BodyText("Hi {{1}}, your order {{2}} is on its way to you. Thanks!", "Ana", "42")),
    "named": template(
        UTILITY,
        t.HeaderText("Order {{order_id}}", order_id="335628"),
        t.BodyText("Hi {{name}}, your order is on its way. Thanks!", name="Ana"),
        t.FooterText(text="Acme"),
        parameter_format=t.ParamFormat.NAMED,
        message_send_ttl_seconds=43200,
    ),
    "every common button": template(
        MARKETING,
        t.HeaderImage("4::aW"),
        t.BodyText("Our spring offers are here for you."),
        t.Buttons(
            buttons=[
                t.QuickReplyButton(text="Stop"),
                t.URLButton(text="Shop", url="https://acme.test/{{1}}", example="abc"),
                t.PhoneNumberButton(text="Call", phone_number="+15550051310"),
                t.CopyCodeButton(example="25OFF"),
            ]
        ),
    ),
    "location": template(UTILITY, t.HeaderLocation(), t.BodyText("Your order waits here.")),
    "form": template(
        UTILITY,
        t.BodyText("Please book a time."),
        t.Buttons(
            buttons=[
                t.FlowButton(text="Book", flow_id="123", flow_action=FlowActionType.NAVIGATE, navigate_screen="FIRST")
            ]
        ),
    ),
    "catalog": template(MARKETING, t.BodyText("See our catalog."), t.Buttons(buttons=[t.CatalogButton(text="View catalog")])),
    "several products": template(
        MARKETING, t.HeaderText("New"), t.BodyText("See these."), t.Buttons(buttons=[t.MPMButton(text="View items")])
    ),
    "one product": template(
        MARKETING, t.HeaderProduct(), t.BodyText("See this."), t.Buttons(buttons=[t.SPMButton(text="View")])
    ),
    "voice call": template(MARKETING, t.BodyText("Call us."), t.Buttons(buttons=[t.VoiceCallButton(text="Call us")])),
    "call permission": template(MARKETING, t.BodyText("May we call you?"), t.CallPermissionRequestButton()),
    "limited-time offer": template(
        MARKETING,
        t.HeaderImage("4::aW"),
        t.LimitedTimeOffer(text="Expiring!", has_expiration=True),
        t.BodyText("Good news: a discount for you."),
        t.Buttons(
            buttons=[t.CopyCodeButton(example="25OFF"), t.URLButton(text="Shop", url="https://acme.test/{{1}}", example="1")]
        ),
    ),
    "carousel": template(MARKETING, t.BodyText("Rare succulents for {{1}} and friends!", "Ana"), carousel()),
    "copied password": otp(t.CopyCodeOTPButton(text="Copy code")),
    "one-tap password": otp(t.OneTapOTPButton(text="Copy code", autofill_text="Autofill", supported_apps=apps())),
    "zero-tap password": otp(
        t.ZeroTapOTPButton(text="Copy code", autofill_text="Autofill", zero_tap_terms_accepted=True, supported_apps=apps())
    ),
    "from the library": t.LibraryTemplate(
        name="any",
        library_template_name="delivery_update_1",
        category=UTILITY,
        language=ENGLISH,
        library_template_button_inputs=[t.URLButton._LibraryInput(base_url="https://acme.test/{{1}}", url_suffix_example="1")],
    ),
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_of_every_kind_is_valid_and_wholly_known(wa, line, kept, kind):
    body, _ = posted(line, lambda: wa.create_template(TEMPLATES[kind]), "/message_templates")
    agreed("template", body)
    keep(kept, "templates", kind, body)


def booking():
    return FlowJSON(
        version="7.2",
        data_api_version="3.0",
        routing_model={"FIRST": ["LAST"], "LAST": []},
        screens=[
            Screen(
                id="FIRST",
                title="Book",
                data=[ScreenData(key="slots", example=[DataSource(id="1", title="9:00")])],
                layout=Layout(
                    children=[
                        Form(
                            name="form",
                            children=[
                                TextHeading(text="When?"),
                                TextInput(name="who", label="Name", required=True, min_chars=2, max_chars=40),
                                DatePicker(name="day", label="Day"),
                                Dropdown(name="slot", label="Slot", data_source="${data.slots}"),
                                RadioButtonsGroup(name="how", label="How", data_source=[DataSource(id="a", title="A")]),
                                OptIn(name="news", label="Send me news"),
                                Footer(
                                    label="Next",
                                    on_click_action=DataExchangeAction(payload={"slot": "${form.slot}", "day": "${form.day}"}),
                                ),
                            ],
                        )
                    ]
                ),
            ),
            Screen(
                id="LAST",
                title="Done",
                terminal=True,
                layout=Layout(
                    children=[
                        TextBody(text="Thanks"),
                        Footer(label="Close", on_click_action=CompleteAction(payload={"day": "${screen.FIRST.form.day}"})),
                    ]
                ),
            ),
        ],
    )


def static():
    return FlowJSON(
        version="7.2",
        screens=[
            Screen(
                id="ASK",
                title="Ask",
                layout=Layout(
                    children=[
                        TextInput(name="word", label="Word"),
                        Footer(
                            label="Next",
                            on_click_action=NavigateAction(
                                next=Next(name="SAID", type=NextType.SCREEN), payload={"word": "${form.word}"}
                            ),
                        ),
                    ]
                ),
            ),
            Screen(
                id="SAID",
                title="Said",
                terminal=True,
                data=[ScreenData(key="word", example="hola")],
                layout=Layout(
                    children=[
                        TextBody(text="${data.word}"),
                        Footer(label="Close", on_click_action=CompleteAction(payload={"word": "${data.word}"})),
                    ]
                ),
            ),
        ],
    )


@pytest.mark.parametrize("form", [booking, static])
def test_a_form_is_valid(wa, line, kept, form):
    call = lambda: wa.create_flow("booking", [FlowCategory.APPOINTMENT_BOOKING], flow_json=form())  # noqa: E731
    body, _ = posted(line, call, "/flows")
    agreed("form", json.loads(body)["flow_json"].encode())
    keep(kept, "forms", form.__name__, json.loads(body)["flow_json"].encode())


def test_what_is_wrong_is_named(wa, line):
    body, answer = posted(line, lambda: wa.send_text(CUSTOMER, "Hi", buttons=[Button("x" * 21, "id")]), "/messages")
    report, code = lint("message", body)
    (violation,) = report["violations"]
    assert (code, violation["pointer"]) == (2, "/interactive/action/buttons/0/reply/title")
    assert (violation["limit"], violation["given"]) == (20, 21)
    # The emulator says the same, at the same place.
    assert answer.status_code == 400 and violation["message"] in answer.json()["error"]["error_data"]["details"]
