// One phone: its frame, its chats, the chat on screen.

import { api, attempt } from "./api.js";
import { bubble, settled } from "./bubbles.js";
import { drawChats } from "./chats.js";
import { now, nowIso } from "./clock.js";
import { Composer } from "./composer.js";
import { avatar, day, el, icon, span, time } from "./dom.js";
import { groupThread, groupWords, openGroupInfo } from "./groups.js";
import { Hand } from "./hand.js";
import { gestures } from "./gestures.js";
import { openBubbleMenu, openChatMenu } from "./menus.js";
import { openProfile } from "./sheets.js";

/** Bubbles fetched at a time, and kept at most while nobody looks further back. */
const PAGE = 60;
const KEPT = 400;

/** What the head of a phone shows. */
const headOf = ({ name, username, offline, groups }, numbers) => JSON.stringify([name, username, offline, numbers.length, groups?.length]);

export class Phone extends Hand {
  constructor(customer, numbers, number, hooks) {
    super();
    Object.assign(this, { customer, numbers, number, hooks, group: null, all: [], drawn: new Map(), stick: true, top: 0, stale: true, visible: false });
    this.composer = new Composer(this);
    this.root = this.frame();
    this.showHead();
    this.looking = setInterval(() => this.look(true), 15_000);
  }

  get business() { return this.number.verified_name; }

  get input() { return this.composer.input; }

  // --- the frame -------------------------------------------------------------------------------------------------

  frame() {
    const id = this.customer.wa_id;
    this.clock = el("span.status-time");
    this.head = el("header.chat-head");
    this.chatMenu = el("div.menu", { hidden: true, role: "menu" });
    this.messages = el("div.messages", { tabindex: "0", role: "log", "aria-label": `Chat of ${this.customer.name}`, onscroll: () => this.scrolled() });
    this.toEnd = el("button.to-end", { hidden: true, "aria-label": "Newest message", onclick: () => this.scrollToEnd(true) }, icon("down"));
    this.unreadPill = el("button.unread-pill", { hidden: true, "data-testid": "mark-read", onclick: () => this.readAll() });
    this.overlay = el("div.overlay");
    this.list = el("div.chats", { hidden: true });
    this.banner = el("div.banner", { hidden: true });
    this.blockedBar = el("footer.blocked-bar", { hidden: true }, el("p", null, "You blocked this business."), el("button.secondary", { "data-testid": "unblock", onclick: () => this.unblock() }, "Unblock"));
    this.window = el("span.window-pill", { "data-testid": "window-pill" });
    this.caption = el("span.caption-name");
    this.chat = el("div.chat-view", null, this.head, this.chatMenu, el("div.chat", null, this.messages, this.unreadPill, this.toEnd), this.composer.root, this.blockedBar);
    this.offline = el("div.offline-strip", { hidden: true }, icon("away"), "This phone is offline");
    const screen = el("div.screen", null,
      el("div.status-bar", { "aria-hidden": "true" }, this.clock, el("span.notch"), el("span.signal", null, el("i"), el("i"), el("i"), el("i"), el("b"))),
      this.offline, this.list, this.chat, this.banner, this.overlay);
    screen.addEventListener("dragover", (e) => e.preventDefault());
    screen.addEventListener("drop", (e) => { e.preventDefault(); this.composer.take(e.dataTransfer.files[0]); });
    const root = el("article.phone", { "data-testid": `screen-${id}`, "aria-label": `Phone of ${this.customer.name}` },
      el("div.caption", null, avatar(id, this.customer.name), this.caption, this.window,
        el("button.icon", { "aria-label": `Inspect ${this.customer.name}’s traffic`, title: "Requests and webhooks of this phone", "data-testid": "phone-inspect", onclick: () => this.hooks.inspect({ wa_id: id }) }, icon("code")),
        el("button.icon.close", { "aria-label": "Put this phone away", title: "Put this phone away", onclick: () => this.hooks.close(this) }, icon("close"))),
      el("div.device", null, screen));
    root.addEventListener("focusin", () => this.hooks.focus(this));
    root.addEventListener("pointerdown", () => this.hooks.focus(this));
    return root;
  }

