// The page: who there is, whose phones are on the table, and what happens elsewhere.

import { api, attempt } from "./api.js";
import { followCall } from "./calls.js";
import { nowIso, readClock, startClock } from "./clock.js";
import { avatar, day, el, icon, time } from "./dom.js";
import { Inspector } from "./inspector.js";
import { bare } from "./markup.js";
import { notify } from "./notices.js";
import { Phone } from "./phone.js";
import { learnCatalogs } from "./shop.js";
import { welcome } from "./welcome.js";

const $ = (id) => document.getElementById(id);
/** One thing at a time, as on a phone. */
const narrow = matchMedia("(max-width: 759px)");
/** Customers in the list at first: those heard of last. The rest on demand, or by searching. */
const ROWS = 150;
const state = { customers: [], numbers: [], world: null, phones: new Map(), focus: null, rows: ROWS, total: 0, listed: [], sorted: [] };

// --- customers ---------------------------------------------------------------------------------------------------

async function loadCustomers() {
  const text = $("search").value.trim();
  const turn = (state.turn = (state.turn ?? 0) + 1);
  const answer = await attempt(() => api.customers({ limit: state.rows, text }));
  if (!answer || turn !== state.turn) return;
  state.total = answer.total;
  state.listed = answer.data;
  state.customers = [...answer.data, ...(await others(answer.data))];
  const at = (c) => lastOf(c)?.last?.at ?? c.created_at;
  state.sorted = [...state.listed].sort((a, b) => at(b).localeCompare(at(a)));
  for (const customer of state.customers) state.phones.get(customer.wa_id)?.update(customer, state.numbers);
  drawList();
  layout();
}

/** Those whose phones are wanted and who are not among the listed. */
async function others(listed) {
  const known = new Set(listed.map((c) => c.wa_id));
  const wanted = new Set([...state.phones.keys(), ...(wantedByAddress() ?? [])].filter((id) => !known.has(id)));
  const found = await Promise.all([...wanted].map((id) => api.customer(id).catch(() => null)));
  return found.filter(Boolean);
}

/** The chat of a customer that was last written in. */
function lastOf(customer) {
  return customer.chats.reduce((best, chat) => (chat.last && chat.last.at > (best?.last?.at ?? "") ? chat : best), undefined);
}

function drawList() {
  const rows = state.sorted.map(row);
  if (state.total > rows.length) rows.push(el("li", null, el("button.more-rows", { onclick: () => { state.rows += ROWS; loadCustomers(); } }, `${state.total - rows.length} more`)));
  if (!rows.length) rows.push(el("li.none", null, $("search").value.trim() ? "Nobody by that name." : "Nobody has a phone yet. Add a customer to begin."));
  const active = document.activeElement?.dataset?.testid;
  $("list").replaceChildren(...rows);
  if (active) $("list").querySelector(`[data-testid="${CSS.escape(active)}"]`)?.focus({ preventScroll: true });
}

function row(customer) {
  const last = lastOf(customer)?.last;
  const unread = customer.chats.reduce((sum, chat) => sum + chat.unread, 0);
  const shown = state.phones.has(customer.wa_id);
  const when = last ? (day(last.at, nowIso()) === "Today" ? time(last.at) : day(last.at, nowIso())) : "";
  const words = last ? `${last.direction === "inbound" ? "You: " : ""}${bare(last.preview)}` : (customer.username ? `@${customer.username}` : customer.display_phone_number);
  return el(`li.person${shown ? ".shown" : ""}`, null,
    el("button.person-main", { "data-testid": `phone-${customer.wa_id}`, "aria-pressed": String(shown), onclick: () => go([customer.wa_id]) },
      avatar(customer.wa_id, customer.name),
      el("span.person-text", null, el("span.person-top", null, el("b", null, customer.name), el("time", null, when)), el("span.person-last", null, words)),
      unread > 0 && el("span.badge", { "aria-label": `${unread} unread` }, unread)),
    el("button.icon.beside", { title: shown ? "Put this phone away" : "Show beside the others", "aria-label": shown ? `Put ${customer.name}’s phone away` : `Show ${customer.name}’s phone beside the others`,
      "data-testid": `beside-${customer.wa_id}`, onclick: () => beside(customer.wa_id) }, icon(shown ? "close" : "beside")));
}

