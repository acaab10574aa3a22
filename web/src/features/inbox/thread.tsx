import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowDown, MessagesSquare } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "@/api";
import { announce } from "@/lib/announce";
import { useNow } from "@/lib/now";
import { dayLabel } from "@/lib/time";
import { EmptyFace, ErrorFace } from "@/ui/faces";
import { LoadMore } from "@/ui/load-more";
import { Skeleton } from "@/ui/spinner";
import { Bubble, type BubbleActions } from "./bubble";
import { threadQuery } from "./calls";
import { useKindName } from "./kind";
import { bubbleOf, discard, type Waiting } from "./outbox";
import type { Thread as ThreadData } from "./thread-cache";
import { WaitingFailed } from "./waiting-failed";
import { choicesIn, contactLabel, dayOf, type Me, partOf, textOf, windowPill, wordsOf } from "./words";

interface Props {
  conversation: Conversation;
  me: Me;
  /** How many were unread when the conversation was opened. */
  unread: number;
  waiting: Waiting[];
  again: (item: Waiting) => void;
  actions: Omit<BubbleActions, "jump">;
}

const sameRun = (a: Message | undefined, b: Message) =>
  a !== undefined && a.direction === b.direction && a.author.id === b.author.id && a.author.kind === b.author.kind;

/** Oldest first, reactions left out: they sit on the bubble they are about. */
function messagesOf(data: ThreadData | undefined): Message[] {
  const all = data?.pages.flatMap((page) => page.data) ?? [];
  return all.filter((message) => message.kind !== "reaction").reverse();
}

/** Where the unread line stands: fixed when the conversation is opened, so that reading doesn't move it. */
function useUnreadLine(unread: number, messages: Message[], settled: boolean): string | null {
  const line = useRef<{ unread: number; before: string | null } | null>(null);
  if (line.current?.unread !== unread && settled && messages.length > 0) {
    const inbound = messages.filter((message) => message.direction === "inbound");
    line.current = { unread, before: unread > 0 ? (inbound.at(-unread)?.id ?? null) : null };
  }
  return line.current?.before ?? null;
}

function useAnnounceNew(messages: Message[], name: string) {
  const { t } = useTranslation();
  const last = messages.at(-1);
  const known = useRef<string | null>(null);
  useEffect(() => {
    if (known.current && last && last.id !== known.current && last.direction === "inbound") {
      announce(t("inbox.newMessage", { name, text: wordsOf(last) }));
    }
    known.current = last?.id ?? null;
  }, [last, name, t]);
}

/** Scrolling to a message: older pages are loaded until it is there, within reason. */
function useJump(fetchOlder: () => Promise<{ hasNextPage: boolean }>) {
  return useCallback(
    async (id: string) => {
      for (let page = 0; page < 10; page += 1) {
        const found = document.querySelector(`[data-message-id="${CSS.escape(id)}"]`);
        if (found) {
          found.scrollIntoView({ block: "center" });
          found.classList.remove("animate-flash");
          requestAnimationFrame(() => found.classList.add("animate-flash"));
          return;
        }
        if (!(await fetchOlder()).hasNextPage) return;
        await new Promise(requestAnimationFrame);
      }
    },
    [fetchOlder],
  );
}

function Separator({ children, strong }: { children: ReactNode; strong?: boolean }) {
  return (
    <div className="my-3 flex items-center justify-center gap-3 px-6" role="separator">
      {strong && <span className="h-px flex-1 bg-accent/40" />}
      <span
        className={
          strong
            ? "font-semibold text-2xs text-accent-text uppercase tracking-wide"
            : "rounded-full bg-surface/90 px-2.5 py-0.5 font-medium text-2xs text-muted shadow-xs"
        }
      >
        {children}
      </span>
      {strong && <span className="h-px flex-1 bg-accent/40" />}
    </div>
  );
}

/** What WhatsApp says about the contact, such as a changed number: nobody's words, so no bubble. */
function SystemLine({ message }: { message: Message }) {
  const name = useKindName();
  return (
    <p data-testid="system-line" className="mx-auto my-2 max-w-md px-6 text-center text-13 text-muted">
      {textOf(partOf(message.content, "system").body) || name("system")}
    </p>
  );
}

function ThreadLoading() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")} className="flex flex-1 flex-col justify-end gap-3 p-6">
      <Skeleton className="h-12 w-64 rounded-xl" />
      <Skeleton className="h-9 w-44 rounded-xl" />
      <Skeleton className="h-16 w-72 self-end rounded-xl" />
      <Skeleton className="h-9 w-52 rounded-xl" />
    </div>
  );
}

