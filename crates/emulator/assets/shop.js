// Products as a phone shows them, the basket, and the order it becomes. The emulator knows products by their ids; names and
// prices are shown when the control API tells them, and otherwise the customer says what a thing costs.

import { el, hash, icon } from "./dom.js";
import { text } from "./markup.js";
import { notice } from "./notices.js";
import { field, primary } from "./sheets.js";

let catalogs = new Map();

/** What the control API knows of catalogs, by product. */
export function learnCatalogs(world) {
  catalogs = new Map((world.catalogs ?? []).flatMap((c) => (c.products ?? []).map((p) => [p.retailer_id ?? p.id, p])));
}

const nameOf = (id) => catalogs.get(id)?.name ?? id ?? "Product";

/** A picture for a product that has none: always the same for the same id. */
function thumb(id) {
  const url = catalogs.get(id)?.image_url;
  if (/^https?:/i.test(url ?? "")) return el("img.thumb", { src: url, alt: "" });
  const node = el("span.thumb", { "aria-hidden": "true" }, icon("tag"));
  node.style.setProperty("--hue", hash(String(id)) % 360);
  return node;
}

export function productCard(id, act, title = nameOf(id), below = catalogs.get(id)?.price ?? "") {
  return el("div.card.product", null, thumb(id ?? title), el("span", null, el("b", null, title), below && el("small", null, below)));
}

const basket = (act) => (act.basket ??= { items: new Map(), currency: "USD", catalog: undefined });

/** Items with quantities; the basket goes as an `order`. */
export function openShop(act, message, catalogId, sections = [], whole = false) {
  const mine = basket(act);
  if (catalogId) mine.catalog = catalogId;
  act.sheet(whole ? act.business : "Items", (body, close, footer) => {
    const total = el("small.basket-total");
    const place = primary("Send order", () => order(act, message, close, note.input.value), { "data-testid": "order-send" });
    const note = field("Message to the business", { maxlength: 1000, autocomplete: "off", placeholder: "Optional" });
    const redraw = () => {
      const count = [...mine.items.values()].reduce((sum, item) => sum + item.quantity, 0);
      total.textContent = count ? `${count} item${count === 1 ? "" : "s"} · ${sum(mine)}` : "The basket is empty";
      place.disabled = !count;
    };
    for (const section of sections) {
      if (section.title) body.append(el("h3", null, section.title));
      for (const item of section.product_items ?? []) body.append(product(act, message, mine, item.product_retailer_id, redraw, close));
    }
    const known = new Set(sections.flatMap((s) => (s.product_items ?? []).map((p) => p.product_retailer_id)));
    const others = whole ? [...catalogs.keys()].filter((id) => !known.has(id)) : [];
    for (const id of others) body.append(product(act, message, mine, id, redraw, close));
    if (whole && !catalogs.size) body.append(other(act, message, mine, redraw, close, body));
    footer.append(note.node, el("div.basket", null, total, place));
    redraw();
  });
}

function sum({ items, currency }) {
  const value = [...items.values()].reduce((all, item) => all + item.quantity * item.price, 0);
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(value);
}

function product(act, message, mine, id, redraw, close) {
  const known = catalogs.get(id);
  const price = Number.parseFloat(String(known?.price ?? "").replace(/[^\d.]/g, ""));
  const item = mine.items.get(id) ?? { quantity: 0, price: Number.isFinite(price) ? price : 10 };
  if (known?.currency) mine.currency = known.currency;
  const count = el("output", { "aria-label": `Quantity of ${nameOf(id)}` }, item.quantity);
  const change = (by) => {
    item.quantity = Math.max(0, item.quantity + by);
    if (item.quantity) mine.items.set(id, item);
    else mine.items.delete(id);
    count.textContent = item.quantity;
    redraw();
  };
  const cost = el("input.price", { type: "number", min: "0", step: "0.01", value: item.price, "aria-label": `Price of ${nameOf(id)}`, title: "What it costs: this goes into the order", oninput: (e) => { item.price = Number(e.target.value) || 0; redraw(); } });
  return el("div.item", { "data-testid": "product" }, thumb(id),
    el("span.item-words", null, el("b", null, nameOf(id)), el("span.item-price", null, cost, currency(mine, redraw)), el("button.linklike", { onclick: () => ask(act, message, mine, id, close) }, "Ask about this")),
    el("span.stepper", null, el("button", { "aria-label": `One less ${nameOf(id)}`, onclick: () => change(-1) }, icon("minus")), count, el("button", { "aria-label": `One more ${nameOf(id)}`, "data-testid": "product-add", onclick: () => change(1) }, icon("plus"))));
}

function currency(mine, redraw) {
  return el("select", { "aria-label": "Currency", onchange: (e) => { mine.currency = e.target.value; redraw(); } },
    ["USD", "EUR", "INR", "BRL", "MXN", "GBP"].map((code) => el("option", { selected: code === mine.currency }, code)));
}

/** A catalog nobody has described to the emulator: the customer names what they want. */
function other(act, message, mine, redraw, close, body) {
  const id = field("Another item, by its retailer id", { autocomplete: "off", placeholder: "sku-1" });
  const add = el("button.secondary", { onclick: () => {
    const given = id.input.value.trim();
    if (!given) return;
    body.insertBefore(product(act, message, mine, given, redraw, close), row);
    id.input.value = "";
  } }, "Add");
  const row = el("div.fields.inline", null, id.node, add);
  return row;
}

function ask(act, message, mine, id, close) {
  close();
  act.sheet(`Ask about ${nameOf(id)}`, (body, done, footer) => {
    const question = field("Question", { tag: "textarea", rows: 3 }, "Is this in stock?");
    body.append(el("div.fields", null, question.node));
    footer.append(primary("Send", () => {
      done();
      const context = { message_id: message.wamid, referred_product: { catalog_id: mine.catalog ?? "", product_retailer_id: id } };
      act.post({ type: "text", text: { body: question.input.value.trim() || "?" }, context });
    }));
  });
}

function order(act, message, close, words) {
  const mine = basket(act);
  const items = [...mine.items].map(([id, item]) => ({ product_retailer_id: id, quantity: item.quantity, item_price: item.price, currency: mine.currency }));
  if (!items.length) return notice("The basket is empty");
  close();
  const part = { catalog_id: mine.catalog ?? "", ...(words.trim() && { text: words.trim() }), product_items: items };
  act.basket = undefined;
  return act.reply(message.wamid, { type: "order", order: part });
}

/** An order in the chat. */
export function orderCard(body, message, act) {
  const items = body.product_items ?? [];
  const count = items.reduce((all, item) => all + Number(item.quantity ?? 0), 0);
  const currencyOf = items[0]?.currency ?? "USD";
  const value = items.reduce((all, item) => all + Number(item.quantity) * Number(item.item_price), 0);
  const worth = new Intl.NumberFormat(undefined, { style: "currency", currency: currencyOf }).format(value);
  const open = () => act.sheet("Your order", (sheet) => sheet.append(...items.map((item) => el("div.item", null, thumb(item.product_retailer_id), el("span.item-words", null, el("b", null, nameOf(item.product_retailer_id)), el("small", null, `Quantity ${item.quantity}`)), el("span", null, item.item_price)))));
  const card = el("button.card.order", { onclick: open, "data-testid": "order-card" }, el("span.thumb", null, icon("cart")), el("span", null, el("b", null, `${count} item${count === 1 ? "" : "s"}`), el("small", null, `${worth} (estimated)`)), icon("right"));
  return { inside: [card, text(body.text)].filter(Boolean), below: [] };
}

