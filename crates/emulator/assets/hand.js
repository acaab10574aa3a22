// What a customer's hand does in a chat: writes, taps, reacts, reads, unblocks.

import { api, attempt } from "./api.js";

export class Hand {
  /** What every message of this chat says of itself. */
  get where() { return { phone_number_id: this.number.id, ...(this.group && { group_id: this.group.group_id }) }; }

  async tap(message, what) {
    return this.afterSending(await attempt(() => api.tap(this.customer.wa_id, { message_id: message.wamid, phone_number_id: this.number.id, ...what })));
  }

  /** A button that the platform reports by id and title. */
  choose(message, reply) {
    return this.reply(message.wamid, { type: "interactive", interactive: { type: "button_reply", button_reply: reply } });
  }

  reply(wamid, message) {
    return this.post({ ...message, context: wamid ? { message_id: wamid } : undefined });
  }

  async post(message) {
    return this.afterSending(await attempt(() => api.send(this.customer.wa_id, { ...message, ...this.where })));
  }

  async postFile(file, { caption, context, type, voice } = {}) {
    const form = new FormData();
    for (const [name, value] of Object.entries(this.where)) form.append(name, value);
    if (type) form.append("type", type);
    if (voice) form.append("voice", "true");
    if (caption) form.append("caption", caption);
    if (context) form.append("context", JSON.stringify(context));
    form.append("file", file, file.name || "picture.png");
    return this.afterSending(await attempt(() => api.sendFile(this.customer.wa_id, form)));
  }

  async afterSending(sent) {
    if (!sent) return false;
    await this.load();
    this.scrollToEnd(false);
    return true;
  }

  react(message, emoji) {
    return attempt(() => api.send(this.customer.wa_id, { type: "reaction", reaction: { message_id: message.wamid, emoji }, ...this.where }));
  }

  async unblock() {
    await attempt(() => api.block(this.customer.wa_id, this.number.id, false));
    this.load();
  }

  async readAll() {
    await attempt(() => (this.group ? api.inGroup(this.customer.wa_id, "read", { group_id: this.group.group_id }) : api.read(this.customer.wa_id, this.number.id)));
    this.load();
  }
}
