// A message as the app shows it, whatever its kind.

import { bytes, el, icon, marked, tick, time } from "./dom.js";

/** The bubble of a message. `act` carries what can be done with it: tap, openList, menu, jump, locate. */
export function bubble(message, act) {
  const mine = message.direction === "inbound";
  const parts = content(message, act);
  const meta = el("span.meta", null, el("time", { datetime: message.at }, time(message.at)), mine && message.tick && tick(message.tick));
  const bare = message.type === "sticker";
  // The time stands in the last line of text when there is room.
  const last = parts.inside[parts.inside.length - 1];
  const inText = last?.classList.contains("text");
  if (inText) last.append(meta);
  const body = el(`div.bubble-body${bare ? ".bare" : ""}`, null, quote(message, act), ...parts.inside, !inText && meta,
    el("button.bubble-menu", { "aria-label": "Message menu", title: "Reply or react", onclick: (e) => act.menu(message, e.currentTarget) }, icon("down")));
  const reactions = message.reactions.length
    ? el("span.reactions", { "data-testid": "reactions" }, [...new Set(message.reactions.map((r) => r.emoji))].join(""), message.reactions.length > 1 && ` ${message.reactions.length}`)
    : null;
  const answers = parts.below.length ? ".answers" : "";
  return el(`div.bubble.${mine ? "mine" : "theirs"}${reactions ? ".reacted" : ""}${answers}`, {
    "data-testid": "bubble", "data-wamid": message.wamid, "data-state": message.state,
    "data-direction": message.direction, "data-type": message.type,
  }, body, ...parts.below, reactions);
}

function quote(message, act) {
  const quoted = message.context;
  if (!quoted) return null;
  const who = quoted.direction === "inbound" ? "You" : act.business;
  return el("button.quote", { onclick: () => act.jump(quoted.wamid), "data-testid": "quote" },
    el("b", null, who), el("span", null, quoted.preview ?? "Message"));
}

function text(value, kind = "text") {
  return value ? el(`div.${kind}`, null, ...marked(String(value))) : null;
}

/** What stands inside the bubble, and what hangs below it. */
function content(message, act) {
  if (message.rendered) return template(message, act);
  const body = message.content[message.type] ?? {};
  const draw = KINDS[message.type];
  return draw ? draw(body, message, act) : { inside: [el("div.unknown", null, `Message of type “${message.type}”`)], below: [] };
}

const only = (...inside) => ({ inside: inside.filter(Boolean), below: [] });

const KINDS = {
  text: (body) => only(text(body.body), body.preview_url && preview(body.body)),
  image: (body, message, act) => only(picture(message.media, act), text(body.caption)),
  video: (body, message) => only(el("video.media", { src: message.media?.url, controls: true, preload: "metadata" }), text(body.caption)),
  audio: (body, message) => only(el("div.audio", null, icon("phone"), el("audio", { src: message.media?.url, controls: true, preload: "metadata" }))),
  document: (body, message) => only(file(body, message.media), text(body.caption)),
  sticker: (body, message) => only(el("img.sticker", { src: message.media?.url, alt: "Sticker" })),
  location: (body) => only(place(body)),
  contacts: (cards) => only(...cards.map(contact)),
  button: (body) => only(text(body.text)),
  interactive,
  order: (body) => only(el("div.card", null, el("b", null, `${body.product_items?.length ?? 0} items`), text(body.text))),
  unsupported: () => only(el("div.unknown", null, "This message is not supported")),
  request_welcome: () => only(el("div.unknown", null, "Opened the chat")),
};

function interactive(body, message, act) {
  const reply = body.button_reply ?? body.list_reply;
  if (reply) return only(text(reply.title), text(reply.description, "small"));
  const action = body.action ?? {};
  const inside = [header(body.header, message, act), text(body.body?.text), text(body.footer?.text, "footer")].filter(Boolean);
  return { inside, below: actions(body.type, action, message, act) };
}