  showHead() {
    this.headed = headOf(this.customer, this.numbers);
    const { name, username, display_phone_number: shown } = this.customer;
    this.caption.replaceChildren(el("b", null, name), el("small", null, username ? `@${username}` : shown));
    this.offline.hidden = this.customer.offline !== true;
    this.title = el("span.chat-state");
    this.official = el("span.verified", { role: "img", "aria-label": "Verified", title: "An official business account", hidden: true }, icon("check"));
    const several = this.numbers.length > 1 || this.customer.groups?.length > 0;
    const title = this.group?.subject ?? this.business;
    this.head.replaceChildren(
      el(`button.icon.back${several ? ".always" : ""}`, { "aria-label": several ? "All chats" : "Back", "data-testid": "back", onclick: () => (several ? this.showChats() : this.hooks.close(this)) }, icon("back")),
      el("button.head-main", { "data-testid": "business-info", title: this.group ? "Group info" : "Business info", onclick: () => (this.group ? openGroupInfo(this) : openProfile(this)) },
        el(`span.business-avatar${this.group ? ".group" : ""}`, { "aria-hidden": "true" }, this.group ? icon("people") : this.business.charAt(0).toUpperCase()),
        el("span.chat-title", null, el("b", null, el("span.ellipsis", null, title), this.official), this.title)),
      el("button.icon", { "aria-label": "Chat menu", "data-testid": "chat-menu", onclick: () => openChatMenu(this) }, icon("more")));
  }

  /** What the page learned about the customer: name, other chats. */
  update(customer, numbers) {
    Object.assign(this, { customer, numbers });
    if (this.headed !== headOf(customer, numbers)) this.showHead();
    if (!this.list.hidden) this.showChats();
  }

  // --- several businesses ----------------------------------------------------------------------------------------

  showChats() {
    drawChats(this);
    if (this.list.hidden) this.look(false);
    this.list.hidden = false;
    this.chat.hidden = true;
  }

  open(number, group = null) {
    const other = this.number.id !== number.id || this.group?.group_id !== group?.group_id;
    if (other) this.look(false);
    this.list.hidden = true;
    this.chat.hidden = false;
    this.banner.hidden = true;
    if (other) {
      Object.assign(this, { number, group });
      this.forget();
      this.showHead();
    }
    this.load();
    this.look(true);
    this.hooks.focus(this);
  }

  openGroup(group) {
    if (group) this.open(this.numbers.find((n) => n.id === group.phone_number_id) ?? this.number, group);
  }

  shows(numberId, groupId) { return this.visible && this.list.hidden && this.number.id === numberId && this.group?.group_id === groupId; }

  /** The chat on screen, as far as `more` asks. */
  readThread(more) { return this.group ? groupThread(this, more) : api.thread(this.customer.wa_id, this.number.id, more); }

  /** A message in another chat of this phone. */
  announce(number, preview, group = null) {
    const name = group?.subject ?? number.verified_name;
    this.banner.replaceChildren(el("button.banner-main", { "data-testid": "phone-banner", onclick: () => this.open(number, group) },
      el("span.business-avatar", { "aria-hidden": "true" }, name.charAt(0).toUpperCase()),
      el("span", null, el("b", null, name), el("small", null, preview))));
    this.banner.hidden = false;
    clearTimeout(this.bannerTimer);
    this.bannerTimer = setTimeout(() => { this.banner.hidden = true; }, 6000);
  }

  // --- what it shows ---------------------------------------------------------------------------------------------

  forget() {
    this.all = [];
    this.complete = false;
    this.drawn = new Map();
    this.stick = true;
    this.messages.replaceChildren();
  }

  async load() {
    if (this.loading) { this.again = true; return; }
    this.loading = true;
    this.stale = false;
    do {
      this.again = false;
      const { number, group } = this;
      const thread = await attempt(() => this.readThread({ limit: PAGE }));
      if (thread && number === this.number && group === this.group) this.show(thread);
    } while (this.again);
    this.loading = false;
  }

  /** Only phones in view follow what happens; the others catch up when they come into view. */
  seen(visible) {
    if (this.visible === visible) return;
    this.visible = visible;
    if (visible && this.stale) this.load();
    this.look(visible);
  }

  /** Something about an older message changed: what was loaded of the past is read again. */
  async changed(wamid) {
    if (!this.visible) { this.stale = true; return undefined; }
    const known = !wamid || this.all.slice(-PAGE).some((m) => m.wamid === wamid) || !this.all.some((m) => m.wamid === wamid);
    if (!known && this.all.length <= 1000) {
      const thread = await attempt(() => this.readThread({ limit: this.all.length }));
      if (thread) this.all = thread.messages;
    }
    return this.load();
  }

