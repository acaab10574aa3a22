"""Points a generated call at things that exist, so that it reaches the model and not only the first check."""

import itertools

import known
import world as made
from emulator import TOKEN

VERSIONS = ["v23.0", "v23.0", "v23.0", "v25.0", "v23.0", "v13.0", "v26.0"]
# Whose calls these are.
TOKENS = {
    "acceptWhatsAppBusinessSolution": made.PARTNER_TOKEN,
    "rejectSolutionRequest": made.PARTNER_TOKEN,
    "createWhatsAppBusinessSolution": made.APP_TOKEN,
}


class Aim:
    """Fills in ids of the right kind, credentials, and in two of three valid cases the members that name something."""

    def __init__(self, world):
        self.world = world
        self.members = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": made.ANA,
            "message_id": world.wamid,
            "pin": "123456",
            "code_method": "SMS",
            "partner_app_id": made.PARTNER_APP,
            "partner_business_id": world.partner,
            "preverified_id": world.ids["Pre-Verified-Phone-Number-ID"][0],
            "solution_id": world.active,
            "waba_id": made.WABA,
            "user": "122100000000001",
            "business": made.BUSINESS,
            "business_id": world.client["business_id"],
            "user_wa_id": made.ANA,
            "phone_number_id": made.NUMBER,
        }

    def __call__(self, call):
        case, number, aimed = call.case, call.number, call.origin != "negative" and call.number % 3 != 2
        for name in list(case.path_parameters):
            case.path_parameters[name] = self.segment(name, number)
        if number % 13 != 12:
            call.headers["Authorization"] = f"Bearer {TOKENS.get(call.name, TOKEN)}"
        if call.name == "downloadMedia":
            self.download(case, number)
        if aimed:
            for holder in (case.query, case.body):
                self.fill(holder)

    def known(self, operation):
        """The calls written by hand for an operation, each in a world as it was."""
        name, path = operation.definition.raw["operationId"], operation.path
        holder = path.removeprefix("/{Version}/{").split("}")[0]
        for at in itertools.count():
            self.world.restore()
            made_ready = known.KNOWN.get(name, lambda _: iter(()))(self.world)
            asked = next(itertools.islice(made_ready, at, None), None)
            if asked is None:
                return
            token = asked.pop("token", TOKENS.get(name, TOKEN))
            node = asked.pop("node", self.world.ids[holder][0])
            url = self.world.emulator.url + path.replace("{Version}", "v23.0").replace("{" + holder + "}", node)
            yield {"method": operation.method, "url": url, "headers": {"Authorization": f"Bearer {token}"}, **asked}

    def segment(self, name, number):
        if name == "Version":
            return VERSIONS[number % len(VERSIONS)]
        if number % 8 == 7:
            return "999999999999999"
        known = self.world.ids.get(name, ["files"])
        return known[number % len(known)]

    def download(self, case, number):
        """The file's server is another path of the same host."""
        case.path_parameters["Media-URL"] = "whatsapp_business/attachments"
        pairs = [pair.split("=", 1) for pair in self.world.download.split("&")]
        case.query = {**(case.query or {}), **dict(pairs)}

    def fill(self, value):
        if isinstance(value, dict):
            for name in value:
                if name in self.members:
                    value[name] = self.members[name]
                else:
                    self.fill(value[name])
        elif isinstance(value, list):
            for one in value:
                self.fill(one)
