// Requests and webhooks in one list, the newest first, with filters and the whole of each.

import { api, attempt } from "./api.js";
import { bytes, copy, el, icon } from "./dom.js";
import { json } from "./json.js";
import { notice } from "./notices.js";

const PAGE = 60;
/** Attempts of one webhook, the newest first. */
const SHOWN = 8;
const FRESH = { kind: "all", outcome: "", text: "", status: "", wa_id: "", wamid: "" };

export class Traffic {
  constructor(inspector) {
    this.inspector = inspector;
    this.filter = { ...FRESH };
    this.items = [];
    this.ends = { request: false, webhook: false };
    this.list = el("ol.traffic", { "data-testid": "traffic" });
    this.more = el("button.more-rows", { hidden: true, onclick: () => this.load(true) }, "Load earlier");
    this.tools = this.filters();
    this.overview = el("div.traffic-view", null, this.tools, this.list, this.more);
    this.root = el("div.traffic-root", null, this.overview);
  }

  // --- filters -----------------------------------------------------------------------------------------------------

  filters() {
    const chip = (kind, words) => el("button.chip", { "aria-pressed": String(this.filter.kind === kind), "data-testid": `kind-${kind}`, onclick: () => this.set({ kind }) }, words);
    this.chips = el("div.chips", { role: "group", "aria-label": "Kind" });
    this.drawChips = () => this.chips.replaceChildren(chip("all", "All"), chip("request", "Requests"), chip("webhook", "Webhooks"),
      this.filter.wamid && el("button.chip.removable", { "aria-label": "All messages again", title: this.filter.wamid, onclick: () => this.set({ wamid: "" }) }, "one message", icon("close")) || "");
    this.person = el("select", { "aria-label": "Phone", "data-testid": "traffic-phone", onchange: (e) => this.set({ wa_id: e.target.value }) });
    this.outcome = el("select", { "aria-label": "Outcome", onchange: (e) => this.set({ outcome: e.target.value }) }, [["", "Any outcome"], ["ok", "Succeeded"], ["failed", "Failed"]].map(([value, words]) => el("option", { value }, words)));
    this.status = el("input", { inputmode: "numeric", placeholder: "Code", "aria-label": "HTTP status or error code", title: "HTTP status (400) or error code (131047)", "data-testid": "traffic-status", oninput: (e) => this.later({ status: e.target.value.trim() }) });
    this.text = el("input", { type: "search", placeholder: "Text, path or wamid", "aria-label": "Text, path or wamid", "data-testid": "traffic-text", oninput: (e) => this.later({ text: e.target.value.trim() }) });
    this.drawChips();
    return el("div.traffic-tools", null, this.chips, el("div.tool-row", null, this.text, this.status), el("div.tool-row", null, this.person, this.outcome));
  }

  set(change) {
    Object.assign(this.filter, change);
    if (this.filter.text.startsWith("wamid.")) Object.assign(this.filter, { wamid: this.filter.text, text: "" });
    this.show();
  }

