// The other sides of the inspector: one chat's numbers, templates, faults, and what the emulator was set up with.

import { api, attempt } from "./api.js";
import { countdown } from "./clock.js";
import { el, icon } from "./dom.js";
import { json } from "./json.js";
import { notice } from "./notices.js";
import { copyable } from "./welcome.js";

const facts = (rows) => el("dl.facts", null, rows.filter(([, value]) => ![undefined, null, false, ""].includes(value)).map(([name, value]) => [el("dt", null, name), el("dd", null, value)]));
const meter = (left, all) => el("span.meter", { role: "img", "aria-label": `${left} of ${all}` }, fill(left / all));

function fill(share) {
  const node = el("i");
  node.style.width = `${Math.round(share * 100)}%`;
  return node;
}

// --- one chat --------------------------------------------------------------------------------------------------------

export class ChatPanel {
  constructor(inspector) {
    this.inspector = inspector;
    this.root = el("div.panel");
  }

  follow() {
    if (!this.waiting) this.waiting = setTimeout(() => { this.waiting = 0; this.refresh(); }, 200);
  }

  happened() { this.follow(); }

  async refresh() {
    const phone = this.inspector.hooks.focus();
    if (!phone) return this.root.replaceChildren(el("p.none", null, "Choose a phone to see its chat from the inside."));
    const [thread, number, spent] = await Promise.all([
      attempt(() => api.thread(phone.customer.wa_id, phone.number.id, { limit: 200, all: true })),
      attempt(() => api.number(phone.number.id)),
      attempt(() => api.money({ phone_number_id: phone.number.id })),
    ]);
    if (!thread || !number || !spent) return undefined;
    const { customer, service_window: window, pair_rate: pair } = thread;
    return this.root.replaceChildren(...[
      el("h3", null, customer.name, " ", el("small", null, `with ${thread.phone_number.verified_name}`)),
      facts([
        ["Service window", window.open ? countdown(Date.parse(window.expires_at), { before: "open, closes in ", over: "closed" }) : "closed: only templates are delivered"],
        ["Pair rate", pair && pair.burst > 0 && el("span.metered", null, meter(pair.left, pair.burst), `${pair.left} of ${pair.burst} sends left`)],
        ["Unread", String(thread.unread)],
        ["Phone", customer.display_phone_number], ["Username", customer.username && `@${customer.username}`],
        ["User id", el("span", null, Object.values(customer.user_ids ?? {}).map((id) => el("code", null, id)))],
        ["Reads", customer.auto_read ? "by itself" : "only by hand"],
        ["Blocked", (customer.blocked ?? []).includes(phone.number.id) && "yes: what is sent fails with 131026"],
        ...limits(customer),
      ]),
      ...priced(thread.messages), ...hidden(thread.messages, this.inspector),
      el("h3", null, number.verified_name, " ", el("small", null, number.display_phone_number)),
      facts([["Status", `${number.status.toLowerCase()}, quality ${String(number.quality_rating).toLowerCase()}`], ["Throughput", `${number.throughput_mps} messages a second`], ["Messaging limit", limitOf(thread.messaging_limit)]]),
      ...bill(spent),
    ].filter(Boolean));
  }
}

/** What the customer set for themselves. */
function limits(customer) {
  return [["Marketing per day", customer.marketing_cap !== null && `at most ${customer.marketing_cap}`], ["Marketing", customer.preferences?.marketing === "stop" && "stopped: fails with 131050"]];
}

/** People written to outside service windows in 24 hours, of how many. */
function limitOf(limit) {
  return limit && `${limit.used} of ${limit.people ?? "any number of"} people (${limit.tier})`;
}

const dollars = (usd) => `$${Number(usd).toFixed(4)}`;

/** What was priced in this chat, by category. */
function priced(messages) {
  const sums = new Map();
  for (const { pricing, cost_usd: cost } of messages) {
    if (!pricing) continue;
    const key = `${pricing.category.replaceAll("_", " ")}${pricing.billable ? "" : ", free"}`;
    const [count, usd] = sums.get(key) ?? [0, 0];
    sums.set(key, [count + 1, usd + Number(cost ?? 0)]);
  }
  if (!sums.size) return [];
  return [el("h4", null, "Priced in this chat"), facts([...sums].map(([name, [count, usd]]) => [name, `${count} · ${dollars(usd)}`]))];
}

