import clsx from "clsx";
import { LayoutTemplate, Paperclip, SendHorizontal, Smile, X } from "lucide-react";
import {
  type ClipboardEvent,
  type KeyboardEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useTranslation } from "react-i18next";
import type { Content, Conversation, Message } from "@/api";
import { useDraft } from "@/lib/draft";
import { useNow } from "@/lib/now";
import { ago } from "@/lib/time";
import { Button, IconButton } from "@/ui/button";
import { Popover } from "@/ui/popover";
import { AttachmentTray } from "./attachment-tray";
import { CAPTION_LIMIT, contentOf, type useAttachments } from "./attachments";
import { EmojiPicker } from "./emoji-picker";
import { KindIcon, useKindName } from "./kind";
import { contactLabel, isWordy, plain, windowPill, wordsOf } from "./words";

/** Meta: Messages > Text, body of 1 to 4096 characters. */
export const TEXT_LIMIT = 4096;
// Below this the count would only be noise.
const COUNT_FROM = 3500;
const MAX_HEIGHT = 220;

export const lengthOf = (text: string): number => [...text].length;

interface Props {
  conversation: Conversation;
  quoted: Message | null;
  unquote: () => void;
  send: (content: Content, replyTo: string | null) => void;
  openTemplates: () => void;
  attachments: ReturnType<typeof useAttachments>;
  input: RefObject<HTMLTextAreaElement | null>;
}

function Quoted({ message, name, unquote }: { message: Message; name: string; unquote: () => void }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  return (
    <div className="mx-3 mt-2.5 flex items-center gap-2 rounded-lg border-accent border-s-[3px] bg-subtle py-1.5 ps-2.5 pe-1.5">
      <div className="min-w-0 flex-1 text-13">
        <div className="font-semibold text-2xs text-accent-text">
          {message.direction === "inbound" ? name : (message.author.name ?? t("author.you"))}
        </div>
        <div className="flex items-center gap-1 truncate text-muted">
          {!isWordy(message.kind) && <KindIcon kind={message.kind} className="size-3.5 shrink-0" />}
          <span className="truncate">{plain(wordsOf(message)) || kindName(message.kind)}</span>
        </div>
      </div>
      <IconButton size="sm" label={t("composer.unquote")} onClick={unquote}>
        <X aria-hidden="true" />
      </IconButton>
    </div>
  );
}

/** Where the text stood: outside of the window only a template may go out, so the draft waits. */
function ClosedStrip({
  conversation,
  draft,
  openTemplates,
}: {
  conversation: Conversation;
  draft: string;
  openTemplates: () => void;
}) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const since = conversation.service_window.expires_at;
  const past = since !== null && since !== undefined && new Date(since).getTime() <= now;
  return (
    <div data-testid="window-closed" className="border-t bg-surface px-4 py-3">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <p className="font-medium">
            {since
              ? past
                ? t("composer.closedSince", { when: ago(since, now, i18n.language) })
                : t("composer.closed")
              : t("composer.neverOpen")}
          </p>
          <p className="text-13 text-muted">{t("composer.closedWhy")}</p>
        </div>
        <Button
          look="primary"
          data-testid="template-open"
          onClick={openTemplates}
          icon={<LayoutTemplate className="size-4" aria-hidden="true" />}
        >
          {t("composer.chooseTemplate")}
        </Button>
      </div>
      {draft && (
        <p className="mt-2 truncate rounded-lg bg-subtle px-2.5 py-1.5 text-13 text-muted">
          <span className="font-medium text-text">{t("composer.draftKept")}</span> {draft}
        </p>
      )}
    </div>
  );
}

