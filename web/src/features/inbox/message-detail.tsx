import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { exactClock, exactTime } from "@/lib/time";
import { ErrorFace, RowsLoading } from "@/ui/faces";
import { messageQuery } from "./calls";

const causes = ["agent", "rule", "api", "delivery", "webhook", "system", "sender", "contact", "status"] as const;

/** "Why": every state a message went through, when, and what brought it there. */
export function MessageDetail({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useQuery(messageQuery(id));
  if (error) return <ErrorFace error={error} retry={refetch} />;
  if (!data) return <RowsLoading rows={3} />;
  const cause = (kind: string) => {
    const known = causes.find((candidate) => candidate === kind);
    return known ? t(`message.cause.${known}`) : kind.replaceAll("_", " ");
  };
  const transitions = data.transitions ?? [];
  const sameDay = new Set(transitions.map((step) => new Date(step.at).toDateString())).size <= 1;
  return (
    <div className="p-3">
      <h3 className="mb-2.5 font-semibold">{t("message.why")}</h3>
      <ol className="relative space-y-2.5 border-line border-s ps-4">
        {transitions.map((step) => (
          <li key={`${step.state}-${step.recorded_at}`} className="relative">
            <span
              aria-hidden="true"
              className={`absolute -start-[1.29rem] top-1.5 size-2 rounded-full ${step.state === "failed" ? "bg-danger" : "bg-accent"}`}
            />
            <div className="flex justify-between gap-3">
              <span className="font-medium">{t(`message.state.${step.state}`)}</span>
              <time
                dateTime={step.at}
                title={exactTime(step.at, i18n.language)}
                className="whitespace-nowrap text-13 text-muted tabular-nums"
              >
                {(sameDay ? exactClock : exactTime)(step.at, i18n.language)}
              </time>
            </div>
            <div className="text-13 text-muted">
              {cause(step.cause.kind)}
              {step.cause.id && <span className="font-mono text-2xs [overflow-wrap:anywhere]"> {step.cause.id}</span>}
            </div>
            {step.detail && <div className="text-13">{step.detail}</div>}
          </li>
        ))}
        {transitions.length === 0 && <li className="text-muted">{t("message.noTransitions")}</li>}
      </ol>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 border-t pt-2.5 text-2xs text-muted">
        <dt>{t("message.id")}</dt>
        <dd className="select-all font-mono [overflow-wrap:anywhere]">{data.id}</dd>
        {data.wamid && (
          <>
            <dt>wamid</dt>
            <dd className="select-all font-mono [overflow-wrap:anywhere]">{data.wamid}</dd>
          </>
        )}
      </dl>
    </div>
  );
}
