// Messages with something to tap: buttons, lists, carousels, templates. What a tap sends is what the platform would report.

import { startCall } from "./calls.js";
import { countdown } from "./clock.js";
import { copy, el, icon } from "./dom.js";
import { openForm } from "./forms.js";
import { marked, text } from "./markup.js";
import { file, picture, place, sourceOf, video } from "./media.js";
import { notice } from "./notices.js";
import { openAddress, openCallPermission, openContactRequest, openList, openPlaces, openPayment } from "./sheets.js";
import { openShop, productCard } from "./shop.js";

const some = (...nodes) => nodes.flat().filter(Boolean);

export function interactive(body, message, act) {
  const answer = replied(body);
  if (answer) return { inside: some(answer), below: [] };
  const action = body.action ?? {};
  if (body.type === "carousel") return { inside: some(text(body.body?.text)), below: [carousel(freeCards(action, message, act))], wide: true };
  const inside = some(header(body.header, message, act), special(body, act), text(body.body?.text), text(body.footer?.text, "footer"));
  return { inside, below: actions(body, action, message, act) };
}

/** What the customer answered with. */
function replied(body) {
  const chosen = body.button_reply ?? body.list_reply;
  if (chosen) return [text(chosen.title), text(chosen.description, "small")];
  if (body.call_permission_reply) {
    const { response, is_permanent: always } = body.call_permission_reply;
    return el("div.label", null, icon("phone"), response === "accept" ? `Calls allowed${always ? "" : " for a while"}` : "Calls not allowed");
  }
  if (!body.nfm_reply) return null;
  let answers = {};
  try { answers = JSON.parse(body.nfm_reply.response_json); } catch { /* shown without details */ }
  const isAddress = body.nfm_reply.name === "address_message";
  const shown = isAddress ? answers.values ?? {} : answers;
  const rows = Object.entries(shown).filter(([key]) => key !== "flow_token");
  return [el("div.label", null, icon(isAddress ? "pin" : "form"), isAddress ? "Address" : "Form sent"),
    el("dl.answers-list", null, rows.slice(0, 12).map(([key, value]) => [el("dt", null, key.replaceAll("_", " ")), el("dd", null, typeof value === "object" ? JSON.stringify(value) : String(value))]))];
}

/** Cards that some kinds have above their text. */
function special(body, act) {
  const { parameters = {}, ...action } = body.action ?? {};
  switch (body.type) {
    case "product": return productCard(action.product_retailer_id, act);
    case "catalog_message": return productCard(parameters.thumbnail_product_retailer_id, act, act.business, "Catalog");
    case "order_details": return bill(parameters);
    case "order_status": return orderStatus(parameters);
    case "call_permission_request": return el("div.label", null, icon("phone"), `${act.business} would like to call you`);
    case "contact_request": return el("div.label", null, icon("person"), "Asks for your contact info");
    default: return null;
  }
}

const money = ({ value, offset = 100 } = {}, currency) => (value === undefined ? "" : new Intl.NumberFormat(undefined, { style: "currency", currency: currency ?? "USD" }).format(value / offset));

function bill(parameters) {
  const items = parameters.order?.items ?? [];
  const count = items.reduce((all, item) => all + Number(item.quantity ?? 1), 0);
  const sum = money(parameters.total_amount, parameters.currency);
  const expires = Number(parameters.order?.expiration?.timestamp) * 1000;
  return el("div.card.bill", null, el("div.bill-top", null, icon("cart"), el("span", null, el("b", null, `${count} item${count === 1 ? "" : "s"}`), el("small", null, `Order ${parameters.reference_id ?? ""}`))),
    items.slice(0, 3).map((item) => el("div.bill-line", null, el("span", null, `${item.quantity} × ${item.name}`), el("span", null, money(item.sale_amount ?? item.amount, parameters.currency)))),
    el("div.bill-line.total", null, el("span", null, "Total"), el("b", null, sum)),
    expires > 0 && countdown(expires, { before: "Pay within ", over: "Expired", spec: "small.countdown" }));
}

const STEPS = { pending: "Pending", processing: "Processing", partially_shipped: "Partially shipped", shipped: "Shipped", completed: "Completed", canceled: "Canceled" };

function orderStatus(parameters) {
  const { status = "pending", description } = parameters.order ?? {};
  const payment = parameters.payment?.status;
  return el(`div.card.order-status.is-${status}`, null, icon(status === "canceled" ? "ban" : status === "completed" ? "check" : "cart"),
    el("span", null, el("small", null, `Order ${parameters.reference_id ?? ""}`), el("b", null, STEPS[status] ?? status), description && el("small", null, description), payment && el("small", null, `Payment ${payment}`)));
}