function useGrowing(input: RefObject<HTMLTextAreaElement | null>, text: string) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const area = input.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, MAX_HEIGHT)}px`;
  }, [text, input]);
}

/** What goes out: the first file carries the words as its caption, if it can; else they follow as a text. */
function outgoing(text: string, items: Props["attachments"]["items"]): Content[] {
  const words = text.trim();
  const contents: Content[] = [];
  const captioned = lengthOf(words) <= CAPTION_LIMIT && items[0] !== undefined && items[0].kind !== "audio";
  items.forEach((item, at) => {
    contents.push(contentOf(item, at === 0 && captioned ? words : ""));
  });
  if (words && !captioned)
    contents.push({ type: "text", text: { body: words, preview_url: /https?:\/\//.test(words) } });
  return contents;
}

function insertAt(area: HTMLTextAreaElement | null, text: string, piece: string): string {
  const from = area?.selectionStart ?? text.length;
  const to = area?.selectionEnd ?? from;
  requestAnimationFrame(() => {
    area?.focus();
    area?.setSelectionRange(from + piece.length, from + piece.length);
  });
  return text.slice(0, from) + piece + text.slice(to);
}

export function Composer({ conversation, quoted, unquote, send, openTemplates, attachments, input }: Props) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const [text, setText] = useDraft(conversation.id);
  const [picking, setPicking] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const name = contactLabel(conversation.contact);
  useGrowing(input, text);
  useEffect(() => {
    if (quoted) input.current?.focus();
  }, [quoted, input]);

  if (windowPill(conversation.service_window, now).kind === "closed") {
    return <ClosedStrip conversation={conversation} draft={text} openTemplates={openTemplates} />;
  }

  const length = lengthOf(text);
  const over = length > TEXT_LIMIT;
  const empty = text.trim() === "" && attachments.items.length === 0;
  const blocked = empty || over || !attachments.ready;
  const number = (value: number) => value.toLocaleString(i18n.language);

  const submit = () => {
    if (blocked) return;
    outgoing(text, attachments.items).forEach((content, at) => {
      send(content, at === 0 ? (quoted?.id ?? null) : null);
    });
    setText("");
    attachments.clear();
    unquote();
    input.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape" && quoted) {
      event.stopPropagation();
      unquote();
    }
  };
  const paste = (event: ClipboardEvent) => {
    if (event.clipboardData.files.length === 0) return;
    event.preventDefault();
    attachments.add(event.clipboardData.files);
  };
  return (
    <div className="border-t bg-surface">
      {quoted && <Quoted message={quoted} name={name} unquote={unquote} />}
      <AttachmentTray items={attachments.items} remove={attachments.remove} />
      <div className="px-3 pt-2">
        <textarea
          ref={input}
          rows={1}
          dir="auto"
          data-testid="composer-input"
          aria-label={t("composer.label", { name })}
          aria-invalid={over || undefined}
          aria-describedby={over ? "composer-limit" : undefined}
          placeholder={t("composer.placeholder")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={press}
          onPaste={paste}
          className="block max-h-56 min-h-[2.75rem] w-full resize-none rounded-lg bg-transparent px-1.5 py-2 text-[0.9375rem] leading-[1.35rem] outline-none placeholder:text-faint"
        />
      </div>
      <div className="flex items-center gap-0.5 px-2.5 pb-2">
        <Popover
          label={t("composer.emoji")}
          open={picking}
          onOpenChange={setPicking}
          align="start"
          trigger={
            <IconButton label={t("composer.emoji")}>
              <Smile aria-hidden="true" />
            </IconButton>
          }
        >
          <EmojiPicker
            onPick={(emoji) => {
              setPicking(false);
              setText(insertAt(input.current, text, emoji));
            }}
          />
        </Popover>
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          data-testid="composer-file"
          onChange={(event) => {
            attachments.add(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <IconButton label={t("composer.attach")} onClick={() => chooser.current?.click()}>
          <Paperclip aria-hidden="true" />
        </IconButton>
        <IconButton label={t("composer.template")} data-testid="template-open" onClick={openTemplates}>
          <LayoutTemplate aria-hidden="true" />
        </IconButton>
        <div className="flex-1 px-2 text-end text-13">
          {over ? (
            <span id="composer-limit" role="alert" data-testid="composer-limit" className="text-danger-text">
              {t("composer.tooLong", { length: number(length), limit: number(TEXT_LIMIT) })}
            </span>
          ) : length >= COUNT_FROM ? (
            <span className="text-muted tabular-nums">
              {number(length)} / {number(TEXT_LIMIT)}
            </span>
          ) : (
            <span className="hidden text-2xs text-faint md:inline">{t("composer.keys")}</span>
          )}
        </div>
        <Button
          look="primary"
          data-testid="composer-send"
          disabled={blocked}
          onClick={submit}
          className={clsx("!px-3")}
          icon={<SendHorizontal className="size-4 rtl:-scale-x-100" aria-hidden="true" />}
        >
          {t("composer.send")}
        </Button>
      </div>
    </div>
  );
}
