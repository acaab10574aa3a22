// A rule's reply as the form edits it: words and up to three buttons. A reply of another shape (made through the API) is
// kept as it is and only shown.
import type { Content } from "@/api";
import { partOf, textOf } from "@/features/inbox/words";

export const BODY_LIMIT = { text: 4096, buttons: 1024 };
export const BUTTON_LIMIT = 20;
export const MAX_BUTTONS = 3;

export interface ReplyForm {
  body: string;
  buttons: { id: string; title: string }[];
  /** Header and footer of a reply with buttons: kept, though the form does not ask for them. */
  around?: { header?: unknown; footer?: unknown };
}

type Json = Record<string, unknown>;

/** Null when the form can't hold this reply without losing some of it. */
export function formOf(reply: Json): ReplyForm | null {
  if (reply.type === "text") return { body: textOf(partOf(reply, "text").body), buttons: [] };
  const part = partOf(reply, "interactive");
  if (reply.type !== "interactive" || part.type !== "button") return null;
  const { header, footer } = part;
  const buttons = partOf(part, "action").buttons;
  return {
    body: textOf(partOf(part, "body").text),
    buttons: (Array.isArray(buttons) ? (buttons as Json[]) : []).map((button) => {
      const answer = partOf(button, "reply");
      return { id: textOf(answer.id), title: textOf(answer.title) };
    }),
    ...(header || footer ? { around: { ...(header ? { header } : {}), ...(footer ? { footer } : {}) } } : {}),
  };
}

const slug = (title: string): string =>
  title
    .normalize("NFD")
    .replace(/[^\w\s-]/g, "")
    .trim()
    .toLowerCase()
    .replace(/\s+/g, "_");

export function replyOf(form: ReplyForm): Content {
  const body = form.body.trim();
  if (form.buttons.length === 0) return { type: "text", text: { body } };
  const buttons = form.buttons.map((button, at) => ({
    type: "reply",
    reply: { id: button.id || slug(button.title) || `button_${at + 1}`, title: button.title.trim() },
  }));
  return {
    type: "interactive",
    interactive: { type: "button", ...form.around, body: { text: body }, action: { buttons } },
  };
}

/** The words of any reply, for the list. */
export function replyWords(reply: Json): string {
  const part = partOf(reply, textOf(reply.type));
  return (
    textOf(part.body) ||
    textOf(partOf(part, "body").text) ||
    textOf(part.caption) ||
    textOf(part.name) ||
    textOf(reply.type)
  );
}
