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

const more = (of: Thread): Thread => ({
  ...of,
  pages: of.pages.map((page, at) => (at === of.pages.length - 1 ? { ...page, next: "cursor" } : page)),
});

test("one older than the loaded pages waits for its own page", () => {
  const before = more(thread([message("f"), message("e")], [message("d"), message("c")]));
  expect(placeMessage(before, message("b"))).toBe(before);
});

test("when everything is loaded, an older one closes the last page", () => {
  const before = thread([message("f"), message("e")], [message("d"), message("c")]);
  expect(ids(placeMessage(before, message("b")))).toEqual([
    ["f", "e"],
    ["d", "c", "b"],
  ]);
});

test("one that arrives late goes to the page of its id, not to the first", () => {
  const before = more(thread([message("h"), message("g")], [message("e"), message("c")]));
  expect(ids(placeMessage(before, message("d")))).toEqual([
    ["h", "g"],
    ["e", "d", "c"],
  ]);
  expect(ids(placeMessage(before, message("f")))).toEqual([
    ["h", "g"],
    ["f", "e", "c"],
  ]);
});

test("the first message of an empty thread is shown", () => {
  expect(ids(placeMessage(thread([]), message("a")))).toEqual([["a"]]);
});
