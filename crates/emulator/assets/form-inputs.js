// What is filled in on a screen of a form: texts, choices, agreements.

import { el, icon } from "./dom.js";
import { calendarPicker, datePicker } from "./form-dates.js";
import { filePicker } from "./form-files.js";
import { framed, needed } from "./form-frame.js";

// --- text --------------------------------------------------------------------------------------------------------------

const KINDS = {
  number: { inputmode: "decimal", test: /^[-+]?\d+([.,]\d+)?$/, words: "Enter a number" },
  email: { type: "email", inputmode: "email", test: /^[^\s@]+@[^\s@]+\.[^\s@]+$/, words: "Enter a valid e-mail address" },
  password: { type: "password" },
  passcode: { type: "password", inputmode: "numeric", test: /^\d+$/, words: "Only digits" },
  phone: { type: "tel", inputmode: "tel", test: /^[+\d][\d\s().-]{3,}$/, words: "Enter a valid phone number" },
};

function textInput(screen, c) {
  const area = c.type === "TextArea";
  const kind = area ? {} : KINDS[screen.view(c["input-type"])] ?? {};
  const [least, most] = [Number(screen.view(c["min-chars"]) ?? 0), Number(screen.view(c["max-chars"] ?? c["max-length"]) ?? (area ? 600 : 80))];
  const input = el(area ? "textarea" : "input", { name: c.name, type: area ? undefined : kind.type ?? "text", inputmode: kind.inputmode, rows: area ? 4 : undefined, maxlength: most,
    autocomplete: "off", placeholder: " ", "data-testid": `form-${c.name}`, oninput: () => screen.set(c.name, input.value) });
  input.value = screen.values[c.name] ?? "";
  const counter = area && el("small.form-count", { "aria-hidden": "true" });
  const label = el("span");
  const box = el(`label.form-box${area ? ".area" : ""}${c["label-variant"] === "large" ? ".large" : ""}`, null, input, label, counter);
  const judge = () => {
    const value = input.value.trim();
    if (!value) return needed(screen, c) ? "This is required" : null;
    if (kind.test && !kind.test.test(value)) return kind.words;
    if (value.length < least) return `At least ${least} characters`;
    return c.pattern && !matches(c.pattern, value) ? screen.view(c["helper-text"]) ?? "Not in the expected form" : null;
  };
  const part = framed(screen, c, box, () => [input], judge);
  const { update } = part;
  part.update = () => {
    update();
    label.textContent = `${screen.view(c.label) ?? ""}${needed(screen, c) ? "" : " (optional)"}`;
    input.setAttribute("aria-required", String(needed(screen, c)));
    if (counter) counter.textContent = `${input.value.length}/${most}`;
  };
  return part;
}

function matches(pattern, value) {
  try { return new RegExp(`^(?:${pattern})$`, "u").test(value); } catch { return true; }
}

// --- choices -------------------------------------------------------------------------------------------------------------

const pictureOf = (option) => option.image && el("img.option-image", { src: option.image.startsWith("data:") ? option.image : `data:image/png;base64,${option.image}`, alt: option["alt-text"] ?? "" });

function dot(option) {
  if (!option.color || option.image) return null;
  const node = el("i.option-colour");
  node.style.background = option.color.startsWith("#") ? option.color : `#${option.color}`;
  return node;
}