/** What the number has spent, by category and country. */
function bill({ volume, cost_usd: cost, lines }) {
  if (!volume) return [];
  const row = (l) => el("tr", null, el("td", null, l.category.replaceAll("_", " ")), el("td", null, l.country), el("td", null, l.volume), el("td", null, dollars(l.cost_usd)));
  return [el("h4", null, "Money, all chats of the number"), el("table.attempts", { "data-testid": "money" }, el("thead", null, el("tr", null, ["Category", "Country", "Delivered", "Cost"].map((h) => el("th", { scope: "col" }, h)))),
    el("tbody", null, lines.map(row)), el("tfoot", null, el("tr", null, el("th", { scope: "row", colspan: 2 }, "Total"), el("td", null, volume), el("td", null, el("b", null, dollars(cost))))))];
}

/** Messages that never came to the phone, or not yet. */
function hidden(messages, inspector) {
  const list = messages.filter((m) => m.direction === "outbound" && ["accepted", "sent", "failed"].includes(m.state)).reverse().slice(0, 30);
  if (!list.length) return [];
  const row = (m) => el("li", null, el("button.traffic-line", { onclick: () => inspector.show({ wamid: m.wamid }) },
    el("span.traffic-words", null, el("b", null, m.rendered?.body ?? m.content[m.type]?.body?.text ?? m.content[m.type]?.body ?? m.type), m.error && el("small", null, `${m.error.code} ${m.error.title ?? ""}`)),
    el(`span.mark.${m.state === "failed" ? "bad" : "wait"}`, null, m.state)));
  return [el("h4", null, "Not on the phone"), el("ol.traffic", null, list.map(row))];
}

// --- templates ---------------------------------------------------------------------------------------------------------

/** What can happen to a template: the state it leads to, the words, and what the control API calls it. */
const TEMPLATE_STATES = [["APPROVED", "Approve", (t) => (t.status === "PAUSED" ? "unpause" : "approve")], ["REJECTED", "Reject", () => "reject"], ["PAUSED", "Pause", () => "pause"], ["DISABLED", "Disable", () => "disable"]];

export class TemplatesPanel {
  constructor(inspector) {
    this.inspector = inspector;
    this.open = new Set();
    this.root = el("div.panel");
  }

  async refresh() {
    const world = await attempt(() => api.world());
    if (!world) return;
    const templates = [...world.templates].sort((a, b) => a.name.localeCompare(b.name) || a.language.localeCompare(b.language));
    this.root.replaceChildren(...(templates.length ? templates.map((t) => this.card(t)) : [el("p.none", null, "The business has no templates.")]));
  }

  card(t) {
    const set = async (action) => { if (await attempt(() => api.templateAction(t.id, action))) this.refresh(); };
    const body = t.components.find((c) => c.type?.toUpperCase() === "BODY")?.text ?? "";
    const kind = { APPROVED: "good", PENDING: "wait", IN_APPEAL: "wait" }[t.status] ?? "bad";
    const key = `${t.name} ${t.language}`;
    return el("details.template", { "data-testid": `template-${t.name}-${t.language}`, open: this.open.has(key), ontoggle: (e) => (e.target.open ? this.open.add(key) : this.open.delete(key)) },
      el("summary", null, el("span.traffic-words", null, el("b", null, t.name), el("small", null, [t.language, t.category.toLowerCase(), score(t)].filter(Boolean).join(" · "))), el(`span.mark.${kind}`, null, t.status.toLowerCase())),
      el("p.template-body", null, body),
      t.rejected_reason && t.rejected_reason !== "NONE" && el("p.problem", null, t.rejected_reason),
      el("div.detail-tools", null, TEMPLATE_STATES.filter(([state]) => state !== t.status).map(([state, words, action]) => el("button.secondary", { "data-testid": `set-${state.toLowerCase()}`, onclick: () => set(action(t)) }, words))),
      json("Components", t.components, false));
  }
}

function score(t) {
  const known = t.quality_score?.score;
  return known && known !== "UNKNOWN" ? `quality ${known.toLowerCase()}` : "";
}

// --- faults ------------------------------------------------------------------------------------------------------------

