"""Meta's published OpenAPI file of the Cloud API, with what is provably wrong in it put right.

The file isn't ours to keep: it lies beside the project, or where WAYPOST_META_OPENAPI says. Each repair is a function
that changes the document in place, and its first line is the reason: what the file's own examples, or the platform as
it is known, say against it.
"""

import copy
import os
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

METHODS = ("get", "post", "put", "delete", "patch")
BESIDE = Path(__file__).parents[3] / "shared/meta-openapi-v23.yaml"


def file():
    """Where Meta's file is, or None."""
    named = os.environ.get("WAYPOST_META_OPENAPI")
    path = Path(named) if named else BESIDE
    return path if path.is_file() else None


def load():
    with file().open(encoding="utf-8") as text:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def repaired(spec, repairs=None):
    """A copy with all repairs, or with those that are named."""
    spec = copy.deepcopy(spec)
    for repair in REPAIRS if repairs is None else repairs:
        repair(spec)
    return spec


def resolve(spec, part):
    while isinstance(part, dict) and "$ref" in part:
        target = spec
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step.replace("~1", "/").replace("~0", "~")]
        part = target
    return part


def operations(spec):
    """(path, method, operation) of every call in the file."""
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, operation


def examples(spec):
    """(path, method, "request" or the status, name, schema, value) of every example that has a schema."""
    for path, method, operation in operations(spec):
        bodies = [("request", operation.get("requestBody", {}))]
        bodies += [(str(status), response) for status, response in operation["responses"].items()]
        for where, body in bodies:
            for media in resolve(spec, body).get("content", {}).values():
                named = {name: resolve(spec, one).get("value") for name, one in media.get("examples", {}).items()}
                if "example" in media:
                    named["example"] = media["example"]
                for name, value in named.items():
                    if "schema" in media:
                        yield path, method, where, name, media["schema"], value


def violations(spec, schema, value):
    """What is wrong with a value: jsonschema's errors."""
    document = {"components": spec["components"], "allOf": [schema]}
    return list(Draft202012Validator(document).iter_errors(value))


# --- the document itself ---------------------------------------------------------------------------------------------


def statuses_are_texts(spec):
    """One response is keyed by the number 200; keys of JSON are texts, and readers stumble over it."""
    for _, _, operation in operations(spec):
        operation["responses"] = {str(status): response for status, response in operation["responses"].items()}


def parameter_groups_do_not_exist(spec):
    """OpenAPI has no `components.parameterGroups`, and nothing refers to them."""
    spec["components"].pop("parameterGroups", None)


def operations_have_names(spec):
    """The webhook has no `operationId`."""
    for path, method, operation in operations(spec):
        operation.setdefault("operationId", method + path.title().replace("/", ""))


def headers_of_the_transport(spec):
    """OpenAPI says that parameters called Content-Type and Authorization are ignored: bodies and security say it."""
    ignored = ("Content-Type", "Authorization", "Accept", "User-Agent")
    for item in spec["paths"].values():
        for holder in [item, *(item[method] for method in METHODS if method in item)]:
            kept = [one for one in holder.get("parameters", []) if resolve(spec, one)["name"] not in ignored]
            holder["parameters"] = kept


def answers_have_one_shape(spec):
    """`oneOf` over objects without required members: every answer fits both, so that none is valid."""
    for path, method in (("calls", "post"), ("", "post")):
        for known, verb, operation in operations(spec):
            if verb == method and known == f"/{{Version}}/{{Phone-Number-ID}}/{path}".rstrip("/"):
                schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
                schema["anyOf"] = schema.pop("oneOf")


# --- what is sent ----------------------------------------------------------------------------------------------------


def messages_are_whole(spec):
    """Ten messages are `allOf[base, {additionalProperties: false}]`: the closed half refuses what the base requires."""
    schemas = spec["components"]["schemas"]
    base = schemas["BaseMessageProperties"]
    for schema in schemas.values():
        own = schema.get("allOf", [{}])[-1]
        if schema.get("allOf", [{}])[0] == {"$ref": "#/components/schemas/BaseMessageProperties"}:
            schema.pop("allOf")
            schema.update(
                type="object",
                required=list(dict.fromkeys([*base["required"], *own["required"]])),
                properties={**base["properties"], **own["properties"]},
                additionalProperties=own.get("additionalProperties", True),
            )


def messages_may_leave_out_what_has_a_default(spec):
    """`recipient_type` is `individual` and `type` is `text` when left out, in Meta's own examples too."""
    for name, schema in spec["components"]["schemas"].items():
        required = schema.get("required", [])
        if "BaseMessageProperties" == name or (name.endswith("Message") and "recipient_type" in required):
            required.remove("recipient_type")
        if name == "TextMessage" and "type" in required:
            required.remove("type")


def recipients_of_2026(spec):
    """`recipient` (a business-scoped user id) stands for `to`, and every message may carry opaque data."""
    for schema in spec["components"]["schemas"].values():
        properties = schema.get("properties", {})
        if "to" in properties and "messaging_product" in properties and "type" in properties:
            properties["recipient"] = {"type": "string"}
            properties["biz_opaque_callback_data"] = {"type": "string", "maxLength": 512}


def receipts_are_messages(spec):
    """Read receipts and typing go to `/messages` as well, and Meta gives examples, but `Message` has no place for them."""
    schemas = spec["components"]["schemas"]
    schemas["MarkMessageRequestPayload"]["properties"]["typing_indicator"] = {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"const": "text"}},
    }
    # `anyOf`: a reply to a list is an interactive message without `type`, which `oneOf` can't tell from others.
    message = schemas["Message"]
    message.pop("discriminator")
    message["anyOf"] = [*message.pop("oneOf"), {"$ref": "#/components/schemas/MarkMessageRequestPayload"}]


