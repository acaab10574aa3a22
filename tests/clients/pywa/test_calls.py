"""Calls both ways, by pywa's methods and handlers."""

import pytest
from pywa.errors import WhatsAppError
from pywa.types.calls import CallPermissions, SessionDescription

from world import NUMBER

SDP = "v=0\r\no=- 3626166318 745719 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 UDP/TLS/RTP/SAVPF 111\r\n"


def answer():
    return SessionDescription(sdp_type="answer", sdp=SDP)


def offer():
    return SessionDescription(sdp_type="offer", sdp=SDP)


@pytest.fixture(scope="module", autouse=True)
def calling(emulator):
    number = next(one for one in emulator.control("GET", "/world")["phone_numbers"] if one["id"] == NUMBER)
    changes = {"id": NUMBER, "display_phone_number": number["display_phone_number"], "calling_enabled": True}
    emulator.control("PUT", "/phone-numbers", json=changes)


@pytest.fixture
def ringing(ana, business):
    """A customer's call that rings at the business, as its handler got it."""
    call = ana.call("call", sdp=SDP)
    return business.received(call["id"], "on_call_connect")


def state(emulator, call):
    return emulator.control("GET", f"/calls/{call.id}")["state"]


def permissions(business, customer):
    # pywa 4.5 leaves out an argument of its own lower door, so `get_call_permissions` always raises a TypeError.
    with pytest.raises(TypeError):
        business.do(business.wa.get_call_permissions(customer.wa_id))
    lower = business.wa.api.get_call_permissions
    return CallPermissions.from_dict(business.do(lower(phone_id=NUMBER, user_wa_id=customer.wa_id, recipient=None)))


def test_a_customers_call_is_taken_and_ended(ana, ringing, emulator, business, wa):
    assert (ringing.direction.value, ringing.session.sdp_type, ringing.from_user.bsuid) == (
        "USER_INITIATED", "offer", ana.bsuid,
    )
    assert wa.pre_accept_call(ringing.id, answer()).success
    assert wa.accept_call(ringing.id, answer(), tracker="desk 3").success
    assert state(emulator, ringing) == "accepted"
    emulator.advance(seconds=30)
    assert wa.terminate_call(ringing.id).success
    over = business.received(ringing.id, "on_call_terminate")
    assert (over.status.value, over.duration >= 30, over.tracker) == ("COMPLETED", True, "desk 3")


def test_a_customers_call_is_turned_down(ringing, emulator, business, wa):
    assert wa.reject_call(ringing.id).success
    assert state(emulator, ringing) == "ended"
    assert business.received(ringing.id, "on_call_terminate").duration is None


def test_the_object_of_the_call_can_do_it_too(ringing, emulator, business, do):
    assert do(ringing.pre_accept(sdp=answer())).success and do(ringing.accept(answer())).success
    assert do(ringing.terminate()).success
    business.received(ringing.id, "on_call_terminate")


def test_the_business_calls_with_permission(ana, emulator, business, wa):
    with pytest.raises(WhatsAppError) as refused:
        wa.initiate_call(ana.wa_id, offer())
    assert refused.value.code == 138006
    assert permissions(business, ana).permission.status.value == "no_permission"
    ana.call("permission", response="accept")
    given = business.hears("on_call_permission_update", lambda update: update.from_user.bsuid == ana.bsuid)
    assert given.response.value == "accept" and given.expiration_timestamp
    allowed = permissions(business, ana)
    assert allowed.permission.status.value == "temporary"
    assert any(action.can_perform_action for action in allowed.actions)
    call = wa.initiate_call(ana.wa_id, offer(), tracker="call 1")
    rings = business.hears("on_call_status", lambda update: (update.id, update.status.value) == (call.id, "RINGING"))
    assert rings.tracker == "call 1"
    ana.call("accept", sdp=SDP)
    assert business.received(call.id, "on_call_connect").session.sdp_type == "answer"
    business.hears("on_call_status", lambda update: (update.id, update.status.value) == (call.id, "ACCEPTED"))
    ana.call("hang_up")
    assert business.received(call.id, "on_call_terminate").direction.value == "BUSINESS_INITIATED"


def test_a_customer_turns_the_business_down(ana, business, wa):
    ana.call("permission", response="accept")
    business.hears("on_call_permission_update", lambda update: update.from_user.bsuid == ana.bsuid)
    call = wa.initiate_call(ana.bsuid, offer())
    business.hears("on_call_status", lambda update: (update.id, update.status.value) == (call.id, "RINGING"))
    ana.call("reject")
    business.hears("on_call_status", lambda update: (update.id, update.status.value) == (call.id, "REJECTED"))
