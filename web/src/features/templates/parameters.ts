// A template's holes and how they are filled: one reading of Meta's components serves the form, the preview, the message
// that goes out, and the bubble that shows it afterwards.

export type Json = Record<string, unknown>;

export type SlotKind = "text" | "image" | "video" | "document" | "url" | "code";

export interface Slot {
  /** `body.1`, `header.media`, `button.0`: also the name of the form's field. */
  key: string;
  component: "header" | "body" | "button";
  /** What stands between the braces: a number, or a name in a template with named parameters. */
  name: string;
  index: number;
  kind: SlotKind;
  example: string;
}

export type Values = Record<string, string>;

const HOLE = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const typeOf = (component: Json): string => text(component.type).toUpperCase();

/** The names of the holes in a text, each once, in the order they appear. */
export function holesIn(words: string): string[] {
  return [...new Set([...words.matchAll(HOLE)].map((match) => match[1] ?? ""))];
}

/** Fills the holes that have a value; the others stay visible as holes. */
export function fill(words: string, value: (name: string) => string | undefined): string {
  return words.replace(HOLE, (hole, name: string) => value(name) || hole);
}

function exampleOf(component: Json, name: string, position: number): string {
  const example = object(component.example);
  for (const named of [...list(example.body_text_named_params), ...list(example.header_text_named_params)]) {
    if (object(named).param_name === name) return text(object(named).example);
  }
  const bodies = list(example.body_text);
  const values = Array.isArray(bodies[0]) ? bodies[0] : bodies;
  return text(values[position]) || text(list(example.header_text)[position]);
}

function textSlots(component: Json, where: "header" | "body"): Slot[] {
  return holesIn(text(component.text)).map((name, position) => ({
    key: `${where}.${name}`,
    component: where,
    name,
    index: position,
    kind: "text",
    example: exampleOf(component, name, position),
  }));
}

function headerSlots(component: Json): Slot[] {
  const format = text(component.format).toLowerCase();
  if (format !== "image" && format !== "video" && format !== "document") return textSlots(component, "header");
  return [{ key: "header.media", component: "header", name: "media", index: 0, kind: format, example: "" }];
}

function buttonSlots(component: Json): Slot[] {
  return list(component.buttons).flatMap((entry, index): Slot[] => {
    const button = object(entry);
    const common = { key: `button.${index}`, component: "button" as const, index };
    const example = text(list(button.example)[0]) || text(button.example);
    if (typeOf(button) === "COPY_CODE") return [{ ...common, name: text(button.text), kind: "code", example }];
    const url = text(button.url);
    if (typeOf(button) !== "URL" || holesIn(url).length === 0) return [];
    return [{ ...common, name: text(button.text), kind: "url", example: example.replace(url.replace(HOLE, ""), "") }];
  });
}

/** Everything a person has to fill in before the template can be sent. */
export function slotsOf(components: Json[]): Slot[] {
  return components.flatMap((component) => {
    switch (typeOf(component)) {
      case "HEADER":
        return headerSlots(component);
      case "BODY":
        return textSlots(component, "body");
      case "BUTTONS":
        return buttonSlots(component);
      default:
        return [];
    }
  });
}

