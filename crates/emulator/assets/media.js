// Files and places inside bubbles: pictures, videos, voice, documents, maps, people.

import { bytes, el, hash, icon } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** Where a file named by `id` or `link` can be looked at. */
export function sourceOf(part) {
  if (!part) return undefined;
  if (part.id) return `/_control/media/${encodeURIComponent(part.id)}`;
  return /^https?:/i.test(part.link ?? "") ? part.link : undefined;
}

/** A picture that opens large; when it can't be had, its place stays and says so. */
export function picture(source, act, alt = "Picture") {
  if (!source) return missing("image", "No picture");
  const image = el("img.media", {
    src: source, alt, loading: "lazy", onload: () => act.grown(),
    onerror: () => frame.replaceWith(missing("image", source.startsWith("/") ? "The file has expired" : "The link can’t be reached from here")),
  });
  const frame = el("button.media-frame", { "aria-label": `Enlarge: ${alt}`, onclick: () => act.enlarge(source) }, image);
  return frame;
}

/** A video shows its first picture until it is played; a GIF plays by itself. */
export function video(source, loop = false) {
  if (!source) return missing("play", "No video");
  const node = el("video.media", { src: source, loop, muted: loop, autoplay: loop, playsinline: true, preload: "metadata", onerror: () => frame.replaceWith(missing("play", "The video can’t be played")) });
  const length = el("small.video-length");
  const start = el("button.video-play", { "aria-label": "Play the video", onclick: () => { start.remove(); length.remove(); node.controls = true; node.play().catch(() => {}); node.focus(); } }, icon("play"));
  node.addEventListener("loadedmetadata", () => { if (Number.isFinite(node.duration)) length.textContent = `${Math.floor(node.duration / 60)}:${String(Math.round(node.duration % 60)).padStart(2, "0")}`; });
  const frame = el("div.video-frame", null, node, !loop && start, !loop && length);
  return frame;
}

function missing(image, words) {
  return el("div.media.missing", null, icon(image), el("small", null, words));
}

export function file(body, media) {
  const name = body.filename ?? media?.filename ?? "Document";
  const kind = (name.includes(".") ? name.split(".").pop() : "file").toUpperCase().slice(0, 4);
  return el("a.card.file", { href: media?.url ?? sourceOf(body), target: "_blank", rel: "noopener noreferrer", download: name },
    el(`span.file-icon.is-${kind.toLowerCase()}`, null, icon("file"), el("i", null, kind)),
    el("span.file-name", null, el("b", null, name), el("small", null, [bytes(media?.size), kind].filter(Boolean).join(" · "))),
    icon("download"));
}

// --- voice ---------------------------------------------------------------------------------------------------------

const BARS = 36;
const sounds = new Map();
let playing = null;

