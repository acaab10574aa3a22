// Where a customer writes: text and emoji, files, voice, places, cards, stickers; answering and editing.

import { wordsOf } from "./bubbles.js";
import { bytes, el, icon } from "./dom.js";
import { inline } from "./markup.js";
import { notice } from "./notices.js";
import { asOgg } from "./ogg.js";
import { openContact, openPlaces } from "./sheets.js";

export const QUICK = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

const EMOJI = {
  "Faces": "😀 😃 😄 😁 😆 😅 🤣 😂 🙂 🙃 😉 😊 😇 🥰 😍 🤩 😘 😋 😜 🤪 🤗 🤭 🤔 🤐 😐 😏 🙄 😬 😌 😔 😴 🤒 🥵 🥶 🤯 🥳 😎 🤓 😕 😟 😮 😲 😳 🥺 😢 😭 😱 😤 😡 🤬 😈 💀 🤡 👻 🤖",
  "Hands and hearts": "👍 👎 👏 🙌 🙏 🤝 👋 👌 ✌️ 🤞 🤟 👉 👆 💪 ✍️ ❤️ 🧡 💛 💚 💙 💜 🖤 💔 💕 💯 🔥 ✨ 🎉 ⭐",
  "Things": "🌱 🌿 🌵 🌷 🌻 🌳 ☀️ 🌧️ ❄️ 🍎 🍕 🍔 ☕ 🍺 🎂 🎁 📦 🛒 🏠 🚗 ✈️ ⏰ 📅 📍 📞 💳 🧾 🔑 💡 ✅ ❌ ⚠️ ❓",
};

const STICKERS = "😂 🥳 😍 👍 🙏 🎉 🌵 🐶 🐱 🦄 🍕 🚀";

export class Composer {
  constructor(phone) {
    this.phone = phone;
    this.replyTo = null;
    this.editing = null;
    this.file = null;
    this.root = this.frame();
  }

  frame() {
    this.input = el("textarea", { rows: "1", placeholder: "Message", "aria-label": "Message", "data-testid": "phone-input",
      oninput: () => this.grow(), onkeydown: (e) => this.key(e), onpaste: (e) => this.take(e.clipboardData?.files[0]) });
    this.picker = el("input", { type: "file", hidden: true, "data-testid": "phone-file", onchange: (e) => { this.take(e.target.files[0]); e.target.value = ""; } });
    this.strip = el("div.strip", { hidden: true });
    this.tray = el("div.tray", { hidden: true });
    this.attach = el("div.attach", { hidden: true, role: "menu" }, [
      ["violet", "image", "Photo or video", () => this.pick("image/*,video/*")],
      ["blue", "file", "Document", () => this.pick("")],
      ["orange", "wave", "Audio", () => this.pick("audio/*")],
      ["green", "pin", "Location", () => openPlaces(this.phone)],
      ["teal", "person", "Contact", () => openContact(this.phone)],
      ["pink", "sticker", "Sticker", () => this.showStickers()],
    ].map(([colour, image, words, work]) => el("button", { role: "menuitem", "data-testid": `attach-${image}`, onclick: () => { this.attach.hidden = true; work(); } }, el(`i.${colour}`, null, icon(image)), words)));
    this.sendButton = el("button.send", { "aria-label": "Send", "data-testid": "phone-send", hidden: true, onclick: () => this.send() }, icon("send"));
    this.micButton = el("button.send", { "aria-label": "Record a voice message", "data-testid": "phone-mic", onclick: () => this.record() }, icon("mic"));
    this.row = el("div.compose-row", null,
      el("div.compose-box", null,
        el("button.icon", { "aria-label": "Emoji", "data-testid": "phone-emoji", onclick: () => this.showEmoji() }, icon("smile")),
        this.input, this.picker,
        el("button.icon", { "aria-label": "Attach", "data-testid": "phone-attach", onclick: () => { this.attach.hidden = !this.attach.hidden; this.tray.hidden = true; } }, icon("clip"))),
      this.sendButton, this.micButton);
    return el("footer.composer", null, this.strip, this.attach, this.row, this.tray);
  }

