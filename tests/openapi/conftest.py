"""What the tests share: the document, one emulator, and the run over all operations."""

import pytest

import repair
from emulator import Emulator
from world import World

MISSING = (
    "LEFT OUT: Meta's OpenAPI file isn't here. Put it beside the project as shared/meta-openapi-v23.yaml, "
    "or say where it is with WAYPOST_META_OPENAPI"
)


@pytest.fixture(scope="session")
def published():
    if repair.file() is None:
        pytest.skip(MISSING)
    return repair.load()


@pytest.fixture(scope="session")
def spec(published):
    return repair.repaired(published)


@pytest.fixture(scope="session")
def emulator():
    running = Emulator()
    yield running
    assert running.alive(), "the emulator crashed"
    running.stop()


@pytest.fixture(scope="session")
def world(emulator):
    return World(emulator)


def pytest_terminal_summary(terminalreporter):
    """Left out is said aloud, and the counts of a run are printed however the output is captured."""
    if repair.file() is None:
        terminalreporter.section("OpenAPI")
        terminalreporter.line(MISSING)
    for line in getattr(terminalreporter.config, "told", []):
        terminalreporter.line(line)
