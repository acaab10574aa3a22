import type { QueryClient } from "@tanstack/react-query";
import { beforeEach, expect, test, vi } from "vitest";
import type { Content } from "@/api";
import { readDraft, writeDraft } from "@/lib/draft";

const post = vi.hoisted(() => vi.fn());
vi.mock("@/api", () => ({ client: { POST: post }, take: (answer: unknown) => answer }));

const queries = { setQueryData: vi.fn() } as unknown as QueryClient;
const text = (body: string): Content => ({ type: "text", text: { body } });
const reaction: Content = { type: "reaction", reaction: { message_id: "msg_1", emoji: "👍" } };

/** The module anew, as after F5. */
async function page() {
  vi.resetModules();
  return import("./outbox");
}

beforeEach(() => {
  sessionStorage.clear();
  localStorage.clear();
  post.mockReset();
});

test("a message the server did not take survives a reload, with its client id", async () => {
  post.mockReturnValue(new Promise(() => {}));
  const before = await page();
  before.put(queries, "cnv_1", text("Hello Pablo"), "msg_7");
  const [sent] = before.waitingNow();
  const after = await page();
  expect(after.waitingNow()).toEqual([{ ...sent, error: after.INTERRUPTED }]);
  expect(after.waitingNow()[0]?.replyTo).toBe("msg_7");
});

test("one that was refused survives as well", async () => {
  post.mockImplementation(() => Promise.reject(new Error("offline")));
  const before = await page();
  before.put(queries, "cnv_1", text("Hello"), null);
  await vi.waitFor(() => expect(before.waitingNow()[0]?.error).toBeInstanceOf(Error));
  expect((await page()).waitingNow()).toHaveLength(1);
});

test("one that was taken leaves nothing behind", async () => {
  post.mockResolvedValue({ id: "msg_1", conversation_id: "cnv_1" });
  const before = await page();
  before.put(queries, "cnv_1", text("Hello"), null);
  await vi.waitFor(() => expect(before.waitingNow()).toEqual([]));
  expect(sessionStorage).toHaveLength(0);
});

test("a reaction is not kept, and spoilt storage is no obstacle", async () => {
  post.mockReturnValue(new Promise(() => {}));
  (await page()).put(queries, "cnv_1", reaction, null);
  expect(sessionStorage).toHaveLength(0);
  sessionStorage.setItem("waypost.outbox", "{");
  expect((await page()).waitingNow()).toEqual([]);
});

test("what is discarded goes back into an empty draft, and never over another", async () => {
  post.mockReturnValue(new Promise(() => {}));
  const outbox = await page();
  const image: Content = { type: "image", image: { id: "med_1", caption: "The roof" } };
  outbox.put(queries, "cnv_1", text("Hello"), null);
  outbox.put(queries, "cnv_2", text("Hola"), null);
  outbox.put(queries, "cnv_3", image, null);
  writeDraft("cnv_2", "Another");
  for (const item of outbox.waitingNow()) outbox.takeBack(item);
  expect(outbox.waitingNow()).toEqual([]);
  expect([1, 2, 3].map((n) => readDraft(`cnv_${n}`))).toEqual(["Hello", "Another", "The roof"]);
});
