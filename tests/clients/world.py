"""The emulator as a process, its control API, and the people who live in it. Shared by all clients in Python."""

import os
import socket
import struct
import subprocess
import time
import zlib

import httpx

BINARY = os.environ.get("WAYPOST_BIN", "target/debug/waypost")
PATIENCE = 30.0

APP_ID = "900000000000001"
APP_SECRET = "emulator-app-secret"
TOKEN = "EMULATOR-TOKEN"
PORTFOLIO = "800000000000001"
WABA = "700000000000001"
NUMBER = "600000000000001"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(what, probe):
    """Waits for a condition, never for a time; gives back what the probe found."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := probe():
            return found
        time.sleep(0.02)
    raise AssertionError(f"gave up waiting for {what}")


def png(side=2):
    """A square picture of red points, as a real file."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff\0\0" * side) * side)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(side=192):
    """The head of a square JPEG file, and its end: what says how big it is."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, side, side, 1) + b"\1\x11\0"
    return b"\xff\xd8\xff\xe0\0\4\1\2" + frame + b"\xff\xd9"


class Emulator:
    """`waypost emulator` on a port of its own, and its control API."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [BINARY, "emulator", "--port", str(self.port)], stdout=subprocess.DEVNULL
        )
        self.http = httpx.Client(base_url=self.url, timeout=10)
        until("the emulator", self._answers)

    def _answers(self):
        assert self.process.poll() is None, "the emulator ended at once"
        try:
            return self.http.get("/_control/world").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self):
        self.http.close()
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)

    def control(self, method, path, **kwargs):
        answer = self.http.request(method, f"/_control{path}", **kwargs)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def advance(self, **by):
        return self.control("POST", "/clock/advance", json=by)

    def customer(self, name, **more):
        return Customer(self, self.control("POST", "/customers", json={"name": name, **more}))

    def bubble(self, wamid):
        """A message that the business sent, as the emulator keeps it."""
        return next((m for m in self.control("GET", "/messages")["data"] if m["wamid"] == wamid), None)


class Customer:
    """A person with a phone, moved by the control API."""

    def __init__(self, emulator, created):
        self.emulator = emulator
        self.id = created["id"]
        self.wa_id = created["wa_id"]
        self.bsuid = created["user_id"]
        self.name = created["name"]

    def does(self, what, method="POST", **body):
        """One of the control API's actions of a customer: `does("tap", title="Yes")`."""
        path = f"/customers/{self.id}/{what}" if what else f"/customers/{self.id}"
        return self.emulator.control(method, path, json=body)

    def is_(self, **changes):
        """Changes the customer: `is_(auto_read=False)`."""
        return self.does("", "PATCH", **changes)

    def write(self, body, **kwargs):
        """Sends a Cloud-API-shaped message and gives back its wamid."""
        path = f"/customers/{self.id}/messages"
        return self.emulator.control("POST", path, json=body, **kwargs)["id"]

    def say(self, text, **more):
        return self.write({"type": "text", "text": {"body": text}, **more})

    def upload(self, data, name, mime_type, **fields):
        """Sends a file and gives back its wamid."""
        files = {"file": (name, data, mime_type)}
        return self.emulator.control("POST", f"/customers/{self.id}/messages", data=fields, files=files)["id"]

    def call(self, action, **more):
        return self.does("calls", action=action, **more)

    def thread(self):
        return self.emulator.control("GET", f"/customers/{self.id}/thread")["messages"]

    def bubble(self, wamid):
        return until(
            f"{wamid} on the phone",
            lambda: next((m for m in self.thread() if m["id"] == wamid), None),
        )