function actions(body, action, message, act) {
  const parameters = action.parameters ?? {};
  switch (body.type) {
    case "button":
      return (action.buttons ?? []).map((b) => button("reply", b.reply?.title, () => act.tap(message, { id: b.reply?.id })));
    case "list":
      return [button("list", action.button, () => openList(act, message, action))];
    case "cta_url":
      return [link(parameters.display_text, parameters.url)];
    case "flow":
      return [formButton(parameters.flow_cta, message, act)];
    case "location_request_message":
      return [button("pin", "Send location", () => openPlaces(act, message.wamid))];
    case "contact_request":
      return [button("person", "Share contact info", () => openContactRequest(act, message))];
    case "call_permission_request":
      return [button("phone", "Choose preference", () => openCallPermission(act, message))];
    case "voice_call":
      return [button("phone", parameters.display_text ?? "Call now", () => startCall(act, { message_id: message.wamid }))];
    case "product":
      return [button("store", "View", () => openShop(act, message, action.catalog_id, [{ product_items: [{ product_retailer_id: action.product_retailer_id }] }]))];
    case "product_list":
      return [button("store", "View items", () => openShop(act, message, action.catalog_id, action.sections))];
    case "catalog_message":
      return [button("store", "View catalog", () => openShop(act, message, undefined, [{ product_items: [{ product_retailer_id: parameters.thumbnail_product_retailer_id }].filter((p) => p.product_retailer_id) }], true))];
    case "address_message":
      return [button("pin", "Provide address", () => openAddress(act, message, parameters))];
    case "order_details":
      return [button("card", "Review and pay", () => openPayment(act, parameters, money))];
    case "order_status":
      return [];
    default:
      return [el("span.reply-button.dead", null, parameters.display_text ?? `“${body.type}”`)];
  }
}

// --- templates -----------------------------------------------------------------------------------------------------

export function template(message, act) {
  const shown = message.rendered;
  const inside = some(header(shown.header, message, act), offer(shown.limited_time_offer), shown.order_status && orderStatus(shown.order_status), text(shown.body), text(shown.footer, "footer"));
  if (!inside.length) inside.push(el("div.unknown", null, "Template message"));
  const draw = () => (shown.buttons ?? []).map((b) => templateButton(b, message, act, { shown }));
  const buttons = draw();
  if (shown.call_permission_request) buttons.push(button("phone", "Choose preference", () => openCallPermission(act, message)));
  const below = buttons.length > 3 ? [...buttons.slice(0, 2), button("list", "See all options", () => seeAll(act, draw()))] : buttons;
  if (shown.cards) below.push(carousel(shown.cards.map((card) => templateCard(card, message, act))));
  return { inside, below, wide: Boolean(shown.cards) };
}

/** More than three buttons: the rest is behind a list. */
function seeAll(act, buttons) {
  act.sheet("All options", (body, close) => {
    body.append(el("div.sheet-buttons", null, buttons));
    body.addEventListener("click", (e) => { if (e.target.closest(".reply-button")) close(); });
  });
}

function offer(given) {
  if (!given) return null;
  return el("div.card.offer", null, icon("tag"), el("span", null, el("b", null, given.text ?? "Limited offer"),
    given.expiration_time_ms && countdown(given.expiration_time_ms, { before: "Ends in ", over: "Offer ended", spec: "small.countdown" })));
}

const OTP = /^https:\/\/www\.whatsapp\.com\/otp\/code/;

function otp(b) {
  const code = b.code ?? new URLSearchParams((b.url ?? "").split("?")[1]).get("code")?.replace(/^otp/, "");
  return button("copy", b.text ?? "Copy code", () => copied(code));
}

async function copied(words) {
  notice(words && (await copy(words)) ? `Copied “${words}”` : "The browser does not let this page copy");
}