export function Thread({ conversation, me, unread, waiting, again, actions }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const queries = useQueryClient();
  const thread = useInfiniteQuery(threadQuery(conversation.id));
  const scroller = useRef<HTMLDivElement>(null);
  const [away, setAway] = useState(false);
  const messages = useMemo(() => messagesOf(thread.data), [thread.data]);
  const byId = useMemo(() => new Map(messages.map((message) => [message.id, message])), [messages]);
  const chosen = useMemo(() => choicesIn(messages), [messages]);
  const unreadBefore = useUnreadLine(unread, messages, !thread.isFetching);
  const name = contactLabel(conversation.contact);
  const windowOpen = windowPill(conversation.service_window, now).kind === "open";
  useAnnounceNew(messages, name);

  const jump = useJump(thread.fetchNextPage);
  const allActions = useMemo(() => ({ ...actions, jump }), [actions, jump]);

  const known = useMemo(() => new Set(messages.map((message) => message.client_id)), [messages]);
  const unsent = waiting.filter((item) => !known.has(item.clientId));
  useEffect(() => {
    for (const item of waiting) if (known.has(item.clientId)) discard(item.clientId);
  }, [waiting, known]);

  // The list grows from the bottom (column-reverse), so position 0 is the newest message.
  const toLatest = useCallback(() => {
    scroller.current?.scrollTo({ top: 0 });
  }, []);
  const newest = unsent.at(-1)?.clientId;
  // biome-ignore lint/correctness/useExhaustiveDependencies: one's own new message brings the view down
  useEffect(toLatest, [newest, toLatest]);

  if (thread.error && !thread.data)
    return <ErrorFace error={thread.error} retry={() => queries.refetchQueries(threadQuery(conversation.id))} />;
  if (!thread.data) return <ThreadLoading />;

  const bubble = (message: Message, before: Message | undefined, local = false) => (
    <Bubble
      message={message}
      quoted={message.reply_to?.message_id ? byId.get(message.reply_to.message_id) : undefined}
      chosen={chosen.get(message.id)}
      first={
        !sameRun(before, message) || (before !== undefined && dayOf(before.created_at) !== dayOf(message.created_at))
      }
      me={me}
      contactName={name}
      phoneNumber={conversation.phone_number.id}
      actions={allActions}
      windowOpen={windowOpen}
      local={local}
    />
  );
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={t("inbox.threadWith", { name })}
        onScroll={(event) => setAway(event.currentTarget.scrollTop < -240)}
        className="flex h-full flex-col-reverse overflow-y-auto overflow-x-hidden [overflow-anchor:auto] focus-visible:-outline-offset-2"
      >
        <div className="pt-2 pb-3">
          <LoadMore more={thread.hasNextPage} busy={thread.isFetchingNextPage} load={thread.fetchNextPage} />
          {messages.length === 0 && unsent.length === 0 && (
            <EmptyFace icon={<MessagesSquare aria-hidden="true" />} title={t("inbox.threadEmpty")} />
          )}
          {messages.map((message, at) => {
            const before = messages[at - 1];
            const newDay = !before || dayOf(before.created_at) !== dayOf(message.created_at);
            return (
              <div key={message.id}>
                {newDay && <Separator>{dayLabel(message.created_at, now, i18n.language)}</Separator>}
                {unreadBefore === message.id && <Separator strong>{t("inbox.unreadLine")}</Separator>}
                {message.kind === "system" ? <SystemLine message={message} /> : bubble(message, before)}
              </div>
            );
          })}
          {unsent.map((item, at) => (
            <div key={item.clientId}>
              {bubble(
                { ...bubbleOf(item, me), state: item.error ? "failed" : "queued" },
                unsent[at - 1] ? bubbleOf(unsent[at - 1] as Waiting, me) : messages.at(-1),
                true,
              )}
              {item.error !== null && <WaitingFailed item={item} again={again} />}
            </div>
          ))}
        </div>
      </div>
      {away && (
        <button
          type="button"
          onClick={toLatest}
          className="absolute end-5 bottom-4 flex animate-pop items-center gap-1.5 rounded-full border bg-surface px-3 py-1.5 font-medium text-13 shadow-float"
        >
          <ArrowDown className="size-4" aria-hidden="true" />
          {t("inbox.latest")}
        </button>
      )}
    </div>
  );
}
