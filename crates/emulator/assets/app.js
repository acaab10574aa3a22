// The page: who there is, whose phones are on the table, what time it is.

import { api, attempt } from "./api.js";
import { avatar, day, el, icon, time } from "./dom.js";
import { Phone } from "./phone.js";

const $ = (id) => document.getElementById(id);
const state = { customers: [], numbers: [], number: null, phones: new Map(), offset: 0 };

// --- customers ---------------------------------------------------------------------------------------------------

async function loadCustomers() {
  const answer = await attempt(() => api.customers());
  if (!answer) return;
  state.customers = answer.data;
  drawList();
  layout();
}

function lastOf(customer) {
  return customer.chats.find((c) => c.phone_number_id === state.number?.id)?.last;
}

function drawList() {
  const wanted = $("search").value.trim().toLowerCase();
  const fits = (c) => !wanted || [c.name, c.wa_id, c.username ?? ""].some((t) => t.toLowerCase().includes(wanted));
  const sorted = [...state.customers].sort((a, b) => (lastOf(b)?.at ?? b.created_at).localeCompare(lastOf(a)?.at ?? a.created_at));
  state.sorted = sorted;
  const rows = sorted.filter(fits).map(row);
  if (!rows.length) rows.push(el("li.none", null, wanted ? "Nobody by that name." : "Nobody has a phone yet. Add a customer to begin."));
  $("list").replaceChildren(...rows);
}

function row(customer) {
  const last = lastOf(customer);
  const unread = customer.chats.find((c) => c.phone_number_id === state.number?.id)?.unread ?? 0;
  const shown = state.phones.has(customer.wa_id);
  const when = last ? (day(last.at, now()) === "Today" ? time(last.at) : day(last.at, now())) : "";
  return el(`li.person${shown ? ".shown" : ""}`, null,
    el("button.person-main", { "data-testid": `phone-${customer.wa_id}`, "aria-pressed": String(shown), onclick: () => go([customer.wa_id]) },
      avatar(customer.wa_id, customer.name),
      el("span.person-text", null,
        el("span.person-top", null, el("b", null, customer.name), el("time", null, when)),
        el("span.person-last", null, last ? `${last.direction === "inbound" ? "You: " : ""}${last.preview}` : (customer.username ? `@${customer.username}` : customer.display_phone_number))),
      unread > 0 && el("span.badge", { "aria-label": `${unread} unread` }, unread)),
    el("button.icon.beside", { title: shown ? "Put this phone away" : "Show beside the others", "aria-label": shown ? `Put ${customer.name}’s phone away` : `Show ${customer.name}’s phone beside the others`,
      "data-testid": `beside-${customer.wa_id}`, onclick: () => beside(customer.wa_id) }, icon(shown ? "close" : "beside")));
}

// --- phones on the table -----------------------------------------------------------------------------------------

/** Whose phones the address asks for; without an address, the latest that fit. */
function asked() {
  const hash = new URLSearchParams(location.hash.slice(1)).get("phones");
  if (hash !== null) return hash.split(",").filter(Boolean);
  if (innerWidth < 720) return [];
  const room = Math.max(1, Math.min(3, Math.floor((innerWidth - 340) / 390)));
  const open = [...state.phones.keys()];
  const others = (state.sorted ?? []).map((c) => c.wa_id).filter((id) => !open.includes(id));
  return [...open, ...others].slice(0, room);
}

function go(ids) {
  location.hash = `phones=${ids.join(",")}`;
  if (ids.length === 1) requestAnimationFrame(() => innerWidth >= 720 && state.phones.get(ids[0])?.input.focus());
}

function beside(id) {
  const open = [...state.phones.keys()];
  go(open.includes(id) ? open.filter((o) => o !== id) : [...open, id]);
}

function layout() {
  if (!state.number) return;
  const wanted = asked().filter((id) => state.customers.some((c) => c.wa_id === id));
  let changed = false;
  for (const [id, phone] of state.phones) {
    if (wanted.includes(id) && phone.number.id === state.number.id) continue;
    phone.end();
    state.phones.delete(id);
    changed = true;
  }
  for (const id of wanted) {
    if (state.phones.has(id)) continue;
    const customer = state.customers.find((c) => c.wa_id === id);
    const phone = new Phone(customer, state.number, { close: (p) => go([...state.phones.keys()].filter((o) => o !== p.customer.wa_id)), enlarge });
    state.phones.set(id, phone);
    $("stage").append(phone.root);
    changed = true;
  }
  document.body.classList.toggle("with-phone", wanted.length > 0);
  $("stage").dataset.count = String(wanted.length);
  $("stage").querySelector(".nothing")?.remove();
  if (!wanted.length) $("stage").append(nothing());
  if (changed) drawList();
}

