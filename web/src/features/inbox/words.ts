// What the inbox says about a contact, a message and a window, as plain values: the parts only draw them.
import type { Author, Content, Conversation, Message } from "@/api";

type ContactRef = Conversation["contact"];
type LastMessage = NonNullable<Conversation["last_message"]>;

// ITU-T E.164: country codes of two digits. 1 and 7 have one, all others three.
const TWO_DIGITS = /^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

/** An E.164 number set out for reading: country code, then blocks of three, the last of two to four. */
export function readableNumber(phone: string): string {
  const digits = phone.replace(/\D/g, "");
  if (!phone.startsWith("+") || digits.length < 8) return phone;
  const code = /^[17]/.test(digits) ? 1 : TWO_DIGITS.test(digits) ? 2 : 3;
  const blocks: string[] = [];
  let rest = digits.slice(code);
  while (rest.length > 4) {
    blocks.push(rest.slice(0, 3));
    rest = rest.slice(3);
  }
  return [`+${digits.slice(0, code)}`, ...blocks, rest].join(" ");
}

/** A WhatsApp user may show no number at all: then the username, then the BSUID, stands for them. */
export function contactNumber(contact: ContactRef): string | null {
  if (contact.phone) return readableNumber(contact.phone);
  if (contact.username) return `@${contact.username.replace(/^@/, "")}`;
  return contact.bsuid ?? null;
}

export const contactLabel = (contact: ContactRef): string => contact.name || contactNumber(contact) || contact.id;

export type WindowPill = { kind: "closed" } | { kind: "open"; unit: "hours" | "minutes"; left: number; soon: boolean };

const MINUTE = 60_000;
const SOON = 2 * 60 * MINUTE;

export function windowPill(window: Conversation["service_window"], now: number): WindowPill {
  const left = window.expires_at ? new Date(window.expires_at).getTime() - now : 0;
  // The server's word counts: in a demo its clock may be ahead of ours.
  if (!window.open || left <= 0) return { kind: "closed" };
  if (left >= 60 * MINUTE)
    return { kind: "open", unit: "hours", left: Math.floor(left / (60 * MINUTE)), soon: left < SOON };
  return { kind: "open", unit: "minutes", left: Math.max(1, Math.floor(left / MINUTE)), soon: true };
}

export type Tick = "clock" | "one" | "two" | "blue" | "failed" | "unknown";

/** The tick a message of ours shows; none for one that came in. */
export function tickOf(message: Pick<Message, "direction" | "state" | "outcome_unknown_since">): Tick | null {
  if (message.direction === "inbound") return null;
  if (message.outcome_unknown_since && (message.state === "queued" || message.state === "accepted")) return "unknown";
  switch (message.state) {
    case "queued":
    case "accepted":
      return "clock";
    case "sent":
      return "one";
    case "delivered":
      return "two";
    case "read":
      return "blue";
    case "failed":
      return "failed";
    default:
      return null;
  }
}

export type Prefix = { kind: "you" | "rule" | "api" } | { kind: "name"; name: string } | null;

export interface Me {
  id: string;
  name: string;
}

/** Who speaks in a preview: nobody is named when it is the contact. */
export function authorPrefix(author: Author | null | undefined, me: Me): Prefix {
  if (!author || author.kind === "contact" || author.kind === "system") return null;
  if (author.kind === "rule" || author.kind === "api") return { kind: author.kind };
  // A list names its authors only; a thread also says who they are.
  if (author.id ? author.id === me.id : author.name === me.name) return { kind: "you" };
  return author.name ? { kind: "name", name: author.name.split(/\s+/)[0] ?? author.name } : null;
}

export interface Preview {
  prefix: Prefix;
  /** The kind whose icon stands before the words; null for plain text. */
  icon: string | null;
  /** Null when the message has no words of its own: the kind's name is shown instead. */
  text: string | null;
}

const wordy = new Set(["text", "interactive", "button"]);

/** Whether a kind speaks for itself; others are announced by an icon. */
export const isWordy = (kind: string): boolean => wordy.has(kind);

/** WhatsApp's marks taken off, for one-line quotations. */
export const plain = (text: string): string => text.replace(/(?<!\w)([*_~])(\S(?:.*?\S)?)\1(?!\w)/g, "$2");

export function previewOf(last: LastMessage, me: Me): Preview {
  const text = plain(last.preview).replace(/\s+/g, " ").trim();
  return {
    prefix: last.direction === "outbound" ? authorPrefix(last.author, me) : null,
    icon: isWordy(last.kind) ? null : last.kind,
    text: text === "" ? null : text,
  };
}

/** The inner object of a Cloud-API-shaped content: `content.text` of `{"type":"text","text":{…}}`. */
export function partOf(content: Record<string, unknown>, kind: string): Record<string, unknown> {
  const part = content[kind];
  return typeof part === "object" && part !== null ? (part as Record<string, unknown>) : {};
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The words of a message for a quotation of it. Empty when it has none. */
export function wordsOf(message: Pick<Message, "kind" | "content">): string {
  const content = message.content as Content;
  const part = partOf(content, message.kind);
  switch (message.kind) {
    case "text":
      return textOf(part.body);
    case "button":
      return textOf(part.text);
    case "interactive": {
      for (const reply of ["button_reply", "list_reply", "nfm_reply"]) {
        const chosen = partOf(part, reply);
        const words = textOf(chosen.title) || textOf(chosen.body);
        if (words) return words;
      }
      return textOf(partOf(part, "body").text);
    }
    case "document":
      return textOf(part.caption) || textOf(part.filename);
    case "template":
      return textOf(part.name);
    default:
      return textOf(part.caption) || textOf(part.name);
  }
}

/** Which button or row of a message the contact chose: by the message's id, the chosen id or words. */
export function choicesIn(messages: Message[]): Map<string, string> {
  const chosen = new Map<string, string>();
  for (const message of messages) {
    const target = message.reply_to?.message_id;
    if (message.direction !== "inbound" || !target) continue;
    const part = partOf(message.content, message.kind);
    if (message.kind === "button") chosen.set(target, textOf(part.text));
    const reply = [partOf(part, "button_reply"), partOf(part, "list_reply")].find((r) => textOf(r.id));
    if (message.kind === "interactive" && reply) chosen.set(target, textOf(reply.id));
  }
  return chosen;
}

/** Which language's day a message belongs to is the reader's: the local calendar day. */
export const dayOf = (at: string): string => new Date(at).toDateString();