function actions(kind, action, message, act) {
  const parameters = action.parameters ?? {};
  switch (kind) {
    case "button":
      return (action.buttons ?? []).map((b) => button("reply", b.reply?.title, () => act.tap(message, { id: b.reply?.id })));
    case "list":
      return [button("list", action.button, () => act.openList(message, action))];
    case "cta_url":
      return [link(parameters.display_text, parameters.url)];
    case "location_request_message":
      return [button("pin", "Send location", () => act.locate(message))];
    default:
      return parameters.display_text || parameters.flow_cta ? [el("span.reply-button.dead", null, parameters.display_text ?? parameters.flow_cta)] : [];
  }
}

function template(message, act) {
  const { header: head, body, footer, buttons = [] } = message.rendered;
  const below = buttons.map((b) => {
    switch (b.type) {
      case "QUICK_REPLY":
        return button("reply", b.text, () => act.tap(message, { title: b.text }));
      case "URL":
        return link(b.text, b.url);
      case "PHONE_NUMBER":
        return el("a.reply-button", { href: `tel:${b.phone_number}` }, icon("phone"), b.text);
      case "COPY_CODE":
        return button("file", b.text ?? "Copy code", () => navigator.clipboard?.writeText(b.coupon_code ?? ""));
      default:
        return el("span.reply-button.dead", null, b.text ?? b.type);
    }
  });
  return { inside: [header(head, message, act), text(body), text(footer, "footer")].filter(Boolean), below };
}

function header(head, message, act) {
  if (!head) return null;
  switch (head.type) {
    case "text":
      return el("div.header", null, ...marked(head.text ?? ""));
    case "image":
      return picture(message.media, act);
    case "video":
      return el("video.media", { src: message.media?.url, controls: true, preload: "metadata" });
    case "document":
      return file(head.document ?? {}, message.media);
    case "location":
      return place(head.location ?? {});
    default:
      return null;
  }
}

function button(image, title, onclick) {
  return el("button.reply-button", { "data-testid": "reply-button", onclick }, icon(image), title ?? "");
}

function link(title, url) {
  const safe = /^https?:/i.test(url ?? "") ? url : undefined;
  return el("a.reply-button", { href: safe, target: "_blank", rel: "noopener noreferrer", "data-testid": "url-button" }, icon("link"), title ?? "");
}

function picture(media, act) {
  if (!media) return el("div.media.missing", null, icon("image"));
  return el("img.media", { src: media.url, alt: "Picture", loading: "lazy", onclick: () => act.enlarge(media.url), onload: (e) => act.grown(e.currentTarget) });
}

function file(body, media) {
  const name = body.filename ?? media?.filename ?? "Document";
  const kind = (name.includes(".") ? name.split(".").pop() : "file").toUpperCase();
  return el("a.card.file", { href: media?.url, target: "_blank", rel: "noopener", download: name },
    el("span.file-icon", null, icon("file"), el("i", null, kind.slice(0, 4))),
    el("span.file-name", null, el("b", null, name), el("small", null, [bytes(media?.size), kind].filter(Boolean).join(" · "))));
}

function place(body) {
  const where = `${Number(body.latitude).toFixed(4)}, ${Number(body.longitude).toFixed(4)}`;
  return el("div.card.place", null, el("div.map", null, icon("pin")),
    el("b", null, body.name ?? "Location"), el("small", null, body.address ?? where));
}

function contact(card) {
  const name = card.name?.formatted_name ?? "Contact";
  return el("div.card.person", null, el("span.avatar", null, icon("person")),
    el("span", null, el("b", null, name), el("small", null, card.phones?.[0]?.phone ?? card.phones?.[0]?.wa_id ?? "")));
}

function preview(body) {
  const url = /https?:\/\/[^\s]+/.exec(body ?? "")?.[0];
  if (!url) return null;
  let host = url;
  try {
    host = new URL(url).host;
  } catch {
    return null;
  }
  return el("div.link-preview", null, icon("link"), el("span", null, host));
}
