import clsx from "clsx";
import { X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { fileSize } from "@/lib/time";
import { useProblemText } from "@/ui/faces";
import { Spinner } from "@/ui/spinner";
import { type Attachment, sizeLimits } from "./attachments";
import { KindIcon, useKindName } from "./kind";

/** The files that go with the reply, each with what is wrong with it. */
export function AttachmentTray({ items, remove }: { items: Attachment[]; remove: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  const words = useProblemText();
  const name = useKindName();
  if (items.length === 0) return null;
  const note = (item: Attachment) => {
    if (item.tooLarge) {
      return t("composer.fileTooLarge", {
        kind: name(item.kind),
        limit: fileSize(sizeLimits[item.kind], i18n.language),
        size: fileSize(item.file.size, i18n.language),
      });
    }
    if (item.error) return words(item.error);
    return item.media ? fileSize(item.file.size, i18n.language) : t("composer.uploading");
  };
  return (
    <ul className="flex flex-wrap gap-2 px-3 pt-2.5" aria-label={t("composer.attachments")}>
      {items.map((item) => {
        const bad = item.tooLarge || Boolean(item.error);
        return (
          <li
            key={item.id}
            className={clsx(
              "flex max-w-72 items-center gap-2.5 rounded-xl border p-1.5 pe-1",
              bad ? "border-danger/50 bg-danger-soft" : "bg-subtle",
            )}
          >
            {item.kind === "image" ? (
              <img src={item.url} alt="" className="size-10 rounded-lg object-cover" />
            ) : (
              <span className="flex size-10 items-center justify-center rounded-lg bg-hover text-muted">
                <KindIcon kind={item.kind} className="size-5" />
              </span>
            )}
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium text-13">{item.file.name}</span>
              <span className={clsx("block text-2xs", bad ? "text-danger-text" : "text-muted")}>{note(item)}</span>
            </span>
            {!item.media && !bad && <Spinner className="size-4 text-muted" />}
            <button
              type="button"
              aria-label={t("composer.removeFile", { name: item.file.name })}
              onClick={() => remove(item.id)}
              className="rounded-md p-1 text-muted hover:bg-hover"
            >
              <X className="size-3.5" aria-hidden="true" />
            </button>
          </li>
        );
      })}
    </ul>
  );
}
