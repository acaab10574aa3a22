"""A world in which every kind of id of the OpenAPI file stands for something, made over Graph and the control API."""

import base64
import json
from pathlib import Path

APP, APP_TOKEN = "900000000000001", "900000000000001|emulator-app-secret"
PARTNER_APP, PARTNER_TOKEN = "900000000000002", "PARTNER-TOKEN"
BUSINESS, WABA, NUMBER = "800000000000001", "700000000000001", "600000000000001"
ANA, BEN = "34600111222", "34600333444"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PUBLIC_KEY = (Path(__file__).parent / "public_key.pem").read_text()
FORM = {
    "version": "7.0",
    "screens": [
        {
            "id": "HELLO",
            "title": "Hello",
            "terminal": True,
            "success": True,
            "layout": {
                "type": "SingleColumnLayout",
                "children": [
                    {"type": "TextHeading", "text": "Hello"},
                    {"type": "Footer", "label": "Done", "on-click-action": {"name": "complete", "payload": {}}},
                ],
            },
        }
    ],
}


class World:
    """Ids by the name of the path parameter, and what messages may name."""

    def __init__(self, emulator):
        self.emulator = emulator
        self.ids = {"Application-ID": [APP], "Business-ID": [BUSINESS], "Phone-Number-ID": [NUMBER]}
        self.ids["WABA-ID"] = self.ids["WhatsApp-Business-Account-ID"] = [WABA]
        for build in (self.people, self.account, self.files, self.messages, self.groups, self.partners, self.forms):
            build()
        self.state = emulator.export()

    def exported(self):
        return json.loads(self.emulator.export())

    def restore(self):
        self.emulator.restore(self.state)

    def people(self):
        for wa_id, name in ((ANA, "Ana"), (BEN, "Ben")):
            self.emulator.control("POST", "/customers", {"wa_id": wa_id, "name": name})
            hello = {"type": "text", "text": {"body": "hola"}}
            self.wamid = self.emulator.control("POST", f"/customers/{wa_id}/messages", hello)["wamid"]
        self.bsuid = self.emulator.control("GET", f"/customers/{ANA}")["user_id"]

    def account(self):
        graph, control = self.emulator.graph, self.emulator.control
        control("PATCH", f"/wabas/{WABA}", {"ownership": "ON_BEHALF_OF"})
        control("PUT", "/businesses", {"id": BUSINESS, "messaging_limit": "TIER_10K", "credit_line": True})
        control(
            "PUT",
            "/phone-numbers",
            {"id": NUMBER, "display_phone_number": "+1 555-010-0001", "verified_name": "Lucky Shrub", "groups_enabled": True},
        )
        self.ids["User-ID"] = [graph("GET", "me")["id"]]
        code = graph("POST", f"{NUMBER}/message_qrdls", {"prefilled_message": "hi", "generate_qr_image": "SVG"})["code"]
        self.ids["QR-Code-ID"] = [code]
        graph("POST", f"{NUMBER}/conversational_automation", {"prompts": ["Where is my order?"]})
        automation = graph("GET", f"{NUMBER}?fields=conversational_automation")["conversational_automation"]
        self.ids["WABA-Bot-ID"] = [automation["id"]]
        templates = graph("GET", f"{WABA}/message_templates")["data"]
        self.ids["TEMPLATE_ID"] = [template["id"] for template in templates]
        self.ids["WhatsApp-Business-Profile-ID"] = [self.aspect("31")]
        self.ids["WhatsApp-Account-Number-ID"] = [self.aspect("33")]

    def aspect(self, lead):
        """A number is a node of several kinds, each with an id of its own, made from the number's (FNV-1a)."""
        digest = 0xCBF29CE484222325
        for byte in NUMBER.encode():
            digest = (digest ^ byte) * 0x100000001B3 % 2**64
        return f"{lead}{digest % 10**13:013}"

    def files(self):
        upload = {"file": ("pixel.png", PIXEL, "image/png")}
        data = {"messaging_product": "whatsapp", "type": "image/png"}
        self.media = self.emulator.graph("POST", f"{NUMBER}/media", files=upload, data=data)["id"]
        self.ids["Media-ID"] = [self.media]
        self.download = self.emulator.graph("GET", self.media)["url"].split("?", 1)[1]

    def messages(self):
        text = {"messaging_product": "whatsapp", "to": ANA, "type": "text", "text": {"body": "hola"}}
        self.sent = self.emulator.graph("POST", f"{NUMBER}/messages", text)["messages"][0]["id"]
        self.emulator.control("POST", "/clock/advance", {"seconds": 5})
        history = self.emulator.graph("GET", f"{NUMBER}/message_history", params={"message_id": self.sent})
        self.ids["Message-History-ID"] = [history["data"][0]["id"]]

    def groups(self):
        new = {"messaging_product": "whatsapp", "subject": "Garden", "join_approval_mode": "approval_required"}
        self.emulator.graph("POST", f"{NUMBER}/groups", new)
        self.emulator.control("POST", "/clock/advance", {"seconds": 5})
        self.group = self.emulator.graph("GET", f"{NUMBER}/groups")["data"]["groups"][0]["id"]
        self.ids["group_id"] = [self.group]

    def partners(self):
        graph, control = self.emulator.graph, self.emulator.control
        control("PUT", "/apps", {"id": PARTNER_APP, "secret": "other"})
        self.partner = control("PUT", "/businesses", {"name": "Partner"})["id"]
        token = {"token": PARTNER_TOKEN, "app_id": PARTNER_APP, "businesses": [self.partner], "wabas": []}
        control("PUT", "/tokens", token)
        new = {"solution_name": "Together", "partner_app_id": PARTNER_APP}
        path = f"{APP}/whatsapp_business_solution"
        made = [graph("POST", path, new, token=APP_TOKEN)["solution_id"] for _ in range(3)]
        self.asked, self.active, self.ending = made
        for solution in (self.active, self.ending):
            graph("POST", f"{solution}/accept", {}, token=PARTNER_TOKEN)
        graph("POST", f"{self.ending}/send_deactivation_request", {}, token=PARTNER_TOKEN)
        self.ids["Solution-ID"] = [self.active]
        self.client = control("POST", "/signup", {"solution_id": self.active})
        intent = {"solution_id": self.active, "migration_intent": "INITIATE_MIGRATION"}
        moved = graph("POST", f"{WABA}/set_solution_migration_intent", intent)["migration_intent_id"]
        self.ids["Migration-Intent-ID"] = [moved]
        mobility = {"solution_id": self.active, "intent_type": "INITIATE_TRANSFER"}
        self.ids["OBO-Mobility-Intent-ID"] = [graph("POST", f"{WABA}/obo_mobility_intent", mobility)["mobility_intent_id"]]
        pooled = graph("POST", f"{BUSINESS}/add_phone_numbers", {"phone_number": "+15550107777"})["id"]
        self.ids["Pre-Verified-Phone-Number-ID"] = [pooled]
        graph("POST", f"{pooled}/request_code", {"code_method": "SMS", "language": "en_US"})

    def forms(self):
        graph = self.emulator.graph
        self.form_json = json.dumps(FORM)
        new = {"name": "Draft", "categories": ["OTHER"], "flow_json": self.form_json}
        self.draft = graph("POST", f"{WABA}/flows", new)["id"]
        self.published = graph("POST", f"{WABA}/flows", {**new, "name": "Published", "publish": True})["id"]
        self.ids["Flow-ID"] = [self.draft]
