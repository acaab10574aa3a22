// What all inputs of forms have around them. An input is {node, name, update, check, focus}: `update` brings it in line with the
// values it depends on, `check` says in words why the screen can't be left like this.

import { el } from "./dom.js";

let ids = 0;

/** What all inputs have around them: helper text, and what is wrong in words. */
export function framed(screen, c, box, controls, judge, label = null) {
  const id = `form-part-${(ids += 1)}`;
  const helper = el("small.form-helper", { id: `${id}-h` });
  const wrong = el("small.form-wrong", { id: `${id}-e`, role: "alert" });
  const node = el("div.form-input", { "data-name": c.name }, label, box, helper, wrong);
  let told = null;
  const said = () => (screen.touched.has(c.name) ? null : screen.view(c["error-message"]) ?? screen.saidAbout(c.name));
  const show = () => {
    const given = said();
    const words = told ?? (typeof given === "string" ? given : null);
    const help = screen.view(c["helper-text"]);
    wrong.textContent = words ?? "";
    helper.textContent = typeof help === "string" && !words ? help : "";
    node.classList.toggle("is-wrong", Boolean(words));
    for (const control of controls()) {
      control.setAttribute("aria-invalid", String(Boolean(words)));
      control.setAttribute("aria-describedby", `${id}-h ${id}-e`);
    }
  };
  const update = () => {
    node.hidden = screen.view(c.visible) === false;
    const off = screen.view(c.enabled) === false;
    for (const control of controls()) control.disabled = off || control.dataset.off === "true";
    if (told) told = judge();
    show();
  };
  const check = (tell) => {
    const words = node.hidden ? null : judge();
    if (tell) { told = words; show(); }
    return words;
  };
  return { node, name: c.name, update, check, focus: () => controls()[0]?.focus() };
}

export const needed = (screen, c) => screen.view(c.required) === true;
