// Files a reply carries. WhatsApp's limits are checked before anything is uploaded, so that the reason is told at once.
import { useCallback, useState } from "react";
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

export function useAttachments() {
  const [items, setItems] = useState<Attachment[]>([]);
  const patch = useCallback(
    (id: string, change: Partial<Attachment>) =>
      setItems((now) => now.map((item) => (item.id === id ? { ...item, ...change } : item))),
    [],
  );
  const add = useCallback(
    (files: Iterable<File>) => {
      for (const file of files) {
        const kind = kindOf(file.type);
        const tooLarge = file.size > sizeLimits[kind];
        const item = {
          id: newClientId(),
          file,
          kind,
          url: URL.createObjectURL(file),
          media: null,
          error: null,
          tooLarge,
        };
        setItems((now) => [...now, item]);
        if (tooLarge) continue;
        upload(file)
          .then((media) => patch(item.id, { media }))
          .catch((error: unknown) => patch(item.id, { error }));
      }
    },
    [patch],
  );
  const remove = useCallback((id: string) => {
    setItems((now) => {
      const gone = now.find((item) => item.id === id);
      if (gone) URL.revokeObjectURL(gone.url);
      return now.filter((item) => item.id !== id);
    });
  }, []);
  const clear = useCallback(() => setItems([]), []);
  return { items, add, remove, clear, ready: items.every((item) => item.media !== null) };
}
