// A message as the app shows it, whatever its kind.

import { el, hash, icon, tick, time } from "./dom.js";
import { interactive, template } from "./interactive.js";
import { firstLink, inline, text } from "./markup.js";
import { file, people, picture, place, video, voice } from "./media.js";
import { orderCard } from "./shop.js";

/** The bubble of a message. `act` is the phone: what can be done with it. */
export function bubble(message, act) {
  const mine = message.own ?? message.direction === "inbound";
  const said = message.revoked ? null : CHIPS[message.type]?.(message.content[message.type] ?? {}, message);
  if (said) return el("div.hint.event", { "data-testid": "bubble", "data-wamid": message.wamid, "data-type": message.type, "data-direction": message.direction }, said);
  const parts = message.revoked ? gone(mine) : content(message, act);
  const mark = message.edited && !message.revoked ? "Edited " : "";
  const meta = el("span.meta", null, mark, el("time", { datetime: message.at }, time(message.at)), mine && message.tick && tick(message.tick));
  const bare = message.type === "sticker" && !message.revoked;
  // The time stands in the last line of text when there is room.
  const last = parts.inside[parts.inside.length - 1];
  const inText = last?.classList.contains("text") && last.lastChild?.nodeName !== "PRE";
  if (inText) last.append(meta);
  meta.classList.toggle("over", Boolean(last?.matches(".media-frame, .video-frame, .card.place, .card.file, .card.person, .voice")));
  meta.classList.toggle("on-picture", Boolean(last?.matches(".media-frame, .video-frame")));
  const body = el(`div.bubble-body${bare ? ".bare" : ""}`, null, author(message, mine), message.forwarded && forwarded(), quote(message, act), ...parts.inside, !inText && meta,
    el("button.bubble-menu", { "aria-label": "Message menu", title: "Reply, react, inspect", onclick: (e) => act.menu(message, e.currentTarget) }, icon("down")));
  const reactions = message.reactions.length && !message.revoked
    ? el("button.reactions", { "data-testid": "reactions", "aria-label": "Reactions", onclick: (e) => act.menu(message, e.currentTarget) }, [...new Set(message.reactions.map((r) => r.emoji))].join(""), message.reactions.length > 1 && ` ${message.reactions.length}`)
    : null;
  const classes = [mine ? "mine" : "theirs", reactions && "reacted", parts.below.length && "answers", parts.wide && "wide"].filter(Boolean).join(".");
  return el(`div.bubble.${classes}`, {
    "data-testid": "bubble", "data-wamid": message.wamid, "data-state": message.state,
    "data-direction": message.direction, "data-type": message.type,
  }, body, ...parts.below, reactions);
}

/** Who says it, where several talk. */
function author(message, mine) {
  if (mine || !message.author) return null;
  const node = el("b.author", null, message.author.name ?? `+${message.author.wa_id}`);
  node.style.setProperty("--hue", hash(message.author.wa_id ?? "business") % 360);
  return node;
}

function forwarded() {
  return el("div.label", null, icon("reply"), "Forwarded");
}

function quote(message, act) {
  const quoted = message.context;
  if (!quoted?.wamid || message.revoked) return null;
  const who = act.saidBy?.(quoted) ?? (quoted.direction === "inbound" ? "You" : act.business);
  return el("button.quote", { onclick: () => act.jump(quoted.wamid), "data-testid": "quote" },
    el("b", null, who), el("span", null, ...inline(quoted.preview ?? "Message")));
}

const only = (...inside) => ({ inside: inside.filter(Boolean), below: [] });
const plain = (words, image = "ban") => only(el("div.unknown", null, icon(image), el("span", null, words)));
const gone = (mine) => plain(mine ? "You deleted this message" : "This message was deleted");

/** What stands inside the bubble, and what hangs below it. */
function content(message, act) {
  if (message.rendered) return template(message, act);
  const body = message.content[message.type] ?? {};
  const draw = KINDS[message.type];
  return draw ? draw(body, message, act) : plain(`Message of type “${message.type}”`, "form");
}

/** One to three emoji and nothing else are shown large. */
const EMOJI_ONLY = /^(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F)(?:\u200D(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F?))*(?:\s*(?:\p{Emoji_Presentation}|\p{Emoji}\uFE0F)){0,2}$/u;

