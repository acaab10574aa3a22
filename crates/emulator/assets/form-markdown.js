// The markdown of forms: RichText, and TextBody and TextCaption with `markdown`. Always nodes, never HTML.

import { el } from "./dom.js";

const INLINE = [
  [/!\[([^\]]*)\]\((data:image\/[^)\s]+)\)/, ([, alt, src]) => el("img", { src, alt })],
  [/\[([^\]]+)\]\((https?:\/\/[^)\s]+)\)/, ([, words, href]) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, inline(words))],
  [/\*\*(?=\S)([\s\S]*?\S)\*\*/, ([, words]) => el("strong", null, inline(words))],
  [/~~(?=\S)([\s\S]*?\S)~~/, ([, words]) => el("s", null, inline(words))],
  [/(?<![\p{L}\p{N}_])([*_])(?=\S)([^*_\n]*?\S)\1(?![\p{L}\p{N}_])/u, ([, , words]) => el("em", null, inline(words))],
];

function inline(text) {
  for (const [pattern, draw] of INLINE) {
    const hit = pattern.exec(text);
    if (hit) return [...inline(text.slice(0, hit.index)), draw(hit), ...inline(text.slice(hit.index + hit[0].length))];
  }
  return text ? [text] : [];
}

const BLOCKS = [
  { is: /^# /, draw: ([line]) => el("h4", null, inline(line.slice(2))), one: true },
  { is: /^##+ /, draw: ([line]) => el("h5", null, inline(line.replace(/^#+ /, ""))), one: true },
  { is: /^\s*[-+*] /, draw: (lines) => el("ul", null, lines.map((line) => el("li", null, inline(line.replace(/^\s*[-+*] /, ""))))) },
  { is: /^\s*\d+\. /, draw: (lines) => el("ol", null, lines.map((line) => el("li", null, inline(line.replace(/^\s*\d+\. /, ""))))) },
  { is: /^\s*\|/, draw: table },
];

function table(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => inline(cell.trim()));
  const rows = lines.filter((line) => !/^\s*\|[\s:|-]+\|?\s*$/.test(line)).map(cells);
  const [head, ...rest] = rows;
  return el("table", null, el("thead", null, el("tr", null, (head ?? []).map((cell) => el("th", { scope: "col" }, cell)))),
    el("tbody", null, rest.map((row) => el("tr", null, row.map((cell) => el("td", null, cell))))));
}

/** A text of several lines; `value` is a text or a list of them. */
export function markdown(value) {
  const lines = [value].flat().filter((line) => line !== null && line !== undefined).join("\n").split("\n");
  const out = [];
  for (let at = 0; at < lines.length; ) {
    const kind = BLOCKS.find(({ is }) => is.test(lines[at])) ?? { is: /^(?!\s*([-+*] |\d+\. |\||#))\s*\S/, draw: (own) => el("p", null, inline(own.join("\n"))) };
    if (!lines[at].trim()) { at += 1; continue; }
    const own = [lines[at++]];
    while (!kind.one && at < lines.length && kind.is.test(lines[at])) own.push(lines[at++]);
    out.push(kind.draw(own));
  }
  return out;
}
