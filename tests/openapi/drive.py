"""Drives every operation of an OpenAPI document against a server, and gives every answer to the checks.

Nothing here knows Graph: what a case is pointed at, and what an answer must look like, come in as functions. The same
seed gives the same calls.
"""

import copy
import dataclasses
from collections import Counter

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

PATIENCE = 30.0


@dataclasses.dataclass
class Call:
    """One call: what is asked, and after it was made what came back."""

    operation: object
    origin: str  # "example", "positive", "negative", or "known": written by hand
    number: int
    case: object = None  # schemathesis' own, or None for what was written by hand
    headers: dict = dataclasses.field(default_factory=dict)
    asked: dict | None = None  # what `requests` sends, once that is known
    answer: requests.Response | None = None

    @property
    def name(self):
        return self.operation.definition.raw["operationId"]

    def __str__(self):
        sent = self.answer.request
        body = sent.body if sent.body is not None else b""
        body = body if isinstance(body, bytes) else str(body).encode()
        return f"{self.name} ({self.origin} {self.number}): {sent.method} {sent.url[:300]} {body[:400]!r}"


@dataclasses.dataclass
class Driven:
    """What became of all calls."""

    statuses: dict = dataclasses.field(default_factory=dict)  # operation -> Counter of statuses
    origins: Counter = dataclasses.field(default_factory=Counter)
    known: list = dataclasses.field(default_factory=list)  # calls written by hand
    wrong: list = dataclasses.field(default_factory=list)  # (call, what a check said)

    def successes(self, name):
        return sum(count for status, count in self.statuses[name].items() if 200 <= status < 300)


def drive(document, base_url, *, point, checks, before=lambda: None, known=None, count=25, start=1, only=None):
    """Calls every operation: with the document's own examples, and with `count` valid and `count` invalid cases each.

    `before()` makes the server's world as it was, before every call but those that follow one that only reads.
    `point(call)` changes a call before it is made: ids that exist, credentials. `known(operation)` gives calls written by
    hand, as what `requests` sends, made before the others. Each of `checks(call)` gives back what is wrong with an
    answer, if anything.
    """
    schema = schemathesis.openapi.from_dict(copy.deepcopy(document))
    driven = Driven()
    with requests.Session() as session:
        session.trust_env = False
        for index, result in enumerate(schema.get_all_operations()):
            operation = result.ok()
            name = operation.definition.raw["operationId"]
            if only and name not in only:
                continue
            driven.statuses[name] = Counter()
            changed = True
            for call in calls(operation, known, count, start * 1000 + index):
                if call.case:
                    if changed:
                        before()
                    point(call)
                    call.asked = written(call, base_url)
                call.answer = session.request(**call.asked, timeout=PATIENCE, allow_redirects=False)
                changed = call.answer.request.method != "GET"
                driven.statuses[name][call.answer.status_code] += 1
                driven.origins[call.origin] += 1
                driven.known += [call] if call.origin == "known" else []
                for check in checks:
                    driven.wrong += [(call, wrong) for wrong in check(call)]
    return driven


def calls(operation, known, count, start):
    """The calls of one operation, in order."""
    if known:
        for number, asked in enumerate(known(operation)):
            yield Call(operation, "known", number, asked=asked)
    sources = [("example", case) for case in of_examples(operation)]
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        strategy = operation.as_strategy(generation_mode=mode)
        sources += [(mode.value, case) for case in sample(strategy, count, start)]
    for number, (origin, case) in enumerate(sources):
        yield Call(operation, origin, number, case)


def of_examples(operation):
    return [case for strategy in operation.get_strategies_from_examples() for case in sample(strategy, 1, 0)]


def sample(strategy, count, start):
    """So many cases of a strategy; fewer when there are no more, or none when there is none (an operation whose every
    input is fine can't be called wrongly)."""
    found = []

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(case):
        if len(found) < count:
            found.append(case)

    try:
        collect()
    except Unsatisfiable:
        pass
    return found


def written(call, base_url):
    """The call as schemathesis writes it, without its checks or retries."""
    asked = call.case.as_transport_kwargs(base_url=base_url, headers=call.headers)
    asked.pop("cookies", None)
    return asked