const PRESETS = [
  ["Slow: every request waits 2 s", { effect: { latency_ms: 2000 } }],
  ["Outage: 503 before anything happens", { effect: { status: 503 } }],
  ["Sends are accepted, the answer is a 503", { match: { kind: "send" }, effect: { status: 503, when: "after" } }],
  ["Sends are accepted, the connection is cut", { match: { kind: "send" }, effect: { cut: true, when: "after" } }],
  ["Throughput reached (130429)", { match: { kind: "send" }, effect: { error: 130429 } }],
  ["Pair rate reached (131056)", { match: { kind: "send" }, effect: { error: 131056 } }],
  ["Sends fail: undeliverable (131026)", { effect: { fail: 131026 } }],
  ["Sends fail: healthy ecosystem (131049)", { effect: { fail: 131049 } }],
  ["Webhooks come twice", { effect: { webhook: "duplicate" } }],
  ["Webhooks are lost", { effect: { webhook: "drop" } }],
  ["Webhooks come 30 s late", { effect: { webhook: "delay", delay_ms: 30000 } }],
  ["Webhooks change places", { effect: { webhook: "reorder" } }],
];

export class FaultsPanel {
  constructor(inspector) {
    this.inspector = inspector;
    this.rules = el("ul.fault-list");
    this.root = el("div.panel", null, el("h3", null, "Faults in force"), this.rules, el("h3", null, "Add a fault"), this.form());
  }

  form() {
    const own = PRESETS.length;
    const preset = el("select", { "aria-label": "What goes wrong", "data-testid": "fault-preset", onchange: () => { custom.hidden = Number(preset.value) !== own; } },
      PRESETS.map(([words], i) => el("option", { value: i }, words)), el("option", { value: own }, "Something else, as JSON"));
    const who = el("input", { type: "checkbox", "data-testid": "fault-only" });
    const chance = el("input", { type: "number", min: 1, max: 100, value: 100 });
    const times = el("input", { type: "number", min: 1, placeholder: "always" });
    const custom = el("textarea.mono", { rows: 5, hidden: true, "aria-label": "Fault as JSON", spellcheck: "false" });
    custom.value = JSON.stringify({ match: { kind: "send" }, effect: { error: 131000 } }, null, 2);
    const add = async () => {
      const rule = Number(preset.value) === own ? JSON.parse(custom.value) : structuredClone(PRESETS[preset.value][1]);
      const phone = this.inspector.hooks.focus();
      if (who.checked && phone) rule.match = { ...rule.match, wa_id: phone.customer.wa_id };
      if (Number(chance.value) < 100) rule.probability = Number(chance.value) / 100;
      if (times.value) rule.times = Number(times.value);
      await api.addFault(rule);
      this.refresh();
    };
    return el("form.fields", { onsubmit: (e) => { e.preventDefault(); attempt(add); } }, preset, custom,
      el("label.check", null, who, "Only for the phone in focus"),
      el("div.tool-row", null, el("label.field", null, el("span", null, "Chance, %"), chance), el("label.field", null, el("span", null, "How often"), times)),
      el("button.primary", { "data-testid": "fault-add" }, "Add"));
  }

  happened() { this.soon ??= setTimeout(() => { this.soon = undefined; this.refresh(); }, 400); }

  async refresh() {
    const found = await attempt(() => api.faults());
    if (!found) return;
    const row = (rule) => el("li", { "data-testid": "fault" }, el("span.traffic-words", null, el("b", null, effectWords(rule.effect)), el("small", null, [matchWords(rule.match, this.inspector), rule.probability < 1 && `${Math.round(rule.probability * 100)} %`, rule.times && `at most ${rule.times} times`, `struck ${rule.hits} times`].filter(Boolean).join(" · "))),
      el("button.icon", { "aria-label": "Remove this fault", title: "Remove", "data-testid": "fault-remove", onclick: async () => { await attempt(() => api.removeFault(rule.id)); this.refresh(); } }, icon("trash")));
    this.rules.replaceChildren(...(found.data.length ? found.data.map(row) : [el("li.none", null, "None: everything works.")]));
  }
}

