import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { Paperclip } from "lucide-react";
import { type DragEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation as ConversationData, Message } from "@/api";
import { sessionQuery } from "@/features/session/calls";
import { TemplatePicker } from "@/features/templates/picker";
import { useShortcuts } from "@/lib/shortcuts";
import { ErrorFace, useProblemText } from "@/ui/faces";
import { Skeleton } from "@/ui/spinner";
import { toast } from "@/ui/toast";
import { useAttachments } from "./attachments";
import { conversationQuery, threadQuery, useMarkRead, useUpdateConversation } from "./calls";
import { Composer } from "./composer";
import { ContextPane, useContextPane } from "./context-pane";
import { ConversationHeader } from "./conversation-header";
import { discard, useOutbox, type Waiting } from "./outbox";
import { Thread } from "./thread";
import { showMessage, type Thread as ThreadData } from "./thread-cache";
import { contactLabel } from "./words";

/** Reading happens only in front of a person: the page must be visible. */
function useReading(conversation: ConversationData) {
  const { mutate } = useMarkRead(conversation.id);
  const unread = conversation.unread_count > 0;
  useEffect(() => {
    if (!unread) return;
    const read = () => {
      if (document.visibilityState === "visible") mutate();
    };
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [unread, mutate]);
}

// What a cached conversation says is corrected by the reading that follows at once.
const OPENING = 1_500;

/** How many were unread when a person began to look: at the opening, or on coming back to the page. */
function useUnreadAtOpening(conversation: ConversationData): number {
  const [opened] = useState(() => Date.now());
  const [unread, setUnread] = useState(conversation.unread_count);
  const now = conversation.unread_count;
  useEffect(() => {
    if (now > 0 && (document.hidden || Date.now() - opened < OPENING)) setUnread(now);
  }, [now, opened]);
  return unread;
}

function useDrop(add: (files: Iterable<File>) => void) {
  const [over, setOver] = useState(false);
  const carries = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return {
    over,
    handlers: {
      onDragOver: (event: DragEvent) => {
        if (!carries(event)) return;
        event.preventDefault();
        setOver(true);
      },
      onDragLeave: (event: DragEvent) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
      },
      onDrop: (event: DragEvent) => {
        if (!carries(event)) return;
        event.preventDefault();
        setOver(false);
        add(event.dataTransfer.files);
      },
    },
  };
}

/** The message an R or a Q is about: the bubble that has the focus, else the latest of the contact. */
function targetOf(data: ThreadData | undefined): Message | undefined {
  const all = data?.pages.flatMap((page) => page.data) ?? [];
  const focused = document.activeElement?.closest<HTMLElement>("[data-message-id]")?.dataset.messageId;
  return (
    all.find((message) => message.id === focused) ??
    all.find((message) => message.direction === "inbound" && message.kind !== "reaction")
  );
}

/** A reaction is shown before the server has it. One that failed is told of, and what stands there is read again. */
function useFailedReactions(conversation: string, waiting: Waiting[]) {
  const { t } = useTranslation();
  const words = useProblemText();
  const queries = useQueryClient();
  useEffect(() => {
    const failed = waiting.filter((item) => item.content.type === "reaction" && item.error !== null);
    for (const item of failed) {
      discard(item.clientId);
      toast("bad", t("message.reactionFailed", { reason: words(item.error) }));
    }
    if (failed.length > 0) void queries.invalidateQueries({ queryKey: threadQuery(conversation).queryKey });
  }, [conversation, waiting, queries, t, words]);
}

function Loaded({ conversation }: { conversation: ConversationData }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const me = session.user;
  const { waiting, send, again } = useOutbox(conversation.id);
  const update = useUpdateConversation(conversation.id);
  const attachments = useAttachments(conversation.id);
  useFailedReactions(conversation.id, waiting);
  const drop = useDrop(attachments.add);
  const pane = useContextPane();
  const input = useRef<HTMLTextAreaElement>(null);
  const [quoted, setQuoted] = useState<Message | null>(null);
  const [choosing, setChoosing] = useState(false);
  const unquote = useMemo(() => () => setQuoted(null), []);
  const unread = useUnreadAtOpening(conversation);
  useReading(conversation);

  const actions = useMemo(
    () => ({
      quote: setQuoted,
      template: () => setChoosing(true),
      react: (message: Message, emoji: string) => {
        const mine = message.reactions.find((reaction) => reaction.from === "us");
        // The same emoji again takes it away; another one replaces it.
        const next = mine?.emoji === emoji ? "" : emoji;
        const others = message.reactions.filter((reaction) => reaction.from !== "us");
        showMessage(queries, { ...message, reactions: next ? [...others, { emoji: next, from: "us" }] : others });
        send({ type: "reaction", reaction: { message_id: message.id, emoji: next } });
      },
    }),
    [queries, send],
  );
  const target = () => targetOf(queries.getQueryData(threadQuery(conversation.id).queryKey));
  useShortcuts({
    "alt+e": () => update.mutate({ state: conversation.state === "resolved" ? "open" : "resolved" }),
    "alt+l": () => input.current?.focus(),
    t: () => setChoosing(true),
    a: () => document.querySelector<HTMLButtonElement>("[data-assign]")?.click(),
    q: () => setQuoted(target() ?? null),
    r: () => document.querySelector<HTMLButtonElement>(`[data-react="${target()?.id}"]`)?.click(),
  });

  return (
    <>
      <section
        aria-label={t("inbox.conversationWith", { name: contactLabel(conversation.contact) })}
        className="thread-paper relative flex min-w-0 flex-1 flex-col"
        {...drop.handlers}
      >
        <ConversationHeader conversation={conversation} me={me.id} pane={pane} />
        <Thread
          key={conversation.id}
          conversation={conversation}
          me={me}
          unread={unread}
          waiting={waiting.filter((item) => item.content.type !== "reaction")}
          again={again}
          actions={actions}
        />
        <Composer
          conversation={conversation}
          quoted={quoted}
          unquote={unquote}
          send={send}
          openTemplates={() => setChoosing(true)}
          attachments={attachments}
          input={input}
        />
        {drop.over && (
          <div className="pointer-events-none absolute inset-3 z-10 flex flex-col items-center justify-center gap-2 rounded-2xl border-2 border-accent border-dashed bg-accent-soft/90 font-semibold text-accent-text">
            <Paperclip className="size-7" aria-hidden="true" />
            {t("composer.drop")}
          </div>
        )}
      </section>
      <ContextPane conversation={conversation} pane={pane} />
      <TemplatePicker
        open={choosing}
        onClose={() => setChoosing(false)}
        phoneNumber={conversation.phone_number.id}
        contact={conversation.contact}
        onSend={(content) => {
          setChoosing(false);
          send(content, null);
        }}
      />
    </>
  );
}

export default function Conversation() {
  const { t } = useTranslation();
  const { conversationId } = useParams({ from: "/app/inbox/$conversationId" });
  const { data, error, refetch } = useQuery(conversationQuery(conversationId));
  if (error && !data) {
    return (
      <div className="flex-1 bg-surface">
        <ErrorFace error={error} retry={refetch} />
      </div>
    );
  }
  if (!data) {
    return (
      <div role="status" aria-label={t("state.loading")} className={clsx("thread-paper flex-1")}>
        <div className="flex h-14 items-center gap-3 border-b bg-surface px-4">
          <Skeleton className="size-9 rounded-full" />
          <Skeleton className="h-3 w-40" />
        </div>
      </div>
    );
  }
  return <Loaded key={data.id} conversation={data} />;
}
