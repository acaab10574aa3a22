"""Calls that must succeed, for operations whose inputs can't be guessed: codes, keys, files, states reached before.

Each entry makes the world ready and gives back what `requests` sends.
"""

import world as made

PRODUCT = {"messaging_product": "whatsapp"}
HELLO = {"name": "hello_world", "language": {"code": "en_US"}}
PERMISSION = {"action": "permission", "phone_number_id": made.NUMBER, "response": "accept"}
NEW_NUMBER = {"cc": "1", "phone_number": "5550107788", "verified_name": "Lucky Shrub Two"}


def messages(world):
    """One of each kind that needs nothing but a window."""
    text = {"type": "text", "text": {"body": "hola"}}
    reaction = {"type": "reaction", "reaction": {"message_id": world.wamid, "emoji": "👍"}}
    image = {"type": "image", "image": {"id": world.media}}
    template = {"type": "template", "template": HELLO}
    for body in (text, reaction, image, template):
        yield {"json": {**PRODUCT, "to": made.ANA, **body}}
    yield {"json": {**PRODUCT, "status": "read", "message_id": world.wamid, "typing_indicator": {"type": "text"}}}
    yield {"json": {**PRODUCT, "recipient": world.bsuid, **text}}


def share_preverified(world):
    number = verified_pool(world)
    yield {"json": {"preverified_id": number, "partner_business_id": world.partner}}


def verified_pool(world):
    graph, number = world.emulator.graph, world.ids["Pre-Verified-Phone-Number-ID"][0]
    graph("POST", f"{number}/verify_code", {"code": pool_code(world)})
    return number


def pool_code(world):
    """What a phone of the pool was told stands nowhere but in the exported world."""
    number = world.ids["Pre-Verified-Phone-Number-ID"][0]
    return world.exported()["world"]["registry"]["preverified"][number]["verification"]["code"][0]


def verify_pool(world):
    yield {"json": {"code": pool_code(world)}}


def calls(world):
    world.emulator.control("POST", f"/customers/{made.ANA}/calls", PERMISSION)
    offer = {"sdp_type": "offer", "sdp": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/SAVPF 111\r\n"}
    yield {"json": {**PRODUCT, "to": made.ANA, "action": "connect", "session": offer}}


def official(_):
    """What Meta's guide asks for; the file's `action` and `application_data` are from another time."""
    yield {"json": {"business_website_url": "https://acme.test/", "primary_country_of_operation": "Spain"}}


def new_number(world):
    graph = world.emulator.graph
    number = graph("POST", f"{made.WABA}/phone_numbers", NEW_NUMBER)["id"]
    return number


def request_code(world):
    yield {"node": new_number(world), "json": {"code_method": "SMS", "language": "en_US"}}


def verify_code(world):
    number = new_number(world)
    world.emulator.graph("POST", f"{number}/request_code", {"code_method": "SMS", "language": "en_US"})
    code = world.emulator.control("GET", f"/phone-numbers/{number}")["verification_code"]
    yield {"node": number, "json": {"code": code}}


def settings(_):
    for switched in (
        {"calling": {"status": "ENABLED"}},
        {"user_identity_change": {"enable_identity_key_check": True}},
        {"storage_configuration": {"status": "DEFAULT"}},
    ):
        yield {"json": switched}


def join_request(world):
    """Ana asks to come into the group."""
    link = world.emulator.graph("GET", f"{world.group}/invite_link")["invite_link"]
    asked = world.emulator.control("POST", f"/customers/{made.ANA}/groups/join", {"invite_link": link})
    return {**PRODUCT, "join_requests": [asked["join_request_id"]]}


def edit_template(world):
    template = world.emulator.graph("GET", f"{made.WABA}/message_templates", params={"name": "hello_world"})
    body = {"type": "BODY", "text": "Welcome back. We are glad to see you here."}
    yield {"node": template["data"][0]["id"], "json": {"components": [body]}}


def remove_participants(world):
    yield {"json": {**PRODUCT, "participants": [{"user": made.ANA}]}}


def solutions(node, body):
    return lambda world: iter([{"node": getattr(world, node), "json": body}])


def remove_user(world):
    user = {"user": "122100000000001", "tasks": ["MANAGE"]}
    world.emulator.graph("POST", f"{made.WABA}/assigned_users", user)
    yield {"data": {"user": user["user"]}}


def move_forms(world):
    second = world.emulator.control("PUT", "/wabas", {"business_id": made.BUSINESS, "name": "Second"})["id"]
    token = {"token": "BOTH", "app_id": made.APP, "businesses": [made.BUSINESS], "wabas": [made.WABA, second]}
    world.emulator.control("PUT", "/tokens", token)
    yield {"node": second, "files": {"source_waba_id": (None, made.WABA)}, "token": "BOTH"}


def form_file(world):
    yield {
        "files": {"file": ("flow.json", world.form_json, "application/json")},
        "data": {"name": "flow.json", "asset_type": "FLOW_JSON"},
    }


KNOWN = {
    "sendMessage": messages,
    "sendMarketingMessage": lambda world: iter([{"json": {**PRODUCT, "to": made.ANA, "type": "template", "template": {
        "name": "welcome_back", "language": {"code": "en_US"},
        "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ana"}]}]}}}]),
    "sharePreVerifiedPhoneNumber": share_preverified,
    "verifyPreVerifiedPhoneNumberCode": verify_pool,
    "blockUserS": lambda world: iter([{"json": {**PRODUCT, "block_users": [{"user": made.ANA}]}}]),
    "unblockUserS": lambda world: block_first(world),
    "manageCalls": calls,
    "uploadImage": lambda world: iter([{"files": {"file": ("p.png", made.PIXEL, "image/png")}, "data": {**PRODUCT, "type": "image/png"}}]),
    "GraphWhatsAppBusinessAccountToNumberCurrentStatusOfficialBusinessAccountPost": official,
    "requestVerificationCode": request_code,
    "verifyPhoneNumberCode": verify_code,
    "updatePhoneNumberSettings": settings,
    "setBusinessEncryptionPublicKey": lambda world: iter([{"files": {"business_public_key": (None, made.PUBLIC_KEY)}}]),
    "approveJoinRequests": lambda world: iter([{"json": join_request(world)}]),
    "rejectJoinRequests": lambda world: iter([{"json": join_request(world)}]),
    "editTemplate": edit_template,
    "removeGroupParticipants": remove_participants,
    "acceptWhatsAppBusinessSolution": solutions("asked", {"partner_app_id": made.PARTNER_APP}),
    "rejectSolutionRequest": solutions("asked", {"request_type": "PARTNERSHIP_REQUEST"}),
    "acceptWhatsAppBusinessSolutionDeactivationRequest": solutions("ending", {}),
    "rejectSolutionDeactivationRequest": solutions("ending", {"reject_deactivation_request": True}),
    "removeAssignedUser": remove_user,
    "createFlow": lambda world: iter([{"files": {"name": (None, "Third"), "categories": (None, '["OTHER"]')}}]),
    "migrateFlows": move_forms,
    "updateFlowJson": form_file,
    "publishFlow": lambda world: iter([{"node": world.draft}]),
    "deprecateFlow": lambda world: iter([{"node": world.published}]),
    "deleteTemplateByName": lambda world: iter([{"params": {"name": "welcome_back"}}]),
}


def block_first(world):
    user = {**PRODUCT, "block_users": [{"user": made.ANA}]}
    world.emulator.graph("POST", f"{made.NUMBER}/block_users", user)
    yield {"json": user}
