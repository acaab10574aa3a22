// Messages on their way from this screen to the server: shown at once, sent one after another per conversation, and gone
// as soon as the server's own message (the same client id) is in the thread.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { type Content, client, type Message, take } from "@/api";
import { showMessage } from "./thread-cache";

export interface Waiting {
  /** Also the Idempotency-Key: sending it again can't make two messages. */
  clientId: string;
  conversation: string;
  content: Content;
  replyTo: string | null;
  createdAt: string;
  error: unknown;
}

let waiting: Waiting[] = [];
const listeners = new Set<() => void>();
const lanes = new Map<string, Promise<void>>();

function set(next: Waiting[]) {
  waiting = next;
  for (const tell of listeners) tell();
}

const change = (clientId: string, patch: Partial<Waiting>) =>
  set(waiting.map((item) => (item.clientId === clientId ? { ...item, ...patch } : item)));

export const discard = (clientId: string) => set(waiting.filter((item) => item.clientId !== clientId));

/** `crypto.randomUUID` exists on secure origins only; a self-hosted server in a local network may be plain http. */
export function newClientId(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function post(queries: QueryClient, item: Waiting) {
  const context = item.replyTo ? { context: { message_id: item.replyTo } } : {};
  const call = client.POST("/v1/conversations/{id}/messages", {
    params: { path: { id: item.conversation }, header: { "Idempotency-Key": item.clientId } },
    body: { ...item.content, ...context } as never,
  });
  try {
    showMessage(queries, await take<Message>(call));
    discard(item.clientId);
  } catch (error) {
    change(item.clientId, { error });
  }
}

function enqueue(queries: QueryClient, item: Waiting) {
  const before = lanes.get(item.conversation) ?? Promise.resolve();
  lanes.set(
    item.conversation,
    before.then(() => post(queries, item)),
  );
}

export function useOutbox(conversation: string) {
  const queries = useQueryClient();
  const all = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => waiting,
  );
  const send = useCallback(
    (content: Content, replyTo: string | null = null) => {
      const item = {
        clientId: newClientId(),
        conversation,
        content,
        replyTo,
        createdAt: new Date().toISOString(),
        error: null,
      };
      set([...waiting, item]);
      enqueue(queries, item);
    },
    [queries, conversation],
  );
  const again = useCallback(
    (item: Waiting) => {
      change(item.clientId, { error: null });
      enqueue(queries, { ...item, error: null });
    },
    [queries],
  );
  return { waiting: all.filter((item) => item.conversation === conversation), send, again };
}

/** The bubble of a message the server has not answered for yet. */
export function bubbleOf(item: Waiting, me: { id: string; name: string }): Message {
  return {
    id: item.clientId,
    conversation_id: item.conversation,
    contact_id: "",
    phone_number_id: "",
    direction: "outbound",
    kind: item.content.type,
    state: "queued",
    content: item.content,
    wamid: null,
    reply_to: item.replyTo ? { message_id: item.replyTo, wamid: null } : null,
    client_id: item.clientId,
    author: { kind: "agent", id: me.id, name: me.name },
    cause: { kind: "agent", id: me.id },
    error: null,
    media: null,
    reactions: [],
    outcome_unknown_since: null,
    created_at: item.createdAt,
    accepted_at: null,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    failed_at: null,
  };
}
