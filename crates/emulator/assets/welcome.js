// What somebody sees who has just started the emulator: what it is, where software finds it, and a first message to copy.

import { copy, el, icon } from "./dom.js";
import { notice } from "./notices.js";

/** A value with a button that copies it. */
export function copyable(words, label = words) {
  return el("button.copyable", { title: "Copy", "aria-label": label === words ? `${words}, copy` : `${words}, copy ${label}`, onclick: async () => notice((await copy(words)) ? `Copied ${label}` : "The browser does not let this page copy") }, el("code", null, words), icon("copy"));
}

function block(title, text) {
  return el("div.snippet", null, el("div.snippet-head", null, el("small", null, title), el("button.secondary", { "aria-label": `Copy: ${title}`, onclick: async () => notice((await copy(text)) ? "Copied" : "The browser does not let this page copy") }, icon("copy"), "Copy")), el("pre", { tabindex: "0" }, text));
}

/** `world` is what the control API says; `add` opens the dialog for a first customer. */
export function welcome(world, add) {
  const [number] = world.phone_numbers;
  const [base, token] = [world.public_url, world.access_token];
  const hook = `curl -X PUT ${base}/_control/webhook \\\n  -d '{"url": "http://localhost:5000/hook"}'`;
  const send = number && `curl ${base}/v25.0/${number.id}/messages \\\n  -H 'Authorization: Bearer ${token ?? "$ACCESS_TOKEN"}' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"messaging_product": "whatsapp", "to": "34600111222",\n       "type": "template", "template":\n         {"name": "hello_world", "language": {"code": "en_US"}}}'`;
  const fact = (name, value) => value && [el("dt", null, name), el("dd", null, copyable(value, name))];
  const step = (title, words, ...parts) => el("li", null, el("h3", null, title), el("p", null, words), parts);
  return el("section.welcome", { "aria-label": "First steps", "data-testid": "welcome" },
    el("h2", null, "WhatsApp’s platform, on your desk"),
    el("p", null, "Everything here is yours to try: no Meta account, no phone, no internet. Your software talks to it as it would to Meta’s Cloud API."),
    el("ol", null,
      step("Give somebody a phone", "A customer’s phone appears here, and you hold it.", el("button.primary", { onclick: add, "data-testid": "welcome-add" }, "Add a customer")),
      step("Point your software here", "Change the base URL and the token, nothing else.", el("dl.facts", null, fact("Base URL", base), fact("Access token", token), fact("Phone number id", number?.id), fact("WABA id", world.wabas[0]?.id)), block("Have webhooks sent to your software", hook)),
      number && step("Send a first message", "To the customer’s number; it arrives on the phone.", block("A first message with curl", send))),
    el("p", null, el("small", null, "Requests and webhooks are in the inspector (Alt+I). Five lines for pywa, Node, PHP, Go and n8n: docs/emulator/quick-start.md")));
}
