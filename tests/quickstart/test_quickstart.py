"""The quick-start page, followed to the letter: its blocks are cut out of the page and run, in empty folders."""

import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

import pytest

from page import ANA, PAGE, Reader, blocks, has, until

# Run by the test below that is called so, or checked in another way.
RUN_HERE = {
    "run", "curl-ana", "curl-answer", "curl-phone", "pip", "bot.py", "bot", "send.mjs", "kapso.mjs", "send.php", "send.go",
    "webhook", "hook.mjs", "clock", "faults", "scenario", "state", "conftest.py", "test_greeting.py", "greeting.test.mjs",
    "n8n.json",
}
# The binary under test was built by the suite itself.
BUILT_BEFORE = {"build"}


@pytest.fixture
def reader(tmp_path):
    reader = Reader(tmp_path)
    assert reader.start() == f"ready {reader.url}"
    yield reader
    reader.stop()


@pytest.fixture
def talking(reader):
    """Ana has written."""
    reader.shell("curl-ana")
    return reader


def test_every_block_of_the_page_is_run():
    assert set(blocks()) == RUN_HERE | BUILT_BEFORE
    text = PAGE.read_text(encoding="utf-8")
    assert len(re.findall(r"^```\w", text, re.M)) == len(blocks()), "a block without a name"


def test_the_world_is_as_the_page_says(reader):
    world = reader.http.get("/_control/state").text
    text = PAGE.read_text(encoding="utf-8")
    table = text[text.index("| what |"):text.index("## 2.")]
    for value in re.findall(r"`([^`]+)`", table):
        assert f'"{value}"' in world, value
    token = {"Authorization": "Bearer EMULATOR-TOKEN"}
    assert reader.http.get("/v25.0/600000000000001", headers=token).status_code == 200


def test_a_first_conversation_with_curl(reader):
    made, written = json_values(reader.shell("curl-ana"))
    assert made["name"] == "Ana" and written["wa_id"] == ANA
    (answer,) = json_values(reader.shell("curl-answer"))
    assert answer["messages"][0]["id"].startswith("wamid.")
    reader.on_the_phone("¡Hola, Ana!")
    (thread,) = json_values(reader.shell("curl-phone"))
    assert [m["text"]["body"] for m in thread["messages"]] == ["hola", "¡Hola, Ana!"]


def test_an_echo_bot_with_pywa(reader):
    python, bot = reader.blocks["bot"].split()
    assert (python, bot) == ("venv/bin/python", "bot.py")
    wanted = re.search(r'pip install "(.+)"', reader.blocks["pip"]).group(1)
    installed = Path(__file__).with_name("requirements.txt").read_text()
    assert wanted in installed.splitlines(), "what the page installs is not what is tried here"
    reader.spawn([sys.executable, str(reader.file("bot.py"))])
    callback = f"http://127.0.0.1:{reader.ports['8000']}"
    until("the callback", lambda: callback in reader.http.get("/_control/world").text)
    reader.shell("curl-ana")
    reader.on_the_phone("hola")
    until("its ticks", lambda: reader.thread()[-1]["state"] == "read")


def test_node(talking):
    if not has("node"):
        pytest.skip("node is missing")
    assert talking.run(["node", str(talking.file("send.mjs"))]).startswith("200")
    talking.on_the_phone("Hola desde Node")


def test_a_client_from_npm(talking):
    if not has("npm"):
        pytest.skip("npm is missing")
    package = re.search(r"`npm i (@kapso/\S+)`", PAGE.read_text(encoding="utf-8")).group(1)
    talking.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", package])
    talking.run(["node", str(talking.file("kapso.mjs"))])
    talking.on_the_phone("Hola desde kapso")


def test_php(talking):
    if not has("php"):
        pytest.skip("php is missing")
    talking.run(["php", str(talking.file("send.php"))])
    talking.on_the_phone("Hola desde PHP")


