"""Whatever else can come by webhook is made to happen, and must reach the handler that pywa has for it."""

import pytest
from pywa.types.account_update import AccountUpdateEvent
from pywa.types.templates import BodyText, TemplateLanguage
from pywa.types.user_preferences import MarketingPreference

from world import NUMBER, PORTFOLIO, WABA, png


def of(customer):
    return lambda update: update.from_user.bsuid == customer.bsuid


def test_a_customers_new_number(ana, emulator, business):
    old = ana.wa_id
    new = ana.does("number", wa_id="15550277001")
    change = business.hears("on_phone_number_change", lambda update: update.old_wa_id == old)
    assert (change.new_wa_id, change.from_user.bsuid != ana.bsuid) == ("15550277001", True)
    assert new["wa_id"] == "15550277001"


def test_a_customers_new_identity(ana, emulator, business, wa):
    from pywa.types.others import UserIdentityChangeSettings

    check = UserIdentityChangeSettings(enable_identity_key_check=True)
    assert wa.update_business_phone_number_settings(user_identity_change=check).success
    assert business.received(ana.say("first, from the old phone"))
    ana.does("identity")
    change = business.hears("on_identity_change", of(ana))
    assert change.identity.hash and change.identity.created_timestamp
    check.enable_identity_key_check = False
    assert wa.update_business_phone_number_settings(user_identity_change=check).success


def test_a_customer_stops_marketing_and_allows_it_again(ana, business, wa):
    for word, preference in (("stop", MarketingPreference.STOP), ("resume", MarketingPreference.RESUME)):
        ana.does("preferences", marketing=word)
        heard = business.hears(
            "on_user_marketing_preferences", lambda one, p=preference: of(ana)(one) and one.value == p
        )
        assert bool(heard) == (word == "resume")


def test_every_kind_of_message_is_understood(ana, business):
    one = {"name": {"formatted_name": "Beto Ruiz", "first_name": "Beto"}, "phones": [{"phone": "+15550300001", "type": "CELL"}]}
    order = {"catalog_id": "1948", "text": "please", "product_items": [
        {"product_retailer_id": "pot", "quantity": 2, "item_price": 7.5, "currency": "EUR"}]}
    place = {"latitude": 40.4, "longitude": -3.7, "name": "Home", "address": "Calle Mayor 1"}
    heard = business.received(ana.write({"type": "contacts", "contacts": [one]}))
    assert heard.contacts[0].name.formatted_name == "Beto Ruiz" and heard.contacts[0].phones[0].phone == "+15550300001"
    heard = business.received(ana.write({"type": "location", "location": place}))
    assert (heard.location.name, heard.location.latitude) == ("Home", 40.4)
    heard = business.received(ana.write({"type": "order", "order": order}))
    assert (heard.order.catalog_id, heard.order.products[0].sku, heard.order.total_price) == ("1948", "pot", 15.0)
    heard = business.received(ana.write({"type": "reaction", "reaction": {"message_id": ana.hello, "emoji": "👍"}}))
    assert (heard.reaction.emoji, heard.reaction.message_id) == ("👍", ana.hello)
    heard = business.received(ana.write({"type": "unsupported", "code": 131051}))
    assert heard.type.value == "unsupported" and heard.error.code == 131051


def test_a_customer_whose_phone_is_hidden(emulator, business, wa):
    eva = emulator.customer("Eva", username="eva_plants")
    heard = business.received(eva.say("hola"))
    assert (heard.from_user.bsuid, heard.from_user.wa_id) == (eva.bsuid, None)
    assert heard.from_user.username.lstrip("@") == "eva_plants"
    sent = business.do(heard.reply("Hola, Eva"))
    assert eva.bubble(sent.id)["text"]["body"] == "Hola, Eva"
    delivered = business.hears("on_message_status", lambda one: (one.id, one.status.value) == (sent.id, "delivered"))
    assert delivered.from_user.bsuid == eva.bsuid


def test_a_template_says_what_it_costs(emulator, business, wa):
    stranger = emulator.customer("Beto Ruiz")
    sent = wa.send_template(stranger.wa_id, "hello_world", TemplateLanguage.SPANISH, [])
    sent_status = business.hears("on_message_status", lambda one: (one.id, one.status.value) == (sent.id, "sent"))
    assert (sent_status.pricing.category.value, sent_status.pricing.model.value) == ("utility", "PMP")


