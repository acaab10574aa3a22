// Small tools: elements, icons, times, text in WhatsApp's markup.

/** Makes an element: el("div.bubble.out", {title: "x"}, child, "text", …). Falsy children are left out. */
export function el(spec, attributes, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag || "div");
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === "boolean") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child || child === 0));
  return node;
}

const PATHS = {
  send: "M3 20.5 21 12 3 3.5v6.6L14.5 12 3 13.9z",
  clip: "M16.5 6.5v10a4.5 4.5 0 0 1-9 0V6a3 3 0 0 1 6 0v9.5a1.5 1.5 0 0 1-3 0V7H9v8.5a3 3 0 0 0 6 0V6a4.5 4.5 0 0 0-9 0v10.5a6 6 0 0 0 12 0v-10z",
  more: "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4m0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4m0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4",
  close: "M18.3 5.7 12 12l6.3 6.3-1.4 1.4L10.6 13.4 4.3 19.7l-1.4-1.4L9.2 12 2.9 5.7l1.4-1.4 6.3 6.3 6.3-6.3z",
  back: "M20 11H7.8l5.6-5.6L12 4l-8 8 8 8 1.4-1.4L7.8 13H20z",
  down: "M7.4 8.6 12 13.2l4.6-4.6L18 10l-6 6-6-6z",
  reply: "M10 9V5l-7 7 7 7v-4.1c5 0 8.5 1.6 11 5.1-1-5-4-10-11-11",
  list: "M4 6h2v2H4zm0 5h2v2H4zm0 5h2v2H4zM8 6h12v2H8zm0 5h12v2H8zm0 5h12v2H8z",
  link: "M14 3v2h3.6l-9.8 9.8 1.4 1.4L19 6.4V10h2V3zM5 5h6v2H7v10h10v-4h2v6H5z",
  phone: "M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2q.5-.5 1.1-.2a11 11 0 0 0 3.5.6q1 0 1 1V20q0 1-1 1A17 17 0 0 1 3 4q0-1 1-1h3.5q1 0 1 1 0 1.8.6 3.5.2.6-.2 1.1z",
  pin: "M12 2a7 7 0 0 0-7 7c0 5 7 13 7 13s7-8 7-13a7 7 0 0 0-7-7m0 9.5A2.5 2.5 0 1 1 12 6.500a2.500 2.500 0 0 1 0 5",
  file: "M14 2H6a2 2 0 0 0-2 2v16a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8zm-1 7V3.5L18.500 9z",
  image: "M21 19V5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2M8.500 13.500l2.500 3 3.500-4.500 4.500 6H5z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10M11 1h2v4h-2zm0 18h2v4h-2zM1 11h4v2H1zm18 0h4v2h-4zM4.200 2.800 7 5.600 5.600 7 2.800 4.200zm14.200 14.200 2.800 2.800-1.400 1.400-2.800-2.800zM2.800 19.800 5.600 17 7 18.400l-2.800 2.800zM17 5.600l2.800-2.800 1.400 1.400L18.400 7z",
  moon: "M20 15.500A8.500 8.500 0 0 1 8.500 4 8.500 8.500 0 1 0 20 15.500",
  beside: "M4 4h7v16H4zm9 0h7v16h-7zM6 6v12h3V6zm9 0v12h3V6z",
  person: "M12 12a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9m0 2c-4 0-9 2-9 5.500V21h18v-1.500c0-3.500-5-5.500-9-5.500",
  one: "M1.500 6 4.700 9.200 11 2.900",
};

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** One tick or two, grey or blue. */
export function tick(state) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 18 12");
  const words = { sent: "Sent", delivered: "Delivered", read: "Read" };
  svg.setAttribute("class", `tick tick-${state}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", words[state] ?? state);
  svg.dataset.testid = "tick";
  svg.dataset.state = state;
  const strokes = state === "sent" ? ["M4 6.500 7 9.500 14 2.500"] : ["M1 6.500 4 9.500 11 2.500", "M8 9 8.600 9.500 15.600 2.500"];
  for (const d of strokes) {
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

export function time(iso) {
  return iso ? new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
}

export function day(iso, now) {
  const [then, today] = [new Date(iso), new Date(now)];
  const start = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  const days = Math.round((start(today) - start(then)) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  if (days < 7) return then.toLocaleDateString([], { weekday: "long" });
  return then.toLocaleDateString([], { day: "numeric", month: "long", year: "numeric" });
}

const MARKS = [
  [/```([\s\S]+?)```/, "code"],
  [/`([^`\n]+)`/, "code"],
  [/(?<![\w*])\*([^*\n]+)\*(?![\w*])/, "strong"],
  [/(?<![\w_])_([^_\n]+)_(?![\w_])/, "em"],
  [/(?<![\w~])~([^~\n]+)~(?![\w~])/, "s"],
];

/** Text with *bold*, _italic_, ~strike~, `code` and links, as nodes (never as HTML). */
export function marked(text) {
  for (const [pattern, tag] of MARKS) {
    const hit = pattern.exec(text);
    if (!hit) continue;
    const inner = tag === "code" ? [hit[1]] : marked(hit[1]);
    return [...marked(text.slice(0, hit.index)), el(tag, null, ...inner), ...marked(text.slice(hit.index + hit[0].length))];
  }
  const link = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/.exec(text);
  if (!link) return text ? [text] : [];
  const anchor = el("a", { href: link[0], target: "_blank", rel: "noopener noreferrer" }, link[0]);
  return [...marked(text.slice(0, link.index)), anchor, ...marked(text.slice(link.index + link[0].length))];
}

export function initials(name) {
  const words = name.replace(/[^\p{L}\p{N} ]/gu, "").split(" ").filter(Boolean);
  if (!words.length || /^\d/.test(words[0])) return "";
  return (words[0][0] + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}

/** A round picture with initials, in a colour that belongs to the id. */
export function avatar(id, name) {
  let hue = 0;
  for (const c of id) hue = (hue * 31 + c.charCodeAt(0)) % 360;
  const node = el("span.avatar", { "aria-hidden": "true" }, initials(name) || icon("person"));
  node.style.setProperty("--hue", hue);
  return node;
}

export function bytes(size) {
  if (!size) return "";
  if (size < 1024) return `${size} B`;
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}
