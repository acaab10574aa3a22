// Forms in the inspector: their state, and what was said to and by their endpoints, decrypted.

import { api, attempt } from "./api.js";
import { el, icon } from "./dom.js";
import { json } from "./json.js";
import { notice } from "./notices.js";

const MARKS = { PUBLISHED: "good", DRAFT: "quiet", THROTTLED: "wait" };
/** Exchanges shown of one form, the newest first. */
const SHOWN = 20;

export class FormsPanel {
  constructor(inspector) {
    this.inspector = inspector;
    this.open = new Set();
    this.root = el("div.panel");
  }

  happened(kind) {
    if (kind !== "form" || this.waiting) return;
    this.waiting = setTimeout(() => { this.waiting = 0; this.refresh(); }, 300);
  }

  async refresh() {
    const found = await attempt(() => api.forms());
    if (!found) return;
    const whole = new Map(await Promise.all(found.data.filter((form) => this.open.has(form.id)).map(async (form) => [form.id, await attempt(() => api.form(form.id))])));
    this.root.replaceChildren(...(found.data.length ? found.data.map((form) => this.card(form, whole.get(form.id))) : [el("p.none", null, "No forms yet. They are made over the Graph API (what Meta calls Flows), or with PUT /_control/forms.")]));
  }

  card(form, whole) {
    const toggle = (e) => {
      if (e.target.open === this.open.has(form.id)) return;
      this.open[e.target.open ? "add" : "delete"](form.id);
      if (e.target.open) this.refresh();
    };
    return el("details.template", { "data-testid": `form-${form.name}`, open: this.open.has(form.id), ontoggle: toggle },
      el("summary", null, el("span.traffic-words", null, el("b", null, form.name), el("small", null, form.endpoint_uri ?? "without an endpoint")), el(`span.mark.${MARKS[form.status] ?? "bad"}`, null, form.status.toLowerCase())),
      whole && this.inside(whole));
  }

  inside(form) {
    const ping = el("button.secondary", { onclick: async () => { const answer = await attempt(() => api.pingForm(form.id)); if (answer) { notice(answer.passed ? "The endpoint is well" : "The endpoint did not pass"); this.refresh(); } } }, icon("again"), "Check its health");
    const exchanges = [...(form.exchanges ?? [])].reverse().slice(0, SHOWN);
    const line = (e) => el("details.exchange", { "data-testid": "exchange" }, el("summary", null, el("span.traffic-words", null, el("b", null, e.request?.action ?? "exchange"), el("small", null, [e.request?.screen, e.error, `${e.duration_ms} ms`].filter(Boolean).join(" · "))), el(`span.mark.${e.status === 200 && !e.error ? "good" : "bad"}`, null, e.status ?? "none")),
      json("Asked", e.request), e.response && json("Answered", e.response));
    return [form.endpoint_uri && el("div.detail-tools", null, ping), form.validation_errors?.length > 0 && json(`${form.validation_errors.length} things to mend`, form.validation_errors, false),
      exchanges.length > 0 && el("h4", null, "With its endpoint, decrypted"), ...exchanges.map(line), json("Screens", form.flow_json ?? form.json ?? {}, false)].filter(Boolean);
  }
}
