// Forms (Meta's "Flows") on the phone. The form's screens come from the control API: `GET /_control/forms/{id}` with the form's
// JSON as `flow_json` (an object, or text), asked only for ids that `GET /_control/world` lists under `forms`; what a screen exchanges
// with the business goes through `POST /_control/customers/{id}/forms/exchange`. Without either, the answer is written by hand.

import { api } from "./api.js";
import { el, icon } from "./dom.js";
import { text } from "./markup.js";
import { notice } from "./notices.js";
import { field, primary } from "./sheets.js";

let forms = [];

export function learnForms(world) {
  forms = world.forms ?? [];
}

async function screensOf(parameters) {
  const known = forms.find((form) => form.id === parameters.flow_id || (parameters.flow_name && form.name === parameters.flow_name));
  if (!known) return null;
  const form = await api.form(known.id);
  const json = form.flow_json ?? form.json ?? form.screens;
  return typeof json === "string" ? JSON.parse(json) : json ?? null;
}

/** Opens the form of a message. */
export async function openForm(act, message, parameters) {
  let definition = null;
  try { definition = await screensOf(parameters); } catch (error) { notice(error.message); }
  if (definition?.screens?.length) new Filling(act, message, parameters, definition).begin();
  else byHand(act, message, parameters);
}

function finish(act, message, parameters, answers) {
  const response = { flow_token: parameters.flow_token ?? "unused", ...answers };
  return act.reply(message.wamid, { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json: JSON.stringify(response) } } });
}

function byHand(act, message, parameters) {
  act.sheet(parameters.flow_cta ?? "Form", (body, close, footer) => {
    const answer = field("Answer, as JSON", { tag: "textarea", rows: 8, spellcheck: "false", class: "mono", "data-testid": "form-json" }, JSON.stringify(parameters.flow_action_payload?.data ?? {}, null, 2));
    const problem = el("p.form-error", { role: "alert", hidden: true });
    const token = parameters.flow_token ?? "unused";
    body.append(el("p.sheet-words", null, `The emulator does not have the screens of form ${parameters.flow_id ?? parameters.flow_name ?? ""}. Write what the customer answers.`),
      el("div.fact", null, el("small", null, "flow_token"), el("span", null, token)), el("div.fields", null, answer.node, problem));
    footer.append(primary("Submit", () => {
      try {
        const given = JSON.parse(answer.input.value || "{}");
        if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error("The answer is an object");
        close();
        finish(act, message, parameters, given);
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
      }
    }, { "data-testid": "form-submit" }));
  });
}

/** One person filling in one form. */
class Filling {
  constructor(act, message, parameters, definition) {
    Object.assign(this, { act, message, parameters, definition, values: {}, data: {} });
  }

  begin() {
    const first = this.parameters.flow_action_payload?.screen ?? this.definition.screens[0].id;
    this.act.sheet(this.parameters.flow_cta ?? "Form", (body, close, footer) => {
      Object.assign(this, { body, close, footer });
      if (this.parameters.flow_action === "data_exchange") this.exchange("INIT", undefined, {});
      else this.show(first, this.parameters.flow_action_payload?.data ?? {});
    });
  }

  show(id, data) {
    const screen = this.definition.screens.find((s) => s.id === id);
    if (!screen) return notice(`The form has no screen “${id}”`);
    const examples = Object.fromEntries(Object.entries(screen.data ?? {}).map(([key, schema]) => [key, schema.__example__]));
    this.screen = screen;
    this.data[id] = { ...examples, ...data };
    this.values[id] ??= {};
    this.body.replaceChildren(el("h3.form-title", null, screen.title ?? ""), el("div.fields", null, this.parts(screen.layout?.children)));
    this.footer.replaceChildren();
    const foot = this.all(screen.layout?.children).find((c) => c.type === "Footer");
    if (foot) this.footer.append(primary(this.value(foot.label), () => this.run(foot["on-click-action"]), { "data-testid": "form-submit" }));
    return undefined;
  }

  all(children = []) {
    return children.flatMap((c) => [c, ...this.all(c.children), ...this.all(c.then), ...this.all(c.else)]);
  }

  parts(children = []) {
    return children.filter((c) => this.value(c.visible) !== false).flatMap((c) => {
      if (c.type === "Form") return this.parts(c.children);
      if (c.type === "If") return this.parts(this.value(c.condition) && this.value(c.condition) !== "false" ? c.then : c.else);
      if (c.type === "Switch") return this.parts(c.cases?.[this.value(c.value)] ?? c.cases?.default);
      return this.part(c) ?? [];
    });
  }

