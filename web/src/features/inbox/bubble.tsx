import clsx from "clsx";
import { Info, Reply, SmilePlus, Zap } from "lucide-react";
import { memo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api";
import { clockTime } from "@/lib/time";
import { IconButton } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { ContentBody, ContentButtons } from "./content";
import { commonEmojis, EmojiPicker } from "./emoji-picker";
import { FailedNote, UnknownNote } from "./failure";
import { KindIcon, useKindName } from "./kind";
import { MessageDetail } from "./message-detail";
import { Ticks } from "./ticks";
import { authorPrefix, isWordy, type Me, plain, tickOf, wordsOf } from "./words";

export interface BubbleActions {
  quote: (message: Message) => void;
  react: (message: Message, emoji: string) => void;
  jump: (messageId: string) => void;
  template: () => void;
}

interface Props {
  message: Message;
  /** The message this one answers, if it is loaded. */
  quoted?: Message;
  chosen?: string;
  /** First of a run by the same author: it carries the tail and the name. */
  first: boolean;
  me: Me;
  contactName: string;
  phoneNumber: string;
  actions: BubbleActions;
  windowOpen: boolean;
  /** Shown, but not yet known to the server: nothing can be done with it. */
  local?: boolean;
}

function Quote({
  message,
  quoted,
  contactName,
  jump,
}: {
  message: Message;
  quoted?: Message;
  contactName: string;
  jump: (id: string) => void;
}) {
  const { t } = useTranslation();
  const name = useKindName();
  const target = message.reply_to?.message_id;
  const words = quoted ? plain(wordsOf(quoted)) : "";
  return (
    <button
      type="button"
      disabled={!target}
      onClick={() => target && jump(target)}
      className="mb-1 block w-full min-w-32 rounded-md border-accent border-s-[3px] bg-black/5 px-2 py-1 text-start text-13 dark:bg-white/6"
    >
      <span className="block font-semibold text-2xs text-accent-text">
        {quoted
          ? quoted.direction === "inbound"
            ? contactName
            : (quoted.author.name ?? t("author.you"))
          : t("message.earlier")}
      </span>
      <span className="line-clamp-2 text-muted [overflow-wrap:anywhere]">
        {quoted && !isWordy(quoted.kind) && <KindIcon kind={quoted.kind} className="me-1 inline size-3" />}
        {words || (quoted ? name(quoted.kind) : t("message.showEarlier"))}
      </span>
    </button>
  );
}

function ReactPicker({ message, react }: { message: Message; react: BubbleActions["react"] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [all, setAll] = useState(false);
  const pick = (emoji: string) => {
    setOpen(false);
    react(message, emoji);
  };
  return (
    <Popover
      label={t("message.react")}
      open={open}
      onOpenChange={(next) => {
        setOpen(next);
        setAll(false);
      }}
      trigger={
        <IconButton size="sm" label={t("message.react")} data-react={message.id}>
          <SmilePlus aria-hidden="true" />
        </IconButton>
      }
    >
      {all ? (
        <EmojiPicker onPick={pick} />
      ) : (
        <div className="flex">
          {commonEmojis.map((emoji) => (
            <button
              key={emoji}
              type="button"
              aria-label={emoji}
              onClick={() => pick(emoji)}
              className="flex size-9 items-center justify-center rounded-lg text-xl hover:bg-hover"
            >
              {emoji}
            </button>
          ))}
          <IconButton label={t("emoji.more")} onClick={() => setAll(true)}>
            <SmilePlus aria-hidden="true" />
          </IconButton>
        </div>
      )}
    </Popover>
  );
}

function Tools({ message, actions }: { message: Message; actions: BubbleActions }) {
  const { t } = useTranslation();
  return (
    <div
      className={clsx(
        "absolute z-[2] flex items-center rounded-lg opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100 has-[[data-state=open]]:opacity-100",
        // Beside the bubble; on a phone there is no room, so above its corner.
        "max-md:-top-6 max-md:border max-md:bg-surface max-md:shadow-xs md:top-1/2 md:-translate-y-1/2",
        message.direction === "outbound" ? "max-md:end-0 md:end-full md:me-1" : "max-md:start-0 md:start-full md:ms-1",
      )}
    >
      <ReactPicker message={message} react={actions.react} />
      <IconButton size="sm" label={t("message.quote")} onClick={() => actions.quote(message)}>
        <Reply aria-hidden="true" />
      </IconButton>
      <Popover
        label={t("message.why")}
        className="max-h-96 w-80 overflow-y-auto"
        trigger={
          <IconButton size="sm" label={t("message.why")}>
            <Info aria-hidden="true" />
          </IconButton>
        }
      >
        <MessageDetail id={message.id} />
      </Popover>
    </div>
  );
}

function Reactions({ message, react }: { message: Message; react: BubbleActions["react"] }) {
  const { t } = useTranslation();
  if (message.reactions.length === 0) return null;
  return (
    <div className="-mt-1.5 z-[1] flex gap-1 px-2">
      {message.reactions.map((reaction) => {
        const ours = reaction.from === "us";
        return (
          <button
            key={`${reaction.from}-${reaction.emoji}`}
            type="button"
            disabled={!ours}
            onClick={() => react(message, reaction.emoji)}
            aria-label={t(ours ? "message.reactionOurs" : "message.reactionTheirs", { emoji: reaction.emoji })}
            title={t(ours ? "message.reactionOurs" : "message.reactionTheirs", { emoji: reaction.emoji })}
            className={clsx(
              "rounded-full border bg-surface px-1.5 py-px text-[0.8125rem] leading-5 shadow-xs",
              ours && "border-accent",
            )}
          >
            {reaction.emoji}
          </button>
        );
      })}
    </div>
  );
}

function Author({ message, me }: { message: Message; me: Me }) {
  const { t } = useTranslation();
  const prefix = message.direction === "outbound" ? authorPrefix(message.author, me) : null;
  if (!prefix || prefix.kind === "you") return null;
  return (
    <span className="inline-flex items-center gap-1">
      {prefix.kind === "rule" && <Zap className="size-3" aria-hidden="true" />}
      {prefix.kind === "name" ? prefix.name : t(`author.${prefix.kind}`)}
      <span aria-hidden="true">·</span>
    </span>
  );
}

const frameless = new Set(["sticker"]);

function BubbleView({
  message,
  quoted,
  chosen,
  first,
  me,
  contactName,
  phoneNumber,
  actions,
  windowOpen,
  local,
}: Props) {
  const { t, i18n } = useTranslation();
  const ours = message.direction === "outbound";
  const failed = message.state === "failed";
  const unknown = tickOf(message) === "unknown";
  const bare = frameless.has(message.kind);
  const speaker = ours ? (message.author.name ?? t("author.you")) : contactName;
  return (
    <article
      aria-label={t("message.by", { name: speaker })}
      data-testid="bubble"
      data-message-id={message.id}
      data-direction={message.direction}
      data-state={message.state}
      className={clsx(
        "group flex flex-col px-3 md:px-6",
        ours ? "items-end" : "items-start",
        first ? "mt-2.5" : "mt-0.5",
      )}
    >
      <div className="relative max-w-[88%] md:max-w-[76%]">
        <div
          className={clsx(
            "min-w-0 overflow-hidden rounded-xl",
            bare
              ? ""
              : ours
                ? "bubble-ours border border-bubble-out-line bg-bubble-out"
                : "border border-transparent bg-bubble-in shadow-[0_1px_1px_rgb(12_32_24/9%)] dark:shadow-none",
            first && !bare && (ours ? "rounded-se-[4px]" : "rounded-ss-[4px]"),
            failed && "!border-danger/50 !bg-danger-soft",
            unknown && "!border-warn/60",
          )}
        >
          <div className="flow-root px-2.5 pt-1.5 pb-1.5">
            {message.reply_to && (
              <Quote message={message} quoted={quoted} contactName={contactName} jump={actions.jump} />
            )}
            <ContentBody message={message} phoneNumber={phoneNumber} />
            <div className="float-end ms-3 mt-1 -mb-0.5 flex items-center gap-1 text-[0.6875rem] text-muted leading-4">
              <Author message={message} me={me} />
              <time dateTime={message.created_at}>{clockTime(message.created_at, i18n.language)}</time>
              <Ticks message={message} />
            </div>
          </div>
          <ContentButtons message={message} phoneNumber={phoneNumber} chosen={chosen} />
        </div>
        {!local && <Tools message={message} actions={actions} />}
      </div>
      <Reactions message={message} react={actions.react} />
      {failed && !local && (
        <div className="max-w-[92%] md:max-w-[76%]">
          <FailedNote message={message} windowOpen={windowOpen} onTemplate={actions.template} />
        </div>
      )}
      {unknown && (
        <div className="max-w-[92%] md:max-w-[76%]">
          <UnknownNote message={message} />
        </div>
      )}
    </article>
  );
}

export const Bubble = memo(BubbleView);
