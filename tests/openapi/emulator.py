"""The emulator as a process of its own, asked over HTTP."""

import os
import socket
import subprocess
import time

import requests

BINARY = os.environ.get("WAYPOST_BIN", "target/debug/waypost")
PATIENCE = 30.0
TOKEN = "EMULATOR-TOKEN"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Emulator:
    """`waypost emulator` on a port of its own."""

    def __init__(self):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen([BINARY, "emulator", "--port", str(port)], stdout=subprocess.DEVNULL)
        self.http = requests.Session()
        self.http.trust_env = False
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            assert self.alive(), "the emulator ended at once"
            assert time.monotonic() < deadline, "the emulator doesn't answer"
            time.sleep(0.02)

    def _answers(self):
        try:
            return self.http.get(f"{self.url}/_control/world", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def alive(self):
        return self.process.poll() is None

    def stop(self):
        self.http.close()
        self.process.terminate()
        return self.process.wait(timeout=PATIENCE)

    def control(self, method, path, body=None):
        answer = self.http.request(method, f"{self.url}/_control{path}", json=body, timeout=PATIENCE)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def graph(self, method, path, body=None, token=TOKEN, **more):
        """A call that must succeed."""
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self.url}/v23.0/{path}"
        answer = self.http.request(method, url, json=body, headers=headers, timeout=PATIENCE, **more)
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def export(self):
        answer = self.http.get(f"{self.url}/_control/state", timeout=PATIENCE)
        assert answer.status_code == 200, answer.text
        return answer.content

    def restore(self, state):
        answer = self.http.put(
            f"{self.url}/_control/state", data=state, headers={"Content-Type": "application/json"}, timeout=PATIENCE
        )
        assert answer.status_code < 300, answer.text
