// Live events say what changed, never what it changed to: the screen reads again exactly what is touched.
import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { keys } from "@/api/keys";

export const eventKinds = [
  "message.created",
  "message.updated",
  "conversation.updated",
  "contact.updated",
  "delivery.updated",
  "phone_number.updated",
  "template.updated",
] as const;
export type EventKind = (typeof eventKinds)[number];

export interface LiveEvent {
  kind: string;
  at?: string;
  conversation_id?: string | null;
  message_id?: string | null;
  contact_id?: string | null;
  delivery_id?: string | null;
  phone_number_id?: string | null;
}

/** The queries an event touches. The thread's own messages are patched one by one, see `threadsTouched`. */
export function queriesTouched(event: LiveEvent): QueryKey[] {
  const conversation = event.conversation_id ? [keys.conversation(event.conversation_id)] : [];
  const message = event.message_id ? [keys.message(event.message_id)] : [];
  switch (event.kind) {
    case "message.created":
      return [...message, ...conversation, keys.conversationLists, keys.conversationCounts];
    case "message.updated":
      return [...message, keys.conversationLists];
    case "conversation.updated":
      return [...conversation, keys.conversationLists, keys.conversationCounts, keys.conversationsOfAny];
    case "contact.updated":
      return [
        ...(event.contact_id ? [keys.contact(event.contact_id)] : []),
        keys.contactLists,
        keys.conversationsAny,
        keys.conversationLists,
      ];
    case "delivery.updated":
      return [...(event.delivery_id ? [keys.delivery(event.delivery_id)] : []), keys.deliveryLists];
    case "phone_number.updated":
      return [keys.phoneNumbers];
    case "template.updated":
      return [keys.templates];
    default:
      return [];
  }
}

/** Messages to read again, by conversation. */
export function threadsTouched(events: LiveEvent[]): Map<string, Set<string>> {
  const threads = new Map<string, Set<string>>();
  for (const event of events) {
    if (!event.kind.startsWith("message.") || !event.conversation_id || !event.message_id) continue;
    const messages = threads.get(event.conversation_id) ?? new Set();
    threads.set(event.conversation_id, messages.add(event.message_id));
  }
  return threads;
}

/** One key once, however many events of a frame name it. */
export function mergeKeys(touched: QueryKey[]): QueryKey[] {
  return [...new Map(touched.map((key) => [JSON.stringify(key), key])).values()];
}

/**
 * Reads queries again, one reading per key at a time: what is touched while a reading is under way is read once more
 * after it. A flood of events therefore costs as many requests as the server can answer, and the last state is never missed.
 */
export function refresher(queries: QueryClient): (key: QueryKey) => void {
  const running = new Map<string, boolean>();
  const refresh = async (key: QueryKey) => {
    const name = JSON.stringify(key);
    if (running.has(name)) {
      running.set(name, true);
      return;
    }
    running.set(name, false);
    await queries.invalidateQueries({ queryKey: key }).catch(() => undefined);
    const again = running.get(name);
    running.delete(name);
    if (again) void refresh(key);
  };
  return (key) => void refresh(key);
}
