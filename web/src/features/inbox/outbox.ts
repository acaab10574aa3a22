// Messages on their way from this screen to the server: shown at once, sent one after another per conversation, and gone
// as soon as the server's own message (the same client id) is in the thread. They outlive a reload of the page.
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { type Content, client, type Message, take } from "@/api";
import { readDraft, writeDraft } from "@/lib/draft";
import { showMessage } from "./thread-cache";
import { partOf, textOf } from "./words";

export interface Waiting {
  /** Also the Idempotency-Key: sending it again can't make two messages. */
  clientId: string;
  conversation: string;
  content: Content;
  replyTo: string | null;
  createdAt: string;
  error: unknown;
}

/** The error of a message whose page was closed before the server answered. */
export const INTERRUPTED = "interrupted";

const STORED = "waypost.outbox";

/** What an earlier page of this tab left behind; a person decides whether it goes out. */
function restored(): Waiting[] {
  try {
    const items = JSON.parse(sessionStorage.getItem(STORED) ?? "[]") as Waiting[];
    return items.map((item) => ({ ...item, error: INTERRUPTED }));
  } catch {
    return [];
  }
}

function store() {
  // A reaction has no bubble to be retried from, and is quickly given again.
  const kept = waiting.filter((item) => item.content.type !== "reaction");
  try {
    if (kept.length === 0) sessionStorage.removeItem(STORED);
    else sessionStorage.setItem(STORED, JSON.stringify(kept.map((item) => ({ ...item, error: null }))));
  } catch {
    // Storage that is full or forbidden: the message still waits in memory.
  }
}

let waiting: Waiting[] = restored();
const listeners = new Set<() => void>();
const lanes = new Map<string, Promise<void>>();

export const waitingNow = (): Waiting[] => waiting;

function set(next: Waiting[]) {
  waiting = next;
  store();
  for (const tell of listeners) tell();
}

const change = (clientId: string, patch: Partial<Waiting>) =>
  set(waiting.map((item) => (item.clientId === clientId ? { ...item, ...patch } : item)));

export const discard = (clientId: string) => set(waiting.filter((item) => item.clientId !== clientId));

/** Discards at a person's wish: the words go back to where they were written, unless others stand there. */
export function takeBack(item: Waiting) {
  discard(item.clientId);
  const part = partOf(item.content, item.content.type);
  const words = textOf(part.body) || textOf(part.caption);
  if (words && readDraft(item.conversation) === "") writeDraft(item.conversation, words);
}

/** Signing out on a shared machine must not leave messages for the next person. */
export const forgetOutbox = () => set([]);

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

export function put(queries: QueryClient, conversation: string, content: Content, replyTo: string | null) {
  const createdAt = new Date().toISOString();
  const item = { clientId: newClientId(), conversation, content, replyTo, createdAt, error: null };
  set([...waiting, item]);
  enqueue(queries, item);
}

export function useOutbox(conversation: string) {
  const queries = useQueryClient();
  const all = useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, waitingNow);
  const send = useCallback(
    (content: Content, replyTo: string | null = null) => put(queries, conversation, content, replyTo),
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