def test_go(talking):
    if not has("go"):
        pytest.skip("go is missing")
    talking.run(["go", "run", str(talking.file("send.go"))])
    talking.on_the_phone("Hola desde Go")


def test_the_request_of_the_n8n_node(talking):
    (node,) = json.loads(talking.blocks["n8n.json"])["nodes"]
    request = node["parameters"]
    headers = {header["name"]: header["value"] for header in request["headerParameters"]["parameters"]}
    headers["Content-Type"] = "application/json"
    answer = talking.http.request(request["method"], request["url"], headers=headers, content=request["jsonBody"])
    assert answer.status_code == 200
    talking.on_the_phone("Hola desde n8n")


def test_a_receiver_takes_what_is_signed_and_nothing_else(reader):
    if not has("node"):
        pytest.skip("node is missing")
    hook = f"http://127.0.0.1:{reader.ports['5000']}/hook"
    output = (reader.folder / "hook.out").open("w+")
    reader.spawn(["node", str(reader.file("hook.mjs"))], stdout=output)
    until("the receiver", lambda: answers(reader, hook))
    (registered,) = json_values(reader.shell("webhook"))
    assert registered["url"] == hook
    reader.shell("curl-ana")
    until("the webhook", lambda: '"hola"' in (reader.folder / "hook.out").read_text())
    delivered = reader.http.get("/_control/webhooks?state=delivered").json()["data"]
    body = reader.http.get(f"/_control/webhooks/{delivered[0]['id']}").json()["body"]
    raw = body if isinstance(body, str) else json.dumps(body)
    forged = "sha256=" + hmac.new(b"another secret", raw.encode(), hashlib.sha256).hexdigest()
    assert reader.http.post(hook, content=raw, headers={"X-Hub-Signature-256": forged}).status_code == 401
    assert reader.http.post(hook, content=raw).status_code == 401
    assert reader.http.get(f"{hook}?hub.verify_token=wrong&hub.challenge=1").status_code == 403


def test_a_day_later_the_window_is_closed(talking):
    talking.shell("clock")
    (answer,) = json_values(talking.shell("curl-answer"))
    wamid = answer["messages"][0]["id"]
    sent = until("the failure", lambda: next((m for m in messages(talking) if m["wamid"] == wamid and m["error"]), None))
    assert (sent["state"], sent["error"]["code"]) == ("failed", 131047)


def test_faults_strike_as_often_as_they_should(talking):
    talking.shell("faults")
    codes = [json_values(talking.shell("curl-answer"))[0].get("error", {}).get("code") for _ in range(4)]
    assert codes == [131056, 131056, None, None]
    until("the failure", lambda: [m["error"]["code"] for m in messages(talking) if m["error"]] == [131026])


def test_a_scenario_that_comes_along_runs(reader):
    ready, run = json_values(reader.shell("scenario"))
    assert run["name"] in [scenario["name"] for scenario in ready["ready"]] and len(ready["ready"]) == 9
    assert run["state"] == "running" and run["failed"] == 0


def test_the_state_goes_out_and_comes_back(talking):
    (imported,) = json_values(talking.shell("state"))
    assert imported == {"imported": True}
    assert [m["text"]["body"] for m in talking.thread()] == ["hola"]


def test_the_pytest_fixture(reader):
    reader.file("conftest.py")
    reader.file("test_greeting.py")
    assert "1 passed" in reader.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_greeting.py"])


def test_the_javascript_test(reader):
    if not has("node"):
        pytest.skip("node is missing")
    reader.file("greeting.test.mjs")
    assert "# pass 1" in reader.run(["node", "--test", "--test-reporter=tap", "greeting.test.mjs"])


def messages(reader):
    return reader.http.get("/_control/messages").json()["data"]


def answers(reader, url):
    try:
        return reader.http.get(url).status_code == 403
    except Exception:
        return False


def json_values(text):
    """Answers that curl printed one behind the other."""
    decoder, values, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        values.append(value)
        rest = rest[end:].strip()
    return values