  part(c) {
    const label = this.value(c.label);
    const keep = (value) => { this.values[this.screen.id][c.name] = value; };
    const start = this.values[this.screen.id][c.name] ?? this.value(c["init-value"]) ?? "";
    const options = () => (this.value(c["data-source"]) ?? []).filter((o) => o.enabled !== false);
    switch (c.type) {
      case "TextHeading": return el("h4", null, this.value(c.text));
      case "TextSubheading": return el("h5", null, this.value(c.text));
      case "TextBody": case "TextCaption": case "RichText": return text([this.value(c.text)].flat().join("\n"), c.type === "TextCaption" ? "small" : "text");
      case "Image": return el("img.form-image", { src: `data:image/png;base64,${this.value(c.src)}`, alt: this.value(c["alt-text"]) ?? "" });
      case "TextInput": case "TextArea": {
        const kinds = { number: "number", email: "email", password: "password", passcode: "password", phone: "tel" };
        return field(label, { tag: c.type === "TextArea" ? "textarea" : undefined, type: kinds[c["input-type"]] ?? "text", name: c.name, required: Boolean(this.value(c.required)), maxlength: c["max-chars"] ?? c["max-length"], oninput: (e) => keep(e.target.value) }, start).node;
      }
      case "DatePicker": case "CalendarPicker": return field(label, { type: "date", name: c.name, required: Boolean(this.value(c.required)), onchange: (e) => keep(e.target.value) }, start).node;
      case "Dropdown": return this.choices(c, label, options(), keep, start);
      case "RadioButtonsGroup": case "CheckboxGroup": case "ChipsSelector": return this.boxes(c, label, options(), keep, start);
      case "OptIn": return el("label.row", null, el("span", null, label), el("input", { type: "checkbox", name: c.name, required: Boolean(this.value(c.required)), checked: Boolean(start), onchange: (e) => keep(e.target.checked) }));
      case "EmbeddedLink": return el("button.linklike", { onclick: () => this.run(c["on-click-action"]) }, this.value(c.text));
      case "NavigationList": return (this.value(c["list-items"]) ?? []).map((item) => el("button.row", { onclick: () => this.run(item["on-click-action"] ?? c["on-click-action"]) }, el("span", null, el("b", null, item["main-content"]?.title), el("small", null, item["main-content"]?.description)), icon("right")));
      case "Footer": return null;
      default: return el("p.sheet-words", null, `(${c.type})`);
    }
  }

  choices(c, label, options, keep, start) {
    const select = el("select", { name: c.name, required: Boolean(this.value(c.required)), onchange: (e) => { keep(e.target.value); if (c["on-select-action"]) this.run(c["on-select-action"]); } },
      el("option", { value: "" }, "Choose"), options.map((o) => el("option", { value: o.id, selected: o.id === start }, o.title)));
    return el("label.field", null, el("span", null, label), select);
  }

  boxes(c, label, options, keep, start) {
    const many = c.type !== "RadioButtonsGroup";
    const chosen = new Set([start].flat().filter(Boolean));
    const change = (id, on) => {
      if (!many) chosen.clear();
      if (on) chosen.add(id);
      else chosen.delete(id);
      keep(many ? [...chosen] : [...chosen][0]);
    };
    return el("fieldset", { "data-required": this.value(c.required) ? c.name : undefined }, el("legend", null, label), options.map((o) => el("label.row", null, el("span", null, o.title, o.description && el("small", null, o.description)),
      el("input", { type: many ? "checkbox" : "radio", name: c.name, value: o.id, checked: chosen.has(o.id), onchange: (e) => change(o.id, e.target.checked) }))));
  }

  /** What `${…}` stands for, in texts, lists and payloads alike. */
  value(given) {
    if (Array.isArray(given)) return given.map((g) => this.value(g));
    if (given && typeof given === "object") return Object.fromEntries(Object.entries(given).map(([k, v]) => [k, this.value(v)]));
    if (typeof given !== "string") return given;
    const whole = /^\$\{([^}]+)\}$/.exec(given);
    if (whole) return this.look(whole[1]);
    return given.replace(/\$\{([^}]+)\}/g, (_, path) => this.look(path) ?? "");
  }

  look(path) {
    const steps = path.trim().split(".");
    const here = this.screen.id;
    const roots = { data: this.data[here], form: this.values[here] };
    const from = steps[0] === "screen" ? { form: this.values[steps[1]], data: this.data[steps[1]] } : roots;
    return (steps[0] === "screen" ? steps.slice(2) : steps).reduce((value, step) => value?.[step], from);
  }

  run(action) {
    if (!action) return undefined;
    const missing = [...this.body.querySelectorAll("input, select, textarea")].find((input) => !input.checkValidity());
    if (action.name !== "open_url" && missing) return missing.reportValidity();
    const payload = this.value(action.payload ?? {});
    switch (action.name) {
      case "navigate": return this.show(action.next?.name, payload);
      case "complete": this.close(); return finish(this.act, this.message, this.parameters, payload);
      case "data_exchange": return this.exchange("data_exchange", this.screen.id, payload);
      case "update_data": return this.show(this.screen.id, { ...this.data[this.screen.id], ...payload });
      case "open_url": return /^https?:/i.test(action.url ?? "") ? window.open(action.url, "_blank", "noopener,noreferrer") : undefined;
      default: return notice(`The form asks for “${action.name}”`);
    }
  }

  async exchange(action, screen, data) {
    try {
      const next = await api.exchange(this.act.customer.wa_id, { message_id: this.message.wamid, flow_id: this.parameters.flow_id, flow_token: this.parameters.flow_token, action, screen, data });
      if (next.screen === "SUCCESS") {
        this.close();
        return finish(this.act, this.message, this.parameters, next.data?.extension_message_response?.params ?? {});
      }
      return this.show(next.screen, next.data ?? {});
    } catch (error) {
      this.footer.prepend(el("p.form-error", { role: "alert" }, error.message));
      return undefined;
    }
  }
}
