// What a screen of a form shows besides inputs: texts, pictures, links, lists that lead on, and the branches of If and Switch.
// A part is {node, update, inputs}: `inputs` are those that count now, in the order they are seen.

import { el, icon } from "./dom.js";
import { INPUTS } from "./form-inputs.js";
import { markdown } from "./form-markdown.js";
import { holds } from "./form-values.js";

const pictureUrl = (src) => (src?.startsWith("data:") ? src : `data:${src?.startsWith("/9j") ? "image/jpeg" : src?.startsWith("UklG") ? "image/webp" : "image/png"};base64,${src}`);

/** Something that only shows; `draw` fills the node anew when what it depends on has changed. */
function shown(screen, c, spec, draw) {
  const node = el(spec);
  let before;
  return { node, inputs: () => [], update: () => {
    node.hidden = screen.view(c.visible) === false;
    const now = draw.value();
    const key = JSON.stringify(now);
    if (key !== before) node.replaceChildren(...[draw.nodes(now)].flat(Infinity).filter(Boolean));
    before = key;
  } };
}

function words(spec) {
  return (screen, c) => {
    const marked = c.type === "RichText" || c.markdown === true;
    const weight = screen.view(c["font-weight"]);
    const classes = [spec, weight && `is-${weight}`, screen.view(c.strikethrough) === true && "is-struck", marked && "form-marked"].filter(Boolean).join(".");
    return shown(screen, c, classes, { value: () => screen.view(c.text), nodes: (text) => (marked ? markdown(text) : [[text].flat().join("\n")]) });
  };
}

function image(screen, c) {
  return shown(screen, c, "div.form-image-frame", { value: () => screen.view(c.src), nodes: (src) => {
    const picture = el(`img.form-image.is-${screen.view(c["scale-type"]) === "cover" ? "cover" : "contain"}`, { src: pictureUrl(src), alt: screen.view(c["alt-text"]) ?? "" });
    const [width, height, ratio] = [screen.view(c.width), screen.view(c.height), Number(screen.view(c["aspect-ratio"]))];
    if (width) picture.style.width = `${Number(width)}px`;
    if (height) picture.style.height = `${Number(height)}px`;
    if (ratio > 0 && ratio !== 1) picture.style.aspectRatio = String(ratio);
    return picture;
  } });
}

function imageCarousel(screen, c) {
  return shown(screen, c, "div.form-images", { value: () => screen.view(c.images) ?? [], nodes: (images) => {
    const strip = el(`div.form-strip.is-${String(screen.view(c["aspect-ratio"]) ?? "4:3").replace(":", "x")}`, { tabindex: "0", role: "group", "aria-label": `${images.length} pictures` },
      images.map((one) => el(`img.is-${screen.view(c["scale-type"]) ?? "contain"}`, { src: pictureUrl(one.src), alt: one["alt-text"] ?? "" })));
    const dots = el("div.form-dots", { "aria-hidden": "true" }, images.map((_, i) => el(`i${i ? "" : ".now"}`)));
    strip.addEventListener("scroll", () => { const at = Math.round(strip.scrollLeft / strip.clientWidth); [...dots.children].forEach((dot, i) => dot.classList.toggle("now", i === at)); });
    return [strip, images.length > 1 && dots];
  } });
}

function embeddedLink(screen, c) {
  return shown(screen, c, "div.form-link", { value: () => screen.view(c.text), nodes: (text) => el("button.linklike", { type: "button", "data-testid": "form-link", onclick: () => screen.act(c["on-click-action"]) }, text) });
}

function navigationList(screen, c) {
  const item = (one) => {
    const { title, description, metadata } = one["main-content"] ?? {};
    const end = one.end ?? {};
    return el("li", null, el("button.form-nav", { type: "button", "data-testid": `form-${c.name}-${one.id}`, onclick: () => screen.act(one["on-click-action"] ?? c["on-click-action"]) },
      one.start?.image && el(`img.option-image${screen.view(c["media-size"]) === "large" ? ".large" : ""}`, { src: pictureUrl(one.start.image), alt: one.start["alt-text"] ?? "" }),
      el("span.form-nav-words", null, el("b", null, title, one.badge && el("i.form-badge", null, one.badge)), description && el("small", null, description), metadata && el("small", null, metadata), one.tags?.length > 0 && el("span.form-tags", null, one.tags.map((tag) => el("i", null, tag)))),
      (end.title || end.description || end.metadata) && el("span.form-nav-end", null, end.title && el("b", null, end.title), end.description && el("small", null, end.description), end.metadata && el("small", null, end.metadata)),
      icon("right")));
  };
  return shown(screen, c, "div.form-list", { value: () => ({ label: screen.view(c.label), about: screen.view(c.description), items: screen.view(c["list-items"]) ?? [] }),
    nodes: ({ label, about, items }) => [label && el("b", null, label), about && el("small", null, about), el("ul", null, items.map(item))] });
}

// --- branches ------------------------------------------------------------------------------------------------------------

/** Children of which only those of one branch are there. */
function branches(screen, all, choose) {
  const made = new Map(Object.entries(all).map(([key, children]) => [key, parts(screen, children)]));
  const node = el("div.form-branch", null, [...made.values()].map((branch) => branch.node));
  let now;
  return { node, update: () => {
    now = choose();
    for (const [key, branch] of made) {
      branch.node.hidden = key !== now;
      if (key === now) branch.update();
    }
  }, inputs: () => made.get(now)?.inputs() ?? [], footer: () => made.get(now)?.footer() };
}

const KINDS = {
  TextHeading: words("h4.form-heading"), TextSubheading: words("h5.form-subheading"), TextBody: words("div.form-body"), TextCaption: words("div.form-caption"), RichText: words("div.form-rich"),
  Image: image, ImageCarousel: imageCarousel, EmbeddedLink: embeddedLink, NavigationList: navigationList,
  Form: (screen, c) => { screen.messages(c["error-messages"]); return parts(screen, c.children); },
  If: (screen, c) => branches(screen, { then: c.then ?? [], else: c.else ?? [] }, () => (holds(c.condition, screen.scope) ? "then" : "else")),
  Switch: (screen, c) => branches(screen, c.cases ?? {}, () => { const value = String(screen.view(c.value) ?? ""); return value in (c.cases ?? {}) ? value : "default"; }),
  Footer: (_, c) => ({ node: el("span", { hidden: true }), update: () => {}, inputs: () => [], footer: () => c }),
};

function part(screen, c) {
  if (INPUTS[c.type]) {
    const input = INPUTS[c.type](screen, c);
    return { node: input.node, update: input.update, inputs: () => (input.node.hidden ? [] : [input]) };
  }
  const kind = KINDS[c.type];
  if (kind) return kind(screen, c);
  return { node: el("p.form-caption", null, `The page can’t draw “${c.type}”.`), update: () => {}, inputs: () => [] };
}

/** The children of a screen, a form or a branch. */
export function parts(screen, children) {
  const all = (children ?? []).map((c) => part(screen, c));
  return {
    node: el("div.form-parts", null, all.map((one) => one.node)),
    update: () => { for (const one of all) one.update(); },
    inputs: () => all.flatMap((one) => one.inputs()),
    footer: () => all.map((one) => one.footer?.()).find(Boolean),
  };
}
