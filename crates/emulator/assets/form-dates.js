// Dates in forms: a field that opens a month, and a calendar that stands open for a day or a range of days.

import { nowIso } from "./clock.js";
import { el, icon } from "./dom.js";
import { calendar, dayOf, shownDay } from "./form-calendar.js";
import { framed, needed } from "./form-frame.js";

const today = () => { const d = new Date(nowIso()); return new Date(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate())).toISOString().slice(0, 10); };

function limitsOf(screen, c) {
  const list = screen.view(c["unavailable-dates"]) ?? [];
  return { min: dayOf(screen.view(c["min-date"])), max: dayOf(screen.view(c["max-date"])), unavailable: [list].flat().map(dayOf), days: screen.view(c["include-days"]) };
}

/** Where the month opens: at what is chosen, else today, or the nearest day that may be chosen. */
function start(limits, chosen) {
  if (chosen) return chosen;
  const now = today();
  return limits.min && now < limits.min ? limits.min : limits.max && now > limits.max ? limits.max : now;
}

export function datePicker(screen, c) {
  const words = el("b");
  const label = el("span");
  const chosen = () => dayOf(screen.values[c.name]);
  const month = el("div.form-month", { hidden: true });
  const opener = el("button.form-box.date", { type: "button", "aria-expanded": "false", "data-testid": `form-${c.name}`, onclick: () => toggle(month.hidden) }, words, label, icon("calendar"));
  const toggle = (open) => {
    month.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (!open) return;
    const limits = limitsOf(screen, c);
    month.replaceChildren(calendar({ at: start(limits, chosen()), today: today(), limits, label: screen.view(c.label), chosen: () => [chosen()].filter(Boolean), pick }).root);
    month.querySelector('[tabindex="0"].calendar-day')?.focus();
  };
  const pick = (day) => {
    // Before version 5.0 a date was the number of its milliseconds.
    screen.set(c.name, screen.version < 5 ? String(Date.parse(day)) : day);
    toggle(false);
    opener.focus();
    screen.act(c["on-select-action"]);
  };
  month.addEventListener("keydown", (e) => { if (e.key === "Escape") { e.stopPropagation(); toggle(false); opener.focus(); } });
  const part = framed(screen, c, el("div", null, opener, month), () => [opener], () => (!chosen() && needed(screen, c) ? "Choose a date" : null));
  const { update } = part;
  part.update = () => {
    update();
    const day = chosen();
    words.textContent = day ? shownDay(day) : "";
    opener.classList.toggle("filled", Boolean(day));
    label.textContent = `${screen.view(c.label) ?? ""}${needed(screen, c) ? "" : " (optional)"}`;
  };
  return part;
}

export function calendarPicker(screen, c) {
  const range = screen.view(c.mode) === "range";
  const of = (key, side) => { const given = screen.view(c[key]); return given && typeof given === "object" ? given[side] : given; };
  const value = () => screen.values[c.name];
  const days = () => (range ? [dayOf(value()?.["start-date"]), dayOf(value()?.["end-date"])] : [dayOf(value())]).filter(Boolean);
  const limits = limitsOf(screen, c);
  const pick = (day) => {
    const [from, to] = days();
    const next = !range ? day : from && !to && day > from ? { "start-date": from, "end-date": day } : { "start-date": day };
    screen.set(c.name, next);
    const action = c["on-select-action"];
    const side = range && next["end-date"] ? "end-date" : "start-date";
    screen.act(action?.name ? action : action?.[side]);
  };
  const month = calendar({ at: start(limits, days()[0]), today: today(), limits, chosen: days, pick, label: screen.view(c.title) ?? of("label", "start-date") ?? "Calendar" });
  const shown = el("p.form-days");
  const box = el("div.form-calendar", null, c.title && el("b", null, screen.view(c.title)), c.description && el("small", null, screen.view(c.description)), shown, month.root);
  const judge = () => {
    const [from, to] = days();
    const must = (side) => of("required", side) === true;
    if (!range) return !from && must("start-date") ? "Choose a date" : null;
    if (!from) return must("start-date") ? "Choose the first day" : null;
    if (!to) return must("end-date") ? "Choose the last day" : null;
    const length = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
    const [least, most] = [Number(screen.view(c["min-days"]) ?? 0), Number(screen.view(c["max-days"]) ?? Infinity)];
    return length < least ? `At least ${least} days` : length > most ? `At most ${most} days` : null;
  };
  const part = framed(screen, c, box, () => [...month.root.querySelectorAll(".calendar-day[tabindex='0']")], judge);
  const { update } = part;
  part.update = () => {
    update();
    month.draw();
    const [from, to] = days();
    const one = (side, day) => el("span", null, el("small", null, of("label", side) ?? ""), el("b", null, day ? shownDay(day) : "–"));
    shown.replaceChildren(...(range ? [one("start-date", from), one("end-date", to)] : [one("start-date", from)]));
  };
  return part;
}