function nothing() {
  const text = state.customers.length ? "Choose a customer to see their phone." : "Nobody has a phone yet.";
  return el("div.nothing", null, el("span.nothing-phone"), el("p", null, text),
    !state.customers.length && el("button.primary", { onclick: openAdd }, "Add a customer"));
}

function enlarge(url) {
  $("lightbox").querySelector("img").src = url;
  $("lightbox").showModal();
}

// --- time --------------------------------------------------------------------------------------------------------

const now = () => new Date(Date.now() + state.offset).toISOString();

async function loadClock() {
  const clock = await attempt(() => api.clock());
  if (clock) state.offset = new Date(clock.now) - Date.now();
  drawClock();
}

function drawClock() {
  const at = new Date(Date.now() + state.offset);
  $("clock-time").textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  $("clock-date").textContent = at.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short", year: "numeric" });
}

async function advance(seconds) {
  await attempt(() => api.advance(seconds));
  refreshAll();
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
    const open = innerWidth < 720 ? [] : [...state.phones.keys()];
    await loadCustomers();
    go([...open, made.wa_id].slice(-3));
  } catch (error) {
    $("add-error").textContent = error.message;
    $("add-error").hidden = false;
  }
}

// --- what happens elsewhere --------------------------------------------------------------------------------------

function refreshAll() {
  loadClock();
  loadCustomers();
  for (const phone of state.phones.values()) { phone.look(true); phone.load(); }
}

let listTimer = 0;
function soon() {
  clearTimeout(listTimer);
  listTimer = setTimeout(loadCustomers, 150);
}

function listen() {
  const events = new EventSource("/_control/events");
  for (const kind of ["message", "status", "typing", "customer"]) {
    events.addEventListener(kind, (e) => {
      const event = JSON.parse(e.data);
      const phone = state.phones.get(event.wa_id);
      if (phone && (!event.phone_number_id || event.phone_number_id === state.number.id)) phone.load();
      soon();
    });
  }
  for (const kind of ["clock", "reset", "resync"]) events.addEventListener(kind, refreshAll);
  let lost = false;
  events.addEventListener("error", () => { lost = true; });
  events.addEventListener("open", () => { if (lost) { lost = false; refreshAll(); } });
}

function drawNumbers() {
  const box = $("numbers");
  box.hidden = state.numbers.length < 2;
  box.replaceChildren(el("select", { "aria-label": "Number of the business", onchange: (e) => choose(e.target.value) },
    state.numbers.map((n) => el("option", { value: n.id, selected: n.id === state.number.id }, `${n.verified_name} · ${n.display_phone_number}`))));
}

function choose(id) {
  state.number = state.numbers.find((n) => n.id === id);
  $("business").textContent = `${state.number.verified_name} · ${state.number.display_phone_number}`;
  drawList();
  layout();
}

// --- light and dark ----------------------------------------------------------------------------------------------

function theme(choice) {
  const dark = choice ? choice === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  $("theme").replaceChildren(icon(dark ? "sun" : "moon"));
  return dark;
}

async function begin() {
  theme(localStorage.getItem("phones-theme"));
  $("theme").addEventListener("click", () => {
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("phones-theme", next);
    theme(next);
  });
  const world = await attempt(() => api.world());
  if (!world?.phone_numbers.length) return;
  state.numbers = world.phone_numbers;
  state.number = world.phone_numbers[0];
  $("business").textContent = `${state.number.verified_name} · ${state.number.display_phone_number}`;
  drawNumbers();
  await loadClock();
  setInterval(drawClock, 1000);
  await loadCustomers();
  listen();
  $("search").addEventListener("input", drawList);
  $("add").addEventListener("click", openAdd);
  $("add-cancel").addEventListener("click", () => $("add-dialog").close());
  $("add-form").addEventListener("submit", add);
  $("lightbox").addEventListener("click", () => $("lightbox").close());
  for (const button of document.querySelectorAll("[data-advance]")) button.addEventListener("click", () => advance(Number(button.dataset.advance)));
  addEventListener("hashchange", layout);
  document.addEventListener("visibilitychange", () => { for (const phone of state.phones.values()) phone.look(!document.hidden); });
  addEventListener("pagehide", () => { for (const phone of state.phones.values()) phone.look(false); });
}

begin();
