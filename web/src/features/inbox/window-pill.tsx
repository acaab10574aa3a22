import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api";
import { useNow } from "@/lib/now";
import { Pill } from "@/ui/pill";
import { windowPill } from "./words";

/** How long free-form messages may still go out. */
export function WindowPillView({ window }: { window: Conversation["service_window"] }) {
  const { t } = useTranslation();
  const pill = windowPill(window, useNow());
  if (pill.kind === "closed") return <Pill testId="window-pill">{t("window.closed")}</Pill>;
  return (
    <Pill tone={pill.soon ? "warn" : "good"} testId="window-pill">
      {t(pill.unit === "hours" ? "window.hoursLeft" : "window.minutesLeft", { count: pill.left })}
    </Pill>
  );
}