function templateButton(b, message, act, { shown, reply }) {
  if (OTP.test(b.url ?? "")) return otp(b);
  const action = b.action ?? {};
  switch (b.type) {
    case "QUICK_REPLY": return button("reply", b.text, () => (reply ? reply(b) : act.tap(message, { title: b.text })));
    case "URL": return link(b.text, b.url);
    case "PHONE_NUMBER": return el("a.reply-button", { href: `tel:${b.phone_number}`, title: b.phone_number }, icon("phone"), b.text);
    case "VOICE_CALL": return button("phone", b.text ?? "Call now", () => startCall(act, { message_id: message.wamid }));
    case "COPY_CODE": return button("copy", b.text ?? "Copy offer code", () => copied(b.coupon_code ?? [b.example].flat()[0]));
    case "OTP": return otp(b);
    case "FLOW": return formButton(b.text, message, act);
    case "CATALOG": return button("store", b.text ?? "View catalog", () => openShop(act, message, undefined, [{ product_items: [{ product_retailer_id: action.thumbnail_product_retailer_id }].filter((p) => p.product_retailer_id) }], true));
    case "MPM": return button("store", b.text ?? "View items", () => openShop(act, message, action.catalog_id, action.sections ?? []));
    case "SPM": {
      const product = shown.header?.product ?? {};
      return button("store", b.text ?? "View", () => openShop(act, message, product.catalog_id, [{ product_items: [product] }]));
    }
    case "ORDER_DETAILS": return button("card", b.text ?? "Review and pay", () => openPayment(act, action.order_details ?? {}, money));
    case "REQUEST_CONTACT_INFO": return button("person", b.text ?? "Share contact info", () => openContactRequest(act, message));
    default: return el("span.reply-button.dead", null, b.text ?? b.type);
  }
}

// --- carousels -----------------------------------------------------------------------------------------------------

function freeCards(action, message, act) {
  return (action.cards ?? []).map((card) => {
    const own = card.action ?? {};
    if (card.type === "product") {
      const open = () => openShop(act, message, own.catalog_id, [{ product_items: [own] }]);
      return el("div.slide", null, productCard(own.product_retailer_id, act), button("store", "View", open));
    }
    const parameters = own.parameters ?? {};
    const buttons = own.name === "cta_url" ? [link(parameters.display_text, parameters.url)]
      : (own.buttons ?? []).map((b) => { const q = b.quick_reply ?? b.reply ?? {}; return button("reply", q.title, () => act.choose(message, { id: q.id, title: q.title })); });
    return el("div.slide", null, header(card.header, message, act), text(card.body?.text), buttons);
  });
}

function templateCard(card, message, act) {
  const reply = (b) => act.reply(message.wamid, { type: "button", button: { text: b.text, payload: b.payload ?? b.text } });
  return el("div.slide", null, header(card.header, { ...message, media: undefined }, act), text(card.body),
    (card.buttons ?? []).map((b) => templateButton(b, message, act, { shown: card, reply })));
}

/** Cards beside each other: swiped, scrolled, or moved with arrows. */
function carousel(slides) {
  const strip = el("div.slides", { tabindex: "0", role: "group", "aria-label": `${slides.length} cards` }, slides);
  const move = (by) => strip.scrollBy({ left: by * (slides[0]?.offsetWidth + 6), behavior: "smooth" });
  const before = el("button.slide-arrow.before", { "aria-label": "Previous card", hidden: true, onclick: () => move(-1) }, icon("left"));
  const after = el("button.slide-arrow.after", { "aria-label": "Next card", hidden: slides.length < 2, onclick: () => move(1) }, icon("right"));
  strip.addEventListener("scroll", () => {
    before.hidden = strip.scrollLeft < 8;
    after.hidden = strip.scrollLeft + strip.clientWidth > strip.scrollWidth - 8;
  });
  return el("div.carousel", { "data-testid": "carousel" }, strip, before, after);
}

// --- parts ---------------------------------------------------------------------------------------------------------

function header(head, message, act) {
  if (!head) return null;
  const part = head[head.type] ?? {};
  const source = sourceOf(part) ?? message.media?.url;
  switch (head.type) {
    case "text": return el("div.header", null, ...marked(head.text ?? ""));
    case "image": return picture(source, act);
    case "video": return video(source);
    case "gif": return video(source, true);
    case "document": return file(part, message.media);
    case "location": return place(part);
    case "product": return productCard(part.product_retailer_id, act);
    default: return null;
  }
}

function button(image, title, onclick) {
  return el("button.reply-button", { "data-testid": "reply-button", onclick }, icon(image), el("span", null, title ?? ""));
}

/** Opens a form; once its endpoint has ended it, there is nothing to open. */
function formButton(title, message, act) {
  const { disabled, disabled_because: why, state } = message.form ?? {};
  const node = button("form", title, () => openForm(act, message, title));
  node.disabled = Boolean(disabled);
  if (disabled) node.title = why ?? "";
  if (state === "completed") node.lastChild.append(el("small", null, "Answered"));
  return node;
}

function link(title, url) {
  const safe = /^https?:/i.test(url ?? "") ? url : undefined;
  return el("a.reply-button", { href: safe, target: "_blank", rel: "noopener noreferrer", title: url, "data-testid": "url-button" }, icon("link"), el("span", null, title ?? "", safe && el("small", null, new URL(safe).host)));
}
