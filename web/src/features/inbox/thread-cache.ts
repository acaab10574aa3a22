// The loaded part of a thread lives in the query cache as pages, newest first. One message is read and put in its place,
// instead of reading all pages again for each tick.
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { client, type Message, type Page, take } from "@/api";
import { keys } from "@/api/keys";

export type Thread = InfiniteData<Page<Message>>;

// Above this many messages at once, one reading of the thread is cheaper.
const ONE_BY_ONE = 4;
const asked = new Map<string, number>();
const shown = new Map<string, number>();

/** Puts a message where it belongs: over its older self, else by its id. Ids grow with time, and order a thread. */
export function placeMessage(thread: Thread, message: Message): Thread {
  const known = thread.pages.some((page) => page.data.some((m) => m.id === message.id));
  if (known) {
    const pages = thread.pages.map((page) => ({
      ...page,
      data: page.data.map((m) => (m.id === message.id ? { ...m, ...message } : m)),
    }));
    return { ...thread, pages };
  }
  const last = thread.pages.length - 1;
  if (last < 0) return thread;
  const olderIn = (page: Page<Message>) => page.data.findIndex((m) => m.id < message.id);
  const found = thread.pages.findIndex((page) => olderIn(page) !== -1);
  // Older than all that is loaded: it comes with its own page, when somebody scrolls there.
  if (found === -1 && thread.pages[last]?.next && thread.pages.some((page) => page.data.length > 0)) return thread;
  const pages = thread.pages.map((page, index) => {
    if (index !== (found === -1 ? last : found)) return page;
    const data = [...page.data];
    data.splice(found === -1 ? data.length : olderIn(page), 0, message);
    return { ...page, data };
  });
  return { ...thread, pages };
}

/** Shows what the server just answered, without waiting for its event. */
export function showMessage(queries: QueryClient, message: Message) {
  queries.setQueryData<Thread>(
    keys.thread(message.conversation_id),
    (thread) => thread && placeMessage(thread, message),
  );
}

async function refreshMessage(queries: QueryClient, id: string) {
  const turn = (asked.get(id) ?? 0) + 1;
  asked.set(id, turn);
  const message = await take(client.GET("/v1/messages/{id}", { params: { path: { id } } }));
  // Two readings of one message may answer in the wrong order.
  if ((shown.get(id) ?? 0) > turn) return;
  shown.set(id, turn);
  showMessage(queries, message);
}

export function refreshThread(queries: QueryClient, conversation: string, messages: Set<string>) {
  const key = keys.thread(conversation);
  const watched = queries.getQueryCache().find({ queryKey: key })?.isActive() ?? false;
  if (!watched || messages.size > ONE_BY_ONE) {
    void queries.invalidateQueries({ queryKey: key });
    return;
  }
  for (const id of messages) {
    refreshMessage(queries, id).catch(() => queries.invalidateQueries({ queryKey: key }));
  }
}
