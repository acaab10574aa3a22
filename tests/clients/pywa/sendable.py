"""A message, a template message and its parameters of every kind that pywa can send."""

from datetime import datetime, timedelta, timezone

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
from pywa.types.flows import FlowActionType, FlowStatus

CUSTOMER = "+16505550111"


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
