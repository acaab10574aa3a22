"""pywa waits for what a customer does, and the customer does it: replies, taps, choices, ticks, calls."""

import pytest
from pywa.listeners import ListenerCanceled, ListenerStopped, ListenerTimeout, UserUpdateListenerIdentifier
from pywa.types import Button, CallPermissionRequestButton, Section, SectionList, SectionRow, VoiceCallButton
from pywa.types.templates import BodyText, Template, TemplateCategory, TemplateLanguage

from world import NUMBER, PATIENCE, png

LONG = {"timeout": PATIENCE}


@pytest.fixture
def filters(way):
    return __import__(f"{way.library.__name__}.filters", fromlist=["filters"])


@pytest.fixture
def chat(ana):
    """Who a listener listens to."""
    return UserUpdateListenerIdentifier(sender=ana.bsuid, recipient=NUMBER)


def test_a_reply_is_waited_for(ana, business, wa):
    sent = wa.send_message(ana.wa_id, "¿Tu pedido?")
    reply = business.waits(lambda: sent.wait_for_reply(**LONG))
    wamid = ana.say("A-1042")
    assert (reply.result(PATIENCE).id, reply.result().text) == (wamid, "A-1042")
    assert all(message.id != wamid for message in business.heard["on_message"]), "the listener took it"


def test_only_a_quoting_reply_is_taken(ana, business, wa):
    sent = wa.send_message(ana.wa_id, "¿Tu pedido?")
    reply = business.waits(lambda: sent.wait_for_reply(force_quote=True, ignore_updates=False, **LONG))
    business.received(ana.say("un momento"))
    ana.say("A-1042", context={"message_id": sent.id})
    assert reply.result(PATIENCE).reply_to_message.id == sent.id


def test_a_click_is_waited_for(ana, business, wa):
    sent = wa.send_message(ana.wa_id, "¿Mañana?", buttons=[Button("Sí", "yes"), Button("No", "no")])
    click = business.waits(lambda: sent.wait_for_click(**LONG))
    ana.does("tap", message_id=ana.bubble(sent.id)["id"], title="No")
    assert click.result(PATIENCE).data == "no"


def test_a_selection_is_waited_for(ana, business, wa):
    rows = [SectionRow("Monstera", "sku-1"), SectionRow("Ficus", "sku-2")]
    sent = wa.send_message(ana.wa_id, "Elige", buttons=SectionList("Ver", [Section("Interior", rows)]))
    choice = business.waits(lambda: sent.wait_for_selection(**LONG))
    ana.does("tap", message_id=ana.bubble(sent.id)["id"], title="Ficus")
    assert choice.result(PATIENCE).data == "sku-2"


def test_ticks_are_waited_for(ana, business, wa):
    ana.is_(offline=True, auto_read=False)
    sent = wa.send_message(ana.wa_id, "¿Estás?")
    delivered = business.waits(lambda: sent.wait_until_delivered(**LONG))
    ana.is_(offline=False)
    assert delivered.result(PATIENCE).status.value == "delivered"
    read = business.waits(lambda: sent.wait_until_read(**LONG))
    ana.bubble(sent.id)
    ana.does("read")
    assert read.result(PATIENCE).status.value == "read"


def test_a_voice_message_is_played(ana, business, wa):
    sent = wa.send_voice(ana.wa_id, b"OggS voice", mime_type="audio/ogg; codecs=opus")
    played = business.waits(lambda: sent.wait_until_played(**LONG))
    assert played.result(PATIENCE).status.value == "played"


def test_a_location_is_waited_for(ana, business, wa):
    sent = wa.request_location(ana.wa_id, "¿Dónde estás?")
    where = business.waits(lambda: sent.wait_for_location(**LONG))
    ana.write({"type": "location", "location": {"latitude": 40.4, "longitude": -3.7}, "context": {"id": sent.id}})
    assert (where.result(PATIENCE).location.latitude, where.result().location.longitude) == (40.4, -3.7)


def test_contact_info_is_waited_for(ana, business, wa):
    sent = wa.request_contact_info(ana.wa_id, "¿Tu número?")
    told = business.waits(lambda: sent.wait_for_contact_info(**LONG))
    phone = {"phone": f"+{ana.wa_id}", "wa_id": ana.wa_id, "type": "CELL"}
    ana.write({"type": "contacts", "contacts": [{"origin": "contact_request", "phones": [phone]}]})
    assert told.result(PATIENCE).contacts[0].phones[0].wa_id == ana.wa_id


def test_permission_to_call_is_waited_for(ana, business, wa):
    sent = wa.send_message(ana.wa_id, "¿Te llamamos?", buttons=CallPermissionRequestButton())
    answer = business.waits(lambda: sent.wait_for_call_permission(**LONG))
    ana.call("permission", response="accept", message_id=ana.bubble(sent.id)["id"])
    permission = answer.result(PATIENCE)
    assert permission and permission.response.value == "accept" and not permission.is_expired


def test_a_call_by_the_button_is_waited_for(ana, business, wa):
    sent = wa.send_message(ana.wa_id, "Llámanos", buttons=VoiceCallButton("Llamar"))
    call = business.waits(lambda: sent.wait_for_incoming_voice_call(**LONG))
    ana.call("call", message_id=ana.bubble(sent.id)["id"])
    assert call.result(PATIENCE).session.sdp_type == "offer"
    ana.call("hang_up")


def test_a_templates_approval_is_waited_for(emulator, business, wa):
    emulator.control("PUT", "/reviewer", json={"rules": [{"match": {"name": "slow_*"}, "after_ms": 3_600_000}]})
    created = wa.create_template(
        Template(
            name="slow_review",
            language=TemplateLanguage.SPANISH,
            category=TemplateCategory.UTILITY,
            components=[BodyText("Tu pedido está de camino.")],
        )
    )
    approval = business.waits(lambda: created.wait_until_approved(**LONG))
    emulator.control("POST", f"/templates/{created.id}/approve")
    assert approval.result(PATIENCE).new_status.value == "APPROVED"


def test_listening_with_a_filter_passes_over_the_rest(ana, business, filters, chat):
    listening = business.waits(lambda: business.wa.listen(chat, filters=filters.message & filters.image, **LONG))
    business.received(ana.say("una foto viene"))
    ana.upload(png(), "leaf.png", "image/png")
    assert listening.result(PATIENCE).image.mime_type == "image/png"


def test_a_canceler_ends_it(ana, business, wa, filters, chat):
    sent = wa.send_message(ana.wa_id, "¿Nombre?", buttons=[Button("Cancelar", "cancel")])
    cancelers = filters.callback_button & filters.matches("cancel")
    listening = business.waits(
        lambda: business.wa.listen(chat, filters=filters.message & filters.text, cancelers=cancelers, **LONG)
    )
    ana.does("tap", message_id=ana.bubble(sent.id)["id"], title="Cancelar")
    with pytest.raises(ListenerCanceled) as canceled:
        listening.result(PATIENCE)
    assert canceled.value.update.data == "cancel"


def test_listening_is_stopped_by_hand(business, wa, chat):
    listening = business.waits(lambda: business.wa.listen(chat, **LONG))
    wa.stop_listening(chat, reason="closed")
    with pytest.raises(ListenerStopped) as stopped:
        listening.result(PATIENCE)
    assert stopped.value.reason == "closed"


def test_nobody_answers(business, chat):
    with pytest.raises(ListenerTimeout):
        business.later(lambda: business.wa.listen(chat, timeout=0.01)).result(PATIENCE)
