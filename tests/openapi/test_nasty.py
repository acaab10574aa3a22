"""What no document would ask: whatever comes in, the answer is Graph's, and the emulator lives.

Every path of the emulator's table, with bodies that aren't what they say, numbers that aren't numbers and fields that
aren't fields. Needs no file of Meta's.
"""

import contextlib
import itertools
import json
import random
import socket

import pytest
import requests

import shape
import world as made
from emulator import PATIENCE, TOKEN

VERBS = ("GET", "POST", "DELETE")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
DEEP = 20_000

# After the node; the node itself is "".
EDGES = {
    "Application-ID": ["", "subscriptions", "uploads", "whatsapp_business_solution", "whatsapp_business_solutions"],
    "Business-ID": ["", "owned_whatsapp_business_accounts", "preverified_numbers", "add_phone_numbers", "extendedcredits"],
    "WABA-ID": [
        *("", "message_templates", "phone_numbers", "flows", "subscribed_apps", "assigned_users", "activities"),
        *("schedules", "solutions", "template_analytics", "template_groups", "upsert_message_templates", "signups"),
        *("message_template_previews", "message_template_library", "welcome_message_sequences", "migrate_flows"),
    ],
    "Phone-Number-ID": [
        *("", "messages", "marketing_messages", "media", "calls", "call_permissions", "groups", "block_users"),
        *("message_qrdls", "register", "settings", "whatsapp_business_profile", "username", "thread_control"),
        *("message_history", "conversational_automation", "business_compliance_info", "messages_encrypted"),
    ],
    "TEMPLATE_ID": ["", "compare", "unpause"],
    "Media-ID": [""],
    "group_id": ["", "invite_link", "join_requests", "participants"],
    "Flow-ID": ["", "assets", "publish"],
    "Solution-ID": ["", "accept", "access_token"],
}


@pytest.fixture(scope="module")
def ask(emulator, world):
    """Asks in a world as it was, and refuses an answer that isn't Graph's."""
    with requests.Session() as session:
        session.trust_env = False

        def asked(method, path, headers=None, judge=shape.of_answer, **what):
            world.restore()
            headers = {"Authorization": f"Bearer {TOKEN}", **(headers or {})}
            url = f"{emulator.url}/{path}"
            answer = session.request(method, url, headers=headers, timeout=PATIENCE, allow_redirects=False, **what)
            wrong = list(judge(answer))
            sent = answer.request.body or b""
            assert not wrong, f"{method} {path[:200]} {sent[:300]!r}: {wrong}: {answer.status_code} {answer.text[:300]}"
            return answer

        yield asked


def paths(world, version="v23.0"):
    for holder, edges in EDGES.items():
        for edge in edges:
            yield f"{version}/{world.ids[holder][0]}/{edge}".rstrip("/")


TEXT = {"messaging_product": "whatsapp", "to": made.ANA, "type": "text", "text": {"body": "hola"}}


def unreadable():
    """(content type, bytes) that are no request."""
    whole = json.dumps(TEXT).encode()
    yield JSON, b"{"
    yield JSON, b'"text"'
    yield JSON, b"[]"
    yield JSON, b"null"
    yield JSON, b"\x00\x01\x02"
    yield JSON, b'{"to": "\xff\xfe"}'
    yield JSON, b'{"to": "\\ud800"}'
    yield JSON, b"[" * DEEP + b"]" * DEEP
    yield JSON, b'{"a":' * DEEP + b"1" + b"}" * DEEP
    yield JSON, b'{"to": 1e999}'
    yield JSON, b'{"to": 123456789012345678901234567890123456789012}'
    yield JSON, whole[:-7]
    yield FORM, b"%zz=%&&&==\xff"
    yield FORM, b"text=" + b"[" * DEEP
    yield "multipart/form-data", whole
    yield "multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\n--x--"
    yield "multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=file"
    yield "text/plain", whole
    yield "application/octet-stream", whole
    yield "application/xml", b"<to>34</to>"
    yield "application/json; charset=utf-16", json.dumps(TEXT).encode("utf-16")
    yield "", whole


@pytest.mark.parametrize("number", range(len(list(unreadable()))))
def test_bodies_that_are_not_what_they_say(ask, world, number):
    kind, body = list(unreadable())[number]
    for path in paths(world):
        for verb in ("POST", "DELETE"):
            ask(verb, path, headers={"Content-Type": kind}, data=body)