  key(e) {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); this.send(); }
    if (e.key === "Escape") { this.tray.hidden = true; this.attach.hidden = true; this.clear(); }
  }

  grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 110)}px`;
    const full = Boolean(this.input.value.trim() || this.file || this.editing);
    this.sendButton.hidden = !full;
    this.micButton.hidden = full;
  }

  // --- sending ---------------------------------------------------------------------------------------------------

  async send() {
    const text = this.input.value.trim();
    const { file, replyTo, editing } = this;
    if (!text && !file) return;
    this.input.value = "";
    this.clear();
    const context = replyTo ? { message_id: replyTo.wamid } : undefined;
    const sent = editing ? this.edit(editing, text) : file ? this.phone.postFile(file, { caption: text, context }) : this.phone.post({ type: "text", text: { body: text }, context });
    if (!(await sent)) {
      this.input.value ||= text;
      this.grow();
    }
  }

  edit(message, text) {
    const part = message.type === "text" ? { body: text } : { ...message.content[message.type], caption: text };
    return this.phone.post({ type: "edit", edit: { original_message_id: message.wamid, message: { type: message.type, [message.type]: part } } });
  }

  clear() {
    this.file = null;
    this.replyTo = null;
    if (this.editing) this.input.value = "";
    this.editing = null;
    this.showStrip();
  }

  take(file) {
    if (!file) return;
    this.file = file;
    this.showStrip();
    this.input.focus();
  }

  pick(accept) {
    this.picker.accept = accept;
    this.picker.click();
  }

  answer(message) {
    this.replyTo = message;
    this.showStrip();
    this.input.focus();
  }

  change(message) {
    this.clear();
    this.editing = message;
    this.input.value = message.content[message.type]?.body ?? message.content[message.type]?.caption ?? "";
    this.showStrip();
    this.input.focus();
  }

  /** Above the input: the message being answered or changed, the file about to go. */
  showStrip() {
    const parts = [];
    const about = this.replyTo ?? this.editing;
    if (about) {
      const mine = about.direction === "inbound";
      const who = this.editing ? "Edit message" : mine ? "You" : this.phone.business;
      parts.push(el("div.quote", { "data-testid": "reply-strip" }, el("b", null, who), el("span", null, ...inline(wordsOf(about) || about.type))));
    }
    if (this.file) {
      const image = this.file.type.startsWith("image/");
      parts.push(el("div.file-strip", null, image ? el("img", { src: URL.createObjectURL(this.file), alt: "" }) : icon("file"), el("span", null, this.file.name || "Picture", el("small", null, bytes(this.file.size)))));
    }
    const drop = el("button.icon", { "aria-label": "Remove", onclick: () => this.clear() }, icon("close"));
    this.strip.replaceChildren(el("div.strip-parts", null, ...parts), drop);
    this.strip.hidden = !parts.length;
    this.input.placeholder = this.file ? "Add a caption" : "Message";
    this.grow();
  }

  // --- emoji and stickers ------------------------------------------------------------------------------------------

  showEmoji() {
    this.attach.hidden = true;
    this.openTray(Object.entries(EMOJI).flatMap(([name, all]) => [el("h4", null, name),
      el("div.emoji-grid", null, all.split(" ").map((emoji) => el("button", { "aria-label": emoji, onclick: () => this.insert(emoji) }, emoji)))]), "emoji");
  }

  insert(emoji) {
    const { selectionStart: from, selectionEnd: to } = this.input;
    this.input.setRangeText(emoji, from, to, "end");
    this.grow();
  }

  showStickers() {
    this.openTray([el("h4", null, "Stickers"), el("div.sticker-grid", null, STICKERS.split(" ").map((emoji) =>
      el("button", { "aria-label": `Sticker ${emoji}`, "data-testid": "sticker", onclick: () => { this.tray.hidden = true; this.sendSticker(emoji); } }, emoji))),
    el("button.linklike", { onclick: () => this.pickSticker() }, "Send a .webp file instead")], "stickers");
  }

  openTray(parts, kind) {
    const same = !this.tray.hidden && this.tray.dataset.kind === kind;
    this.tray.dataset.kind = kind;
    this.tray.replaceChildren(...parts);
    this.tray.hidden = same;
    this.tray.scrollTop = 0;
  }

  /** Draws the sticker: 512 pixels square, as stickers are. */
  async sendSticker(emoji) {
    const canvas = el("canvas", { width: 512, height: 512 });
    const draw = canvas.getContext("2d");
    draw.font = "400px 'Noto Color Emoji', 'Apple Color Emoji', 'Segoe UI Emoji', sans-serif";
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.fillText(emoji, 256, 276);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/webp", 0.8));
    if (blob?.type !== "image/webp") return notice("This browser can’t draw stickers");
    return this.phone.postFile(new File([blob], "sticker.webp", { type: "image/webp" }), { type: "sticker" });
  }

  pickSticker() {
    const input = el("input", { type: "file", accept: "image/webp", onchange: () => { this.tray.hidden = true; if (input.files[0]) this.phone.postFile(input.files[0], { type: "sticker" }); } });
    input.click();
  }

  // --- voice -------------------------------------------------------------------------------------------------------

  async record() {
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return notice("This browser can’t record here: voice needs a microphone and localhost or https");
    let stream;
    try { stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } }); } catch { return notice("The browser gave no microphone"); }
    const kinds = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];
    const recorder = new MediaRecorder(stream, { mimeType: kinds.find((kind) => MediaRecorder.isTypeSupported(kind)) });
    const parts = [];
    const began = Date.now();
    const clock = el("b", null, "0:00");
    const level = el("span.level", null, Array.from({ length: 24 }, () => el("i")));
    const stopMeter = meter(stream, level);
    const ticking = setInterval(() => { const s = Math.floor((Date.now() - began) / 1000); clock.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; }, 250);
    const end = (keep) => {
      recorder.addEventListener("stop", async () => {
        clearInterval(ticking);
        stopMeter();
        for (const track of stream.getTracks()) track.stop();
        bar.replaceWith(this.row);
        if (!keep || !parts.length) return;
        const { replyTo } = this;
        this.clear();
        const sound = await asOgg(new Blob(parts, { type: recorder.mimeType.replace(/;\s*codecs/, "; codecs") }));
        const ending = { "audio/ogg": "ogg", "audio/mp4": "m4a" }[sound.type.split(";")[0]] ?? "webm";
        this.phone.postFile(new File([sound], `voice.${ending}`, { type: sound.type }), { type: "audio", voice: true, context: replyTo ? { message_id: replyTo.wamid } : undefined });
      });
      recorder.stop();
    };
    recorder.addEventListener("dataavailable", (e) => e.data.size && parts.push(e.data));
    const bar = el("div.compose-row.recording", { role: "group", "aria-label": "Recording" },
      el("button.icon", { "aria-label": "Throw away", "data-testid": "voice-cancel", onclick: () => end(false) }, icon("trash")),
      el("div.compose-box", null, el("span.record-dot"), clock, level),
      el("button.send", { "aria-label": "Send voice message", "data-testid": "voice-send", onclick: () => end(true) }, icon("send")));
    this.row.replaceWith(bar);
    recorder.start(250);
    return undefined;
  }
}

/** Shows how loud it is, newest on the right. */
function meter(stream, level) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    const loud = Math.max(...samples) - 128;
    level.append(level.firstChild);
    level.lastChild.style.height = `${Math.min(100, 12 + loud * 1.6)}%`;
  }, 90);
  return () => { clearInterval(timer); context.close(); };
}