  later(change) {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.set(change), 250);
  }

  /** Only one message's, or one customer's. */
  only(filter) {
    this.filter = { ...FRESH, ...filter };
    this.text.value = this.status.value = this.outcome.value = "";
    this.list.replaceChildren();
    this.overviewShown();
  }

  show() {
    this.drawChips();
    this.load();
  }

  refresh() {
    const some = this.inspector.hooks.customers().slice(0, 300);
    const known = some.some((c) => c.wa_id === this.filter.wa_id);
    const options = [["", "Any phone"], ...some.map((c) => [c.wa_id, c.name])];
    if (this.filter.wa_id && !known) options.push([this.filter.wa_id, this.inspector.nameOf(this.filter.wa_id)]);
    this.person.replaceChildren(...options.map(([value, words]) => el("option", { value, selected: value === this.filter.wa_id }, words)));
    this.show();
  }

  happened(kind) {
    if (kind === "form") return;
    if (this.filter.kind !== "all" && this.filter.kind !== kind) return;
    if (!this.waiting) this.waiting = setTimeout(() => { this.waiting = 0; this.load(); }, 250);
  }

  // --- reading -----------------------------------------------------------------------------------------------------

  async load(earlier = false) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const wanted = ["request", "webhook"].filter((kind) => this.filter.kind === "all" || this.filter.kind === kind);
    const lists = await Promise.all(wanted.map((kind) => attempt(() => this.read(kind, earlier))));
    if (turn !== this.turn || lists.includes(undefined)) return;
    wanted.forEach((kind, i) => { this.ends[kind] = lists[i].length < PAGE; });
    const all = new Map([...(earlier ? this.items : []), ...lists.flat()].map((item) => [`${item.type}${item.id}`, item]));
    this.items = [...all.values()].sort((a, b) => b.moment.localeCompare(a.moment) || b.order - a.order);
    this.more.hidden = wanted.every((kind) => this.ends[kind]);
    this.draw();
  }

  async read(kind, earlier) {
    const { text, status, wa_id, wamid, outcome } = this.filter;
    const before = earlier ? Math.min(...this.items.filter((i) => i.type === kind).map((i) => i.id), Infinity) : Infinity;
    const page = { wa_id, wamid, limit: PAGE, before: Number.isFinite(before) ? before : undefined };
    if (kind === "request") {
      const number = /^\d{3}$/.test(status) ? { status } : status ? { code: Number(status) || undefined } : {};
      const found = await api.requests({ ...page, text, ...number, ...(outcome && !number.status && { status: outcome }) });
      return found.data.map((r) => ({ ...r, type: "request", moment: r.at, order: 0 }));
    }
    const words = text || (status ? `"code":${status}` : "");
    const found = await api.webhooks({ ...page, text: words, state: { ok: "delivered", failed: "undelivered" }[outcome] });
    return found.data.map((w) => ({ ...w, type: "webhook", moment: w.created_at, order: w.id }));
  }

  // --- the list ----------------------------------------------------------------------------------------------------

  draw() {
    if (this.overview.hidden) return;
    const active = this.list.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.list.replaceChildren(...this.items.slice(0, 600).map((item) => this.line(item)));
    if (!this.items.length) this.list.append(el("li.none", null, Object.entries(this.filter).some(([k, v]) => v !== FRESH[k]) ? "Nothing fits these filters." : "Nothing has gone over the wire yet. Requests to the Graph API and webhooks appear here."));
    if (active) this.list.querySelector(`[data-key="${CSS.escape(active)}"]`)?.focus({ preventScroll: true });
  }

  line(item) {
    const { title, detail, mark, kind } = item.type === "request" ? ofRequest(item) : ofWebhook(item);
    return el("li", null, el(`button.traffic-line.${item.type}`, { "data-key": `${item.type}${item.id}`, "data-testid": "traffic-line", onclick: () => this.detail(item.type, item.id) },
      el("span.way", { title: item.type === "request" ? "Request to the platform" : "Webhook to the business" }, icon(item.type === "request" ? "outof" : "into")),
      el("span.traffic-words", null, el("b", null, title), el("small", null, [this.inspector.nameOf(item.wa_id), detail].filter(Boolean).join(" · "))),
      el("span.traffic-end", null, el(`span.mark.${kind}`, null, mark), el("time", null, clock(item.moment)))));
  }

  // --- one of them -------------------------------------------------------------------------------------------------

  overviewShown() {
    this.overview.hidden = false;
    this.root.replaceChildren(this.overview);
  }

  async detail(type, id) {
    const item = await attempt(() => (type === "request" ? api.request(id) : api.webhook(id)));
    if (!item) return;
    const back = el("button.secondary", { "data-testid": "traffic-back", onclick: () => { this.overviewShown(); this.load(); } }, icon("back"), "All traffic");
    const view = el("div.detail", { "data-testid": "traffic-detail" }, back, ...(type === "request" ? this.request(item) : this.webhook(item)));
    this.overview.hidden = true;
    this.root.replaceChildren(view);
    back.focus();
  }

  /** Buttons that lead from a request or webhook to the bubble, and to each other. */
  jumps(wamids, waId, numberId) {
    const wamid = wamids?.[0];
    return [
      wamid && waId && el("button.secondary", { "data-testid": "show-bubble", onclick: async () => { if (!(await this.inspector.bubble(wamid, waId, numberId))) notice("The phone does not show this message"); } }, icon("beside"), "Show on the phone"),
      wamid && el("button.secondary", { "data-testid": "show-related", onclick: () => { this.only({ wamid }); this.show(); } }, icon("link"), "All about this message"),
    ];
  }

  request(r) {
    const curl = el("button.secondary", { "data-testid": "copy-curl", onclick: async () => { notice((await copy(r.curl)) ? "Copied; the token is read from $ACCESS_TOKEN" : "The browser does not let this page copy"); } }, icon("copy"), "Copy as curl");
    return [
      el("h3", null, el("span.method", null, r.method), " ", el("span.path", null, r.path)),
      facts([["Answer", `${r.status ?? "connection cut"}${r.code ? ` · error ${r.code}` : ""}`], ["When", full(r.at)], ["Took", `${r.duration_ms} ms`], ["App", r.app_id ?? "no known token"], ["Customer", this.inspector.nameOf(r.wa_id)], ["Trace", r.trace_id], ["Fault", r.fault]]),
      el("div.detail-tools", null, curl, this.jumps(r.wamids, r.wa_id, r.phone_number_id)),
      r.response?.error && el("p.problem", null, r.response.error.error_data?.details ?? r.response.error.message),
      r.files.length > 0 && facts(r.files.map((f) => ["File", `${f.filename ?? "unnamed"} · ${f.content_type ?? "no type"} · ${bytes(f.size)}`])),
      r.request && Object.keys(r.request).length > 0 && json(r.method === "GET" ? "Query" : "Body", r.request),
      r.response !== null ? json("Answer", r.response) : el("p.sheet-words", null, r.response_size ? `Answered with a file of ${bytes(r.response_size)}` : "No body"),
    ].filter(Boolean);
  }

  webhook(w) {
    const again = el("button.secondary", { "data-testid": "redeliver", onclick: async () => {
      if (await attempt(() => api.redeliver(w.id))) { notice("Sent once more"); setTimeout(() => this.detail("webhook", w.id), 400); }
    } }, icon("again"), "Deliver again");
    const shown = w.attempts.map((attempt, i) => ({ ...attempt, number: w.attempt_count - w.attempts.length + i + 1 })).reverse().slice(0, SHOWN);
    const attempts = shown.map((a) => el("tr", null, el("td", null, a.number), el("td", null, full(a.at)), el("td", null, el(`span.mark.${a.status === 200 ? "good" : "bad"}`, null, a.status ?? a.error)), el("td", null, `${a.duration_ms} ms`)));
    return [
      el("h3", null, ofWebhook(w).title),
      facts([["State", w.state], ["To", w.url ?? "nobody: no callback is registered"], ["Made", full(w.created_at)], ["Next try", w.next_attempt_at && full(w.next_attempt_at)], ["App", w.app_id], ["Customer", this.inspector.nameOf(w.wa_id)], ["Fault", w.fault], ["Signature", w.signature]]),
      el("div.detail-tools", null, again, this.jumps([w.wamid].filter(Boolean), w.wa_id, numberOf(w.body))),
      attempts.length > 0 && el("table.attempts", null, el("thead", null, el("tr", null, ["#", "When", "Answer", "Took"].map((h) => el("th", { scope: "col" }, h)))), el("tbody", null, attempts)),
      json("Body", w.body),
    ].filter(Boolean);
  }
}

