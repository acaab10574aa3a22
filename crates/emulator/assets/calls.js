// Calls on a phone's screen: ringing, talking (no sound is carried), hanging up.

import { api, attempt } from "./api.js";
import { now } from "./clock.js";
import { el, icon, span } from "./dom.js";
import { notice } from "./notices.js";

const WORDS = { connecting: "Calling…", ringing: "Ringing…" };

/** The customer calls the business, by the menu or by a message's button. */
export async function startCall(phone, details = {}) {
  const call = await attempt(() => api.call(phone.customer.wa_id, { action: "call", phone_number_id: phone.number.id, ...details }));
  if (call) show(phone, call);
}

/** Something about a call happened: the phone shows it as it is now. */
export async function followCall(phone, event) {
  const call = await api.callOf(event.call_id).catch(() => null);
  if (call?.wa_id === phone.customer.wa_id) show(phone, call);
}

function act(phone, call, action) {
  return attempt(() => api.call(phone.customer.wa_id, { action, phone_number_id: call.phone_number_id, call_id: call.id }));
}

function show(phone, call) {
  const shown = phone.calling;
  if (call.state === "ended") {
    if (shown?.id !== call.id) return;
    phone.calling = null;
    shown.close();
    notice(call.error ? "The call broke off" : call.accepted_at ? `Call ended after ${span((call.duration ?? 0) * 1000)}` : "Nobody took the call");
    phone.load();
    return;
  }
  if (shown?.id === call.id && shown.state === call.state) return;
  const name = phone.numbers.find((n) => n.id === call.phone_number_id)?.verified_name ?? phone.business;
  const incoming = call.direction === "BUSINESS_INITIATED" && call.state !== "accepted";
  if (incoming && call.state === "connecting") return;
  const round = (kind, image, words, action) => el("div.call-button", null, el(`button.${kind}`, { "aria-label": words, "data-testid": `call-${action}`, onclick: () => act(phone, call, action) }, icon(image)), el("small", { "aria-hidden": "true" }, words));
  const state = call.state === "accepted" ? ticking(call) : el("p", { role: "status" }, incoming ? "WhatsApp audio call" : WORDS[call.state] ?? call.state);
  const view = el("div.call-view", { role: "dialog", "aria-label": `Call with ${name}`, "data-testid": "call", "data-state": call.state },
    el("span.business-avatar.large", { "aria-hidden": "true" }, name.charAt(0).toUpperCase()), el("h3", null, name), state, el("small", null, "No sound is carried in the emulator"),
    el("div.call-buttons", null, incoming ? [round("decline", "hang", "Decline", "reject"), round("accept", "phone", "Accept", "accept")] : [round("decline", "hang", "Hang up", "hang_up")]));
  if (shown) shown.replace(view);
  const calling = { id: call.id, state: call.state };
  calling.close = shown?.close ?? phone.cover(() => view, "call-cover", () => { if (phone.calling) { const { id } = phone.calling; phone.calling = null; act(phone, { ...call, id }, incoming ? "reject" : "hang_up"); } });
  calling.replace = (next) => { phone.overlay.querySelector(".call-view")?.replaceWith(next); next.querySelector("button")?.focus(); };
  phone.calling = calling;
}

function ticking(call) {
  const node = el("p.call-time", { role: "timer" });
  const draw = () => { node.textContent = span(now() - Date.parse(call.accepted_at)); };
  draw();
  const timer = setInterval(() => (node.isConnected ? draw() : clearInterval(timer)), 1000);
  return node;
}