def values():
    """What a member may be instead of what it should be."""
    deep = json.loads('{"a":' * 60 + "1" + "}" * 60)
    yield from (None, True, -1, 0, 2**63, 1e300, "", " ", "\u0000", "🌵" * 5_000, "x" * 200_000, [], [[]], {}, deep)


MEMBERS = {
    "messages": {**TEXT, "interactive": {}, "template": {"name": "hello_world", "language": {"code": "en_US"}}},
    "message_templates": {"name": "x", "language": "en_US", "category": "UTILITY", "components": [], "allow_category_change": True},
    "groups": {"messaging_product": "whatsapp", "subject": "x", "description": "y"},
    "calls": {"messaging_product": "whatsapp", "to": made.ANA, "action": "connect", "session": {}, "call_id": "wacid.x"},
    "block_users": {"messaging_product": "whatsapp", "block_users": [{"user": made.ANA}]},
    "settings": {"calling": {}, "storage_configuration": {}, "payload_encryption": {}, "user_identity_change": {}},
    "whatsapp_business_profile": {"messaging_product": "whatsapp", "about": "x", "websites": [], "vertical": "RETAIL"},
    "conversational_automation": {"prompts": [], "commands": [], "enable_welcome_message": True},
    "flows": {"name": "x", "categories": ["OTHER"], "flow_json": "{}", "endpoint_uri": "https://acme.test", "publish": "true"},
    "schedules": {"name": "x", "schedule_type": "CUSTOM", "start_time": "09:00", "end_time": "10:00", "days_of_week": []},
    "assigned_users": {"user": "1", "tasks": ["MANAGE"]},
    "register": {"messaging_product": "whatsapp", "pin": "123456", "data_localization_region": "CH"},
    "business_compliance_info": {"messaging_product": "whatsapp", "entity_name": "x", "grievance_officer_details": {}},
    "thread_control": {"messaging_product": "whatsapp", "to": made.ANA, "action": "pass", "metadata": "x"},
    "upsert_message_templates": {"name": "x", "languages": ["en"], "category": "AUTHENTICATION", "components": []},
    "participants": {"messaging_product": "whatsapp", "participants": [{"user": made.ANA}]},
    "join_requests": {"messaging_product": "whatsapp", "join_requests": ["x"]},
}


@pytest.mark.parametrize("edge", MEMBERS)
def test_members_of_every_kind_as_json_form_and_multipart(ask, world, edge):
    path = next(path for path in paths(world) if path.endswith("/" + edge))
    for name, value in itertools.product(MEMBERS[edge], values()):
        body = {**MEMBERS[edge], name: value}
        flat = {key: one if isinstance(one, str) else json.dumps(one) for key, one in body.items()}
        ask("POST", path, json=body)
        ask("POST", path, data=flat)
        ask("POST", path, files={key: (None, one) for key, one in flat.items()})


FIELDS = [
    "id,,id",
    ",",
    "{}",
    "id{",
    "id}",
    "id{name{name{name}}}",
    "a{" * 5_000,
    "id." * 5_000,
    "analytics.start(-1).end(99999999999999999999).granularity(DAY)",
    "analytics.start(1).end(2).granularity(",
    "pricing_analytics.start(0).end(9223372036854775807).granularity(MONTHLY)",
    "health_status{entities{errors}},nothing",
    "preview.invalidate(true)",
    "qr_image_url.format(GIF)",
    "\u0000",
    "🌵",
    "id " * 10_000,
]


@pytest.mark.parametrize("number", range(len(FIELDS)))
def test_fields_that_are_none(ask, world, number):
    for path in paths(world):
        ask("GET", path, params={"fields": FIELDS[number]})


PAGES = [
    {"limit": limit}
    for limit in ("-1", "0", "1", "1.5", "99999999999999999999", "x", "", "[]", "1&limit=2", "-9223372036854775808")
] + [
    {side: cursor}
    for side in ("after", "before")
    for cursor in ("", "x", "cA==", "cC0x", "cDk5OTk5OTk5OTk5OTk5OTk5OTk5", "cDE4NDQ2NzQ0MDczNzA5NTUxNjE1", "=" * 9_000, "\u0000")
] + [{"after": "cDA=", "before": "cDA=", "limit": "2"}, {"since": "x", "until": "-1"}, {"summary": "x,{"}, {"filtering": "[{"}]


@pytest.mark.parametrize("number", range(len(PAGES)))
def test_pages_and_cursors_that_are_none(ask, world, number):
    for path in paths(world):
        ask("GET", path, params=PAGES[number])


