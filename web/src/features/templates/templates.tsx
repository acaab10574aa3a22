import { useQuery } from "@tanstack/react-query";
import { LayoutTemplate, RefreshCw } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { PhoneNumber, Template } from "@/api";
import { phoneNumbersQuery } from "@/features/settings/calls";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EmptyFace, ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { NativeSelect } from "@/ui/field";
import { Cell, PageFrame, Table } from "@/ui/page";
import { Pill, type Tone } from "@/ui/pill";
import { SearchBox } from "@/ui/search-box";
import { toast } from "@/ui/toast";
import { templatesQuery, useSyncTemplates } from "./calls";
import { type Json, render, slotsOf, type Values } from "./parameters";
import { PhonePreview } from "./phone-preview";
import { bodyOf } from "./picker";

const tones: Record<string, Tone> = {
  APPROVED: "good",
  PENDING: "warn",
  PAUSED: "warn",
  REJECTED: "bad",
  DISABLED: "bad",
};
const states = ["APPROVED", "PENDING", "PAUSED", "REJECTED", "DISABLED"] as const;

function StatusPill({ status }: { status: string }) {
  const { t } = useTranslation();
  const known = states.find((state) => state === status.toUpperCase());
  return <Pill tone={tones[status.toUpperCase()] ?? "neutral"}>{known ? t(`template.status.${known}`) : status}</Pill>;
}

/** A template with its examples in place of the holes, as its author meant it. */
function Look({
  template,
  number,
  onClose,
}: {
  template: Template | null;
  number: PhoneNumber | undefined;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const components = (template?.components ?? []) as Json[];
  const slots = slotsOf(components);
  const examples: Values = Object.fromEntries(slots.map((slot) => [slot.key, slot.example]));
  return (
    <Dialog open={template !== null} onClose={onClose} title={template?.name ?? ""} shape="drawer">
      {template && (
        <div className="space-y-5 p-5">
          <div className="flex flex-wrap gap-2">
            <StatusPill status={template.status} />
            <Pill>{template.language}</Pill>
            <Pill className="capitalize">{template.category.toLowerCase()}</Pill>
          </div>
          <PhonePreview rendered={render(components, examples)} businessName={number?.verified_name ?? ""} />
          {slots.length > 0 && (
            <div>
              <h3 className="mb-1.5 font-semibold text-13">{t("template.parameters")}</h3>
              <dl className="divide-y divide-line rounded-xl border text-13">
                {slots.map((slot) => (
                  <div key={slot.key} className="flex justify-between gap-4 px-3 py-2">
                    <dt className="font-mono text-muted">
                      {slot.component === "button" ? slot.name : `{{${slot.name}}}`}
                    </dt>
                    <dd>{slot.example || "—"}</dd>
                  </div>
                ))}
              </dl>
            </div>
          )}
        </div>
      )}
    </Dialog>
  );
}

function Rows({ number, search }: { number: PhoneNumber; search: string }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(templatesQuery(number.id));
  const [shown, setShown] = useState<Template | null>(null);
  if (error) return <ErrorFace error={error} retry={refetch} />;
  if (!data) return <RowsLoading />;
  const needle = search.trim().toLowerCase();
  const found = data.filter(
    (template) =>
      template.name.includes(needle.replaceAll(" ", "_")) || bodyOf(template).toLowerCase().includes(needle),
  );
  if (found.length === 0) {
    return (
      <EmptyFace
        icon={<LayoutTemplate aria-hidden="true" />}
        title={data.length === 0 ? t("template.none") : t("template.nothingFound")}
      >
        {data.length === 0 ? t("template.noneText") : undefined}
      </EmptyFace>
    );
  }
  return (
    <>
      <Table head={[t("template.name"), t("template.language"), t("template.category"), t("template.statusTitle")]}>
        {found.map((template) => (
          <tr key={template.id} className="hover:bg-subtle">
            <Cell className="max-w-md">
              <button
                type="button"
                onClick={() => setShown(template)}
                className="block w-full text-start"
                data-testid="template-row"
              >
                <span className="block font-medium">{template.name}</span>
                <span className="block truncate text-13 text-muted">{bodyOf(template)}</span>
              </button>
            </Cell>
            <Cell>{template.language}</Cell>
            <Cell className="capitalize">{template.category.toLowerCase()}</Cell>
            <Cell>
              <StatusPill status={template.status} />
            </Cell>
          </tr>
        ))}
      </Table>
      <Look template={shown} number={number} onClose={() => setShown(null)} />
    </>
  );
}

export default function Templates() {
  const { t } = useTranslation();
  const words = useProblemText();
  const { data: numbers, error, refetch } = useQuery(phoneNumbersQuery);
  const [chosen, setChosen] = useState("");
  const [search, setSearch] = useState("");
  const sync = useSyncTemplates();
  const number = numbers?.find((candidate) => candidate.id === chosen) ?? numbers?.[0];
  const start = () =>
    number &&
    sync.mutate(number.id, {
      onSuccess: () => toast("good", t("template.syncing")),
      onError: (problem) => toast("bad", words(problem)),
    });
  return (
    <PageFrame
      title={t("nav.templates")}
      purpose={t("template.purpose")}
      action={
        number && (
          <Button
            look="primary"
            busy={sync.isPending}
            onClick={start}
            icon={<RefreshCw className="size-4" aria-hidden="true" />}
          >
            {t("template.sync")}
          </Button>
        )
      }
      tools={
        <>
          <div className="w-full sm:w-72">
            <SearchBox value={search} onChange={setSearch} label={t("template.search")} />
          </div>
          {numbers && numbers.length > 1 && (
            <NativeSelect
              aria-label={t("settings.numbers.title")}
              value={number?.id}
              onChange={(event) => setChosen(event.target.value)}
              className="!h-8.5 !w-auto"
            >
              {numbers.map((candidate) => (
                <option key={candidate.id} value={candidate.id}>
                  {candidate.verified_name} · {candidate.display_phone_number}
                </option>
              ))}
            </NativeSelect>
          )}
        </>
      }
    >
      {error ? (
        <ErrorFace error={error} retry={refetch} />
      ) : !numbers ? (
        <RowsLoading />
      ) : number ? (
        <Rows number={number} search={search} />
      ) : (
        <EmptyFace icon={<LayoutTemplate aria-hidden="true" />} title={t("template.noNumber")}>
          {t("template.noNumberText")}
        </EmptyFace>
      )}
    </PageFrame>
  );
}
