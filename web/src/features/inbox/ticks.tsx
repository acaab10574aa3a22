import clsx from "clsx";
import { CircleAlert, Clock, TriangleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api";
import { tickOf } from "./words";

function Checks({ two }: { two: boolean }) {
  return (
    <svg
      viewBox="0 0 18 12"
      className="h-3 w-[1.125rem]"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      aria-hidden="true"
    >
      <path strokeLinecap="round" strokeLinejoin="round" d={two ? "M1.5 6.5 5 10l6.5-8" : "M4.5 6.5 8 10l6.5-8"} />
      {two && <path strokeLinecap="round" strokeLinejoin="round" d="m8.2 9.2.8.8 6.5-8" />}
    </svg>
  );
}

export function Ticks({
  message,
  className,
}: {
  message: Pick<Message, "direction" | "state" | "outcome_unknown_since">;
  className?: string;
}) {
  const { t } = useTranslation();
  const tick = tickOf(message);
  if (!tick) return null;
  const label = tick === "unknown" ? t("message.unknown.short") : t(`message.state.${message.state}`);
  return (
    <span
      role="img"
      aria-label={label}
      title={label}
      data-testid="tick"
      data-state={message.state}
      className={clsx(
        "inline-flex items-center [&>svg]:shrink-0",
        tick === "blue"
          ? "text-tick-read"
          : tick === "failed"
            ? "text-danger-text"
            : tick === "unknown"
              ? "text-warn-text"
              : "text-tick",
        className,
      )}
    >
      {tick === "clock" && <Clock className="size-3" aria-hidden="true" />}
      {tick === "one" && <Checks two={false} />}
      {(tick === "two" || tick === "blue") && <Checks two />}
      {tick === "failed" && <CircleAlert className="size-3.5" aria-hidden="true" />}
      {tick === "unknown" && <TriangleAlert className="size-3.5" aria-hidden="true" />}
    </span>
  );
}
