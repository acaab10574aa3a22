// Passing notes, and the notifications of phones that nobody looks at.

import { avatar, el, icon } from "./dom.js";

const $ = (id) => document.getElementById(id);

/** Shows a passing note. */
export function notice(text) {
  const note = el("div.toast", null, text.charAt(0).toUpperCase() + text.slice(1));
  $("toasts").append(note);
  setTimeout(() => note.remove(), 5000);
}

/** A message came to a phone that is not in view: a card that opens it. */
export function notify(customer, business, preview, open) {
  const key = `${customer.wa_id} ${business}`;
  for (const old of $("notifications").children) if (old.dataset.key === key) old.remove();
  const close = () => card.remove();
  const card = el("div.notification", { "data-testid": "notification", "data-key": key },
    el("button.notification-main", { onclick: () => { close(); open(); } },
      avatar(customer.wa_id, customer.name),
      el("span.notification-text", null, el("b", null, customer.name, el("small", null, ` · ${business}`)), el("span", null, preview))),
    el("button.icon", { "aria-label": "Dismiss", onclick: close }, icon("close")));
  $("notifications").prepend(card);
  while ($("notifications").children.length > 4) $("notifications").lastChild.remove();
  setTimeout(close, 7000);
}