/** Radio buttons, check boxes and chips. */
function choices(screen, c) {
  const many = c.type !== "RadioButtonsGroup";
  const chips = c.type === "ChipsSelector";
  const chosen = () => [screen.values[c.name] ?? []].flat();
  const [least, most] = [Number(screen.view(c["min-selected-items"]) ?? 0), Number(screen.view(c["max-selected-items"]) ?? Infinity)];
  const list = el(chips ? "div.form-chips" : "div.form-options");
  const legend = el("legend");
  const about = el("small.form-about");
  const group = el("fieldset.form-group", { role: many ? "group" : "radiogroup" }, legend, about, list);
  let inputs = [];
  let drawn = "";
  const pick = (option, on) => {
    const rest = chosen().filter((id) => id !== option.id);
    screen.set(c.name, many ? (on ? [...rest, option.id] : rest) : option.id);
    const key = on ? "on-select-action" : "on-unselect-action";
    screen.act(option[key] ?? c[key]);
  };
  const row = (option) => {
    const input = el("input", { type: many ? "checkbox" : "radio", name: `${screen.key}-${c.name}`, value: option.id, checked: chosen().includes(option.id), "data-testid": `form-${c.name}-${option.id}`, onchange: (e) => pick(option, e.target.checked) });
    input.dataset.off = String(option.enabled === false);
    inputs.push(input);
    if (chips) return el("label.form-chip", null, input, el("span", null, option.title));
    return el(`label.form-option${screen.view(c["media-size"]) === "large" ? ".large" : ""}`, null, pictureOf(option) || dot(option),
      el("span", null, el("b", null, option.title), option.description && el("small", null, option.description), option.metadata && el("small.metadata", null, option.metadata)), input);
  };
  const judge = () => {
    const count = chosen().filter((id) => inputs.some((input) => input.value === id)).length;
    if (!count) return needed(screen, c) ? (many ? "Choose at least one" : "Choose one") : null;
    if (count < least) return `Choose at least ${least}`;
    return count > most ? `Choose at most ${most}` : null;
  };
  const part = framed(screen, c, group, () => inputs, judge);
  const { update } = part;
  part.update = () => {
    const options = screen.view(c["data-source"]) ?? [];
    if (JSON.stringify(options) !== drawn) {
      drawn = JSON.stringify(options);
      inputs = [];
      list.replaceChildren(...options.map(row));
    }
    for (const input of inputs) {
      input.checked = chosen().includes(input.value);
      if (many) input.dataset.off = String(options.find((o) => o.id === input.value)?.enabled === false || (!input.checked && chosen().length >= most));
    }
    update();
    legend.textContent = `${screen.view(c.label) ?? ""}${needed(screen, c) || !c.label ? "" : " (optional)"}`;
    about.textContent = screen.view(c.description) ?? "";
  };
  return part;
}

function dropdown(screen, c) {
  let options = [];
  const select = el("select", { name: c.name, "data-testid": `form-${c.name}`, onchange: () => {
    const before = options.find((o) => o.id === screen.values[c.name]);
    const now = options.find((o) => o.id === select.value);
    screen.set(c.name, select.value || null);
    if (before) screen.act(before["on-unselect-action"] ?? c["on-unselect-action"]);
    if (now) screen.act(now["on-select-action"] ?? c["on-select-action"]);
  } });
  const label = el("span");
  const box = el("label.form-box.select", null, select, label, icon("down"));
  let drawn = "";
  const part = framed(screen, c, box, () => [select], () => (!select.value && needed(screen, c) ? "Choose one" : null));
  const { update } = part;
  part.update = () => {
    options = screen.view(c["data-source"]) ?? [];
    if (JSON.stringify(options) !== drawn) {
      drawn = JSON.stringify(options);
      select.replaceChildren(el("option", { value: "" }, ""), ...options.map((o) => el("option", { value: o.id, disabled: o.enabled === false, title: o.description }, [o.title, o.metadata].filter(Boolean).join(" · "))));
    }
    select.value = screen.values[c.name] ?? "";
    box.classList.toggle("filled", Boolean(select.value));
    label.textContent = `${screen.view(c.label) ?? ""}${needed(screen, c) ? "" : " (optional)"}`;
    update();
  };
  return part;
}

function optIn(screen, c) {
  const input = el("input", { type: "checkbox", name: c.name, checked: screen.values[c.name] === true, "data-testid": `form-${c.name}`, onchange: () => {
    screen.set(c.name, input.checked);
    screen.act(c[input.checked ? "on-select-action" : "on-unselect-action"]);
  } });
  const words = el("span");
  const more = c["on-click-action"] && el("button.linklike", { type: "button", onclick: () => screen.act(c["on-click-action"]) }, "Read more");
  const box = el("div.form-optin", null, el("label", null, input, words), more);
  const part = framed(screen, c, box, () => [input], () => (!input.checked && needed(screen, c) ? "Please agree to go on" : null));
  const { update } = part;
  part.update = () => { update(); words.textContent = screen.view(c.label) ?? ""; };
  return part;
}

export const INPUTS = {
  TextInput: textInput, TextArea: textInput, CheckboxGroup: choices, RadioButtonsGroup: choices, ChipsSelector: choices, Dropdown: dropdown, OptIn: optIn,
  DatePicker: datePicker, CalendarPicker: calendarPicker, PhotoPicker: filePicker, DocumentPicker: filePicker,
};
