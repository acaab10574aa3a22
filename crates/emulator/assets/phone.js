// One phone: its frame, its chat, its composer.

import { api, attempt } from "./api.js";
import { bubble } from "./bubbles.js";
import { avatar, day, el, icon, time } from "./dom.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🙏"];
const LUCKY_SHRUB = { latitude: 40.4168, longitude: -3.7038, name: "Puerta del Sol", address: "Madrid" };

/** What copying a message takes. */
function words(message) {
  const body = message.content[message.type] ?? {};
  return message.rendered?.body ?? body.body?.text ?? body.body ?? body.caption ?? body.text ?? "";
}

export class Phone {
  constructor(customer, number, hooks) {
    this.customer = customer;
    this.number = number;
    this.hooks = hooks;
    this.drawn = new Map();
    this.replyTo = null;
    this.file = null;
    this.root = this.frame();
    this.load();
    this.look(true);
    this.looking = setInterval(() => this.look(true), 15000);
  }

  // --- the frame -----------------------------------------------------------------------------------------------

  frame() {
    const id = this.customer.wa_id;
    this.clock = el("span.status-time");
    this.title = el("span.chat-state");
    this.menu = el("div.menu", { hidden: true });
    this.messages = el("div.messages", { tabindex: "-1", role: "log", "aria-label": `Chat of ${this.customer.name}`, onscroll: () => this.scrolled() });
    this.toEnd = el("button.to-end", { hidden: true, "aria-label": "Newest message", onclick: () => this.scrollToEnd(true) }, icon("down"));
    this.overlay = el("div.overlay");
    this.window = el("span.window-pill", { "data-testid": "window-pill" });
    const screen = el("div.screen", null,
      el("div.status-bar", { "aria-hidden": "true" }, this.clock, el("span.notch"), el("span.signal", null, el("i"), el("i"), el("i"), el("i"), el("b"))),
      el("header.chat-head", null,
        el("button.icon.back", { "aria-label": "Back", onclick: () => this.hooks.close(this) }, icon("back")),
        el("span.business-avatar", { "aria-hidden": "true" }, this.number.verified_name.charAt(0).toUpperCase()),
        el("span.chat-title", null, el("b", null, this.number.verified_name, el("span.verified", { title: "Verified business" }, "✓")), this.title),
        el("button.icon", { "aria-label": "Chat menu", "data-testid": "chat-menu", onclick: () => this.showMenu() }, icon("more")), this.menu),
      el("div.chat", null, this.messages, this.toEnd), this.composer(), this.overlay);
    screen.addEventListener("dragover", (e) => e.preventDefault());
    screen.addEventListener("drop", (e) => { e.preventDefault(); this.take(e.dataTransfer.files[0]); });
    return el("article.phone", { "data-testid": `screen-${id}`, "aria-label": `Phone of ${this.customer.name}` },
      el("div.caption", null, avatar(id, this.customer.name),
        el("span.caption-name", null, el("b", null, this.customer.name), el("small", null, this.customer.username ? `@${this.customer.username}` : this.customer.display_phone_number)),
        this.window, el("button.icon.close", { "aria-label": "Put this phone away", title: "Put this phone away", onclick: () => this.hooks.close(this) }, icon("close"))),
      el("div.device", null, screen));
  }

