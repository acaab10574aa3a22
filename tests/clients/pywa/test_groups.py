"""Groups, as pywa makes and runs them, with customers who come and go."""

import pytest
from pywa.errors import WhatsAppError
from pywa.types.groups import GroupJoinApprovalMode

from world import NUMBER, jpeg, until


@pytest.fixture(scope="module")
def people(emulator):
    return [emulator.customer(name) for name in ("Ana", "Beto", "Carla")]


@pytest.fixture
def group(business, wa, emulator, request):
    """A group of the test's own, without anybody."""
    mode = getattr(request, "param", GroupJoinApprovalMode.AUTO_APPROVE)
    subject = request.node.originalname[:60]
    assert wa.create_group(subject=subject, description="For friends", join_approval_mode=mode).request_id
    return wa.get_group(until("the group", lambda: active(business, subject)))


def active(business, subject):
    """The id of a group in the number's list, by pywa's lower door: its upper one takes `data` for a list, which holds
    `groups` on all of Meta's pages, and looks for the details of each."""
    groups = business.do(business.wa.api.get_active_groups(NUMBER))["data"]["groups"]
    return next((one["id"] for one in groups if one["subject"] == subject), None)


def join(customer, link):
    return customer.does("groups/join", invite_link=link)


def test_a_group_is_made_and_looked_up(group, wa, do):
    found = wa.get_group(group.id)
    assert (found.subject, found.description, found.total_participant_count) == (group.subject, "For friends", 0)
    assert not found.suspended and found.join_approval_mode == GroupJoinApprovalMode.AUTO_APPROVE
    link = wa.get_group_invite_link(group.id)
    assert wa.reset_group_invite_link(group.id).link != link.link


def test_who_comes_in_and_is_shown_out(group, people, wa):
    for one in people[:2]:
        assert join(one, wa.get_group_invite_link(group.id).link)["joined"]
    found = wa.get_group(group.id)
    assert {one.wa_id for one in found.participants} == {one.wa_id for one in people[:2]}
    assert wa.remove_group_participants(group.id, [people[0].wa_id]).request_id
    until("the one who is left", lambda: [one.wa_id for one in wa.get_group(group.id).participants] == [people[1].wa_id])


@pytest.mark.parametrize("group", [GroupJoinApprovalMode.APPROVAL_REQUIRED], indirect=True)
def test_who_asks_to_come_in(group, people, wa):
    link = wa.get_group_invite_link(group.id).link
    for one in people[:2]:
        assert not join(one, link)["joined"]
    asking = {one.user.wa_id: one for one in wa.get_group_join_requests(group.id)}
    assert set(asking) == {one.wa_id for one in people[:2]}
    wa.approve_group_join_requests(group.id, [asking[people[0].wa_id].id])
    wa.reject_group_join_requests(group.id, [asking[people[1].wa_id].id])
    until("Ana", lambda: [one.wa_id for one in wa.get_group(group.id).participants] == [people[0].wa_id])
    assert not list(wa.get_group_join_requests(group.id))


def test_what_is_said_in_it_is_heard_by_everybody(group, people, business, emulator, wa):
    for one in people:
        join(one, wa.get_group_invite_link(group.id).link)
    heard = business.received(people[0].say("hola a todos", group_id=group.id))
    assert (heard.text, heard.chat.id, heard.chat.type.value) == ("hola a todos", group.id, "GROUP")
    sent = wa.send_message(group.id, "¡Bienvenidos!")
    thread = f"/groups/{group.id}/thread?customer={people[1].wa_id}"
    until("it on Beto's phone", lambda: any(m["id"] == sent.id for m in emulator.control("GET", thread)["messages"]))
    for one in people:
        business.hears(
            "on_group_message_statuses",
            lambda update, one=one: any(
                (tick.id, tick.status.value, tick.from_user.wa_id) == (sent.id, "delivered", one.wa_id) for tick in update
            ),
        )
    assert business.heard["on_group_message_statuses"][0].group_id == group.id

    def pins():
        return emulator.control("GET", f"/groups/{group.id}")["pins"]

    assert wa.pin_message(group.id, sent.id, expiration_days=7).id
    until("the pin", lambda: [pin["wamid"] for pin in pins()] == [sent.id])
    assert wa.unpin_message(group.id, sent.id).id
    until("no pin", lambda: pins() == [])


def test_settings_are_changed(group, emulator, wa):
    assert wa.update_group_settings(group.id, subject="New name", description="New words", profile_picture=jpeg()).request_id
    until("the new name", lambda: wa.get_group(group.id).subject == "New name")
    assert emulator.control("GET", f"/groups/{group.id}")["picture_sha256"]


def test_a_deleted_group_is_gone(group, business, wa):
    with pytest.raises(TypeError):
        wa.get_groups()
    assert wa.delete_group(group.id).request_id
    until("its end", lambda: not active(business, group.subject))
    with pytest.raises(WhatsAppError):
        wa.send_message(group.id, "¿Hola?")