// --- phones on the table -----------------------------------------------------------------------------------------

function wantedByAddress() {
  return new URLSearchParams(location.hash.slice(1)).get("phones")?.split(",").filter(Boolean);
}

/** Whose phones the address asks for; without an address, the latest that fit. */
function asked() {
  const wanted = wantedByAddress();
  if (wanted) return wanted;
  if (narrow.matches) return [];
  const room = Math.max(1, Math.min(3, Math.floor((innerWidth - 320 - (inspector.open ? 460 : 0)) / 390)));
  const open = [...state.phones.keys()];
  const rest = state.sorted.map((c) => c.wa_id).filter((id) => !open.includes(id));
  return [...open, ...rest].slice(0, Math.max(room, open.length));
}

function go(ids) {
  location.hash = `phones=${ids.join(",")}`;
  if (ids.length === 1) requestAnimationFrame(() => !narrow.matches && state.phones.get(ids[0])?.input.focus());
}

function beside(id) {
  const open = [...state.phones.keys()];
  go(open.includes(id) ? open.filter((o) => o !== id) : [...open, id]);
}

/** Brings a phone to the table, with a chat of it. */
async function bring(id, number) {
  if (!state.phones.has(id)) go(narrow.matches ? [id] : [...state.phones.keys(), id]);
  if (!state.customers.some((c) => c.wa_id === id)) await loadCustomers();
  layout();
  const phone = state.phones.get(id);
  if (!phone) return undefined;
  if (number && !phone.shows(number.id)) phone.open(number);
  phone.root.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
  phone.input.focus({ preventScroll: true });
  return phone;
}

const hooks = {
  close: (phone) => go([...state.phones.keys()].filter((o) => o !== phone.customer.wa_id)),
  enlarge: (url) => { $("lightbox").querySelector("img").src = url; $("lightbox").showModal(); },
  focus: (phone) => {
    if (state.focus === phone) return;
    state.focus = phone;
    for (const other of state.phones.values()) other.root.classList.toggle("focused", other === phone);
    inspector.follow(phone);
  },
  shown: (phone) => { if (phone === state.focus) inspector.follow(phone); },
  inspect: (filter) => inspector.show(filter),
};

const inView = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    for (const phone of state.phones.values()) if (phone.root === target) phone.seen(isIntersecting);
  }
});

function layout() {
  if (!state.numbers.length) return;
  const wanted = asked().filter((id) => state.customers.some((c) => c.wa_id === id));
  let changed = false;
  for (const [id, phone] of state.phones) {
    if (wanted.includes(id)) continue;
    inView.unobserve(phone.root);
    phone.end();
    state.phones.delete(id);
    if (state.focus === phone) state.focus = null;
    changed = true;
  }
  for (const id of wanted) {
    if (state.phones.has(id)) continue;
    const customer = state.customers.find((c) => c.wa_id === id);
    const number = state.numbers.find((n) => n.id === lastOf(customer)?.phone_number_id) ?? state.numbers[0];
    const phone = new Phone(customer, state.numbers, number, hooks);
    state.phones.set(id, phone);
    $("stage").append(phone.root);
    inView.observe(phone.root);
    changed = true;
  }
  if (!state.focus && state.phones.size) hooks.focus(state.phones.values().next().value);
  document.body.classList.toggle("with-phone", wanted.length > 0);
  $("stage").dataset.count = String(wanted.length);
  $("stage").querySelector(".nothing")?.remove();
  if (!wanted.length) $("stage").append(nothing());
  if (changed) drawList();
}

function nothing() {
  if (!state.customers.length && state.world) return el("div.nothing", null, welcome(state.world, openAdd));
  return el("div.nothing", null, el("span.nothing-phone"), el("p", null, "Choose a customer to see their phone."));
}

