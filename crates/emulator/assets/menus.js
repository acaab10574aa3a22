// What can be done with a message, and with a chat.

import { api, attempt } from "./api.js";
import { startCall } from "./calls.js";
import { wordsOf } from "./bubbles.js";
import { QUICK } from "./composer.js";
import { copy, el, icon } from "./dom.js";
import { notice } from "./notices.js";
import { field, primary, openProfile } from "./sheets.js";
import { openGroupInfo, openJoin } from "./groups.js";

/** Reactions, and what else a message offers, beside where it was asked for. */
export function openBubbleMenu(phone, message, at) {
  const reacted = message.reactions.find((r) => r.from === "customer")?.emoji;
  const mine = message.direction === "inbound";
  phone.cover((close) => {
    const item = (image, words, work, more = {}) => el("button", { role: "menuitem", ...more, onclick: () => { close(); work(); } }, icon(image), words);
    const react = (emoji) => el(`button${emoji === reacted ? ".chosen" : ""}`, { "aria-label": `React ${emoji}`, "data-testid": "react", onclick: () => { close(); phone.react(message, emoji === reacted ? "" : emoji); } }, emoji);
    const editable = mine && ["text", "image", "video", "document"].includes(message.type) && !message.revoked;
    const menu = el("div.bubble-actions", { role: "menu" },
      !mine && el("div.emoji-row", null, QUICK.map(react)),
      el("div.menu-list", null,
        item("reply", "Reply", () => phone.composer.answer(message), { "data-testid": "menu-reply" }),
        wordsOf(message) && item("copy", "Copy", async () => { if (!(await copy(wordsOf(message)))) notice("The browser does not let this page copy"); }),
        editable && item("edit", "Edit", () => phone.composer.change(message), { "data-testid": "menu-edit" }),
        mine && !message.revoked && item("trash", "Delete for everyone", () => phone.post({ type: "revoke", revoke: { original_message_id: message.wamid } }), { "data-testid": "menu-delete" }),
        item("code", "Show its traffic", () => phone.hooks.inspect({ wamid: message.wamid }), { "data-testid": "menu-inspect" })));
    const [screen, spot] = [phone.overlay.getBoundingClientRect(), at.getBoundingClientRect()];
    const height = mine ? 240 : 250;
    menu.style.top = `${Math.min(Math.max(spot.top - screen.top + 10, 60), Math.max(60, phone.overlay.offsetHeight - height))}px`;
    menu.style.left = `${Math.min(Math.max(spot.left - screen.left - 150, 10), phone.overlay.offsetWidth - 300)}px`;
    return menu;
  }, "menu-cover");
}

/** The chat's own menu. */
export function openChatMenu(phone) {
  const { customer, number, chatMenu: menu } = phone;
  const id = customer.wa_id;
  const blocked = (customer.blocked ?? []).includes(number.id);
  const stopped = stoppedMarketing(customer, number.id);
  const item = (image, words, work, testid) => el("button", { role: "menuitem", "data-testid": testid, onclick: () => { menu.hidden = true; Promise.resolve(attempt(work)).then(() => phone.load()); } }, icon(image), words);
  menu.replaceChildren(...(phone.group ? [
    item("people", "Group info", async () => openGroupInfo(phone), "menu-group"),
    item("code", "Show its traffic", async () => phone.hooks.inspect({ wa_id: id }), "menu-traffic"),
  ] : [
    item("store", "Business info", async () => openProfile(phone), "menu-profile"),
    item("phone", "Call", async () => startCall(phone), "menu-call"),
    item("bell", stopped ? "Resume promotions" : "Stop promotions", async () => {
      await api.preferences(id, number.id, stopped ? "resume" : "stop");
      phone.stopped = !stopped;
      notice(stopped ? `${customer.name} gets promotions again` : `${customer.name} stopped promotions`);
    }, "menu-promotions"),
    item("ban", blocked ? "Unblock business" : "Block business", () => api.block(id, number.id, !blocked), "menu-block"),
    item("at", "Username…", async () => openUsername(phone), "menu-username"),
    item("check", customer.auto_read ? "Read only by hand" : "Read by itself", async () => {
      await api.change(id, { auto_read: !customer.auto_read });
      phone.customer = { ...customer, auto_read: !customer.auto_read };
      phone.look(!customer.auto_read);
    }, "menu-auto-read"),
    "offline" in customer && item("away", customer.offline ? "Go online" : "Go offline", () => api.change(id, { offline: !customer.offline }), "menu-offline"),
    item("people", "Join a group…", async () => openJoin(phone), "menu-join"),
    item("code", "Show its traffic", async () => phone.hooks.inspect({ wa_id: id }), "menu-traffic"),
  ].filter(Boolean)));
  menu.hidden = !menu.hidden;
  if (menu.hidden) return;
  menu.querySelector("button").focus();
  const away = (e) => {
    if (e.type === "keydown" && e.key !== "Escape") return;
    menu.hidden = true;
    document.removeEventListener("click", away);
    document.removeEventListener("keydown", away);
  };
  setTimeout(() => { document.addEventListener("click", away); document.addEventListener("keydown", away); });
}

/** Whether marketing was stopped, as far as the control API says. */
function stoppedMarketing(customer, numberId) {
  const said = customer.preferences?.marketing ?? customer.marketing;
  if (typeof said === "string") return said === "stop";
  const list = customer.marketing_stopped;
  return Array.isArray(list) ? list.includes(numberId) : list === true;
}

function openUsername(phone) {
  const { customer } = phone;
  phone.sheet("Username", (body, close, footer) => {
    const name = field("Username", { autocomplete: "off", maxlength: 36, placeholder: "ana.garcia", "data-testid": "username" }, customer.username ?? "");
    const problem = el("p.form-error", { role: "alert", hidden: true });
    const save = async (username) => {
      try {
        await api.change(customer.wa_id, { username });
        close();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
    };
    body.append(el("p.sheet-words", null, "With a username the phone number is hidden from businesses that have not met it."), el("div.fields", null, name.node, problem));
    footer.append(primary("Save", () => save(name.input.value.trim() || null)));
    if (customer.username) footer.append(el("button.secondary", { onclick: () => save(null) }, "Give it up"));
  });
}