def test_marketing_over_its_own_api(emulator, business, wa):
    stranger = emulator.customer("Beto Ruiz")
    parameters = [BodyText._Params("Beto")]
    sent = wa.send_template(
        stranger.wa_id, "welcome_back", TemplateLanguage.ENGLISH_US, parameters, use_mm_lite_api=True, tracker="spring"
    )
    heard = business.hears("on_message_status", lambda one: (one.id, one.status.value) == (sent.id, "delivered"))
    assert heard.tracker == "spring"


@pytest.fixture(scope="module")
def in_the_app(emulator):
    """The number is in the WhatsApp Business app as well."""
    number = next(one for one in emulator.control("GET", "/world")["phone_numbers"] if one["id"] == NUMBER)
    changes = {"id": NUMBER, "display_phone_number": number["display_phone_number"], "is_on_biz_app": True}
    emulator.control("PUT", "/phone-numbers", json=changes)
    return f"/phone-numbers/{NUMBER}/app-messages"


def quoted(wamid):
    return wamid.replace("=", "%3D").replace("/", "%2F").replace("+", "%2B")


def test_a_customer_edits_and_takes_back(in_the_app, ana, business):
    wamid = ana.say("two pots")
    business.received(wamid)
    ana.does(f"messages/{quoted(wamid)}/edit", text={"body": "three pots"})
    edited = business.hears("on_edited_message", lambda one: one.original_message_id == wamid)
    assert edited.message.text == "three pots"
    ana.does(f"messages/{quoted(wamid)}/revoke")
    assert business.hears("on_deleted_message", lambda one: one.original_message_id == wamid).from_user.bsuid == ana.bsuid


def test_what_is_written_in_the_app_is_echoed(in_the_app, ana, emulator, business):
    said = emulator.control("POST", in_the_app, json={"to": ana.wa_id, "type": "text", "text": {"body": "from the app"}})
    wamid = said["wamid"]
    echo = business.hears("on_outgoing_message", lambda one: one.id == wamid)
    assert (echo.text, echo.to_user.bsuid) == ("from the app", ana.bsuid)
    emulator.control("POST", f"{in_the_app}/{quoted(wamid)}/edit", json={"text": {"body": "edited in the app"}})
    edited = business.hears("on_outgoing_edited_message", lambda one: one.original_message_id == wamid)
    assert edited.message.text == "edited in the app"
    emulator.control("POST", f"{in_the_app}/{quoted(wamid)}/revoke", json={})
    assert business.hears("on_outgoing_deleted_message", lambda one: one.original_message_id == wamid)


def test_what_meta_does_to_the_account(emulator, business):
    """pywa takes account updates for those of its portfolio by the id of their entry; Meta's carry the WABA's but for partners."""
    business.wa.business_portfolio_id = WABA
    enforce = f"/wabas/{WABA}/enforce"
    emulator.control("POST", enforce, json={"event": "ACCOUNT_VIOLATION", "violation_type": "SCAM"})
    violation = business.hears("on_account_update", lambda one: one.event == AccountUpdateEvent.ACCOUNT_VIOLATION)
    assert violation.violation_info.type == "SCAM"
    restrictions = {"event": "ACCOUNT_RESTRICTION", "restrictions": ["RESTRICTED_BIZ_INITIATED_MESSAGING"], "seconds": 60}
    emulator.control("POST", enforce, json=restrictions)
    restricted = business.hears("on_account_update", lambda one: one.event == AccountUpdateEvent.ACCOUNT_RESTRICTION)
    assert [one.type.value for one in restricted.restriction_info] == ["RESTRICTED_BIZ_INITIATED_MESSAGING"]
    emulator.control("POST", enforce, json={"event": "RESTRICTIONS_LIFTED"})


def test_a_partner_is_told_of_a_new_client(emulator, business):
    business.wa.business_portfolio_id = PORTFOLIO
    shared = emulator.control("POST", "/signup", json={"business_name": "Client"})
    added = business.hears("on_account_update", lambda one: one.event == AccountUpdateEvent.PARTNER_ADDED)
    assert (added.id, added.waba_info.id) == (PORTFOLIO, shared["waba_id"])


def test_everything_comes_raw_too(ana, business):
    wamid = ana.upload(png(), "leaf.png", "image/png")
    raw = business.hears("on_raw_update", lambda update: wamid in str(update))
    assert (raw.field, raw.id) == ("messages", WABA)
