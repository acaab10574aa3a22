import { Download, ExternalLink, FileText, ImageOff, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api";
import { fileSize } from "@/lib/time";
import { Spinner } from "@/ui/spinner";
import { AudioPlayer } from "./audio-player";
import { Formatted } from "./formatted";
import { KindIcon, useKindName } from "./kind";
import { partOf, textOf } from "./words";

export const mediaUrl = (id: string) => `/v1/media/${encodeURIComponent(id)}`;

// Our copy once we have it; else what the content itself points at.
function sourceOf(message: Message): string | null {
  const part = partOf(message.content, message.kind);
  const id = message.media?.id ?? textOf(part.id);
  if (id.startsWith("med_")) return mediaUrl(id);
  return textOf(part.link) || null;
}

/** Where a file lies when it was sent by a link. The page's policy embeds our own copies only, so it is linked to. */
export function elsewhere(src: string | null): URL | null {
  const url = src && URL.canParse(src, location.href) ? new URL(src, location.href) : null;
  return url && url.origin !== location.origin && /^https?:$/.test(url.protocol) ? url : null;
}

function LinkCard({ message, url }: { message: Message; url: URL }) {
  const { t } = useTranslation();
  const kindName = useKindName();
  const name = textOf(partOf(message.content, message.kind).filename) || kindName(message.kind);
  return (
    <a
      href={url.href}
      target="_blank"
      rel="noreferrer"
      className="flex w-64 max-w-full items-center gap-3 rounded-lg bg-black/5 p-2.5 hover:bg-black/8 dark:bg-white/6 dark:hover:bg-white/10"
    >
      <span className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-accent text-on-accent">
        <KindIcon kind={message.kind} className="size-4.5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        <span className="block truncate text-2xs text-muted">{t("message.media.elsewhere", { host: url.host })}</span>
      </span>
      <ExternalLink className="size-4 text-muted" aria-hidden="true" />
    </a>
  );
}

function Waiting({ message }: { message: Message }) {
  const { t } = useTranslation();
  const name = useKindName();
  const failed = message.media?.state === "failed";
  return (
    <div className="flex h-24 w-60 max-w-full items-center justify-center gap-2 rounded-lg bg-black/5 text-13 text-muted dark:bg-white/5">
      {failed ? <ImageOff className="size-4" aria-hidden="true" /> : <Spinner className="size-4" />}
      {failed
        ? t("message.media.failed", { kind: name(message.kind) })
        : t("message.media.pending", { kind: name(message.kind) })}
    </div>
  );
}

export function Lightbox({ src, alt, onClose }: { src: string; alt: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-50 animate-overlay bg-black/85" />
        <Dialog.Content aria-describedby={undefined} className="fixed inset-0 z-50 flex flex-col outline-none">
          <Dialog.Title className="sr-only">{alt}</Dialog.Title>
          <div className="flex justify-end gap-1 p-3 text-white">
            <a href={src} download className="rounded-lg p-2 hover:bg-white/15" aria-label={t("action.download")}>
              <Download className="size-5" aria-hidden="true" />
            </a>
            <Dialog.Close className="rounded-lg p-2 hover:bg-white/15" aria-label={t("action.close")}>
              <X className="size-5" aria-hidden="true" />
            </Dialog.Close>
          </div>
          <div className="relative flex min-h-0 flex-1 items-center justify-center p-4 pt-0">
            {/* A click beside the picture closes it; Escape and the button above do so for everybody else. */}
            <button type="button" tabIndex={-1} aria-hidden="true" onClick={onClose} className="absolute inset-0" />
            <img src={src} alt={alt} className="relative max-h-full max-w-full rounded-lg object-contain" />
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Picture({ src, alt, sticker }: { src: string; alt: string; sticker: boolean }) {
  const { t } = useTranslation();
  const [large, setLarge] = useState(false);
  const [broken, setBroken] = useState(false);
  if (broken) {
    return (
      <div className="flex h-24 w-60 items-center justify-center gap-2 rounded-lg bg-black/5 text-13 text-muted">
        <ImageOff className="size-4" aria-hidden="true" />
        {t("message.media.failed", { kind: alt })}
      </div>
    );
  }
  return (
    <>
      <button
        type="button"
        onClick={() => setLarge(true)}
        aria-label={t("message.media.enlarge")}
        className="block overflow-hidden rounded-lg"
      >
        <img
          src={src}
          alt={alt}
          onError={() => setBroken(true)}
          className={sticker ? "size-32 object-contain" : "max-h-80 min-h-24 w-72 max-w-full bg-black/5 object-cover"}
        />
      </button>
      {large && <Lightbox src={src} alt={alt} onClose={() => setLarge(false)} />}
    </>
  );
}

function DocumentCard({ message, src }: { message: Message; src: string | null }) {
  const { t, i18n } = useTranslation();
  const part = partOf(message.content, "document");
  const name = textOf(part.filename) || message.media?.filename || t("kind.document");
  const type = name.includes(".") ? name.split(".").pop()?.toUpperCase() : undefined;
  const facts = [type, message.media?.size ? fileSize(message.media.size, i18n.language) : null]
    .filter(Boolean)
    .join(" · ");
  return (
    <a
      href={src ?? undefined}
      download={name}
      aria-disabled={!src}
      className="flex w-64 max-w-full items-center gap-3 rounded-lg bg-black/5 p-2.5 hover:bg-black/8 dark:bg-white/6 dark:hover:bg-white/10"
    >
      <span className="flex size-9 shrink-0 items-center justify-center rounded-lg bg-accent text-on-accent">
        <FileText className="size-4.5" aria-hidden="true" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        <span className="block text-2xs text-muted">{facts}</span>
      </span>
      {message.media?.state === "pending" ? (
        <Spinner className="size-4 text-muted" />
      ) : (
        <Download className="size-4 text-muted" aria-hidden="true" />
      )}
    </a>
  );
}

/** Image, video, audio, sticker or document, with its caption. */
export function MediaBody({ message }: { message: Message }) {
  const name = useKindName();
  const part = partOf(message.content, message.kind);
  const src = sourceOf(message);
  const linked = elsewhere(src);
  const caption = textOf(part.caption);
  const ready =
    src !== null && (message.media === null || message.media.state === "ready" || message.media.state === undefined);
  return (
    <div className="space-y-1.5">
      {linked ? (
        <LinkCard message={message} url={linked} />
      ) : message.kind === "document" ? (
        <DocumentCard message={message} src={ready ? src : null} />
      ) : !ready || src === null ? (
        <Waiting message={message} />
      ) : message.kind === "video" ? (
        // biome-ignore lint/a11y/useMediaCaption: a customer's film comes without captions
        <video src={src} controls preload="metadata" className="max-h-72 max-w-full rounded-lg bg-black" />
      ) : message.kind === "audio" ? (
        <AudioPlayer src={src} />
      ) : (
        <Picture src={src} alt={caption || name(message.kind)} sticker={message.kind === "sticker"} />
      )}
      {caption && (
        <div className="px-0.5">
          <Formatted text={caption} />
        </div>
      )}
    </div>
  );
}
