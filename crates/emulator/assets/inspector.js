// Beside the phones: what goes over the wire, and the knobs of the world.

import { el, icon } from "./dom.js";
import { FormsPanel } from "./form-panel.js";
import { ChatPanel, FaultsPanel, SetupPanel, TemplatesPanel } from "./panels.js";
import { Traffic } from "./traffic.js";

export class Inspector {
  constructor(root, hooks) {
    Object.assign(this, { root, hooks, world: {}, open: false, tab: "traffic" });
    this.panels = {
      traffic: ["Traffic", new Traffic(this)],
      chat: ["Chat", new ChatPanel(this)],
      templates: ["Templates", new TemplatesPanel(this)],
      forms: ["Forms", new FormsPanel(this)],
      faults: ["Faults", new FaultsPanel(this)],
      setup: ["Setup", new SetupPanel(this)],
    };
    this.build();
  }

  build() {
    const tab = ([key, [words]]) => el("button.tab", { role: "tab", id: `tab-${key}`, "aria-controls": "inspector-panel", "data-testid": `tab-${key}`, onclick: () => this.choose(key) }, words);
    this.tabs = el("div.tabs", { role: "tablist", "aria-label": "Inspector", onkeydown: (e) => this.arrows(e) }, Object.entries(this.panels).map(tab));
    this.panel = el("div.inspector-panel", { role: "tabpanel", id: "inspector-panel", tabindex: "-1" });
    this.grip = el("div.grip", { role: "separator", "aria-orientation": "vertical", "aria-label": "Width of the inspector", "aria-valuenow": 440, "aria-valuemin": 340, "aria-valuemax": 1200, tabindex: "0", onpointerdown: (e) => this.drag(e), onkeydown: (e) => this.nudge(e) });
    this.root.append(this.grip, el("header.inspector-head", null, this.tabs, el("button.icon", { "aria-label": "Close the inspector", title: "Close (Alt+I)", onclick: () => this.toggle(false) }, icon("close"))), this.panel);
    this.mark();
  }

  mark() {
    for (const tab of this.tabs.children) {
      const chosen = tab.id === `tab-${this.tab}`;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    this.panel.setAttribute("aria-labelledby", `tab-${this.tab}`);
  }

  arrows(e) {
    const keys = Object.keys(this.panels);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    this.choose(keys[(keys.indexOf(this.tab) + step + keys.length) % keys.length]);
    this.tabs.querySelector('[aria-selected="true"]').focus();
  }

  choose(key) {
    this.tab = key;
    this.mark();
    this.panel.replaceChildren(this.current.root);
    this.current.refresh();
  }

  get current() { return this.panels[this.tab][1]; }

  toggle(open = !this.open) {
    this.open = open;
    this.root.hidden = !open;
    this.hooks.opened(open);
    if (open) this.choose(this.tab);
  }

  /** Opens the traffic of a message or a customer. */
  show(filter) {
    this.tab = "traffic";
    this.panels.traffic[1].only(filter);
    this.toggle(true);
  }

  learn(world) { this.world = world; }

  refresh() { if (this.open) this.current.refresh(); }

  happened(kind, event) { if (this.open) this.current.happened?.(kind, event); }

  /** The phone somebody works with. */
  follow(phone) { if (this.open) this.current.follow?.(phone); }

  nameOf(waId) { return this.hooks.customers().find((c) => c.wa_id === waId)?.name ?? this.hooks.groups().find((g) => g.group_id === waId)?.subject ?? (/^\d+$/.test(waId ?? "") ? `+${waId}` : waId ? "a group" : ""); }

  /** Shows a message on its phone. */
  async bubble(wamid, waId, numberId) {
    if (matchMedia("(max-width: 759px)").matches) this.toggle(false);
    const phone = await this.hooks.phone(waId, numberId);
    if (!phone) return false;
    await phone.load();
    return phone.jump(wamid);
  }

  drag(e) {
    e.preventDefault();
    const move = (m) => this.widen(innerWidth - m.clientX);
    addEventListener("pointermove", move);
    addEventListener("pointerup", () => removeEventListener("pointermove", move), { once: true });
  }

  nudge(e) {
    const step = { ArrowLeft: 24, ArrowRight: -24 }[e.key];
    if (step) { e.preventDefault(); this.widen(this.root.offsetWidth + step); }
  }

  widen(width) {
    const kept = Math.round(Math.min(Math.max(width, 340), innerWidth * 0.6));
    document.documentElement.style.setProperty("--inspector", `${kept}px`);
    this.grip.setAttribute("aria-valuenow", String(kept));
  }
}