def policy_has_one_value(spec):
    """`language.policy` can only be `deterministic`; most of Meta's examples leave it out."""
    spec["components"]["schemas"]["LanguageObject"]["required"].remove("policy")


def coordinates_are_numbers(spec):
    """Latitude and longitude come as numbers in Meta's examples; texts are taken too."""
    location = spec["components"]["schemas"]["LocationMessage"]["properties"]["location"]
    for name in ("latitude", "longitude"):
        location["properties"][name] = {"type": ["number", "string"]}


def buttons_count_from_nought(spec):
    """A button's `index` is 0 to 9 as text or number: the pattern is a set of characters that 0 isn't in."""
    for name in ("TemplateComponent", "ButtonComponent"):
        part = spec["components"]["schemas"][name]
        own = part if "properties" in part else part["allOf"][-1]
        own["properties"]["index"] = {"anyOf": [{"type": "string", "pattern": "^[0-9]$"}, {"enum": list(range(10))}]}


def buttons_have_more_kinds(spec):
    """`flow`, `copy_code` and others are sub types in Meta's examples and guides, and case doesn't matter."""
    for name in ("TemplateComponent", "ButtonComponent"):
        part = spec["components"]["schemas"][name]
        own = part if "properties" in part else part["allOf"][-1]
        own["properties"]["sub_type"] = {"type": "string"}


def patterns_are_escaped_once(spec):
    """Patterns of phone numbers are written `\\\\+` in plain YAML, so that they ask for a backslash."""

    def visit(part):
        if isinstance(part, dict):
            if isinstance(part.get("pattern"), str):
                part["pattern"] = part["pattern"].replace("\\\\", "\\")
            for one in part.values():
                visit(one)
        elif isinstance(part, list):
            for one in part:
                visit(one)

    visit(spec["components"])
    visit(spec["paths"])


def interactive_has_more_kinds(spec):
    """Orders and others are interactive messages in Meta's examples and guides; their actions have no schema."""
    interactive = spec["components"]["schemas"]["InteractiveObject"]["properties"]
    more = ["order_details", "order_status", "cta_url", "location_request_message", "address_message", "carousel"]
    interactive["type"]["enum"] += more
    others = {"required": ["name"], "properties": {"name": {"enum": ["review_and_pay", "review_order"]}}}
    spec["components"]["schemas"]["ActionObject"]["oneOf"].append(others)


# --- what is answered ------------------------------------------------------------------------------------------------


def codes_of_links_hold_any_digit(spec):
    """The pattern of QR codes leaves out 0, 1, 8 and 9, which Meta's examples have."""
    for name in ("QrCodeDetails", "QrCodeResponse", "QrCodeResponse_1"):
        code = spec["components"]["schemas"][name]["properties"].get("code")
        if code:
            code["pattern"] = "^[A-Z0-9]{14}$"


def one_code_is_asked_as_a_list(spec):
    """Reading one QR code answers `{data: [code]}` in all of the file's examples."""
    path = spec["paths"]["/{Version}/{Phone-Number-ID}/message_qrdls/{QR-Code-ID}"]
    media = path["get"]["responses"]["200"]["content"]["application/json"]
    media["schema"] = {"$ref": "#/components/schemas/QrCodeList"}


def nothing_is_null(spec):
    """Optional members come as null in the examples of the same answers, which their types refuse."""
    schemas = spec["components"]["schemas"]
    actions = schemas["CallPermissionCheckResponsePayload"]["properties"]["actions"]["items"]
    for schema in (
        actions,
        schemas["BusinessComplianceInfo"],
        schemas["WhatsAppBusinessAccountPhoneNumber"],
        schemas["SetOBOMobilityIntentResponse"],
    ):
        for name, known in schema["properties"].items():
            if name not in schema.get("required", []):
                schema["properties"][name] = {"anyOf": [known, {"type": "null"}]}


def parts_of_other_nodes_are_parts(spec):
    """A node inside another has the members that were asked for, as the example of an intent's solution shows."""
    node = spec["components"]["schemas"]["OBOMobilityIntentNode"]["properties"]
    node["solution"] = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    node["waba"] = copy.deepcopy(node["solution"])


def numbers_have_one_set_of_states(spec):
    """Two enumerations of quality and of verification, referred to the wrong way round; a number has all of these states."""
    schemas = spec["components"]["schemas"]
    for name, states in (
        ("WhatsAppPhoneNumberQualityRating", ["GREEN", "YELLOW", "RED", "NA", "UNKNOWN"]),
        ("WhatsAppCodeVerificationStatus", ["VERIFIED", "NOT_VERIFIED", "UNVERIFIED", "EXPIRED"]),
    ):
        schemas[name]["enum"] = schemas[f"{name}_1"]["enum"] = states


REPAIRS = [
    statuses_are_texts,
    parameter_groups_do_not_exist,
    operations_have_names,
    headers_of_the_transport,
    answers_have_one_shape,
    messages_are_whole,
    messages_may_leave_out_what_has_a_default,
    recipients_of_2026,
    receipts_are_messages,
    policy_has_one_value,
    coordinates_are_numbers,
    buttons_count_from_nought,
    buttons_have_more_kinds,
    patterns_are_escaped_once,
    interactive_has_more_kinds,
    codes_of_links_hold_any_digit,
    one_code_is_asked_as_a_list,
    nothing_is_null,
    parts_of_other_nodes_are_parts,
    numbers_have_one_set_of_states,
]
