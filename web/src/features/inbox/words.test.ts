import { describe, expect, test } from "vitest";
import type { Author, Conversation, Message } from "@/api";
import {
  authorPrefix,
  choicesIn,
  contactLabel,
  contactNumber,
  plain,
  previewOf,
  readableNumber,
  tickOf,
  windowPill,
  wordsOf,
} from "./words";

const me = { id: "usr_1", name: "Ana Torres" };
const now = Date.parse("2026-11-22T12:00:00Z");
const inMinutes = (minutes: number) => new Date(now + minutes * 60_000).toISOString();
type State = Message["state"];

describe("ticks", () => {
  const ours = (state: State, outcome_unknown_since: string | null = null) =>
    tickOf({ direction: "outbound", state, outcome_unknown_since });

  test.each([
    ["queued", "clock"],
    ["accepted", "clock"],
    ["sent", "one"],
    ["delivered", "two"],
    ["read", "blue"],
    ["failed", "failed"],
  ] as const)("a message that is %s shows %s", (state, tick) => {
    expect(ours(state)).toBe(tick);
  });

  test("what came in shows none", () => {
    expect(tickOf({ direction: "inbound", state: "received", outcome_unknown_since: null })).toBeNull();
  });

  test("an unknown outcome is shown until a status settles it", () => {
    expect(ours("queued", inMinutes(-5))).toBe("unknown");
    expect(ours("delivered", inMinutes(-5))).toBe("two");
  });
});

describe("window pill", () => {
  const pill = (open: boolean, expires_at: string | null) => windowPill({ open, expires_at }, now);

  test("counts hours down, then minutes", () => {
    expect(pill(true, inMinutes(6 * 60 + 59))).toEqual({ kind: "open", unit: "hours", left: 6, soon: false });
    expect(pill(true, inMinutes(61))).toEqual({ kind: "open", unit: "hours", left: 1, soon: true });
    expect(pill(true, inMinutes(45))).toEqual({ kind: "open", unit: "minutes", left: 45, soon: true });
  });

  test("the last seconds are still a minute, not none", () => {
    expect(pill(true, inMinutes(0.3))).toMatchObject({ kind: "open", left: 1 });
  });

  test("is closed when time is over, when the server says so, and when nobody ever wrote", () => {
    expect(pill(true, inMinutes(-1))).toEqual({ kind: "closed" });
    expect(pill(false, inMinutes(60))).toEqual({ kind: "closed" });
    expect(pill(false, null)).toEqual({ kind: "closed" });
  });
});

describe("preview", () => {
  type Last = NonNullable<Conversation["last_message"]>;
  const author = (kind: Author["kind"], name: string | null): Author => ({ kind, id: null, name });
  const last = (part: Partial<Last>): Last => ({
    id: "msg_1",
    preview: "Hello",
    kind: "text",
    direction: "inbound",
    state: "received",
    author: author("contact", "Pablo"),
    created_at: inMinutes(0),
    ...part,
  });

  test("a contact's words stand alone", () => {
    expect(previewOf(last({}), me)).toEqual({ prefix: null, icon: null, text: "Hello" });
  });

  test("our words say who wrote them", () => {
    const of = (by: Author) => previewOf(last({ direction: "outbound", author: by }), me).prefix;
    expect(of(author("agent", "Ana Torres"))).toEqual({ kind: "you" });
    expect(of(author("agent", "Leo Brandt"))).toEqual({ kind: "name", name: "Leo" });
    expect(of(author("rule", "Greeting"))).toEqual({ kind: "rule" });
    expect(of(author("api", "Shop"))).toEqual({ kind: "api" });
  });

  test("an id decides before a name does", () => {
    expect(authorPrefix({ kind: "agent", id: "usr_2", name: "Ana Torres" }, me)).toEqual({ kind: "name", name: "Ana" });
  });

  test("a photo without caption leaves the words to its kind", () => {
    expect(previewOf(last({ kind: "image", preview: "" }), me)).toEqual({ prefix: null, icon: "image", text: null });
  });

  test("line breaks and marks don't reach the list", () => {
    expect(previewOf(last({ preview: "*Hi*\n there" }), me).text).toBe("Hi there");
    expect(plain("2 * 3 * 4 and snake_case_name")).toBe("2 * 3 * 4 and snake_case_name");
  });
});

describe("contacts", () => {
  const nobody = { id: "con_1", name: "", phone: null, username: null, bsuid: null };

  test("somebody without a number is known by username, then by BSUID", () => {
    expect(contactLabel({ ...nobody, username: "green", bsuid: "ES.1" })).toBe("@green");
    expect(contactNumber({ ...nobody, bsuid: "ES.1" })).toBe("ES.1");
  });

  test("numbers are set out for reading", () => {
    expect(readableNumber("+16505551234")).toBe("+1 650 555 1234");
    expect(readableNumber("+34600123456")).toBe("+34 600 123 456");
    expect(readableNumber("+2348031234567")).toBe("+234 803 123 4567");
    expect(readableNumber("+4915112345678")).toBe("+49 151 123 456 78");
    expect(readableNumber("+1 555-010-0001")).toBe("+1 555 010 0001");
    expect(readableNumber("112")).toBe("112");
  });
});

describe("messages", () => {
  const message = (part: Partial<Message>) =>
    ({ id: "msg_2", direction: "inbound", reply_to: { message_id: "msg_1", wamid: null }, ...part }) as Message;

  test("the chosen button of a message is found by the answer that quotes it", () => {
    const answer = message({
      kind: "interactive",
      content: {
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: "care", title: "Plant care" } },
      },
    });
    expect(choicesIn([answer]).get("msg_1")).toBe("care");
  });

  test("a template's quick reply is chosen by its words", () => {
    const answer = message({
      kind: "button",
      content: { type: "button", button: { text: "Track order", payload: "p" } },
    });
    expect(choicesIn([answer]).get("msg_1")).toBe("Track order");
  });

  test("a quotation takes the words of each kind", () => {
    expect(wordsOf({ kind: "text", content: { type: "text", text: { body: "Hola" } } })).toBe("Hola");
    expect(wordsOf({ kind: "document", content: { type: "document", document: { filename: "a.pdf" } } })).toBe("a.pdf");
    expect(wordsOf({ kind: "nebula", content: { type: "nebula" } })).toBe("");
  });
});
