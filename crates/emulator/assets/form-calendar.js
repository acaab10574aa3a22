// A month to choose days from, as forms have it: by finger or by the arrow keys.

import { el, icon } from "./dom.js";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const DAY = 86_400_000;

/** "2026-11-30", or a number of milliseconds as forms before version 5.0 have it, as a day; `null` for anything else. */
export function dayOf(value) {
  if (!value) return null;
  const text = String(value);
  if (/^\d{4}-\d{2}-\d{2}/.test(text)) return text.slice(0, 10);
  return /^\d+$/.test(text) ? new Date(Number(text)).toISOString().slice(0, 10) : null;
}

export const shownDay = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString([], { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

const isoOf = (ms) => new Date(ms).toISOString().slice(0, 10);
const add = (day, days) => isoOf(Date.parse(day) + days * DAY);
const addMonths = (day, months) => { const d = new Date(`${day.slice(0, 7)}-01T00:00:00Z`); d.setUTCMonth(d.getUTCMonth() + months); return isoOf(d); };

/**
 * Draws the month of `at`. `limits` are {min, max, unavailable, days}; `chosen` a list of days, of which the first and the
 * last bound a range; `pick(day)` is called for what is tapped.
 */
export function calendar({ at, today, limits, chosen, pick, label }) {
  let shown = at.slice(0, 7);
  let reach = at;
  const root = el("div.calendar", { role: "group", "aria-label": label });
  const allowed = (day) => !((limits.min && day < limits.min) || (limits.max && day > limits.max) || limits.unavailable?.includes(day)
    || (limits.days?.length && !limits.days.includes(WEEKDAYS[new Date(`${day}T00:00:00Z`).getUTCDay()])));
  const move = (months) => { reach = addMonths(`${shown}-01`, months); shown = reach.slice(0, 7); draw(); };
  const key = (e) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[e.key];
    const next = step ? add(reach, step) : { PageUp: addMonths(reach, -1), PageDown: addMonths(reach, 1) }[e.key];
    if (!next) return;
    e.preventDefault();
    reach = next;
    shown = reach.slice(0, 7);
    draw();
    root.querySelector(`[data-day="${reach}"]`)?.focus();
  };
  const cell = (day) => {
    const days = chosen();
    const [from, to] = [days[0], days[days.length - 1]];
    const inside = days.length > 1 && day > from && day < to;
    return el(`button.calendar-day${days.includes(day) ? ".chosen" : ""}${inside ? ".between" : ""}${day === today ? ".today" : ""}`, {
      type: "button", "data-day": day, "aria-label": shownDay(day), "aria-pressed": String(days.includes(day)), "aria-disabled": allowed(day) ? undefined : "true",
      tabindex: day === reach ? "0" : "-1", onclick: () => { if (allowed(day)) { reach = day; pick(day); draw(); root.querySelector(`[data-day="${day}"]`)?.focus(); } },
    }, String(Number(day.slice(8))));
  };
  const draw = () => {
    const first = new Date(`${shown}-01T00:00:00Z`);
    const count = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    const days = Array.from({ length: count }, (_, i) => `${shown}-${String(i + 1).padStart(2, "0")}`);
    if (!days.includes(reach)) [reach] = days;
    root.replaceChildren(
      el("div.calendar-head", null,
        el("button.icon", { type: "button", "aria-label": "Month before", onclick: () => move(-1) }, icon("left")),
        el("b", { "aria-live": "polite" }, first.toLocaleDateString([], { month: "long", year: "numeric", timeZone: "UTC" })),
        el("button.icon", { type: "button", "aria-label": "Month after", onclick: () => move(1) }, icon("right"))),
      el("div.calendar-days", { onkeydown: key }, WEEKDAYS.map((name) => el("span", { "aria-hidden": "true" }, name.slice(0, 2))),
        Array.from({ length: first.getUTCDay() }, () => el("span")), days.map(cell)));
  };
  draw();
  return { root, draw };
}
