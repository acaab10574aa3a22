// Forms (Meta's "Flows") on the phone. The control API keeps the session: which screen is shown, with which data, and what the endpoint
// said. Here a screen is drawn and filled in; what is tapped goes back and comes out as the next screen.

import { api } from "./api.js";
import { el, icon } from "./dom.js";
import { parts } from "./form-parts.js";
import { resolve } from "./form-values.js";

/** Opens the form of a message. */
export function openForm(act, message, title) {
  const filling = new Filling(act, message, title);
  act.form = filling;
  filling.begin();
}

const INSIDE = "This message’s form";

class Filling {
  constructor(act, message, title) {
    Object.assign(this, { act, message, title: title || "Form", session: null, busy: false });
  }

  get customerId() { return this.act.customer.wa_id; }

  begin() {
    this.back = el("button.icon", { "aria-label": "Back", "data-testid": "form-back", hidden: true, onclick: () => this.submit({ action: "BACK" }) }, icon("back"));
    this.leave = el("button.icon", { "aria-label": "Close the form", "data-testid": "form-close", onclick: () => this.close() }, icon("close"));
    this.heading = el("h3", { tabindex: "-1" }, this.title);
    this.body = el("div.form-body-view", { "data-testid": "form" });
    this.said = el("div.form-said", { role: "alert" });
    this.footer = el("footer.form-footer", { hidden: true });
    this.act.cover((close) => {
      this.shut = close;
      return el("div.sheet.form-sheet", { role: "dialog", "aria-modal": "true", "aria-label": INSIDE },
        el("header", null, this.back, this.leave, this.heading), this.body, this.said, this.footer);
    }, "sheet-cover", () => this.left());
    this.wait();
    this.work(() => api.openForm(this.customerId, this.message.wamid));
  }

  // --- what is asked of the platform ---------------------------------------------------------------------------------

  async work(ask) {
    if (this.busy) return;
    this.busy = true;
    this.mark();
    try {
      this.show(await ask());
    } catch (error) {
      if (this.session) this.say(error.message);
      else this.fail(error.message);
    } finally {
      this.busy = false;
      this.mark();
    }
  }

  submit(what) {
    const data = this.screen ? this.screen.values : {};
    return this.work(() => api.submitForm(this.customerId, { message_id: this.message.wamid, screen: this.session.screen, ...(typeof what.action !== "string" && { data }), ...what }));
  }

  /** Somebody else (a script, a test) may have gone on with this form. */
  async changed() {
    if (this.busy || this.over) return;
    const session = await api.formSession(this.customerId, this.message.wamid).catch(() => null);
    if (!session || this.busy || this.over) return;
    const same = (s) => JSON.stringify([s.screen, s.state, s.data, s.notice, s.error]);
    if (same(session) !== same(this.session ?? {})) this.show(session);
  }

  close() {
    this.shut();
  }

  /** The sheet is gone: the platform is told, unless the form is over anyway. */
  left() {
    this.over = true;
    this.act.form = null;
    if (this.session?.state === "open") api.submitForm(this.customerId, { message_id: this.message.wamid, action: "CLOSE" }).catch(() => {});
    this.act.load();
  }

  // --- what is shown ---------------------------------------------------------------------------------------------------

  show(session) {
    if (this.over) return;
    const before = this.session;
    this.session = session;
    if (session.state === "completed" || (session.state === "closed" && !session.error)) { this.close(); return; }
    if (session.state !== "open" || !session.resolved) { this.fail(session.error?.message ?? "Something went wrong.", session.error?.error); return; }
    const stays = before?.screen === session.screen;
    const focused = stays ? this.body.contains(document.activeElement) && document.activeElement.closest("[data-name]")?.dataset.name : null;
    const at = stays ? this.body.scrollTop : 0;
    this.screen = new FormScreen(this, session, stays ? this.screen : null);
    this.heading.textContent = session.resolved.title || this.title;
    this.back.hidden = !session.history.length;
    this.leave.hidden = Boolean(session.history.length);
    this.body.replaceChildren(this.screen.parts.node);
    this.body.scrollTop = at;
    this.screen.update();
    this.say(session.notice ?? session.error?.message, session.error?.error);
    if (focused) this.body.querySelector(`[data-name="${CSS.escape(focused)}"] :is(input, select, textarea, button)`)?.focus({ preventScroll: true });
    else if (!stays) this.heading.focus({ preventScroll: true });
  }

  wait() {
    this.body.replaceChildren(el("div.form-waiting", { role: "status" }, el("span.spinner"), el("small", null, "Opening…")));
  }