  composer() {
    this.input = el("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message", "data-testid": "phone-input",
      oninput: () => this.grow(), onkeydown: (e) => this.key(e), onpaste: (e) => this.take(e.clipboardData?.files[0]) });
    this.picker = el("input", { type: "file", hidden: true, "data-testid": "phone-file", onchange: (e) => { this.take(e.target.files[0]); e.target.value = ""; } });
    this.strip = el("div.strip", { hidden: true });
    this.attach = el("div.attach", { hidden: true },
      el("button", { onclick: () => this.pick("image/*,video/*") }, el("i.violet", null, icon("image")), "Photo or video"),
      el("button", { onclick: () => this.pick("") }, el("i.blue", null, icon("file")), "Document"),
      el("button", { onclick: () => this.locate() }, el("i.green", null, icon("pin")), "Location"));
    return el("footer.composer", null, this.strip, this.attach,
      el("div.compose-row", null,
        el("div.compose-box", null,
          el("button.icon", { "aria-label": "Attach", "data-testid": "phone-attach", onclick: () => { this.attach.hidden = !this.attach.hidden; } }, icon("clip")),
          this.input, this.picker),
        el("button.send", { "aria-label": "Send", "data-testid": "phone-send", onclick: () => this.send() }, icon("send"))));
  }

  // --- what it shows -------------------------------------------------------------------------------------------

  async load() {
    if (this.loading) { this.again = true; return; }
    this.loading = true;
    do {
      this.again = false;
      const thread = await attempt(() => api.thread(this.customer.wa_id, this.number.id));
      if (thread) this.show(thread);
    } while (this.again);
    this.loading = false;
  }

  show(thread) {
    this.thread = thread;
    const stick = this.atEnd() || !this.drawn.size;
    this.showWindow(thread);
    this.clock.textContent = time(thread.now);
    this.title.textContent = thread.typing ? "typing…" : "Business account";
    this.title.classList.toggle("typing", thread.typing);
    const wanted = [];
    let lastDay = "";
    for (const message of thread.messages) {
      const label = day(message.at, thread.now);
      if (label !== lastDay) wanted.push(this.part(`day ${label}`, label, () => el("div.day", null, label)));
      lastDay = label;
      wanted.push(this.part(message.wamid, JSON.stringify(message), () => this.interactiveBubble(message)));
    }
    if (!thread.messages.length) wanted.push(this.part("empty", "", () => el("div.hint", null, "Write to the business to begin. Its answers appear here as they would on this phone.")));
    if (thread.typing) wanted.push(this.part("typing", "", () => el("div.bubble.theirs.typing-bubble", { "data-testid": "typing" }, el("div.bubble-body", null, el("i"), el("i"), el("i")))));
    this.place(wanted);
    if (stick) this.scrollToEnd(false);
    clearTimeout(this.untyping);
    if (thread.typing) this.untyping = setTimeout(() => this.load(), 5000);
  }

  /** Draws again only what has changed. */
  part(key, version, draw) {
    const before = this.drawn.get(key);
    if (before?.version === version) return [key, before];
    return [key, { version, node: draw(), fresh: !before }];
  }

  place(wanted) {
    this.drawn = new Map(wanted);
    const nodes = wanted.map(([, part]) => part.node);
    nodes.forEach((node, index) => {
      if (this.messages.children[index] !== node) this.messages.insertBefore(node, this.messages.children[index] ?? null);
    });
    while (this.messages.children.length > nodes.length) this.messages.lastChild.remove();
  }

  showWindow(thread) {
    const window = thread.service_window;
    const left = window.expires_at ? new Date(window.expires_at) - new Date(thread.now) : 0;
    const hours = Math.floor(left / 3600000);
    this.window.className = `window-pill ${window.open ? (hours < 2 ? "soon" : "open") : "closed"}`;
    this.window.textContent = !window.open ? "Window closed" : hours ? `${hours} h left` : `${Math.ceil(left / 60000)} min left`;
    this.window.title = "Service window: free-form messages of the business are delivered only while it is open";
  }

  interactiveBubble(message) {
    const node = bubble(message, {
      business: this.number.verified_name,
      tap: (m, what) => attempt(() => api.tap(this.customer.wa_id, { message_id: m.wamid, phone_number_id: this.number.id, ...what })),
      openList: (m, action) => this.openList(m, action),
      menu: (m, at) => this.openMenu(m, at),
      jump: (wamid) => this.jump(wamid),
      locate: (m) => this.locate(m.wamid),
      enlarge: (url) => this.hooks.enlarge(url),
      grown: () => { if (this.atEnd(400)) this.scrollToEnd(false); },
    });
    this.swipe(node, message);
    return node;
  }

  // --- moving about --------------------------------------------------------------------------------------------

  atEnd(slack = 60) {
    const m = this.messages;
    return m.scrollHeight - m.scrollTop - m.clientHeight < slack;
  }

  scrolled() {
    this.toEnd.hidden = this.atEnd();
  }

  scrollToEnd(smooth) {
    this.messages.scrollTo({ top: this.messages.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  jump(wamid) {
    const target = this.drawn.get(wamid)?.node;
    if (!target) return;
    target.scrollIntoView({ block: "center", behavior: "smooth" });
    target.classList.add("flash");
    setTimeout(() => target.classList.remove("flash"), 1200);
  }

  /** Swiping a bubble to the right answers it; a long press opens its menu. */
  swipe(node, message) {
    let from = null;
    let press = 0;
    node.addEventListener("pointerdown", (e) => {
      if (e.pointerType === "mouse") return;
      from = { x: e.clientX, y: e.clientY };
      press = setTimeout(() => { from = null; this.openMenu(message, node); }, 500);
    });
    node.addEventListener("pointermove", (e) => {
      if (!from) return;
      const [dx, dy] = [e.clientX - from.x, Math.abs(e.clientY - from.y)];
      if (dy > 24 || dx < -10) { from = null; node.style.transform = ""; clearTimeout(press); return; }
      if (dx > 8) clearTimeout(press);
      if (dx > 8) node.style.transform = `translateX(${Math.min(dx, 72)}px)`;
    });
    const end = (e) => {
      clearTimeout(press);
      node.style.transform = "";
      if (from && e.type === "pointerup" && e.clientX - from.x > 56) this.answer(message);
      from = null;
    };
    node.addEventListener("pointerup", end);
    node.addEventListener("pointercancel", end);
    node.addEventListener("dblclick", () => this.answer(message));
  }

  // --- menus and sheets ----------------------------------------------------------------------------------------

  cover(content, kind) {
    const close = () => { this.overlay.classList.remove("shown"); this.overlay.replaceChildren(); document.removeEventListener("keydown", escape); };
    const escape = (e) => { if (e.key === "Escape") close(); };
    document.addEventListener("keydown", escape);
    this.overlay.className = `overlay shown ${kind}`;
    this.overlay.replaceChildren(el("div.scrim", { onclick: close }), content(close));
    this.overlay.querySelector("button, input")?.focus();
  }

  openMenu(message, at) {
    const reacted = message.reactions.find((r) => r.from === "customer")?.emoji;
    this.cover((close) => {
      const menu = el("div.bubble-actions", { role: "menu" },
        message.direction === "outbound" && el("div.emoji-row", null, EMOJI.map((emoji) =>
          el(`button${emoji === reacted ? ".chosen" : ""}`, { "aria-label": `React ${emoji}`, "data-testid": "react", onclick: () => { close(); this.react(message, emoji === reacted ? "" : emoji); } }, emoji))),
        el("div.menu-list", null,
          el("button", { role: "menuitem", "data-testid": "menu-reply", onclick: () => { close(); this.answer(message); } }, icon("reply"), "Reply"),
          el("button", { role: "menuitem", onclick: () => { close(); navigator.clipboard?.writeText(words(message)); } }, icon("file"), "Copy")));
      const [screen, spot] = [this.overlay.getBoundingClientRect(), at.getBoundingClientRect()];
      const scale = screen.width / this.overlay.offsetWidth || 1;
      menu.style.top = `${Math.min(Math.max((spot.top - screen.top) / scale + 10, 60), this.overlay.offsetHeight - 200)}px`;
      menu.style.left = `${Math.min(Math.max((spot.left - screen.left) / scale - 150, 10), this.overlay.offsetWidth - 292)}px`;
      return menu;
    }, "menu-cover");
  }

  openList(message, action) {
    this.cover((close) => {
      const send = el("button.primary", { disabled: true, "data-testid": "list-send", onclick: () => {
        const id = sheet.querySelector("input:checked")?.value;
        close();
        attempt(() => api.tap(this.customer.wa_id, { message_id: message.wamid, phone_number_id: this.number.id, id }));
      } }, "Send");
      const rows = (section) => (section.rows ?? []).map((row) => el("label.row", { "data-testid": "list-row" },
        el("span", null, el("b", null, row.title), row.description && el("small", null, row.description)),
        el("input", { type: "radio", name: "row", value: row.id, onchange: () => { send.disabled = false; } })));
      const sheet = el("div.sheet", { role: "dialog", "aria-label": action.button },
        el("header", null, el("button.icon", { "aria-label": "Close", onclick: close }, icon("close")), el("b", null, action.button)),
        el("div.sheet-body", null, (action.sections ?? []).map((s) => [s.title && el("h3", null, s.title), ...rows(s)]).flat()),
        el("footer", null, send));
      return sheet;
    }, "sheet-cover");
  }

  showMenu() {
    const { blocked, auto_read: auto } = this.thread?.customer ?? this.customer;
    const isBlocked = (blocked ?? []).includes(this.number.id);
    const item = (label, work) => el("button", { role: "menuitem", onclick: () => { this.menu.hidden = true; attempt(work).then(() => this.load()); } }, label);
    this.menu.replaceChildren(
      item(isBlocked ? "Unblock business" : "Block business", () => api.block(this.customer.wa_id, this.number.id, !isBlocked)),
      item(auto ? "Read only by hand" : "Read by itself", () => api.change(this.customer.wa_id, { auto_read: !auto })));
    this.menu.hidden = !this.menu.hidden;
    if (!this.menu.hidden) setTimeout(() => document.addEventListener("click", () => { this.menu.hidden = true; }, { once: true }));
  }

  // --- sending -------------------------------------------------------------------------------------------------

  key(e) {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.send(); }
    if (e.key === "Escape") { this.answer(null); this.take(null); }
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 110)}px`;
  }

  async send() {
    const text = this.input.value.trim();
    const { file, replyTo } = this;
    if (!text && !file) return;
    const context = replyTo ? { message_id: replyTo.wamid } : undefined;
    const message = { type: "text", text: { body: text }, context, phone_number_id: this.number.id };
    this.input.value = "";
    this.take(null);
    this.answer(null);
    this.grow();
    const sent = await attempt(() => (file ? this.sendFile(file, text, context) : api.send(this.customer.wa_id, message)));
    if (!sent) { this.input.value ||= text; return; }
    await this.load();
    this.scrollToEnd(false);
  }

  sendFile(file, caption, context) {
    const form = new FormData();
    form.append("phone_number_id", this.number.id);
    if (caption) form.append("caption", caption);
    if (context) form.append("context", JSON.stringify(context));
    form.append("file", file, file.name || "picture.png");
    return api.sendFile(this.customer.wa_id, form);
  }

  react(message, emoji) {
    attempt(() => api.send(this.customer.wa_id, { type: "reaction", reaction: { message_id: message.wamid, emoji }, phone_number_id: this.number.id }));
  }

  locate(wamid) {
    this.attach.hidden = true;
    const context = wamid ? { message_id: wamid } : undefined;
    attempt(() => api.send(this.customer.wa_id, { type: "location", location: LUCKY_SHRUB, context, phone_number_id: this.number.id }));
  }

  pick(accept) {
    this.attach.hidden = true;
    this.picker.accept = accept;
    this.picker.click();
  }

  take(file) {
    if (file === undefined) return;
    this.file = file;
    this.showStrip();
    if (file) this.input.focus();
  }

  answer(message) {
    this.replyTo = message;
    this.showStrip();
    if (message) this.input.focus();
  }

  /** Above the input: the message being answered, the file about to go. */
  showStrip() {
    const parts = [];
    if (this.replyTo) {
      const mine = this.replyTo.direction === "inbound";
      const shown = this.drawn.get(this.replyTo.wamid)?.node.querySelector(".text, .header")?.firstChild?.textContent ?? this.replyTo.type;
      parts.push(el("div.quote", { "data-testid": "reply-strip" }, el("b", null, mine ? "You" : this.number.verified_name), el("span", null, shown)));
    }
    if (this.file) {
      const image = this.file.type.startsWith("image/");
      parts.push(el("div.file-strip", null, image ? el("img", { src: URL.createObjectURL(this.file), alt: "" }) : icon("file"), el("span", null, this.file.name || "Picture")));
    }
    const drop = el("button.icon", { "aria-label": "Remove", onclick: () => { this.file = null; this.answer(null); } }, icon("close"));
    this.strip.replaceChildren(el("div.strip-parts", null, ...parts), drop);
    this.strip.hidden = !parts.length;
    this.input.placeholder = this.file ? "Add a caption" : "Message";
  }

  // --- being looked at -----------------------------------------------------------------------------------------

  /** The platform reads what is on a screen somebody looks at. */
  look(open) {
    if (open && document.hidden) return;
    api.open(this.customer.wa_id, this.number.id, open).catch(() => {});
  }

  end() {
    clearInterval(this.looking);
    clearTimeout(this.untyping);
    this.look(false);
    this.root.remove();
  }
}
