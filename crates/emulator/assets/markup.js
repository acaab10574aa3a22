// Text as people mark it up in the app: *bold*, _italic_, ~struck~, `code`, ```mono```, lists, quotes and links.
// Always nodes, never HTML.

import { el } from "./dom.js";

const MARKS = [
  [/`([^`\n]+)`/, "code"],
  [/(?<![\p{L}\p{N}*])\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}_])/u, "em"],
  [/(?<![\p{L}\p{N}~])~(?=\S)([^~\n]*[^~\s])~(?![\p{L}\p{N}~])/u, "s"],
];

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/;

/** A whole message. */
export function marked(text) {
  return text.split(/```([\s\S]+?)```/).flatMap((part, index) => {
    if (index % 2) return [el(part.includes("\n") ? "pre" : "code", null, part.replace(/^\n|\n$/g, ""))];
    return blocks(part);
  });
}

/** Lines that belong together become lists and quotes. */
function blocks(text) {
  const out = [];
  let plain = [];
  const flush = () => {
    if (plain.length) out.push(...inline(plain.join("\n")));
    plain = [];
  };
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const kind = KINDS.find(({ is }) => is.test(lines[at]));
    if (!kind) { plain.push(lines[at++]); continue; }
    const own = [];
    while (at < lines.length && kind.is.test(lines[at])) own.push(lines[at++]);
    flush();
    out.push(kind.draw(own));
  }
  flush();
  return out;
}

const item = (is) => (line) => el("li", null, ...inline(line.replace(is, "")));

const KINDS = [
  { is: /^[-*] (?=\S)/, draw: (lines) => el("ul", null, lines.map(item(/^[-*] /))) },
  { is: /^\d{1,3}\. (?=\S)/, draw: (lines) => el("ol", { start: parseInt(lines[0], 10) }, lines.map(item(/^\d+\. /))) },
  { is: /^> ?(?=\S)/, draw: (lines) => el("blockquote", null, ...inline(lines.map((l) => l.replace(/^> ?/, "")).join("\n"))) },
];

/** What stands within lines. */
export function inline(text) {
  const link = LINK.exec(text);
  if (link) {
    const anchor = el("a", { href: link[0], target: "_blank", rel: "noopener noreferrer" }, link[0]);
    return [...inline(text.slice(0, link.index)), anchor, ...inline(text.slice(link.index + link[0].length))];
  }
  for (const [pattern, tag] of MARKS) {
    const hit = pattern.exec(text);
    if (!hit) continue;
    const inner = tag === "code" ? [hit[1]] : inline(hit[1]);
    return [...inline(text.slice(0, hit.index)), el(tag, null, ...inner), ...inline(text.slice(hit.index + hit[0].length))];
  }
  return text ? [text] : [];
}

/** The first link of a text. */
export function firstLink(text) {
  return LINK.exec(text ?? "")?.[0] ?? null;
}

/** A block of marked-up text, or nothing. */
export function text(value, kind = "text") {
  return value ? el(`div.${kind}`, null, ...marked(String(value))) : null;
}

/** The same words without the marks, for one line. */
export function bare(value) {
  const box = document.createElement("span");
  box.append(...inline(value.replaceAll("```", "")));
  return box.textContent;
}