const KINDS = {
  text: (body, message) => {
    const asked = message.content.context?.referred_product;
    return only(advertisement(message), asked && el("div.card.asked", null, icon("tag"), el("span", null, el("small", null, "About"), el("b", null, asked.product_retailer_id))),
      body.preview_url && preview(body.body), text(body.body, EMOJI_ONLY.test(body.body ?? "") ? "text.jumbo" : "text"));
  },
  image: (body, message, act) => only(picture(message.media?.url, act, body.caption ?? "Picture"), text(body.caption)),
  video: (body, message) => only(video(message.media?.url), text(body.caption)),
  audio: (body, message) => only(voice(message.media?.url, message.wamid, body.voice)),
  document: (body, message) => only(file(body, message.media), text(body.caption)),
  sticker: (_, message, act) => only(el("img.sticker", { src: message.media?.url, alt: "Sticker", onload: () => act.grown() })),
  location: (body) => only(place(body)),
  contacts: (cards, _, act) => {
    const list = Array.isArray(cards) ? cards : [];
    return only(list[0]?.origin === "contact_request" && el("div.label", null, "Your contact info"), people(list, act));
  },
  button: (body) => only(text(body.text)),
  interactive,
  order: orderCard,
  unsupported: (body) => plain(`This message can’t be shown here${body.type ? ` (${body.type})` : ""}`),
};

/** What happens to a chat stands between the bubbles. */
const CHIPS = {
  request_welcome: () => "You opened this chat for the first time",
  system: (body) => body.body ?? "Something about this chat changed",
  pin: (body) => (body.type === "unpin" ? "A message was unpinned" : "A message was pinned"),
};

/** The advertisement that brought somebody here. */
function advertisement(message) {
  const ad = message.content.referral;
  if (!ad) return null;
  const picture = ad.image_url ?? ad.thumbnail_url;
  return el("div.card.ad", null, /^https?:/i.test(picture ?? "") && el("img", { src: picture, alt: "" }),
    el("span", null, el("b", null, ad.headline ?? "Advertisement"), el("small", null, ad.body ?? ""), el("small", null, ad.source_type === "post" ? "From a post" : "From an advertisement")));
}

function preview(body) {
  const link = firstLink(body);
  if (!link) return null;
  const { host, pathname } = new URL(link);
  return el("a.link-preview", { href: link, target: "_blank", rel: "noopener noreferrer" }, icon("link"),
    el("span", null, el("b", null, host.replace(/^www\./, "")), el("small", null, pathname)));
}

/** The words of a message: what copying takes and a quotation shows. */
export function wordsOf(message) {
  const body = message.content[message.type] ?? {};
  return message.rendered?.body ?? body.body?.text ?? body.body ?? body.caption ?? body.text ?? body.title ?? "";
}

/**
 * A thread as people see it: what was edited or deleted later is shown so where it stood, and the notices of it are not
 * messages of their own.
 */
export function settled(messages) {
  const changes = new Map();
  for (const message of messages) {
    const part = message.content?.[message.type];
    if (message.type === "edit") changes.set(part?.original_message_id, { ...changes.get(part?.original_message_id), content: part?.message });
    if (message.type === "revoke") changes.set(part?.original_message_id, { ...changes.get(part?.original_message_id), revoked: true });
  }
  if (!changes.size) return messages;
  const known = new Set(messages.map((m) => m.wamid));
  return messages
    .filter((m) => (m.type !== "edit" && m.type !== "revoke") || !known.has(m.content?.[m.type]?.original_message_id))
    .map((m) => (changes.has(m.wamid) ? changed(m, changes.get(m.wamid)) : m));
}

const versions = new WeakMap();

/** The same object for the same change, so that a bubble is not drawn again for nothing. */
function changed(message, change) {
  const key = JSON.stringify(change);
  const before = versions.get(message);
  if (before?.key === key) return before.made;
  const made = { ...message, revoked: change.revoked, edited: Boolean(change.content), content: merged(message, change.content) };
  versions.set(message, { key, made });
  return made;
}

function merged(message, content) {
  if (!content) return message.content;
  const part = { ...message.content[message.type], ...content[message.type] };
  return { ...message.content, [message.type]: part };
}