function facts(rows) {
  return el("dl.facts", null, rows.filter(([, value]) => value).map(([name, value]) => [el("dt", null, name), el("dd", null, value)]));
}

// Made once: hundreds of lines are drawn at a time.
const TIME = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const clock = (iso) => TIME.format(new Date(iso));
const full = (iso) => new Date(iso).toLocaleString([], { dateStyle: "medium", timeStyle: "medium" });

function ofRequest(r) {
  const good = r.status !== null && r.status < 400;
  const what = r.request?.type ?? (r.request?.status === "read" ? "read receipt" : "");
  return { title: `${r.method} ${r.path.replace(/^\/v\d+\.\d+/, "")}`, detail: [what, r.code && `error ${r.code}`, r.fault && "fault"].filter(Boolean).join(" · "), mark: r.status ?? "cut", kind: good ? "good" : "bad" };
}

function valueOf(body) {
  try {
    const change = JSON.parse(body).entry?.[0]?.changes?.[0];
    return { field: change?.field ?? "", value: change?.value ?? {} };
  } catch {
    return { field: "", value: {} };
  }
}

const numberOf = (body) => valueOf(body).value.metadata?.phone_number_id;

function ofWebhook(w) {
  const { field, value } = valueOf(w.body);
  const [message, status] = [value.messages?.[0], value.statuses?.[0]];
  const title = message ? `message: ${message.type}` : status ? `status: ${status.status}` : field || w.kind;
  const error = status?.errors?.[0]?.code ?? message?.errors?.[0]?.code;
  const tries = w.attempt_count > 1 ? `${w.attempt_count} attempts` : "";
  const kind = { delivered: "good", pending: "wait", unrouted: "quiet" }[w.state] ?? "bad";
  return { title, detail: [error && `error ${error}`, tries, w.fault && `fault: ${w.fault}`].filter(Boolean).join(" · "), mark: w.state, kind };
}