// --- adding ------------------------------------------------------------------------------------------------------

function openAdd() {
  $("add-form").reset();
  $("add-error").hidden = true;
  $("add-dialog").showModal();
}

async function add(event) {
  event.preventDefault();
  const form = new FormData($("add-form"));
  const customer = Object.fromEntries([...form].filter(([, value]) => value.trim()));
  try {
    const made = await api.add(customer);
    $("add-dialog").close();
    const open = narrow.matches ? [] : [...state.phones.keys()];
    await loadCustomers();
    go([...open, made.wa_id].slice(-3));
  } catch (error) {
    $("add-error").textContent = error.message;
    $("add-error").hidden = false;
  }
}

// --- what happens elsewhere --------------------------------------------------------------------------------------

async function refreshAll() {
  await loadWorld();
  readClock();
  loadCustomers();
  inspector.refresh();
  for (const phone of state.phones.values()) { phone.look(true); phone.changed(); }
}

/** Runs something once for all that happen within a moment. */
function soon(work, ms) {
  let timer = 0;
  return () => { if (!timer) timer = setTimeout(() => { timer = 0; work(); }, typeof ms === "function" ? ms() : ms); };
}

/** Many customers are not counted anew with every message. */
const customersSoon = soon(loadCustomers, () => Math.min(2000, 150 + 4 * state.customers.length));
const soughtSoon = soon(loadCustomers, 120);
const everythingSoon = soon(refreshAll, 300);

/** A message in a group: every phone that is in it may show it, or say so. */
async function saidInGroup(kind, event) {
  for (const phone of state.phones.values()) {
    const group = phone.customer.groups?.find((g) => g.group_id === event.group_id);
    if (!group) continue;
    if (phone.shows(event.phone_number_id, event.group_id)) phone.changed(event.wamid);
    else if (kind === "status" && event.state === "delivered" && phone.visible) phone.announce(state.numbers.find((n) => n.id === event.phone_number_id), "New message", group);
  }
}

/** A message has arrived on a phone: those that nobody looks at say so. */
async function arrived(event) {
  const phone = state.phones.get(event.wa_id);
  const number = state.numbers.find((n) => n.id === event.phone_number_id);
  if (!number || (phone?.shows(number.id) && !document.hidden)) return;
  const customer = state.customers.find((c) => c.wa_id === event.wa_id) ?? (await attempt(() => api.customer(event.wa_id)));
  const fresh = await attempt(() => api.thread(event.wa_id, number.id, { limit: 1 }));
  const message = fresh?.messages.at(-1);
  if (!customer || message?.wamid !== event.wamid || message.direction !== "outbound") return;
  const part = message.content[message.type];
  const preview = bare(String(message.rendered?.body ?? part?.body?.text ?? part?.body ?? part?.caption ?? `New ${message.type}`));
  if (phone?.visible && !document.hidden) phone.announce(number, preview);
  else notify(customer, number.verified_name, preview, () => bring(event.wa_id, number));
}

function listen() {
  const events = new EventSource("/_control/events");
  for (const kind of ["message", "status", "typing", "customer"]) {
    events.addEventListener(kind, (e) => {
      const event = JSON.parse(e.data);
      customersSoon();
      if (event.group_id) { saidInGroup(kind, event); return; }
      const phone = state.phones.get(event.wa_id);
      if (phone && !phone.group && (!event.phone_number_id || phone.number.id === event.phone_number_id)) phone.changed(event.wamid);
      if (kind === "status" && event.state === "delivered") arrived(event);
    });
  }
  events.addEventListener("call", (e) => {
    const event = JSON.parse(e.data);
    const phone = state.phones.get(event.wa_id);
    if (phone) followCall(phone, event);
  });
  events.addEventListener("group", () => { customersSoon(); for (const phone of state.phones.values()) if (phone.group) phone.changed(); });
  events.addEventListener("form", (e) => {
    const event = JSON.parse(e.data);
    const phone = state.phones.get(event.wa_id);
    if (phone?.form && phone.form.message.wamid === event.wamid) phone.form.changed();
    phone?.changed(event.wamid);
    inspector.happened("form", event);
  });
  for (const kind of ["request", "webhook"]) events.addEventListener(kind, (e) => inspector.happened(kind, JSON.parse(e.data)));
  for (const kind of ["template", "fault", "settings"]) events.addEventListener(kind, everythingSoon);
  events.addEventListener("reset", () => { for (const phone of state.phones.values()) { phone.forget(); phone.stale = true; } everythingSoon(); });
  for (const kind of ["clock", "resync"]) events.addEventListener(kind, everythingSoon);
  let lost = false;
  events.addEventListener("error", () => { lost = true; $("offline-note").hidden = false; });
  events.addEventListener("open", () => { $("offline-note").hidden = true; if (lost) { lost = false; refreshAll(); } });
}

