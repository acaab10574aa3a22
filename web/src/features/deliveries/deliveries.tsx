import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Inbox, RotateCcw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Delivery, DeliveryState } from "@/api";
import { useIsAdmin } from "@/features/session/calls";
import { exactTime, fileSize } from "@/lib/time";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EmptyFace, ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { LoadMore } from "@/ui/load-more";
import { Cell, PageFrame, Table } from "@/ui/page";
import { Pill, type Tone } from "@/ui/pill";
import { toast } from "@/ui/toast";
import { deliveriesQuery, deliveryQuery, useReplay } from "./calls";

const states = ["unrouted", "malformed", "failed", "pending", "done"] as const;
const tones: Record<DeliveryState, Tone> = {
  unrouted: "warn",
  malformed: "bad",
  failed: "bad",
  pending: "neutral",
  done: "good",
};

/** JSON is set out for reading; what is not JSON is shown exactly as it came. */
export function readableBody(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function Look({ id }: { id: string }) {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useQuery(deliveryQuery(id));
  if (error) return <ErrorFace error={error} retry={refetch} />;
  if (!data) return <RowsLoading />;
  return (
    <div className="space-y-4 p-5">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-13">
        <dt className="text-muted">{t("settings.state")}</dt>
        <dd>
          <Pill tone={tones[data.state]}>{t(`delivery.state.${data.state}`)}</Pill>
        </dd>
        <dt className="text-muted">{t("delivery.received")}</dt>
        <dd>{exactTime(data.received_at, i18n.language)}</dd>
        {data.processed_at && (
          <>
            <dt className="text-muted">{t("delivery.processed")}</dt>
            <dd>{exactTime(data.processed_at, i18n.language)}</dd>
          </>
        )}
        <dt className="text-muted">{t("delivery.attempts")}</dt>
        <dd>{data.attempts}</dd>
        <dt className="text-muted">{t("delivery.id")}</dt>
        <dd className="select-all font-mono text-2xs">{data.id}</dd>
      </dl>
      {data.error && <p className="rounded-lg bg-danger-soft px-3 py-2 text-13 text-danger-text">{data.error}</p>}
      <div>
        <h3 className="mb-1.5 font-semibold text-13">{t("delivery.body")}</h3>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-[55vh] overflow-auto rounded-xl bg-subtle p-3 font-mono text-2xs leading-4"
        >
          {readableBody(data.body ?? "")}
        </pre>
      </div>
    </div>
  );
}

function ReplayButton({ delivery }: { delivery: Delivery }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const replay = useReplay();
  if (!useIsAdmin()) return null;
  return (
    <Button
      size="sm"
      busy={replay.isPending}
      icon={<RotateCcw className="size-3.5" aria-hidden="true" />}
      onClick={() =>
        replay.mutate(delivery.id, {
          onSuccess: () => toast("good", t("delivery.replaying")),
          onError: (error) => toast("bad", words(error)),
        })
      }
    >
      {t("delivery.replay")}
    </Button>
  );
}

function Rows({ state }: { state: DeliveryState }) {
  const { t, i18n } = useTranslation();
  const list = useInfiniteQuery(deliveriesQuery(state));
  const [shown, setShown] = useState<Delivery | null>(null);
  const deliveries = list.data?.pages.flatMap((page) => page.data) ?? [];
  if (list.error && !list.data) return <ErrorFace error={list.error} retry={list.refetch} />;
  if (!list.data) return <RowsLoading />;
  if (deliveries.length === 0) {
    return (
      <EmptyFace icon={<Inbox aria-hidden="true" />} title={t(`delivery.none.${state}`)}>
        {t("delivery.noneText")}
      </EmptyFace>
    );
  }
  return (
    <>
      <Table head={[t("delivery.received"), t("delivery.what"), t("delivery.size"), ""]}>
        {deliveries.map((delivery) => (
          <tr key={delivery.id} className="hover:bg-subtle">
            <Cell className="whitespace-nowrap text-muted tabular-nums">
              {exactTime(delivery.received_at, i18n.language)}
            </Cell>
            <Cell className="w-full max-w-0">
              <button
                type="button"
                data-testid="delivery-row"
                onClick={() => setShown(delivery)}
                className="block w-full min-w-40 text-start"
              >
                <span className="block truncate font-medium">{delivery.summary || t("delivery.noSummary")}</span>
                {delivery.error && <span className="block truncate text-13 text-danger-text">{delivery.error}</span>}
              </button>
            </Cell>
            <Cell className="whitespace-nowrap text-muted tabular-nums">{fileSize(delivery.size, i18n.language)}</Cell>
            <Cell className="text-end">
              <ReplayButton delivery={delivery} />
            </Cell>
          </tr>
        ))}
      </Table>
      <LoadMore more={list.hasNextPage} busy={list.isFetchingNextPage} load={list.fetchNextPage} />
      <Dialog
        open={shown !== null}
        onClose={() => setShown(null)}
        title={t("delivery.title")}
        shape="drawer"
        footer={shown && <ReplayButton delivery={shown} />}
      >
        {shown && <Look id={shown.id} />}
      </Dialog>
    </>
  );
}

export default function Deliveries() {
  const { t } = useTranslation();
  const [state, setState] = useState<DeliveryState>("unrouted");
  return (
    <PageFrame
      title={t("settings.deliveries.title")}
      purpose={t("settings.deliveries.purpose")}
      tools={
        <div role="group" aria-label={t("settings.state")} className="flex flex-wrap gap-1">
          {states.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={state === name}
              onClick={() => setState(name)}
              className="rounded-full border px-3 py-1 font-medium text-13 text-muted hover:bg-hover aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text"
            >
              {t(`delivery.state.${name}`)}
            </button>
          ))}
        </div>
      }
    >
      <Rows key={state} state={state} />
    </PageFrame>
  );
}
