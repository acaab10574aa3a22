// Files a reply carries. WhatsApp's limits are checked before anything is uploaded, so that the reason is told at once.
import { useCallback, useSyncExternalStore } from "react";
import { type Content, client, type Media, take } from "@/api";
import { newClientId } from "./outbox";

export type FileKind = "image" | "video" | "audio" | "document";

export const CAPTION_LIMIT = 1024;
const MB = 1_000_000;
/** Bytes WhatsApp takes per kind (Meta: Media > Supported media types). */
export const sizeLimits: Record<FileKind, number> = {
  image: 5 * MB,
  video: 16 * MB,
  audio: 16 * MB,
  document: 100 * MB,
};

const kinds: Record<string, FileKind> = {
  "image/jpeg": "image",
  "image/png": "image",
  "video/mp4": "video",
  "video/3gpp": "video",
  "audio/aac": "audio",
  "audio/amr": "audio",
  "audio/mpeg": "audio",
  "audio/mp4": "audio",
  "audio/ogg": "audio",
};

/** Anything WhatsApp doesn't play or show itself travels as a document. */
export const kindOf = (mime: string): FileKind => kinds[mime.split(";")[0]?.trim() ?? ""] ?? "document";

export interface Attachment {
  id: string;
  file: File;
  kind: FileKind;
  /** A local address of the bytes, for the picture before it is uploaded. */
  url: string;
  media: Media | null;
  error: unknown;
  tooLarge: boolean;
}

export async function upload(file: File): Promise<Media> {
  const form = new FormData();
  form.append("file", file, file.name);
  return take<Media>(
    client.POST("/v1/media", { body: form as never, bodySerializer: (body) => body as unknown as FormData }),
  );
}

export function contentOf(attachment: Attachment, caption: string): Content {
  const { kind, file, media } = attachment;
  return {
    type: kind,
    [kind]: {
      id: media?.id,
      ...(caption && kind !== "audio" ? { caption } : {}),
      ...(kind === "document" ? { filename: file.name } : {}),
    },
  };
}

// Kept by conversation and not in the screen, so that looking into another conversation loses no file.
const none: Attachment[] = [];
const trays = new Map<string, Attachment[]>();
const listeners = new Set<() => void>();

export const attachedTo = (conversation: string): Attachment[] => trays.get(conversation) ?? none;

function change(conversation: string, next: (now: Attachment[]) => Attachment[]) {
  const items = next(attachedTo(conversation));
  if (items.length > 0) trays.set(conversation, items);
  else trays.delete(conversation);
  for (const tell of listeners) tell();
}

const patch = (conversation: string, id: string, news: Partial<Attachment>) =>
  change(conversation, (now) => now.map((item) => (item.id === id ? { ...item, ...news } : item)));

export function attach(conversation: string, files: Iterable<File>) {
  for (const file of files) {
    const kind = kindOf(file.type);
    const tooLarge = file.size > sizeLimits[kind];
    const url = URL.createObjectURL(file);
    const item = { id: newClientId(), file, kind, url, media: null, error: null, tooLarge };
    change(conversation, (now) => [...now, item]);
    if (tooLarge) continue;
    upload(file)
      .then((media) => patch(conversation, item.id, { media }))
      .catch((error: unknown) => patch(conversation, item.id, { error }));
  }
}

function detach(conversation: string, gone: (item: Attachment) => boolean) {
  for (const item of attachedTo(conversation).filter(gone)) URL.revokeObjectURL(item.url);
  change(conversation, (now) => now.filter((item) => !gone(item)));
}

export function useAttachments(conversation: string) {
  const items = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => attachedTo(conversation),
  );
  const add = useCallback((files: Iterable<File>) => attach(conversation, files), [conversation]);
  const remove = useCallback((id: string) => detach(conversation, (item) => item.id === id), [conversation]);
  const clear = useCallback(() => detach(conversation, () => true), [conversation]);
  return { items, add, remove, clear, ready: items.every((item) => item.media !== null) };
}