function effectWords(e) {
  const when = e.when === "after" ? " after it was carried out" : "";
  return [e.latency_ms && `wait ${e.latency_ms} ms`, e.error && `refuse with ${e.error}`, e.status && `HTTP ${e.status}${when}`, e.cut && `cut the connection${when}`, e.fail && `accept, then fail with ${e.fail}`,
    e.webhook && `webhooks: ${e.webhook}${e.delay_ms ? ` ${e.delay_ms / 1000} s` : ""}`].filter(Boolean).join(", ");
}

function matchWords(m = {}, inspector) {
  return [m.kind, m.path, m.wa_id && inspector.nameOf(m.wa_id)].filter(Boolean).join(", ") || "everything";
}

// --- setup ---------------------------------------------------------------------------------------------------------------

const STEPS = [["sent", "Accepted → sent"], ["delivered", "Sent → delivered"], ["read", "Delivered → read"], ["played", "Read → played"], ["failed", "Accepted → failed"], ["offline", "Offline for"]];
const SHARES = [["offline_percent", "Finds the phone offline"], ["unread_percent", "Never read by itself"], ["skip_delivered_percent", "Read at once, without delivered"]];

export class SetupPanel {
  constructor(inspector) {
    this.inspector = inspector;
    this.root = el("div.panel");
  }

  async refresh() {
    const world = await attempt(() => api.world());
    if (!world) return;
    const app = world.apps[0];
    this.root.replaceChildren(
      el("h3", null, "Where software finds it"), facts([["Base URL", copyable(world.public_url)], ["Access token", world.access_token && copyable(world.access_token)]]),
      el("h3", null, "Webhook"), this.callback(app),
      el("h3", null, "Ids"),
      facts([...world.businesses.map((b) => [`Business ${b.name}`, copyable(b.id)]), ...world.wabas.map((w) => [`WABA ${w.name}`, copyable(w.id)]),
        ...world.phone_numbers.map((n) => [n.verified_name, el("span", null, copyable(n.id), ` ${n.display_phone_number} · ${n.throughput_mps} msg/s${n.registered ? "" : " · not registered"}`)]), ...world.apps.map((a) => ["App", copyable(a.id)])]),
      el("h3", null, "Timing"),
      facts([...STEPS.map(([key, words]) => [words, delay(world.timing?.[key])]), ...SHARES.map(([key, words]) => [words, world.timing?.[key] === undefined ? undefined : `${world.timing[key]} %`])]),
      el("h3", null, "World"), facts(Object.entries(world.counts).map(([name, count]) => [name, String(count)]).concat([["seed", String(world.seed)]])),
      el("button.danger", { "data-testid": "reset", onclick: (e) => this.reset(e.currentTarget) }, "Begin anew"));
  }

  callback(app) {
    const url = el("input", { type: "url", value: app?.callback_url ?? "", placeholder: "http://localhost:5000/hook", "aria-label": "Callback URL", "data-testid": "callback" });
    const set = (verify) => async () => {
      const work = url.value.trim() ? () => api.callback(url.value.trim(), verify) : () => api.noCallback();
      if (await attempt(work)) { notice(url.value.trim() ? "Webhooks go there now" : "No callback any more"); this.refresh(); }
    };
    return el("div.fields", null, url, el("div.detail-tools", null, el("button.secondary", { "data-testid": "callback-set", onclick: set(false) }, "Set"), el("button.secondary", { onclick: set(true) }, "Set and verify")));
  }

  /** Asks once, on the button itself. */
  reset(button) {
    if (!button.dataset.sure) {
      button.dataset.sure = "yes";
      button.textContent = "Forget all customers, messages and faults?";
      setTimeout(() => { delete button.dataset.sure; button.textContent = "Begin anew"; }, 4000);
      return;
    }
    attempt(() => api.reset()).then(() => this.inspector.hooks.changed());
  }
}

function delay(given) {
  if (!given) return undefined;
  const ms = (n) => (n >= 3_600_000 ? `${n / 3_600_000} h` : n >= 60_000 ? `${n / 60_000} min` : n >= 1000 ? `${n / 1000} s` : `${n} ms`);
  if (given.fixed !== undefined) return ms(given.fixed);
  if (given.between) return `${ms(given.between[0])} to ${ms(given.between[1])}`;
  if (given.long_tail) return `about ${ms(given.long_tail.median)}, one in a hundred over ${ms(given.long_tail.p99)}`;
  return JSON.stringify(given);
}
