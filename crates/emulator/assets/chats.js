// A phone's chats with the numbers of businesses, the newest first.

import { el, icon, time } from "./dom.js";
import { bare } from "./markup.js";

export function drawChats(phone) {
  const chatOf = (number) => phone.customer.chats?.find((chat) => chat.phone_number_id === number.id);
  const newest = (number) => chatOf(number)?.last?.at ?? "";
  const sorted = [...phone.numbers].sort((a, b) => newest(b).localeCompare(newest(a)));
  const close = el("button.icon.back", { "aria-label": "Back", onclick: () => phone.hooks.close(phone) }, icon("close"));
  phone.list.replaceChildren(el("header.chats-head", null, el("h2", null, "Chats"), close), ...sorted.map((number) => row(phone, number, chatOf(number))));
}

function row(phone, number, { last, unread = 0 } = {}) {
  const words = last ? `${last.direction === "inbound" ? "You: " : ""}${bare(last.preview)}` : number.display_phone_number;
  return el("button.chat-row", { "data-testid": `chat-${number.id}`, onclick: () => phone.open(number) },
    el("span.business-avatar", { "aria-hidden": "true" }, number.verified_name.charAt(0).toUpperCase()),
    el("span.person-text", null,
      el("span.person-top", null, el("b", null, number.verified_name), el("time", null, last ? time(last.at) : "")),
      el("span.person-last", null, words)),
    unread > 0 && el("span.badge", { "aria-label": `${unread} unread` }, unread));
}
