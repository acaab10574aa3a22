// What slides up from the bottom of a phone: lists, places, permissions, addresses, payments, profiles.

import { api, attempt } from "./api.js";
import { copy, el, icon } from "./dom.js";
import { map } from "./media.js";
import { notice } from "./notices.js";

/** A labelled input. */
export function field(label, attributes, value = "") {
  const input = el(attributes.tag ?? "input", { ...attributes, tag: undefined, value: attributes.tag ? undefined : value });
  if (attributes.tag === "textarea") input.value = value;
  return { input, node: el("label.field", null, el("span", null, label), input) };
}

/** The main button of a sheet. */
export function primary(words, onclick, attributes = {}) {
  return el("button.primary", { onclick, ...attributes }, words);
}

export function openList(act, message, action) {
  act.sheet(action.button, (body, close, footer) => {
    const send = primary("Send", () => {
      const id = body.querySelector("input:checked")?.value;
      close();
      act.tap(message, { id });
    }, { disabled: true, "data-testid": "list-send" });
    const row = (r) => el("label.row", { "data-testid": "list-row" },
      el("span", null, el("b", null, r.title), r.description && el("small", null, r.description)),
      el("input", { type: "radio", name: "row", value: r.id, onchange: () => { send.disabled = false; } }));
    for (const section of action.sections ?? []) body.append(...[section.title && el("h3", null, section.title), ...(section.rows ?? []).map(row)].filter(Boolean));
    footer.append(send);
  });
}

// --- places ----------------------------------------------------------------------------------------------------------

const PLACES = [
  { name: "Puerta del Sol", address: "Madrid", latitude: 40.4168, longitude: -3.7038 },
  { name: "Zócalo", address: "Ciudad de México", latitude: 19.4326, longitude: -99.1332 },
  { name: "Avenida Paulista", address: "São Paulo", latitude: -23.5614, longitude: -46.6559 },
  { name: "Connaught Place", address: "New Delhi", latitude: 28.6315, longitude: 77.2167 },
  { name: "Ferry Building", address: "San Francisco", latitude: 37.7955, longitude: -122.3937 },
];

/** Chooses a place and sends it; `wamid` is the request that it answers. */
export function openPlaces(act, wamid) {
  act.sheet("Send location", (body, close, footer) => {
    const send = (location) => { close(); act.reply(wamid, { type: "location", location }); };
    for (const known of PLACES) {
      body.append(el("button.row", { "data-testid": "place", onclick: () => send(known) },
        el("span.row-main", null, el("span.row-map", null, map(known.latitude, known.longitude)), el("span", null, el("b", null, known.name), el("small", null, known.address))), icon("right")));
    }
    const [latitude, longitude] = [field("Latitude", { inputmode: "decimal", placeholder: "40.4168", "data-testid": "latitude" }), field("Longitude", { inputmode: "decimal", placeholder: "-3.7038", "data-testid": "longitude" })];
    footer.append(el("div.fields.two", null, latitude.node, longitude.node), primary("Send this place", () => {
      const [lat, long] = [Number(latitude.input.value.replace(",", ".")), Number(longitude.input.value.replace(",", "."))];
      if (!latitude.input.value || !longitude.input.value || !(Math.abs(lat) <= 90) || !(Math.abs(long) <= 180)) return notice("Latitude is between -90 and 90, longitude between -180 and 180");
      return send({ latitude: lat, longitude: long });
    }, { "data-testid": "place-send" }));
  });
}

// --- people ----------------------------------------------------------------------------------------------------------

export function openContactRequest(act, message) {
  const { wa_id: waId, display_phone_number: shown } = act.customer;
  act.sheet("Share your contact info?", (body, close, footer) => {
    body.append(el("p.sheet-words", null, `${act.business} will see your phone number.`), el("div.fact", null, el("small", null, "Phone number"), el("span", null, shown)));
    footer.append(primary("Share", () => {
      close();
      act.reply(message.wamid, { type: "contacts", contacts: [{ origin: "contact_request", phones: [{ phone: `+${waId}`, wa_id: waId, type: "CELL" }] }] });
    }, { "data-testid": "contact-share" }));
  });
}

/** Shares somebody's card, as people do from their address book. */
export function openContact(act) {
  act.sheet("Send a contact", (body, close, footer) => {
    const name = field("Name", { autocomplete: "off", "data-testid": "contact-name" }, "Barbara Johnson");
    const phone = field("Phone number", { inputmode: "tel", autocomplete: "off" }, "+1 650 555 0199");
    body.append(el("div.fields", null, name.node, phone.node));
    footer.append(primary("Send", () => {
      const [full, number] = [name.input.value.trim(), phone.input.value.trim()];
      if (!full || !number) return notice("A contact has a name and a phone number");
      close();
      const [first, ...rest] = full.split(/\s+/);
      const names = { formatted_name: full, first_name: first, ...(rest.length && { last_name: rest.join(" ") }) };
      const vcard = `BEGIN:VCARD\nVERSION:3.0\nFN:${full}\nTEL:${number}\nEND:VCARD`;
      return act.reply(undefined, { type: "contacts", contacts: [{ origin: "other", name: names, phones: [{ phone: number, wa_id: number.replace(/\D/g, ""), type: "MOBILE" }], vcard }] });
    }, { "data-testid": "contact-send" }));
  });
}

// --- calls -----------------------------------------------------------------------------------------------------------

