"""What pywa sends is what Waypost's own rules take for valid, with no field they don't know.

pywa builds and posts every kind of message, template and form it knows to the emulator; the bodies are noted on the way
and given to `waypost message lint`, `waypost template lint` and `waypost form lint`. They are also kept in `bodies.json`
(written anew with `PYWA_BODIES=write`), from which the tests of `cloud-api` read them into their types. What pywa can't
send is left to those tests alone: order details and status, addresses, product carousels, Direct Send.
"""

import functools
import json
import os
import pathlib
import subprocess

import pytest
from pywa.types import Button
from pywa.types import templates as t
from pywa.types.flows import FlowCategory

from creatable import ENGLISH, TEMPLATES, booking, static
from sendable import CUSTOMER, MESSAGES, TEMPLATE_PARAMETERS
from world import BINARY

# The emulator answers these for reasons that aren't the body's form: no such group, no such template.
NOT_ABOUT_FORM = {131041, 132001}


@pytest.fixture(scope="module")
def ana(emulator):
    """Somebody who has written, so that there is a message to read and to react to."""
    customer = emulator.customer("Ana Torres")
    customer.hello = customer.say("hola")
    return customer


@functools.cache
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


def posted(business, call, ending):
    """The one body that a call posts to a path with this ending, and the answer; pywa may raise what Graph refuses."""
    business.sent.clear()
    try:
        call()
    except Exception:  # noqa: BLE001 - the answer is looked at below
        pass
    found = [(body, answer) for method, path, body, answer in business.sent if method == "POST" and path.endswith(ending)]
    assert len(found) == 1, [note[:2] for note in business.sent]
    return found[0]


def not_refused_for_its_form(answer):
    if answer.status_code != 200:
        error = answer.json()["error"]
        no_such_form = error.get("error_data", {}).get("details", "").startswith("Flow with specified ID")
        assert no_such_form or error["code"] in NOT_ABOUT_FORM, error


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_of_every_kind_is_valid_and_wholly_known(wa, business, ana, kept, kind):
    body, answer = posted(business, lambda: MESSAGES[kind](wa, ana), "/messages")
    agreed("message", body)
    keep(kept, "messages", kind, body, ana)
    not_refused_for_its_form(answer)


@pytest.mark.parametrize("kind", TEMPLATE_PARAMETERS)
def test_a_template_message_of_every_kind_is_valid_and_wholly_known(wa, business, kept, kind):
    call = lambda: wa.send_template(CUSTOMER, "any", ENGLISH, TEMPLATE_PARAMETERS[kind])  # noqa: E731
    body, answer = posted(business, call, "/messages")
    agreed("message", body)
    keep(kept, "messages", f"template: {kind}", body)
    not_refused_for_its_form(answer)


def test_a_marketing_message_is_valid_and_wholly_known(wa, business, kept):
    call = lambda: wa.send_template(  # noqa: E731
        CUSTOMER, "any", ENGLISH, [t.BodyText._Params("Ana")], use_mm_lite_api=True, message_activity_sharing=True
    )
    body, _ = posted(business, call, "/marketing_messages")
    agreed("message", body, "--marketing")
    keep(kept, "marketing", "template", body)


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_template_of_every_kind_is_valid_and_wholly_known(wa, business, kept, kind):
    body, _ = posted(business, lambda: wa.create_template(TEMPLATES[kind]), "/message_templates")
    agreed("template", body)
    keep(kept, "templates", kind, body)


@pytest.mark.parametrize("form", [booking, static])
def test_a_form_is_valid(wa, business, kept, form):
    call = lambda: wa.create_flow("booking", [FlowCategory.APPOINTMENT_BOOKING], flow_json=form())  # noqa: E731
    body, _ = posted(business, call, "/flows")
    agreed("form", json.loads(body)["flow_json"].encode())
    keep(kept, "forms", form.__name__, json.loads(body)["flow_json"].encode())


def test_what_is_wrong_is_named(wa, business):
    body, answer = posted(business, lambda: wa.send_text(CUSTOMER, "Hi", buttons=[Button("x" * 21, "id")]), "/messages")
    report, code = lint("message", body)
    (violation,) = report["violations"]
    assert (code, violation["pointer"]) == (2, "/interactive/action/buttons/0/reply/title")
    assert (violation["limit"], violation["given"]) == (20, 21)
    # The emulator says the same, at the same place.
    assert answer.status_code == 400 and violation["message"] in answer.json()["error"]["error_data"]["details"]