const sendableButtons = new Set(["QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "VOICE_CALL"]);
const sendableParts = new Set(["HEADER", "BODY", "FOOTER", "BUTTONS"]);

/** What in this template can't be filled in here: a carousel, a catalogue, a map header. Null when all of it can. */
export function beyondUs(components: Json[]): string | null {
  for (const component of components) {
    if (!sendableParts.has(typeOf(component))) return typeOf(component).toLowerCase();
    if (text(component.format).toUpperCase() === "LOCATION") return "location";
    const odd = list(component.buttons).find((button) => !sendableButtons.has(typeOf(object(button))));
    if (odd) return typeOf(object(odd)).toLowerCase();
  }
  return null;
}

export type Flaw = "missing" | "newLine" | "spaces";

/** Meta refuses parameters with line breaks, tabs, or more than four spaces in a row. */
export function flawOf(slot: Slot, value: string): Flaw | null {
  if (value.trim() === "") return "missing";
  if (slot.kind !== "text") return null;
  if (/[\n\r\t]/.test(value)) return "newLine";
  return / {5,}/.test(value) ? "spaces" : null;
}

function parameterOf(slot: Slot, value: string): Json {
  switch (slot.kind) {
    case "image":
    case "video":
    case "document":
      return { type: slot.kind, [slot.kind]: /^https?:/.test(value) ? { link: value } : { id: value } };
    case "code":
      return { type: "coupon_code", coupon_code: value };
    case "url":
      return { type: "text", text: value };
    case "text":
      return /^\d+$/.test(slot.name)
        ? { type: "text", text: value }
        : { type: "text", parameter_name: slot.name, text: value };
  }
}

// Positional parameters go in the order of their numbers, whatever order the text mentions them in.
const inOrder = (a: Slot, b: Slot) => Number(a.name) - Number(b.name) || a.index - b.index;

/** The `components` of a template message, as the Cloud API wants them. */
export function filledComponents(slots: Slot[], values: Values): Json[] {
  const parts: Json[] = [];
  for (const where of ["header", "body"] as const) {
    const own = slots.filter((slot) => slot.component === where).sort(inOrder);
    if (own.length === 0) continue;
    parts.push({ type: where, parameters: own.map((slot) => parameterOf(slot, values[slot.key] ?? "")) });
  }
  for (const slot of slots.filter((candidate) => candidate.component === "button")) {
    parts.push({
      type: "button",
      sub_type: slot.kind === "code" ? "copy_code" : "url",
      index: String(slot.index),
      parameters: [parameterOf(slot, values[slot.key] ?? "")],
    });
  }
  return parts;
}

/** The reverse: which values a sent message's `components` carry. */
export function valuesIn(sent: Json[]): Values {
  const values: Values = {};
  for (const component of sent) {
    const where = text(component.type).toLowerCase();
    list(component.parameters).forEach((entry, position) => {
      const parameter = object(entry);
      const kind = text(parameter.type);
      const media = object(parameter[kind]);
      const value = text(parameter.text) || text(parameter.coupon_code) || text(media.id) || text(media.link);
      if (where === "button") values[`button.${text(component.index) || String(component.index ?? 0)}`] = value;
      else if (kind === "image" || kind === "video" || kind === "document") values["header.media"] = value;
      else values[`${where}.${text(parameter.parameter_name) || position + 1}`] = value;
    });
  }
  return values;
}

export interface RenderedButton {
  kind: "quick_reply" | "url" | "phone_number" | "copy_code" | "other";
  text: string;
}

/** A template with its holes filled, ready to be drawn. */
export interface Rendered {
  header: { kind: "text"; text: string } | { kind: "image" | "video" | "document" | "location"; media: string } | null;
  body: string;
  footer: string;
  buttons: RenderedButton[];
}

const buttonKinds: Record<string, RenderedButton["kind"]> = {
  QUICK_REPLY: "quick_reply",
  URL: "url",
  PHONE_NUMBER: "phone_number",
  COPY_CODE: "copy_code",
};

export function render(components: Json[], values: Values): Rendered {
  const rendered: Rendered = { header: null, body: "", footer: "", buttons: [] };
  for (const component of components) {
    const kind = typeOf(component);
    if (kind === "HEADER") rendered.header = renderHeader(component, values);
    if (kind === "BODY") rendered.body = fill(text(component.text), (name) => values[`body.${name}`]);
    if (kind === "FOOTER") rendered.footer = text(component.text);
    if (kind === "BUTTONS") {
      rendered.buttons = list(component.buttons).map((entry) => {
        const button = object(entry);
        return { kind: buttonKinds[typeOf(button)] ?? "other", text: text(button.text) };
      });
    }
  }
  return rendered;
}

function renderHeader(component: Json, values: Values): Rendered["header"] {
  const format = text(component.format).toLowerCase();
  if (format === "image" || format === "video" || format === "document" || format === "location") {
    return { kind: format, media: values["header.media"] ?? "" };
  }
  return { kind: "text", text: fill(text(component.text), (name) => values[`header.${name}`]) };
}
