import { useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Zap } from "lucide-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api";
import { sessionQuery } from "@/features/session/calls";
import { useHasDraft } from "@/lib/draft";
import { useNow } from "@/lib/now";
import { listTime } from "@/lib/time";
import { Avatar } from "@/ui/avatar";
import { Pill } from "@/ui/pill";
import { KindIcon, useKindName } from "./kind";
import { Ticks } from "./ticks";
import { WindowPillView } from "./window-pill";
import { contactLabel, type Me, previewOf } from "./words";

function PreviewLine({ conversation, me }: { conversation: Conversation; me: Me }) {
  const { t } = useTranslation();
  const name = useKindName();
  const last = conversation.last_message;
  if (!last) return <span className="text-faint">{t("inbox.noMessages")}</span>;
  const { prefix, icon, text } = previewOf(last, me);
  return (
    <>
      <Ticks
        message={{ direction: last.direction, state: last.state, outcome_unknown_since: null }}
        className="me-1 shrink-0"
      />
      {prefix?.kind === "rule" && <Zap className="me-0.5 size-3 shrink-0" aria-hidden="true" />}
      <span className="truncate" dir="auto">
        {prefix && (
          <span className="font-medium">{prefix.kind === "name" ? prefix.name : t(`author.${prefix.kind}`)}: </span>
        )}
        {icon && <KindIcon kind={icon} className="-mt-0.5 me-1 inline size-3.5" />}
        {text ?? name(last.kind)}
      </span>
    </>
  );
}

function CardView({ conversation, chosen }: { conversation: Conversation; chosen: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow(60_000);
  const { data: session } = useSuspenseQuery(sessionQuery);
  const hasDraft = useHasDraft(conversation.id);
  const name = contactLabel(conversation.contact);
  const unread = conversation.unread_count > 0;
  const at = conversation.last_message_at ?? conversation.created_at;
  const { assignee } = conversation;
  return (
    <Link
      to="/inbox/$conversationId"
      params={{ conversationId: conversation.id }}
      search={(previous) => previous}
      data-testid="conversation-card"
      data-conversation-id={conversation.id}
      data-unread={conversation.unread_count}
      aria-current={chosen ? "true" : undefined}
      className={clsx(
        "relative flex gap-3 border-b px-4 py-2 transition-colors focus-visible:-outline-offset-2",
        chosen
          ? "bg-accent-soft/70 before:absolute before:inset-y-0 before:start-0 before:w-[3px] before:bg-accent"
          : "hover:bg-subtle",
      )}
    >
      <Avatar name={name} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className={clsx("min-w-0 flex-1 truncate", unread ? "font-semibold" : "font-medium")}>{name}</span>
          <time
            dateTime={at}
            className={clsx("shrink-0 text-2xs tabular-nums", unread ? "font-semibold text-accent-text" : "text-muted")}
          >
            {listTime(at, now, i18n.language)}
          </time>
        </span>
        <span className="mt-0.5 flex items-center gap-2">
          <span className={clsx("flex min-w-0 flex-1 items-center text-13", unread ? "text-text" : "text-muted")}>
            <PreviewLine conversation={conversation} me={session.user} />
          </span>
          {unread && (
            <span className="min-w-[1.15rem] shrink-0 rounded-full bg-accent px-1 text-center font-semibold text-[0.6875rem] text-on-accent leading-[1.15rem]">
              {conversation.unread_count}
              <span className="sr-only"> {t("inbox.unread")}</span>
            </span>
          )}
        </span>
        <span className="mt-1 flex items-center gap-1.5">
          <WindowPillView window={conversation.service_window} />
          {conversation.state !== "open" && <Pill>{t(`conversation.state.${conversation.state}`)}</Pill>}
          {hasDraft && <Pill tone="warn">{t("inbox.draft")}</Pill>}
          <span className="flex-1" />
          {assignee && (
            <span
              className="flex min-w-0 items-center gap-1 text-2xs text-muted"
              title={t("inbox.assignedTo", { name: assignee.name })}
            >
              <Avatar name={assignee.name} size="xs" className="!size-4 !text-[0.5rem]" />
              <span className="truncate">{assignee.name.split(" ")[0]}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
}

export const ConversationCard = memo(CardView);
