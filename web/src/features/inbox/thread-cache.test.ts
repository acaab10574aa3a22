import { expect, test } from "vitest";
import type { Message } from "@/api";
import { placeMessage, type Thread } from "./thread-cache";

const message = (id: string, state: Message["state"] = "sent") => ({ id, state }) as Message;
const thread = (...pages: Message[][]): Thread => ({
  pages: pages.map((data) => ({ data, next: null })),
  pageParams: pages.map(() => undefined),
});
const ids = (of: Thread) => of.pages.map((page) => page.data.map((m) => m.id));

test("a new message becomes the newest", () => {
  expect(ids(placeMessage(thread([message("b"), message("a")]), message("c")))).toEqual([["c", "b", "a"]]);
});

test("one that arrives late takes its place", () => {
  expect(ids(placeMessage(thread([message("c"), message("a")]), message("b")))).toEqual([["c", "b", "a"]]);
});

test("a known message is replaced where it stands, on any page", () => {
  const after = placeMessage(thread([message("c")], [message("a")]), message("a", "read"));
  expect(ids(after)).toEqual([["c"], ["a"]]);
  expect(after.pages[1]?.data[0]?.state).toBe("read");
});
