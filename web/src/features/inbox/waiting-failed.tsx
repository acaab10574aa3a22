import { RotateCcw } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "@/ui/button";
import { useProblemText } from "@/ui/faces";
import { INTERRUPTED, takeBack, type Waiting } from "./outbox";

/** The server did not take the message: it is only on this screen, and says so. */
export function WaitingFailed({ item, again }: { item: Waiting; again: (item: Waiting) => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  return (
    <div className="flex justify-end px-3 md:px-6" data-testid="message-failed">
      <div className="mt-1 max-w-[92%] rounded-xl bg-danger-soft px-3 py-2 text-13 md:max-w-[76%]">
        <p className="text-danger-text">
          <span className="font-semibold">{t("message.notSent")}</span>{" "}
          {item.error === INTERRUPTED ? t("message.interrupted") : words(item.error)}
        </p>
        <div className="mt-1.5 flex gap-1.5">
          <Button
            size="sm"
            data-testid="retry-button"
            icon={<RotateCcw className="size-3.5" aria-hidden="true" />}
            onClick={() => again(item)}
          >
            {t("message.retry")}
          </Button>
          <Button size="sm" onClick={() => takeBack(item)}>
            {t("message.discard")}
          </Button>
        </div>
      </div>
    </div>
  );
}
