"""What every answer of Graph looks like, whatever was asked."""

import json
import re

from drive import Call

JSON = "application/json; charset=UTF-8"
HEADERS = ("facebook-api-version", "x-fb-request-id", "x-fb-trace-id", "x-fb-debug", "x-app-usage", "cache-control")
ERROR = {
    "message": str,
    "type": str,
    "code": int,
    "fbtrace_id": str,
    "is_transient": bool,
    "error_subcode": int,
    "error_user_title": str,
    "error_user_msg": str,
    "error_data": dict,
}
ALWAYS = ("message", "type", "code", "fbtrace_id")
STATUSES = {400, 401, 403, 404, 429}
# Codes that have one status whatever was asked.
STATUS_OF = {190: 401, 10: 403, 200: 403, 131005: 403, 131031: 403, 132001: 404, 130429: 400, 131056: 400, 613: 429}


def of_call(call: Call):
    """Downloads answer bytes, or nothing at all with a status; everything else is JSON."""
    if call.name == "downloadMedia" and not call.answer.headers.get("content-type", "").startswith("application/json"):
        return of_download(call.answer)
    return of_answer(call.answer)


def of_download(answer):
    if answer.status_code not in (200, 404):
        yield f"a download with status {answer.status_code}"
    if answer.status_code == 200 and not answer.headers.get("content-type", "").startswith("image/"):
        yield f"a download of type {answer.headers.get('content-type')}"


def of_answer(answer):
    """Everything that is un-Graph-like about an answer."""
    status = answer.status_code
    if status >= 500:
        yield f"status {status}"
    if answer.headers.get("content-type") != JSON:
        yield f"content type {answer.headers.get('content-type')}"
    for name in HEADERS:
        if not answer.headers.get(name):
            yield f"no header {name}"
    yield from of_usage(answer)
    try:
        body = json.loads(answer.content)
    except ValueError:
        yield f"no JSON: {answer.content[:200]!r}"
        return
    if not isinstance(body, dict):
        yield f"not an object: {answer.text[:200]}"
    elif status >= 400:
        yield from of_error(status, body.get("error"), answer.headers)
    elif status != 200:
        yield f"success with status {status}"
    elif "error" in body:
        yield f"success with an error: {answer.text[:200]}"


def of_usage(answer):
    """The shares of budgets are JSON in a header."""
    for name in ("x-app-usage", "x-business-use-case-usage"):
        try:
            usage = json.loads(answer.headers.get(name, "{}"))
        except ValueError:
            yield f"{name} is no JSON"
            continue
        for entry in [usage] if name == "x-app-usage" else [one for many in usage.values() for one in many]:
            if not {"call_count", "total_time", "total_cputime"} <= set(entry):
                yield f"{name}: {entry}"


def of_error(status, error, headers):
    if not isinstance(error, dict):
        yield f"status {status} without an error"
        return
    for name, value in error.items():
        kind = ERROR.get(name)
        if kind is None:
            yield f"an error with {name}"
        elif type(value) is not kind:
            yield f"error.{name} is {value!r}"
    for name in ALWAYS:
        if name not in error:
            yield f"an error without {name}"
    if not error.get("message"):
        yield "an error without words"
    if not re.fullmatch(r"[A-Za-z0-9_-]{10,40}", str(error.get("fbtrace_id", ""))):
        yield f"fbtrace_id {error.get('fbtrace_id')!r}"
    expected = STATUS_OF.get(error.get("code"))
    if status not in STATUSES or (expected and expected != status):
        yield f"status {status} for code {error.get('code')}"
    if (status == 401) != ("www-authenticate" in headers):
        yield f"status {status} and www-authenticate {headers.get('www-authenticate')}"
