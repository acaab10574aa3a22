"""The quick-start page as a folder of files and a list of commands, and the emulator that they are run against."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/emulator/quick-start.md"
BINARY = Path(os.environ.get("WAYPOST_BIN", ROOT / "target/debug/waypost")).resolve()
PATIENCE = 60.0
ANA = "34600111222"


def blocks():
    """Every code block that has a name behind its language, by that name."""
    found = re.findall(r"^```(\w+) (\S+)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    named = {name: text for _, name, text in found}
    assert len(named) == len(found), "two blocks have the same name"
    return named


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


def environment():
    """`waypost` is on the path, as the page asks for."""
    return {**os.environ, "PATH": f"{BINARY.parent}{os.pathsep}{os.environ['PATH']}"}


class Reader:
    """Somebody at an empty folder who follows the page, with an emulator of their own. Ports are free ones."""

    def __init__(self, folder):
        self.folder = folder
        self.ports = {"8081": str(free_port()), "8000": str(free_port()), "5000": str(free_port())}
        self.url = f"http://127.0.0.1:{self.ports['8081']}"
        self.running = []
        self.blocks = {name: self._with_ports(text) for name, text in blocks().items()}

    def _with_ports(self, text):
        for written, free in self.ports.items():
            text = re.sub(rf"(?<=127\.0\.0\.1:){written}\b|(?<=port=){written}\b|(?<=listen\(){written}\b", free, text)
        return text

    def start(self):
        """The command of the page, on a free port; gives back the line that it prints."""
        (command,) = self.blocks["run"].splitlines()
        emulator = self.spawn([*command.split(), "--port", self.ports["8081"]], stdout=subprocess.PIPE, text=True)
        line = emulator.stdout.readline().strip()
        self.http = httpx.Client(base_url=self.url, timeout=10)
        return line

    def spawn(self, command, **options):
        process = subprocess.Popen(command, cwd=self.folder, env=environment(), **options)
        self.running.append(process)
        return process

    def file(self, name):
        """Writes a block of the page to the file that it names."""
        path = self.folder / name
        path.write_text(self.blocks[name], encoding="utf-8")
        return path

    def shell(self, name):
        """Types a block into a shell; gives back what it printed."""
        return self.run(["sh", "-ec", self.blocks[name]])

    def run(self, command):
        ran = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=240)
        assert ran.returncode == 0, f"{command}: {ran.stdout}\n{ran.stderr}"
        return ran.stdout

    def thread(self):
        answer = self.http.get(f"/_control/customers/{ANA}/thread")
        return answer.json()["messages"]

    def on_the_phone(self, text):
        """Waits until the business's message has arrived."""
        def arrived():
            texts = [m["text"]["body"] for m in self.thread() if m["direction"] == "outbound" and "text" in m]
            return text in texts

        return until(f"{text!r} on the phone", arrived)

    def stop(self):
        for process in reversed(self.running):
            process.terminate()
            process.wait(timeout=PATIENCE)


def has(program):
    return shutil.which(program) is not None