@pytest.mark.parametrize(
    "version", ["v0.0", "v1.0", "v99.0", "v25.1", "v25", "V25.0", "v-1.0", "v25.0.0", "v99999999999.0", "latest", "%00", "v٢٥.٠"]
)
def test_versions_that_do_not_exist(ask, world, version):
    for path in paths(world, version):
        ask("GET", path)


@pytest.mark.parametrize(
    "path", ["", "/", "//", "v25.0", "v25.0/", "v25.0//", "%2e%2e", "v25.0/%2F", "v25.0/%00", "v25.0/%ff", "v25.0/" + "x" * 6_000]
    + ["v25.0/" + "1/" * 2_000, "v25.0/me/me", "v25.0/search", "v25.0/0", "v25.0/-1", "v25.0/ ", "v25.0/🌵", "favicon.ico"],
)
def test_paths_that_are_none(ask, path):
    for verb in (*VERBS, "PUT", "PATCH", "TRACE"):
        if (verb, path) != ("GET", "") and (verb, path.strip("/")) != ("GET", ""):
            ask(verb, path)


BATCHES = [
    [],
    [{}],
    [None, 1, "x"],
    [{"method": "GET", "relative_url": "me"}],
    [{"method": "GET", "relative_url": "me"}] * 200,
    [{"method": "POST", "relative_url": f"{made.NUMBER}/messages", "body": json.dumps(TEXT)}],
]
# What the calls of each are answered; None: refused whole.
CODES = [[], None, None, [200], None, [200]]


def of_batch(answer):
    """A batch is answered by a list: each call's status and its answer as a text, or nothing."""
    if answer.status_code != 200:
        yield from shape.of_answer(answer)
        return
    for one in answer.json():
        if one is not None:
            body = json.loads(one["body"])
            if one["code"] >= 400 and not isinstance(body["error"]["code"], int):
                yield f"not Graph's: {one}"


@pytest.mark.parametrize("number", range(len(BATCHES)))
def test_batches(ask, number):
    batch, codes = BATCHES[number], CODES[number]
    for path in ("", "v25.0", "v25.0/"):
        for form in ({"data": {"batch": json.dumps(batch)}}, {"json": {"batch": batch}}):
            answer = ask("POST", path, judge=of_batch, **form)
            if codes is None:
                assert answer.status_code == 400
            else:
                assert [one["code"] for one in answer.json()] == codes


def test_what_a_browser_asks_first_is_allowed(ask):
    for path in ("", "v25.0/me", "v25.0/%00", "v25.0/" + "x" * 6_000):
        answer = ask("OPTIONS", path, judge=lambda _: [], headers={"Access-Control-Request-Headers": "authorization"})
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-headers"] == "authorization"


TOKENS = ["", "x", "Bearer", "Bearer ", "Bearer  EMULATOR-TOKEN ", "Basic eDp5", "bearer x|y", "OAuth", "Bearer " + "x" * 9_000]


@pytest.mark.parametrize("number", range(len(TOKENS)))
def test_tokens_that_are_none(ask, world, number):
    for path in paths(world):
        ask("GET", path, headers={"Authorization": TOKENS[number]})


def test_bytes_that_are_no_http_leave_the_emulator_alive(emulator):
    for bytes_ in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"\x00" * 4_096):
        with socket.create_connection(("127.0.0.1", int(emulator.url.rsplit(":", 1)[1])), timeout=PATIENCE) as line:
            # It may hang up at any moment.
            with contextlib.suppress(OSError):
                line.sendall(bytes_)
                line.shutdown(socket.SHUT_WR)
                while line.recv(4_096):
                    pass
    assert emulator.graph("GET", "me")["id"]


def test_a_thousand_calls_made_of_rubble(ask, world):
    """Any verb, any path, any parameters of any other path: the dice are seeded."""
    dice = random.Random(20_260_901)
    everything = list(paths(world))
    members = {name: value for bodies in MEMBERS.values() for name, value in bodies.items()}
    odd = list(values())
    for _ in range(1_000):
        names = dice.sample(sorted(members), dice.randint(0, 8))
        body = {name: dice.choice([members[name], dice.choice(odd)]) for name in names}
        what = {"json": body} if dice.random() < 0.7 else {"data": {key: json.dumps(one) for key, one in body.items()}}
        query = {"limit": dice.choice(["1", "-1"]), "fields": dice.choice(FIELDS[:6])} if dice.random() < 0.3 else {}
        ask(dice.choice(VERBS), dice.choice(everything), params=query, **what)