  show(thread) {
    this.thread = thread;
    this.customer = { ...this.customer, ...thread.customer };
    this.join(thread.messages);
    const stick = this.stick || !this.drawn.size;
    if (stick && this.all.length > KEPT) { this.all = this.all.slice(-PAGE * 2); this.complete = false; }
    this.showWindow();
    this.title.textContent = thread.typing ? "typing…" : this.group ? groupWords(thread, this.customer) : "Business account";
    this.title.classList.toggle("typing", thread.typing);
    this.official.hidden = thread.phone_number.official !== true;
    const blocked = (this.customer.blocked ?? []).includes(this.number.id);
    this.blockedBar.hidden = !blocked;
    this.composer.root.hidden = blocked;
    const manual = this.customer.auto_read === false;
    this.unreadPill.hidden = !(manual && thread.unread > 0);
    this.unreadPill.textContent = `${thread.unread} unread · mark as read`;
    this.draw();
    if (stick) this.scrollToEnd(false);
    if (this.group && thread.unread > 0) this.look(true);
    clearTimeout(this.untyping);
    if (thread.typing) this.untyping = setTimeout(() => this.load(), 5000);
    this.hooks.shown(this);
  }

  /** The newest bubbles take the place of what was known of them; older ones stay. */
  join(newest) {
    if (!this.all.length || newest.length < PAGE) {
      this.complete = newest.length < PAGE;
      this.all = newest;
      return;
    }
    const from = this.all.findIndex((m) => m.wamid === newest[0].wamid);
    if (from < 0) this.complete = false;
    const same = new Map(this.all.map((m) => [m.wamid, m]));
    const fresh = newest.map((m) => { const old = same.get(m.wamid); return old && JSON.stringify(old) === JSON.stringify(m) ? old : m; });
    this.all = from < 0 ? fresh : [...this.all.slice(0, from), ...fresh];
  }

  async earlier() {
    if (this.complete || this.fetching || !this.all.length) return;
    this.fetching = true;
    const thread = await attempt(() => this.readThread({ limit: PAGE * 2, before: this.all[0].wamid }));
    this.fetching = false;
    if (!thread) return;
    this.complete = thread.messages.length < PAGE * 2;
    const before = this.messages.scrollHeight - this.messages.scrollTop;
    this.all = [...thread.messages, ...this.all];
    this.draw();
    this.messages.scrollTop = this.messages.scrollHeight - before;
  }

  draw() {
    const at = this.thread.now;
    const wanted = [];
    let lastDay = "";
    if (!this.complete && this.all.length >= PAGE) wanted.push(this.part("earlier", "", () => el("button.day.earlier", { "data-testid": "earlier", onclick: () => this.earlier() }, "Load earlier")));
    for (const message of settled(this.all)) {
      const label = day(message.at, at);
      if (label !== lastDay) wanted.push(this.part(`day ${label}`, label, () => el("div.day", null, label)));
      lastDay = label;
      wanted.push(this.part(message.wamid, message, () => this.bubble(message)));
    }
    if (this.complete && this.all.length) wanted.unshift(this.part("secure", "", () => el("div.hint.secure", null, "This business uses a service of Meta to manage this chat.")));
    if (!this.all.length) wanted.push(this.part("empty", "", () => el("div.hint", null, "Write to the business to begin. Its answers appear here as they would on this phone.")));
    if (this.thread.typing) wanted.push(this.part("typing", "", () => el("div.bubble.theirs.typing-bubble", { "data-testid": "typing", role: "img", "aria-label": "typing" }, el("div.bubble-body", null, el("i"), el("i"), el("i")))));
    this.place(wanted);
  }

  /** Draws again only what has changed. */
  part(key, version, draw) {
    const before = this.drawn.get(key);
    if (before && (before.version === version || (typeof version === "object" && JSON.stringify(before.version) === JSON.stringify(version)))) return [key, before];
    return [key, { version, node: draw() }];
  }

  place(wanted) {
    this.drawn = new Map(wanted);
    const keep = new Set(wanted.map(([, part]) => part.node));
    for (const child of [...this.messages.children]) if (!keep.has(child)) child.remove();
    let next = this.messages.firstChild;
    for (const node of keep) {
      if (node === next) next = next.nextSibling;
      else this.messages.insertBefore(node, next);
    }
  }