  fail(words, name) {
    this.screen = null;
    this.footer.hidden = true;
    this.back.hidden = true;
    this.leave.hidden = false;
    this.say(null);
    const again = this.session?.disabled ? null : el("button.secondary", { onclick: () => { this.session = null; this.wait(); this.work(() => api.openForm(this.customerId, this.message.wamid)); } }, icon("again"), "Try again");
    this.body.replaceChildren(el("div.form-failed", { role: "alert", "data-testid": "form-failed" }, icon("form"), el("b", null, "The form can’t be shown"), el("p", null, words), name && el("code", null, name), again));
  }

  /** What the endpoint wants said, or what went wrong, above the footer. */
  say(words, name) {
    this.said.replaceChildren(...[words && el("p", { "data-testid": "form-said" }, words, name && el("code", null, name))].filter(Boolean));
  }

  /** The footer as the present values have it. */
  drawFooter(footer) {
    this.footer.hidden = !footer;
    if (!footer) return;
    const view = (key) => this.screen.view(footer[key]);
    const captions = ["left-caption", "center-caption", "right-caption"].map((key) => view(key) && el("small", null, view(key)));
    const key = JSON.stringify([view("label"), captions.map((c) => c && c.textContent), this.session.screen]);
    if (this.footer.dataset.key !== key) {
      this.main = el("button.primary", { "data-testid": "form-submit", onclick: () => this.screen.leave(this.foot) });
      this.footer.replaceChildren(...[captions.some(Boolean) && el("div.form-captions", null, captions.map((c) => c || el("span"))), this.main,
        el("small.form-managed", null, `Managed by ${this.act.business}`)].filter(Boolean));
    }
    this.footer.dataset.key = key;
    this.foot = footer;
    this.off = view("enabled") === false;
    // Tapped too early it says what is missing, so it only looks as if it could not be tapped.
    this.main.classList.toggle("early", this.off || !this.screen.complete());
    this.mark();
  }

  mark() {
    this.body.classList.toggle("busy", this.busy);
    this.body.setAttribute("aria-busy", String(this.busy));
    if (!this.main || !this.screen) return;
    this.main.replaceChildren(...(this.busy ? [el("span.spinner"), "Please wait"] : [this.screen.view(this.foot?.label) ?? ""]));
    this.main.setAttribute("aria-disabled", String(this.busy || this.off));
  }
}

/** One screen, with what has been entered on it. */
class FormScreen {
  constructor(filling, session, before) {
    const { resolved } = session;
    Object.assign(this, { filling, session, key: session.screen, numberId: session.phone_number_id, customerId: session.wa_id });
    this.version = Number.parseFloat(session.form?.json?.version ?? "5");
    this.files = before?.files ?? new Map();
    this.touched = before?.touched ?? new Set();
    this.errors = {};
    this.raw = session.form?.json?.screens?.find((s) => s.id === session.screen) ?? resolved;
    this.values = { ...this.initial(resolved.layout?.children), ...session.values, ...before?.values };
    // What the endpoint says is wrong stands until it is changed.
    if (before) this.touched.clear();
    this.parts = parts(this, resolved.layout?.children);
  }

  get scope() { return { data: this.session.data, form: this.values, screens: this.session.screens }; }

  /** A property with all that it depends on filled in. */
  view(value) { return value === undefined ? undefined : resolve(value, this.scope); }

  initial(children, found = {}) {
    for (const c of children ?? []) {
      if (c["init-values"] && typeof c["init-values"] === "object") Object.assign(found, c["init-values"]);
      const start = c["init-value"];
      if (c.name && start !== undefined && start !== null && !String(start).includes("${")) found[c.name] = start;
      for (const inner of [c.children, c.then, c.else, ...Object.values(c.cases ?? {})]) this.initial(inner, found);
    }
    return found;
  }

  messages(given) { Object.assign(this.errors, given); }

  saidAbout(name) { return this.view(this.errors[name]) ?? null; }

  set(name, value) {
    this.values[name] = value;
    this.touched.add(name);
    this.update();
  }

  update() {
    this.parts.update();
    this.filling.drawFooter(this.parts.footer());
  }

  complete() { return this.parts.inputs().every((input) => !input.check(false)); }

  /** The footer is tapped: everything has to be right. */
  leave(footer) {
    if (this.filling.busy || this.view(footer.enabled) === false) return;
    const wrong = this.parts.inputs().filter((input) => input.check(true));
    if (wrong.length) { wrong[0].focus(); return; }
    this.filling.submit({ action: footer["on-click-action"] });
  }

  /** Any other action of the screen. */
  act(action) {
    if (!action?.name) return;
    if (action.name === "open_url") {
      const url = this.view(action.url);
      if (/^https?:/i.test(url ?? "")) window.open(url, "_blank", "noopener,noreferrer");
      return;
    }
    this.filling.submit({ action });
  }
}
