"""Nothing of pywa is left out: every method is called by a test here, every event is waited for, every name has its place in
`cloud-api`; or it stands below with the reason why not."""

import ast
import re
from pathlib import Path

import pywa
import pywa_async
from pywa import WhatsApp
from pywa.api import GraphAPI

from business import events

HERE = Path(__file__).parent
LIST = HERE.parents[2] / "crates/cloud-api/COVERAGE.md"

# Members of the client that no test calls.
NOT_CALLED = {
    "run": "starts pywa's own server, which is Starlette under uvicorn, as the tests' is",
    "load_handlers_modules": "looks for handlers in modules; nothing reaches the network",
    "add_handlers": "what the decorators do",
    "remove_handlers": "the other way round; nothing reaches the network",
    "remove_callbacks": "the same",
    "add_flow_request_handler": "what the decorator on_flow_request does",
    "get_flow_request_handler": "for servers that pywa doesn't know; the same handler",
    "webhook_challenge_handler": "called by pywa's own route at every handshake",
    "webhook_update_handler": "called by pywa's own route at every webhook",
    "webhook_update_validator": "called by pywa's own route at every webhook",
    "business_account_id": "the old name of waba_id",
}
# What pywa 4.5 gets wrong: Meta's pages (and mostly pywa's own) say otherwise, so the emulator answers as Meta does. A test calls
# each all the same, expects it to fail, and does the thing by pywa's lower door.
WRONG_IN_PYWA = {
    "create_phone_number": "sends country_code for cc",
    "get_blocked_users": "reads a member `input` of answers that have none",
    "get_call_permissions": "leaves out an argument of its own method",
    "get_groups": "takes an object for a list",
    "upsert_authentication_template": "reads a category that isn't there; `pywa` writes JSON within JSON",
    "wait_until_failed": "statuses of failed messages name no contact, which pywa can't do without",
}


def public(*classes):
    return {name for one in classes for name in dir(one) if not name.startswith("_")}


def trees():
    return [ast.parse(path.read_text()) for path in sorted(HERE.glob("*.py")) if path.name != Path(__file__).name]


def called():
    """Every name that is taken of an object, or given as text to take it by, anywhere in the tests."""
    nodes = [node for tree in trees() for node in ast.walk(tree)]
    taken = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return taken | {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_public_name_of_pywas_client_is_on_the_list():
    part = LIST.read_text().split("\n## Part 3", 1)[1].split("\n## ", 1)[0]
    cells = [line.split(" | ")[0] for line in part.splitlines() if line.startswith("| `")]
    listed = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert len(listed) == len(set(listed)), "a name is listed twice"
    assert set(listed) == public(WhatsApp, GraphAPI)


def test_sync_and_async_have_the_same_members():
    assert public(pywa.WhatsApp) == public(pywa_async.WhatsApp)


def test_every_member_of_the_client_is_called_or_has_its_reason():
    names = public(WhatsApp)
    assert set(NOT_CALLED) <= names
    assert names - called() - set(NOT_CALLED) == set()


def test_every_way_to_wait_is_tried_or_has_its_reason():
    from pywa.types import sent_update, templates

    classes = [*vars(sent_update).values(), *vars(templates).values()]
    waits = {name for name in public(*[one for one in classes if isinstance(one, type)]) if name.startswith("wait_")}
    assert "wait_for_reply" in waits
    assert waits - called() == {"wait_until_failed"} & set(WRONG_IN_PYWA)


def test_every_event_is_waited_for():
    assert {"on_message", "on_account_update"} <= set(events(WhatsApp))
    assert set(events(WhatsApp)) - called() == set()
    assert "on_flow_request" in called()