  showWindow() {
    this.clock.textContent = time(nowIso());
    const { open, expires_at: until } = this.thread.service_window;
    const left = until ? new Date(until) - now() : 0;
    const kind = !open || left <= 0 ? "closed" : left < 7_200_000 ? "soon" : "open";
    this.window.className = `window-pill ${kind}`;
    this.window.textContent = kind === "closed" ? "Closed" : left >= 3_600_000 ? `${Math.floor(left / 3_600_000)} h left` : `${span(left)} left`;
    this.window.title = "Service window: free-form messages of the business are delivered only while it is open";
  }

  bubble(message) {
    const node = bubble(message, this);
    gestures(node, { answer: () => this.composer.answer(message), menu: () => openBubbleMenu(this, message, node) });
    return node;
  }

  // --- what bubbles can do ---------------------------------------------------------------------------------------

  /** Who said what is quoted, where several talk. */
  saidBy(quoted) {
    if (!this.group) return null;
    const said = this.all.find((m) => m.wamid === quoted.wamid);
    return said?.own ? "You" : said?.author?.name ?? this.business;
  }

  menu(message, at) { openBubbleMenu(this, message, at); }

  enlarge(url) { this.hooks.enlarge(url); }

  /** A picture took its place: whoever was at the end stays there. */
  grown() { if (this.stick) this.scrollToEnd(false); }

  // --- moving about ----------------------------------------------------------------------------------------------

  atEnd(slack = 60) {
    const m = this.messages;
    return m.scrollHeight - m.scrollTop - m.clientHeight < slack;
  }

  /** Only going back leaves the end; what grows above or below does not. */
  scrolled() {
    const { scrollTop: top } = this.messages;
    this.stick = this.atEnd() || (this.stick && top >= this.top - 2);
    this.top = top;
    this.toEnd.hidden = this.stick;
    if (this.messages.scrollTop < 80 && this.drawn.size) this.earlier();
  }

  scrollToEnd(smooth) {
    this.messages.scrollTo({ top: this.messages.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  /** Shows a message, fetching the past as far as it takes (within reason). */
  async jump(wamid) {
    for (let tries = 0; tries < 20 && !this.drawn.has(wamid) && !this.complete; tries += 1) await this.earlier();
    const target = this.drawn.get(wamid)?.node;
    if (!target) return false;
    target.scrollIntoView({ block: "center", behavior: "instant" });
    target.classList.add("flash");
    setTimeout(() => target.classList.remove("flash"), 1400);
    return true;
  }

  // --- what covers the screen --------------------------------------------------------------------------------------

  /** Covers the screen until `close`, which `content` gets, is called; then `closed` hears of it. */
  cover(content, kind, closed) {
    this.uncover?.();
    const back = document.activeElement;
    const close = () => {
      if (this.uncover !== close) return;
      this.uncover = null;
      this.overlay.className = "overlay";
      this.overlay.replaceChildren();
      this.chat.inert = false;
      document.removeEventListener("keydown", escape);
      if (back?.isConnected) back.focus({ preventScroll: true });
      closed?.();
    };
    const escape = (e) => { if (e.key === "Escape") close(); };
    this.uncover = close;
    document.addEventListener("keydown", escape);
    this.overlay.className = `overlay shown ${kind}`;
    this.chat.inert = true;
    const shown = content(close);
    this.overlay.replaceChildren(el("div.scrim", { onclick: close }), shown);
    shown.querySelector("input:not([type=hidden]), textarea, .emoji-row button, [role=menuitem], button")?.focus({ preventScroll: true });
    return close;
  }

  /** A sheet with a title; `fill` gets its body, how to close it, and its foot. */
  sheet(title, fill) {
    this.cover((close) => {
      const [body, footer] = [el("div.sheet-body"), el("footer")];
      fill(body, close, footer);
      return el("div.sheet", { role: "dialog", "aria-label": title },
        el("header", null, el("button.icon", { "aria-label": "Close", onclick: close }, icon("close")), el("b", null, title)), body, footer);
    }, "sheet-cover");
  }

  // --- being looked at ---------------------------------------------------------------------------------------------

  /** The platform reads what is on a screen somebody looks at; not where the customer reads only by hand. */
  look(open) {
    if (open && (document.hidden || !this.visible || !this.list.hidden || this.customer.auto_read === false)) return;
    if (!this.group) api.open(this.customer.wa_id, this.number.id, open).catch(() => {});
    else if (open && this.thread?.unread > 0) this.readAll();
  }

  end() {
    clearInterval(this.looking);
    clearTimeout(this.untyping);
    this.look(false);
    this.root.remove();
  }
}

