"""`waypost emulator` alone, as a newcomer meets it: what it says when something is wrong, and what it keeps."""

import json
import subprocess

import httpx
import pytest

from page import BINARY, free_port, until


class Run:
    def __init__(self, *arguments):
        self.port = free_port()
        command = [BINARY, "emulator", "--port", str(self.port), *map(str, arguments)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == f"ready http://127.0.0.1:{self.port}\n"
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.port}/_control", timeout=20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def refused(*arguments):
    ran = subprocess.run([BINARY, "emulator", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1 and not ran.stdout
    (line,) = ran.stderr.splitlines()
    return line


def test_a_port_that_is_taken_is_named_with_a_way_out():
    with Run() as other:
        line = refused("--port", other.port)
        assert f"127.0.0.1:{other.port}" in line and "choose another port" in line


def test_an_unknown_scenario_is_answered_with_those_that_there_are():
    line = refused("--port", 0, "--scenario", "hapy-day")
    assert "hapy-day" in line and "happy-day" in line and "throughput-upgrade" in line


@pytest.mark.parametrize("text, word", [("steps: [{ do: 3 }]", "operation"), ("name: [", "name"), ("nmae: x", "nmae")])
def test_a_bad_seed_file_is_told_where_it_is_bad(tmp_path, text, word):
    file = tmp_path / "world.yaml"
    file.write_text(text)
    line = refused("--port", 0, "--seed", file)
    assert f"{file} is not a scenario" in line and word in line
    assert "neither a number nor a file" in refused("--port", 0, "--seed", tmp_path / "nothing.yaml")


def test_the_state_survives_kill_9_but_for_the_last_seconds(tmp_path):
    file = tmp_path / "world.json"
    with Run("--state", file) as run:
        run.http.post("/customers", json={"wa_id": "34600111222", "name": "Ana"})
        picture = {"file": ("a.png", b"\x89PNG\r\n\x1a\n picture", "image/png")}
        run.http.post("/customers/34600111222/messages", files=picture)
        until("the state on disk", lambda: file.exists() and '"Ana"' in file.read_text() and "a.png" in file.read_text())
        run.process.kill()
        run.process.wait()
    with Run("--state", file) as run:
        (bubble,) = run.http.get("/customers/34600111222/thread").json()["messages"]
        assert run.http.get(f"/media/{bubble['media']['id']}").content.endswith(b"picture")
    file.write_text('{"version": 1')
    with Run("--state", file) as run:
        assert run.http.get("/customers").json()["total"] == 0
    assert file.with_suffix(".broken").read_text() == '{"version": 1'


def test_an_export_put_into_a_fresh_process_is_exported_the_same():
    with Run("--seed", 7) as one, Run("--seed", 8) as other:
        one.http.post("/customers", json={"wa_id": "34600111222", "name": "Ana"})
        one.http.post("/customers/34600111222/messages", json={"type": "text", "text": {"body": "hola"}})
        one.http.post("/clock/advance", json={"seconds": 100_000})
        before = one.http.get("/state").json()
        assert other.http.put("/state", json=before).json() == {"imported": True}
        after = other.http.get("/state").json()
        # Real time has gone on in between; nothing else has.
        for state in (before, after):
            assert state.pop("now_ms") >= 100_000_000
            state.pop("clock_offset_ms")
            state["world"].pop("now", None)
        assert json.dumps(after, sort_keys=True) == json.dumps(before, sort_keys=True)
