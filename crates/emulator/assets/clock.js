// The emulator's time on the page, and what counts down by it.

import { api, attempt } from "./api.js";
import { el, span } from "./dom.js";

let offset = 0;
let facts = {};

/** Now, in the emulator's time, as Unix milliseconds. */
export const now = () => Date.now() + offset;

export const nowIso = () => new Date(now()).toISOString();

export async function readClock() {
  const clock = await attempt(() => api.clock());
  if (!clock) return;
  facts = clock;
  offset = new Date(clock.now) - Date.now();
  draw();
}

const $ = (id) => document.getElementById(id);

function draw() {
  const at = new Date(now());
  $("clock-time").textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  $("clock-date").textContent = at.toLocaleDateString([], { weekday: "short", day: "numeric", month: "short", year: "numeric" });
  const due = facts.next_due_at ? new Date(facts.next_due_at) - now() : null;
  const next = $("clock-next");
  next.disabled = due === null;
  next.textContent = due === null ? "Nothing planned" : `Next event ${due > 1000 ? `in ${span(due)}` : "now"}`;
  for (const node of document.querySelectorAll("[data-until]")) count(node);
}

function count(node) {
  const left = Number(node.dataset.until) - now();
  node.textContent = left > 0 ? `${node.dataset.before ?? ""}${span(left)}` : (node.dataset.over ?? "Over");
  node.classList.toggle("over", left <= 0);
}

/** Text that counts down to a moment: `before` stands in front of it, `over` in its place afterwards. */
export function countdown(until, { before = "", over = "Over", spec = "span.countdown" } = {}) {
  const node = el(spec, { "data-until": until, "data-before": before, "data-over": over });
  count(node);
  return node;
}

/** Sets the clock going on screen; `moved` is called after it was moved from here. */
export function startClock(moved) {
  const advance = async (seconds) => {
    await attempt(() => api.advance(seconds));
    await readClock();
    moved();
  };
  for (const button of document.querySelectorAll("[data-advance]")) {
    button.addEventListener("click", () => advance(Number(button.dataset.advance)));
  }
  $("clock-next").addEventListener("click", () => {
    advance(Math.max(0, Math.ceil(new Date(facts.next_due_at) - now())) / 1000 + 0.001);
  });
  $("clock-custom").addEventListener("submit", (event) => {
    event.preventDefault();
    const amount = Number($("clock-amount").value);
    if (amount > 0) advance(amount * Number($("clock-unit").value));
  });
  setInterval(draw, 1000);
  // What is planned changes with every message; looking now and then is enough for a button.
  setInterval(() => { if (!document.hidden) readClock(); }, 10_000);
}
