import { LayoutTemplate, RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api";
import { Button } from "@/ui/button";
import { useProblemText } from "@/ui/faces";
import { toast } from "@/ui/toast";
import { useRetry, useSettle } from "./calls";

const known = [
  "131026",
  "131047",
  "131049",
  "131051",
  "131053",
  "131050",
  "131056",
  "130429",
  "130472",
  "131031",
  "132001",
  "132000",
] as const;

/** Why Meta refused, in words: ours for the usual codes, else what the server explains. */
export function useFailureText(): (error: NonNullable<Message["error"]>) => string {
  const { t } = useTranslation();
  return (error) => {
    const code = known.find((candidate) => candidate === String(error.code));
    return code ? t(`failure.${code}`) : error.explanation || error.detail || error.title;
  };
}

// Meta: the service window was closed. Once it is open again, the same message may go.
const WINDOW_CLOSED = 131047;

interface Props {
  message: Message;
  windowOpen: boolean;
  onTemplate: () => void;
}

export function FailedNote({ message, windowOpen, onTemplate }: Props) {
  const { t } = useTranslation();
  const words = useFailureText();
  const problemWords = useProblemText();
  const retry = useRetry();
  const error = message.error;
  const worthIt = (error?.can_retry ?? true) || (error?.code === WINDOW_CLOSED && windowOpen);
  return (
    <div
      data-testid="message-failed"
      role="group"
      aria-label={t("message.state.failed")}
      className="mt-1 max-w-full rounded-xl bg-danger-soft px-3 py-2 text-13"
    >
      <p className="text-danger-text">
        <span className="font-semibold">{t("message.notSent")}</span> {error ? words(error) : ""}
        {error?.code != null && <span className="ms-1 whitespace-nowrap text-2xs">({error.code})</span>}
      </p>
      <div className="mt-1.5 flex flex-wrap items-center gap-1.5">
        {retry.isSuccess && <span className="text-muted">{t("message.retried")}</span>}
        {!retry.isSuccess && worthIt && (
          <Button
            size="sm"
            data-testid="retry-button"
            busy={retry.isPending}
            icon={<RotateCcw className="size-3.5" aria-hidden="true" />}
            onClick={() => retry.mutate(message.id, { onError: (problem) => toast("bad", problemWords(problem)) })}
          >
            {t("message.retry")}
          </Button>
        )}
        <Button size="sm" icon={<LayoutTemplate className="size-3.5" aria-hidden="true" />} onClick={onTemplate}>
          {t("message.sendAsTemplate")}
        </Button>
      </div>
    </div>
  );
}

/** The request left and no answer came back: we don't guess, a person may. */
export function UnknownNote({ message }: { message: Message }) {
  const { t } = useTranslation();
  const problemWords = useProblemText();
  const settle = useSettle();
  const choose = (choice: "sent" | "send_again") =>
    settle.mutate({ id: message.id, choice }, { onError: (problem) => toast("bad", problemWords(problem)) });
  return (
    <div
      role="group"
      aria-label={t("message.unknown.short")}
      className="mt-1 max-w-full rounded-xl bg-warn-soft px-3 py-2 text-13"
    >
      <p className="text-warn-text">
        <span className="font-semibold">{t("message.unknown.short")}</span> {t("message.unknown.text")}
      </p>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        <Button size="sm" disabled={settle.isPending} onClick={() => choose("sent")}>
          {t("message.unknown.sent")}
        </Button>
        <Button size="sm" disabled={settle.isPending} onClick={() => choose("send_again")}>
          {t("message.unknown.again")}
        </Button>
      </div>
    </div>
  );
}
