"""Every operation of Meta's file, called over and over: no 5xx, nothing that isn't Graph's, and what the file promises."""

import pytest

import drive
import shape
from aim import Aim
from conform import Conformance
from emulator import PATIENCE, TOKEN
from world import NUMBER

COUNT = 25
# Operations that nothing succeeds in, and why.
REFUSED = {
    "sendEncryptedMessage": "Not modelled: answered as a path that isn't there.",
    "addGroupParticipants": "People come into a group by its link alone; the guide knows no such call, and it is refused.",
    "postWhatsappWebhooks": "What a business's own server takes, not Graph.",
}


@pytest.fixture(scope="module")
def run(spec, emulator, world, pytestconfig):
    aim, conformance = Aim(world), Conformance(spec)
    driven = drive.drive(
        spec,
        emulator.url,
        point=aim,
        known=aim.known,
        before=world.restore,
        checks=[shape.of_call, conformance],
        count=COUNT,
    )
    driven.conformance = conformance
    pytestconfig.told = table(driven)
    return driven


def table(driven):
    lines = [f"{'operation':78} 2xx  4xx  5xx"]
    total = [0, 0, 0]
    for name, statuses in driven.statuses.items():
        counts = [sum(n for status, n in statuses.items() if status // 100 == kind) for kind in (2, 4, 5)]
        total = [a + b for a, b in zip(total, counts)]
        lines.append(f"{name:78} {counts[0]:3}  {counts[1]:3}  {counts[2]:3}")
    lines.append(f"{len(driven.statuses)} operations, {sum(total)} calls: {total[0]} 2xx, {total[1]} 4xx, {total[2]} 5xx")
    origins = ", ".join(f"{count} {origin}" for origin, count in sorted(driven.origins.items()))
    deviations = driven.conformance
    return [*lines, f"{origins}; {len(deviations.seen)} deviations, {len(deviations.listed)} of them listed"]


def test_all_113_operations_were_called_often(run):
    assert len(run.statuses) == 113
    few = {name: dict(statuses) for name, statuses in run.statuses.items() if statuses.total() < 2 * COUNT}
    assert not few


def test_no_answer_is_wrong(run):
    """Shape and schema of every answer, but for the listed deviations."""
    told = [f"{wrong}\n    {call}\n    {call.answer.status_code} {call.answer.text[:400]}" for call, wrong in run.wrong]
    assert not run.wrong, f"{len(told)} wrong, the first of them:\n" + "\n".join(told[:20])


def test_every_operation_that_is_modelled_succeeded(run):
    refused = {name for name in run.statuses if not run.successes(name)}
    assert refused == set(REFUSED)


def test_what_is_not_modelled_is_an_unknown_path(emulator):
    body = {"messaging_product": "whatsapp", "encrypted_contents": "x"}
    url, headers = f"{emulator.url}/v23.0/{NUMBER}/messages_encrypted", {"Authorization": f"Bearer {TOKEN}"}
    answer = emulator.http.post(url, json=body, headers=headers, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 2_500)
    assert answer.json()["error"]["message"] == "Unknown path components: /messages_encrypted"


def test_what_was_written_by_hand_succeeds(run):
    assert [str(call) for call in run.known if call.answer.status_code != 200] == []


def test_listed_deviations_are_still_there(run):
    assert run.conformance.no_longer_seen() == []


def test_the_emulator_lives(run, emulator):
    assert emulator.alive()
    assert emulator.graph("GET", "me")["id"]