/** A player with the shape of the sound. */
export function voice(source, id, isVoice) {
  if (!source) return missing("wave", "No sound");
  const audio = new Audio();
  audio.preload = "metadata";
  audio.src = source;
  const bars = Array.from({ length: BARS }, (_, i) => {
    const bar = el("i");
    bar.style.height = `${18 + (hash(`${id}${i}`) % 60)}%`;
    return bar;
  });
  const wave = el("span.wave", { role: "slider", tabindex: "0", "aria-label": "Position", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, bars);
  const left = el("span.voice-time", null, "0:00");
  const speed = el("button.speed", { title: "Speed", onclick: () => { audio.playbackRate = audio.playbackRate >= 2 ? 1 : audio.playbackRate + 0.5; speed.textContent = `${audio.playbackRate}×`; } }, "1×");
  const toggle = el("button.play", { "aria-label": "Play", "data-testid": "voice-play", onclick: () => (audio.paused ? audio.play().catch(() => {}) : audio.pause()) }, icon("play"));
  let seconds = 0;
  const length = () => (Number.isFinite(audio.duration) ? audio.duration : seconds);
  const draw = () => {
    const done = length() ? audio.currentTime / length() : 0;
    bars.forEach((bar, i) => bar.classList.toggle("heard", i / BARS < done));
    wave.setAttribute("aria-valuenow", String(Math.round(done * 100)));
    const s = Math.round(audio.paused && !audio.currentTime ? length() : audio.currentTime);
    left.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
  };
  const seek = (share) => { if (length()) audio.currentTime = Math.min(1, Math.max(0, share)) * length(); draw(); };
  wave.addEventListener("click", (e) => { const box = wave.getBoundingClientRect(); seek((e.clientX - box.left) / box.width); });
  wave.addEventListener("keydown", (e) => {
    const step = { ArrowRight: 0.05, ArrowLeft: -0.05 }[e.key];
    if (step && length()) { e.preventDefault(); seek(audio.currentTime / length() + step); }
  });
  audio.addEventListener("play", () => { if (playing && playing !== audio) playing.pause(); playing = audio; toggle.replaceChildren(icon("pause")); toggle.setAttribute("aria-label", "Pause"); });
  audio.addEventListener("pause", () => { toggle.replaceChildren(icon("play")); toggle.setAttribute("aria-label", "Play"); });
  audio.addEventListener("ended", () => { audio.currentTime = 0; });
  for (const event of ["loadedmetadata", "timeupdate", "pause", "ended", "durationchange"]) audio.addEventListener(event, draw);
  sound(source).then((known) => {
    if (!known) return;
    known.heights.forEach((h, i) => { bars[i].style.height = `${h}%`; });
    seconds = known.seconds;
    // What is in memory can be played from any position.
    if (audio.paused && !audio.currentTime) audio.src = known.url;
    draw();
  });
  return el(`div.voice${isVoice ? ".note" : ""}`, null, el("span.voice-mark", { "aria-hidden": "true" }, icon(isVoice ? "mic" : "wave")), toggle, el("span.voice-line", null, wave, left), speed);
}

/** Length and loudness along it, in per cent; what can't be decoded keeps a shape of its own. */
function sound(source) {
  if (!sounds.has(source)) sounds.set(source, decoded(source).catch(() => null));
  return sounds.get(source);
}

async function decoded(source) {
  if (!source.startsWith("/")) return null;
  const blob = await (await fetch(source)).blob();
  const heard = await new OfflineAudioContext(1, 1, 8000).decodeAudioData(await blob.arrayBuffer());
  const samples = heard.getChannelData(0);
  const step = Math.max(1, Math.floor(samples.length / BARS));
  const peaks = Array.from({ length: BARS }, (_, i) => {
    let peak = 0;
    for (let at = i * step; at < (i + 1) * step; at += 8) peak = Math.max(peak, Math.abs(samples[at] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks, 0.01);
  return { url: URL.createObjectURL(blob), seconds: heard.duration, heights: peaks.map((p) => Math.round(12 + 88 * (p / loudest))) };
}

// --- places ----------------------------------------------------------------------------------------------------------

/** A map of nowhere in particular, but the same for the same place: streets, a park, water. Nothing is fetched. */
export function map(latitude, longitude) {
  const seed = hash(`${Number(latitude).toFixed(3)},${Number(longitude).toFixed(3)}`);
  const part = (n, low, high) => low + ((hash(`${seed}:${n}`) % 1000) / 1000) * (high - low);
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 260 120");
  node.setAttribute("class", "map");
  node.setAttribute("preserveAspectRatio", "xMidYMid slice");
  node.setAttribute("aria-hidden", "true");
  const add = (tag, kind, attributes) => {
    const child = document.createElementNS(SVG, tag);
    child.setAttribute("class", kind);
    for (const [name, value] of Object.entries(attributes)) child.setAttribute(name, value);
    node.append(child);
  };
  add("rect", "land", { width: 260, height: 120 });
  const shore = part(1, 60, 130);
  add("path", "water", { d: `M0 ${shore} Q 60 ${shore - part(2, 10, 40)} 130 ${shore + part(3, -12, 20)} T 260 ${shore + part(4, 0, 40)} V120 H0z` });
  add("ellipse", "park", { cx: part(5, 20, 240), cy: part(6, 10, 60), rx: part(7, 24, 46), ry: part(8, 14, 28) });
  const tilt = part(9, -18, 18);
  for (let i = -1; i < 7; i += 1) {
    const x = i * 46 + part(10 + i, -8, 8);
    add("path", i % 3 === 0 ? "road wide" : "road", { d: `M${x} -10 L${x + tilt * 2} 130` });
  }
  for (let i = 0; i < 4; i += 1) {
    const y = i * 34 + part(30 + i, -6, 6);
    add("path", i === 1 ? "road wide" : "road", { d: `M-10 ${y} L270 ${y + tilt}` });
  }
  add("path", "pin-mark", { d: "M130 34a17 17 0 0 0-17 17c0 12 17 30 17 30s17-18 17-30a17 17 0 0 0-17-17" });
  add("circle", "pin-hole", { cx: 130, cy: 51, r: 6 });
  return node;
}

export function place(body) {
  const [latitude, longitude] = [Number(body.latitude), Number(body.longitude)];
  const where = `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;
  return el("div.card.place", null, map(latitude, longitude),
    el("b", null, body.name ?? "Location"), el("small", null, body.name && body.address ? body.address : where));
}

// --- people ------------------------------------------------------------------------------------------------------------

/** Contact cards; the whole card opens. */
export function people(cards, act) {
  const names = cards.map((card) => card.name?.formatted_name ?? card.phones?.[0]?.phone ?? "Contact");
  const first = cards[0] ?? {};
  const detail = !first.name ? "Phone number" : cards.length > 1 ? `and ${cards.length - 1} more` : first.phones?.[0]?.phone ?? first.phones?.[0]?.wa_id ?? first.emails?.[0]?.email ?? "";
  return el("button.card.person", { "data-testid": "contact-card", onclick: () => act.sheet("Contacts", (body) => body.append(...cards.map(details))) },
    el("span.avatar", null, icon("person")), el("span.person-words", null, el("b", null, names[0] ?? "Contact"), el("small", null, detail)), icon("right"));
}

function details(card) {
  const line = (label, value) => value && el("div.fact", null, el("small", null, label || "Other"), el("span", null, value));
  const street = (a) => [a.street, a.city, a.state, a.zip, a.country].filter(Boolean).join(", ");
  return el("section.contact", null,
    el("h3", null, card.name?.formatted_name ?? "Contact"),
    line([card.org?.title, card.org?.department].filter(Boolean).join(", ") || "Company", card.org?.company),
    (card.phones ?? []).map((p) => line(p.type, `${p.phone ?? ""}${p.wa_id ? "" : " · not on the app"}`)),
    (card.emails ?? []).map((e) => line(e.type, e.email)),
    (card.addresses ?? []).map((a) => line(a.type, street(a))),
    (card.urls ?? []).map((u) => line(u.type, u.url)),
    line("Birthday", card.birthday));
}