async function loadWorld() {
  const world = await attempt(() => api.world());
  if (!world) return;
  state.world = world;
  state.numbers = world.phone_numbers;
  learnCatalogs(world);
  inspector.learn(world);
  const [first, ...others] = state.numbers;
  $("business").textContent = !first ? "The business has no phone number" : others.length ? `${state.numbers.length} business numbers` : `${first.verified_name} · ${first.display_phone_number}`;
}

// --- light and dark ----------------------------------------------------------------------------------------------

function theme(choice) {
  const dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").replaceChildren(icon(dark ? "sun" : "moon"));
}

function remember(key, value) {
  try { localStorage.setItem(key, value); } catch { /* a browser that keeps nothing */ }
}

function recall(key) {
  try { return localStorage.getItem(key); } catch { return null; }
}

const inspector = new Inspector($("inspector"), {
  customers: () => state.customers,
  groups: () => state.customers.flatMap((c) => c.groups ?? []),
  focus: () => state.focus,
  phone: (id, numberId) => bring(id, state.numbers.find((n) => n.id === numberId)),
  changed: () => refreshAll(),
  opened: (open) => {
    document.body.classList.toggle("with-inspector", open);
    $("inspect").setAttribute("aria-pressed", String(open));
    remember("phones-inspector", open ? "open" : "closed");
  },
});

function keys(e) {
  const typing = e.target.closest?.("input, textarea, select");
  if (e.key === "/" && !typing) { e.preventDefault(); $("search").focus(); }
  if (e.altKey && e.code === "KeyI") { e.preventDefault(); inspector.toggle(); }
  if (e.altKey && /^Digit[1-9]$/.test(e.code)) {
    const phone = [...state.phones.values()][Number(e.code.slice(5)) - 1];
    if (phone) { e.preventDefault(); bring(phone.customer.wa_id); }
  }
}

async function begin() {
  theme(recall("phones-theme"));
  $("theme").addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remember("phones-theme", next);
    theme(next);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(recall("phones-theme")));
  $("inspect").replaceChildren(icon("code"));
  for (const id of ["inspect", "inspect-narrow"]) $(id).addEventListener("click", () => inspector.toggle());
  if (recall("phones-inspector") === "open" && !narrow.matches) inspector.toggle(true);
  await loadWorld();
  await readClock();
  startClock(refreshAll);
  await loadCustomers();
  listen();
  $("search").addEventListener("input", () => { state.rows = ROWS; soughtSoon(); });
  $("add").addEventListener("click", openAdd);
  $("add-cancel").addEventListener("click", () => $("add-dialog").close());
  $("add-form").addEventListener("submit", add);
  $("lightbox").addEventListener("click", () => $("lightbox").close());
  addEventListener("keydown", keys);
  addEventListener("hashchange", () => (wantedByAddress()?.every((id) => state.customers.some((c) => c.wa_id === id)) ? layout() : loadCustomers()));
  document.addEventListener("visibilitychange", () => { for (const phone of state.phones.values()) phone.look(!document.hidden); });
  addEventListener("pagehide", () => { for (const phone of state.phones.values()) phone.look(false); });
  setInterval(() => { for (const phone of state.phones.values()) if (phone.thread) phone.showWindow(); }, 5000);
}

begin();
