// A phone's chats: with the numbers of businesses, and in groups, the newest first.

import { el, icon, time } from "./dom.js";
import { openJoin } from "./groups.js";
import { bare } from "./markup.js";

export function drawChats(phone) {
  const chatOf = (number) => phone.customer.chats?.find((chat) => chat.phone_number_id === number.id) ?? {};
  const all = [
    ...phone.numbers.map((number) => ({ id: number.id, name: number.verified_name, below: number.display_phone_number, ...chatOf(number), open: () => phone.open(number) })),
    ...(phone.customer.groups ?? []).map((group) => ({ id: group.group_id, name: group.subject, below: "Group", ...group, group, open: () => phone.openGroup(group) })),
  ].sort((a, b) => (b.last?.at ?? "").localeCompare(a.last?.at ?? ""));
  const close = el("button.icon.back", { "aria-label": "Back", onclick: () => phone.hooks.close(phone) }, icon("close"));
  const join = el("button.icon", { "aria-label": "Join a group", title: "Join a group", "data-testid": "join-group", onclick: () => openJoin(phone) }, icon("people"));
  phone.list.replaceChildren(el("header.chats-head", null, el("h2", null, "Chats"), el("span.head-tools", null, join, close)), ...all.map(row));
}

function row({ id, name, below, last, unread = 0, group, open }) {
  const words = last ? `${last.direction === "inbound" && !group ? "You: " : ""}${bare(last.preview ?? "")}` : below;
  return el("button.chat-row", { "data-testid": `chat-${id}`, onclick: open },
    el(`span.business-avatar${group ? ".group" : ""}`, { "aria-hidden": "true" }, group ? icon("people") : name.charAt(0).toUpperCase()),
    el("span.person-text", null,
      el("span.person-top", null, el("b", null, name), el("time", null, last ? time(last.at) : "")),
      el("span.person-last", null, words)),
    unread > 0 && el("span.badge", { "aria-label": `${unread} unread` }, unread));
}
