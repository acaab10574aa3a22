// Small tools: elements, icons, times.

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
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
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
  play: "M8 5v14l11-7z",
  pause: "M7 5h4v14H7zm6 0h4v14h-4z",
  stop: "M6 6h12v12H6z",
  bolt: "M13.500 2 5 13.500h6L9.500 22 18.500 10h-6z",
};

/** Icons drawn with a pen instead of filled. */
const LINES = {
  mic: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M5 11a7 7 0 0 0 14 0M12 18v3",
  smile: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M8.500 14a4.500 4.500 0 0 0 7 0M9 9.500v.010M15 9.500v.010",
  cart: "M3 4h2l2.400 11h10.200L20 7H6M9 20v.010M17 20v.010",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  edit: "M4 20l1-4L16 5l3 3L8 19z",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5M13.500 5l-3 14",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5l3.500 2",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  check: "M4 12.500l5 5L20 6.500",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  into: "M12 4v14M6 12l6 6 6-6",
  outof: "M12 20V6M6 12l6-6 6 6",
  ban: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M6 6l12 12",
  store: "M4 11v9h16v-9M3 10l2-6h14l2 6a3 3 0 0 1-6 0 3 3 0 0 1-6 0 3 3 0 0 1-6 0",
  card: "M3 6h18v12H3zM3 10.500h18",
  form: "M5 3h14v18H5zM9 8h6M9 12h6M9 16h3",
  people: "M8.500 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7M2 20c0-3.500 3-6 6.500-6s6.500 2.500 6.500 6M16 4.500a3.500 3.500 0 0 1 0 6.500M18 14.500c2.400.700 4 2.900 4 5.500",
  hang: "M3 14c5-5.500 13-5.500 18 0l-2.500 2.500-3.500-1.500v-2.500a11 11 0 0 0-6 0V15l-3.500 1.500z",
  calendar: "M4 6h16v14H4zM4 10.500h16M8 3v4M16 3v4",
  bell: "M6 16v-5a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  sticker: "M20 12V8a4 4 0 0 0-4-4H8a4 4 0 0 0-4 4v8a4 4 0 0 0 4 4h4zM20 12l-8 8v-4a4 4 0 0 1 4-4z",
  tag: "M3 12V4h8l10 10-8 8zM7.500 8v.010",
  again: "M4 11a8 8 0 0 1 14-4l2 2M20 4v5h-5M20 13a8 8 0 0 1-14 4l-2-2M4 20v-5h5",
  download: "M12 4v11M7 11l5 5 5-5M4 20h16",
  at: "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M16 8v5.500a2.500 2.500 0 0 0 5 0V12a9 9 0 1 0-3.500 7.100",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16 16l4.500 4.500",
  away: "M4 4l16 16M2 9a15 15 0 0 1 5-3M11 5a15 15 0 0 1 11 4M5.500 12.500a10 10 0 0 1 4-2.300M15 11a10 10 0 0 1 3.500 1.500M9 16a5 5 0 0 1 5.500-.500M12 20v.010",
  wave: "M4 10v4M8 7v10M12 4v16M16 8v8M20 10v4",
};

export function icon(name) {
  const line = LINES[name];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  if (line) svg.setAttribute("class", "line");
  const path = document.createElementNS(svg.namespaceURI, "path");
  path.setAttribute("d", line ?? PATHS[name]);
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

const TIME = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

export function time(iso) {
  return iso ? TIME.format(new Date(iso)) : "";
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

export function initials(name) {
  const words = name.replace(/[^\p{L}\p{N} ]/gu, "").split(" ").filter(Boolean);
  if (!words.length || /^\d/.test(words[0])) return "";
  return (words[0][0] + (words.length > 1 ? words[words.length - 1][0] : "")).toUpperCase();
}

/** A number that belongs to a text: the same text, the same number; like texts, unlike numbers. */
export function hash(text) {
  let h = 2166136261;
  for (const c of text) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
  h = Math.imul(h ^ (h >>> 15), 2246822519);
  return (h ^ (h >>> 13)) >>> 0;
}

/** A round picture with initials, in a colour that belongs to the id. */
export function avatar(id, name) {
  const hue = hash(id) % 360;
  const node = el("span.avatar", { "aria-hidden": "true" }, initials(name) || icon("person"));
  node.style.setProperty("--hue", hue);
  return node;
}

export function bytes(size) {
  if (!size) return "";
  if (size < 1024) return `${size} B`;
  return size < 1048576 ? `${Math.round(size / 1024)} kB` : `${(size / 1048576).toFixed(1)} MB`;
}

/** 3725 -> "1:02:05", for what counts down. */
export function span(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  const [h, m] = [Math.floor(s / 3600), Math.floor((s % 3600) / 60)];
  const two = (n) => String(n).padStart(2, "0");
  return h >= 48 ? `${Math.floor(h / 24)} days` : h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

/** Puts text on the clipboard; whether that was allowed. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
