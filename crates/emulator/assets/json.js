// JSON for people: indented, coloured, copied with one click.

import { copy, el, icon } from "./dom.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** A block of JSON with a title; `value` is text or anything else. */
export function json(title, value, open = true) {
  let text = value;
  try {
    text = JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, null, 2);
  } catch { /* shown as it is */ }
  const done = el("button.icon.copy", { "aria-label": `Copy ${title}`, title: "Copy" }, icon("copy"));
  done.addEventListener("click", async (e) => {
    e.preventDefault();
    done.replaceChildren(icon((await copy(text)) ? "check" : "close"));
    setTimeout(() => done.replaceChildren(icon("copy")), 1200);
  });
  return el("details.json", { open }, el("summary", null, el("span", null, title), done), el("pre", { tabindex: "0" }, ...coloured(text ?? "")));
}

function coloured(text) {
  if (text.length > 200_000) return [text];
  const out = [];
  let at = 0;
  for (const hit of text.matchAll(TOKEN)) {
    if (hit.index > at) out.push(text.slice(at, hit.index));
    const [whole, string, colon, word] = hit;
    const kind = string ? (colon ? "key" : "string") : word ? "word" : "number";
    out.push(el(`span.j-${kind}`, null, string ?? whole));
    if (colon) out.push(colon);
    at = hit.index + whole.length;
  }
  out.push(text.slice(at));
  return out;
}
