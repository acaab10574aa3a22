"""The list of what pywa's client can do and where that is in `cloud-api` names everything pywa has, and nothing else."""

import re
from pathlib import Path

from pywa import WhatsApp
from pywa.api import GraphAPI

LIST = Path(__file__).parents[3] / "crates/cloud-api/COVERAGE.md"


def public(*classes):
    return {name for one in classes for name in dir(one) if not name.startswith("_")}


def test_every_public_name_of_pywas_client_is_on_the_list():
    part = LIST.read_text().split("\n## Part 3", 1)[1].split("\n## ", 1)[0]
    cells = [line.split(" | ")[0] for line in part.splitlines() if line.startswith("| `")]
    listed = [name for cell in cells for name in re.findall(r"`(\w+)`", cell)]
    assert len(listed) == len(set(listed)), "a name is listed twice"
    assert set(listed) == public(WhatsApp, GraphAPI)
