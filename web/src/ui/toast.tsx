import clsx from "clsx";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

interface Toast {
  id: number;
  tone: "good" | "bad";
  words: string;
}

let toasts: Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();
function set(next: Toast[]) {
  toasts = next;
  for (const tell of listeners) tell();
}

const dismiss = (id: number) => set(toasts.filter((toast) => toast.id !== id));

/** A short word about something that was done, or could not be. Bad news stays longer. */
export function toast(tone: Toast["tone"], words: string) {
  const id = nextId++;
  set([...toasts.slice(-2), { id, tone, words }]);
  setTimeout(() => dismiss(id), tone === "bad" ? 8_000 : 3_500);
}

export function Toasts() {
  const { t } = useTranslation();
  const shown = useSyncExternalStore(
    (tell) => {
      listeners.add(tell);
      return () => listeners.delete(tell);
    },
    () => toasts,
  );
  return (
    <div
      aria-live="polite"
      className="pointer-events-none fixed inset-x-0 bottom-4 z-[60] flex flex-col items-center gap-2 px-4"
    >
      {shown.map((item) => (
        <div
          key={item.id}
          className="pointer-events-auto flex max-w-md animate-pop items-center gap-2.5 rounded-xl border bg-surface py-2 ps-3.5 pe-2 shadow-float"
        >
          {item.tone === "good" ? (
            <CircleCheck className="size-4 shrink-0 text-accent" aria-hidden="true" />
          ) : (
            <CircleAlert className={clsx("size-4 shrink-0 text-danger-text")} aria-hidden="true" />
          )}
          <span className="flex-1">{item.words}</span>
          <button
            type="button"
            aria-label={t("action.close")}
            onClick={() => dismiss(item.id)}
            className="rounded-md p-1 text-muted hover:bg-hover"
          >
            <X className="size-3.5" aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}
