import { QueryClient } from "@tanstack/react-query";
import { describe, expect, test, vi } from "vitest";
import { keys } from "@/api/keys";
import { mergeKeys, queriesTouched, refresher, threadsTouched } from "./live";

const about = { conversation_id: "cnv_1", message_id: "msg_1" };

describe("an event touches exactly its queries", () => {
  test("a new message: its conversation, the lists and the counts", () => {
    expect(queriesTouched({ kind: "message.created", ...about })).toEqual([
      keys.message("msg_1"),
      keys.conversation("cnv_1"),
      keys.conversationLists,
      keys.conversationCounts,
    ]);
  });

  test("a tick: the message and the lists, no counts", () => {
    expect(queriesTouched({ kind: "message.updated", ...about })).toEqual([
      keys.message("msg_1"),
      keys.conversationLists,
    ]);
  });

  test.each([
    [
      { kind: "conversation.updated", conversation_id: "cnv_1" },
      [keys.conversation("cnv_1"), keys.conversationLists, keys.conversationCounts, keys.conversationsOfAny],
    ],
    [
      { kind: "contact.updated", contact_id: "con_1" },
      [keys.contact("con_1"), keys.contactLists, keys.conversationsAny, keys.conversationLists],
    ],
    [{ kind: "delivery.updated", delivery_id: "del_1" }, [keys.delivery("del_1"), keys.deliveryLists]],
    [{ kind: "phone_number.updated", phone_number_id: "pho_1" }, [keys.phoneNumbers]],
    [{ kind: "template.updated" }, [keys.templates]],
    [{ kind: "something.new" }, []],
  ])("%j", (event, touched) => {
    expect(queriesTouched(event)).toEqual(touched);
  });
});

test("a frame's events name each query once", () => {
  const events = [1, 2, 3].map(() => queriesTouched({ kind: "message.created", ...about }));
  expect(mergeKeys(events.flat())).toHaveLength(4);
});

test("messages are gathered by their thread", () => {
  const touched = threadsTouched([
    { kind: "message.created", ...about },
    { kind: "message.updated", ...about },
    { kind: "message.updated", conversation_id: "cnv_1", message_id: "msg_2" },
    { kind: "conversation.updated", conversation_id: "cnv_2" },
  ]);
  expect([...touched]).toEqual([["cnv_1", new Set(["msg_1", "msg_2"])]]);
});

test("while a query is being read, further events cost one more reading, and none is missed", async () => {
  const queries = new QueryClient();
  const finish: (() => void)[] = [];
  const read = vi
    .spyOn(queries, "invalidateQueries")
    .mockImplementation(() => new Promise((resolve) => finish.push(resolve)));
  const refresh = refresher(queries);
  for (let i = 0; i < 50; i += 1) refresh(keys.conversationLists);
  expect(read).toHaveBeenCalledTimes(1);
  finish[0]?.();
  await vi.waitFor(() => expect(read).toHaveBeenCalledTimes(2));
  finish[1]?.();
  await Promise.resolve();
  expect(read).toHaveBeenCalledTimes(2);
});
