"""Answers against the repaired schemas, and the list of known deviations, which must stay true."""

import functools
import json
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import yaml
from jsonschema import Draft202012Validator

import repair

LIST = Path(__file__).parent / "deviations.yaml"


class Conformance:
    """A check for the driver. It notes which deviations were seen."""

    def __init__(self, spec, listed=LIST):
        self.spec = spec
        self.operations = {operation["operationId"]: operation for _, _, operation in repair.operations(spec)}
        self.listed = {}
        for entry in yaml.safe_load(listed.read_text()) or []:
            for operation in entry["operations"]:
                self.listed[operation, entry["at"], entry["rule"]] = entry["why"]
        self.seen = set()

    def __call__(self, call):
        for at, rule, words in self.deviations(call):
            key = (call.name, at, rule)
            self.seen.add(key)
            if key not in self.listed:
                yield f"{at} {rule}: {words}"

    def no_longer_seen(self):
        return sorted(set(self.listed) - self.seen)

    def deviations(self, call):
        """(where with `*` for places in lists, which rule of JSON Schema, in words) of everything that isn't as written."""
        answer = call.answer
        validator = self.validator(call.name, str(answer.status_code))
        if validator is None or not answer.headers.get("content-type", "").startswith("application/json"):
            return
        selected = "fields" in parse_qs(urlsplit(answer.request.url).query)
        for error in validator.iter_errors(json.loads(answer.content)):
            # A node has the members that were asked for.
            if selected and error.validator == "required" and answer.status_code == 200:
                continue
            steps = ["*" if isinstance(step, int) else str(step) for step in error.absolute_path]
            words = error.message if len(error.message) < 200 else f"{error.message[:90]} … {error.message[-90:]}"
            at = "/".join([str(answer.status_code), *steps])
            if error.validator == "required":
                at += "/" + error.message.split("'")[1]
            yield at, error.validator, words

    @functools.cache
    def validator(self, name, status):
        """Errors that the file has no answer for are held against the shape of Graph's errors alone."""
        response = self.operations[name]["responses"].get(status)
        media = repair.resolve(self.spec, response or {}).get("content", {}).get("application/json")
        if media is None or "schema" not in media:
            return None
        return Draft202012Validator({"components": self.spec["components"], "allOf": [media["schema"]]})