export function openCallPermission(act, message) {
  act.sheet("Calls from this business", (body, close) => {
    const answer = (label, words, reply) => el("button.row", { "data-testid": "call-answer", onclick: () => {
      close();
      attempt(() => api.allowCalls(act.customer.wa_id, { phone_number_id: act.number.id, message_id: message.wamid, ...reply })).then(() => act.load());
    } }, el("span", null, el("b", null, label), el("small", null, words)), icon("right"));
    body.append(
      answer("Always allow", `${act.business} may call at any time`, { response: "accept", permanent: true }),
      answer("Allow for a week", "Then it must ask again", { response: "accept" }),
      answer("Don’t allow", "It may still write", { response: "reject" }));
  });
}

// --- addresses ---------------------------------------------------------------------------------------------------------

const ADDRESS = [
  ["name", "Name"], ["phone_number", "Phone number"], ["in_pin_code", "PIN code", 6], ["house_number", "Flat or house number"], ["floor_number", "Floor"],
  ["tower_number", "Tower"], ["building_name", "Building"], ["address", "Address"], ["landmark_area", "Landmark or area"], ["city", "City"], ["state", "State"],
];

export function openAddress(act, message, parameters) {
  act.sheet("Provide address", (body, close, footer) => {
    const errors = parameters.validation_errors ?? {};
    const send = (values, saved) => {
      close();
      const response = JSON.stringify(saved ? { saved_address_id: saved, values } : { values });
      const words = [values.name, values.address, [values.in_pin_code, values.city].filter(Boolean).join(", ")].filter(Boolean).join("\n");
      act.reply(message.wamid, { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { name: "address_message", body: words || "Sent", response_json: response } } });
    };
    for (const saved of parameters.saved_addresses ?? []) {
      const value = saved.value ?? {};
      body.append(el("button.row", { onclick: () => send(value, saved.id) }, el("span", null, el("b", null, value.name ?? saved.id), el("small", null, [value.address, value.city].filter(Boolean).join(", "))), icon("right")));
    }
    const inputs = ADDRESS.map(([key, label, limit]) => ({ key, ...field(label, { maxlength: limit, autocomplete: "off", name: key, "data-testid": `address-${key}` }, parameters.values?.[key] ?? "") }));
    body.append(el("div.fields", null, inputs.map(({ key, node }) => [node, errors[key] && el("p.form-error", null, errors[key])])));
    footer.append(primary("Send address", () => {
      const values = Object.fromEntries(inputs.map(({ key, input }) => [key, input.value.trim()]).filter(([, value]) => value));
      if (!Object.keys(values).length) return notice("Fill in the address first");
      return send(values);
    }, { "data-testid": "address-send" }));
  });
}

// --- money ---------------------------------------------------------------------------------------------------------------

export function openPayment(act, parameters, money) {
  const order = parameters.order ?? {};
  const of = (amount) => money(amount, parameters.currency);
  const line = (label, value) => value && el("div.bill-line", null, el("span", null, label), el("span", null, value));
  act.sheet("Order details", (body) => {
    body.append(el("section.bill-full", null,
      (order.items ?? []).map((item) => el("div.bill-item", null, el("span.thumb", null, icon("tag")), el("span", null, el("b", null, item.name), el("small", null, `Quantity ${item.quantity}`)), el("span", null, of(item.sale_amount ?? item.amount)))),
      line("Subtotal", of(order.subtotal)), line(order.tax?.description ?? "Tax", of(order.tax)), line("Shipping", of(order.shipping)), line(order.discount?.discount_program_name ?? "Discount", order.discount && `−${of(order.discount)}`),
      el("div.bill-line.total", null, el("span", null, "Total"), el("b", null, of(parameters.total_amount)))));
    body.append(el("h3", null, "Ways to pay"), ...(parameters.payment_settings ?? []).map(way), el("p.sheet-words", null, "No money moves in the emulator."));
  });
}

function way(setting) {
  const part = setting[setting.type] ?? {};
  const code = part.code ?? part.digitable_line;
  const names = { payment_gateway: "Payment gateway", upi_intent_link: "UPI", pix_dynamic_code: "Pix", boleto: "Boleto", payment_link: "Payment link", offsite_card_pay: "Card" };
  const name = names[setting.type] ?? setting.type;
  if (code) return el("button.row", { onclick: async () => notice((await copy(code)) ? `${name} code copied` : "The browser does not let this page copy") }, el("span", null, el("b", null, name), el("small.code", null, code)), icon("copy"));
  const uri = part.uri ?? part.link;
  if (/^https?:/i.test(uri ?? "")) return el("a.row", { href: uri, target: "_blank", rel: "noopener noreferrer" }, el("span", null, el("b", null, name), el("small", null, uri)), icon("link"));
  return el("div.row", null, el("span", null, el("b", null, name), el("small", null, [part.type, part.configuration_name, part.last_four_digits && `•••• ${part.last_four_digits}`].filter(Boolean).join(" · "))));
}

// --- the business ----------------------------------------------------------------------------------------------------------

export function openProfile(act) {
  const { profile = {}, verified_name: name, display_phone_number: phone } = act.thread?.phone_number ?? act.number;
  const line = (label, value) => value && el("div.fact", null, el("small", null, label), el("span", null, value));
  const site = (url) => el("div.fact", null, el("small", null, "Website"), /^https?:/i.test(url) ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, url) : el("span", null, url));
  act.sheet("Business info", (body) => {
    body.append(el("div.profile-top", null, el("span.business-avatar.large", { "aria-hidden": "true" }, name.charAt(0).toUpperCase()), el("h3", null, name), el("p", null, phone)));
    const facts = [line("About", profile.about), line("Description", profile.description), line("Category", (profile.vertical ?? "").toLowerCase().replaceAll("_", " ").replace(/^./, (c) => c.toUpperCase())), line("Address", profile.address), line("E-mail", profile.email), ...(profile.websites ?? []).map(site)].filter(Boolean);
    body.append(...(facts.length ? facts : [el("p.sheet-words", null, "The business has not filled in its profile.")]));
  });
}
