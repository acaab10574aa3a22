// Photos and documents in forms: chosen here, uploaded at once, sent by their ids.

import { api, attempt } from "./api.js";
import { bytes, el, icon } from "./dom.js";
import { framed } from "./form-frame.js";

export function filePicker(screen, c) {
  const photos = c.type === "PhotoPicker";
  const noun = photos ? "photos" : "documents";
  const [least, most] = [Number(screen.view(c[`min-uploaded-${noun}`]) ?? 0), Number(screen.view(c[`max-uploaded-${noun}`]) ?? 30)];
  const kb = Number(screen.view(c["max-file-size-kb"]) ?? 25_600);
  const chosen = () => screen.values[c.name] ?? [];
  const input = el("input", { type: "file", hidden: true, multiple: most > 1, accept: photos ? "image/*" : (screen.view(c["allowed-mime-types"]) ?? []).join(","), "data-testid": `form-${c.name}`, onchange: () => take([...input.files]) });
  const add = el("button.secondary", { type: "button", onclick: () => input.click() }, icon(photos ? "image" : "file"), photos ? "Add photos" : "Add documents");
  const [label, about, list] = [el("b"), el("small"), el("ul.form-files")];
  let trouble = null;
  const take = async (files) => {
    trouble = null;
    input.value = "";
    for (const file of files) {
      if (file.size > kb * 1024) { trouble = `${file.name} is larger than ${bytes(kb * 1024)}`; continue; }
      if (chosen().length >= most) { trouble = `At most ${most} ${noun}`; break; }
      const kept = await attempt(() => api.formFile(screen.customerId, screen.numberId, file));
      if (!kept) continue;
      screen.files.set(kept.id, { name: file.name, size: file.size, url: file.type.startsWith("image/") ? URL.createObjectURL(file) : null });
      screen.set(c.name, [...chosen(), kept.id]);
    }
    if (trouble) part.check(true);
  };
  const row = (id) => {
    const file = screen.files.get(id) ?? { name: id };
    return el("li", null, file.url ? el("img", { src: file.url, alt: "" }) : icon("file"), el("span", null, el("b", null, file.name), el("small", null, bytes(file.size))),
      el("button.icon", { type: "button", "aria-label": `Remove ${file.name}`, onclick: () => { trouble = null; screen.set(c.name, chosen().filter((other) => other !== id)); add.focus(); } }, icon("close")));
  };
  const box = el("div.form-picker", null, label, about, list, input, add);
  const part = framed(screen, c, box, () => [add], () => trouble ?? (chosen().length < least ? `Add at least ${least}` : null));
  const { update } = part;
  part.update = () => {
    update();
    label.textContent = screen.view(c.label) ?? "";
    about.textContent = screen.view(c.description) ?? "";
    add.hidden = chosen().length >= most;
    const key = chosen().join(" ");
    if (list.dataset.key !== key) list.replaceChildren(...chosen().map(row));
    list.dataset.key = key;
  };
  return part;
}
