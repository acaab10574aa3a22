import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { keys } from "@/api/keys";
import { refreshThread } from "@/features/inbox/thread-cache";
import { eventKinds, type LiveEvent, mergeKeys, queriesTouched, refresher, threadsTouched } from "@/lib/live";

type Status = "connecting" | "open" | "lost";

let status: Status = "connecting";
const listeners = new Set<() => void>();
function become(next: Status) {
  status = next;
  for (const tell of listeners) tell();
}

/** Whether the screen is hearing what happens; "lost" once a connection has failed. */
export function useLiveStatus(): Status {
  return useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => status,
  );
}

// A stream that says nothing for this long is dead: the server pings every 15 s.
const SILENCE = 40_000;
const RETRY = [500, 1_000, 2_000, 5_000, 10_000];

function connect(queries: QueryClient): () => void {
  const refresh = refresher(queries);
  let source: EventSource | null = null;
  let waiting: LiveEvent[] = [];
  let planned = false;
  let tries = 0;
  // Nothing may open a stream again once its session has ended.
  let closed = false;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let watchdog: ReturnType<typeof setTimeout> | undefined;

  const flush = () => {
    planned = false;
    const events = waiting;
    waiting = [];
    // The open thread first: a browser asks six things at a time, and this is what a person is looking at.
    for (const [thread, messages] of threadsTouched(events)) refreshThread(queries, thread, messages);
    for (const key of mergeKeys(events.flatMap(queriesTouched))) refresh(key);
  };
  const heard = () => {
    clearTimeout(watchdog);
    if (closed) return;
    watchdog = setTimeout(lose, SILENCE);
  };
  const receive = (message: MessageEvent<string>) => {
    heard();
    waiting.push(JSON.parse(message.data) as LiveEvent);
    if (planned) return;
    planned = true;
    // A hidden page draws no frames, yet its title badge must stay true.
    if (document.hidden) setTimeout(flush, 100);
    else requestAnimationFrame(flush);
  };
  const lose = () => {
    if (closed) return;
    source?.close();
    source = null;
    clearTimeout(watchdog);
    clearTimeout(retry);
    if (tries > 0 || status === "open") become("lost");
    retry = setTimeout(open, RETRY[Math.min(tries, RETRY.length - 1)]);
    tries += 1;
  };
  const open = () => {
    if (closed) return;
    source = new EventSource("/v1/events");
    source.onopen = () => {
      // Nobody knows what happened before the stream was open, at the start or in a gap: the screen is read again.
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
      tries = 0;
      become("open");
      heard();
    };
    source.onerror = () => {
      // The browser itself resumes a cut stream, with Last-Event-ID; a refused one it gives up.
      if (source?.readyState === EventSource.CONNECTING) {
        tries += 1;
        if (status === "open") become("lost");
        return;
      }
      void queries.invalidateQueries({ queryKey: keys.session });
      lose();
    };
    source.addEventListener("ping", heard);
    for (const kind of eventKinds) source.addEventListener(kind, receive);
  };
  open();
  return () => {
    closed = true;
    source?.close();
    clearTimeout(retry);
    clearTimeout(watchdog);
    become("connecting");
  };
}

/** One stream for the whole signed-in app. */
export function useLive() {
  const queries = useQueryClient();
  useEffect(() => connect(queries), [queries]);
}
