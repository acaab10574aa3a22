import { useQuery } from "@tanstack/react-query";
import { Phone, Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/problem";
import { useIsAdmin } from "@/features/session/calls";
import { dateTime } from "@/lib/time";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EmptyFace, ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { TextField } from "@/ui/field";
import { Cell, PageFrame, Table } from "@/ui/page";
import { Pill } from "@/ui/pill";
import { toast } from "@/ui/toast";
import { type NewPhoneNumber, phoneNumbersQuery, useConnectNumber } from "./calls";

const FORM = "connect-number";
const blank: NewPhoneNumber = {
  display_phone_number: "",
  verified_name: "",
  phone_number_id: "",
  waba_id: "",
  app_id: "",
  app_secret: "",
  access_token: "",
  verify_token: "",
};
const secret = new Set<keyof NewPhoneNumber>(["app_secret", "access_token", "verify_token"]);

function ConnectForm({ done, onBusy }: { done: () => void; onBusy: (busy: boolean) => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const connect = useConnectNumber();
  const [form, setForm] = useState(blank);
  const problem = isProblem(connect.error) ? connect.error : null;
  const onField = problem?.field && problem.field in blank;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onBusy(true);
    const trimmed = Object.fromEntries(
      Object.entries(form).map(([key, value]) => [key, value.trim()]),
    ) as unknown as NewPhoneNumber;
    connect.mutate(trimmed, {
      onSuccess: () => {
        toast("good", t("settings.numbers.connected"));
        done();
      },
      onSettled: () => onBusy(false),
    });
  };
  return (
    <form id={FORM} onSubmit={submit} className="space-y-4 p-5">
      <p className="rounded-lg bg-subtle px-3 py-2.5 text-13 text-muted">
        {t("settings.numbers.callback")}{" "}
        <code className="select-all font-mono text-text [overflow-wrap:anywhere]">{`${location.origin}/webhooks/whatsapp`}</code>
      </p>
      {(Object.keys(blank) as (keyof NewPhoneNumber)[]).map((key, at) => (
        <TextField
          key={key}
          label={t(`settings.numbers.field.${key}`)}
          hint={t(`settings.numbers.hint.${key}`)}
          type={secret.has(key) ? "password" : "text"}
          autoComplete="off"
          autoFocus={at === 0}
          required
          name={key}
          value={form[key]}
          onChange={(event) => setForm({ ...form, [key]: event.target.value })}
          error={problem?.field === key ? words(problem) : null}
        />
      ))}
      {connect.error && !onField && (
        <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-13 text-danger-text">
          {words(connect.error)}
        </p>
      )}
    </form>
  );
}

export default function PhoneNumbers() {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useQuery(phoneNumbersQuery);
  const [adding, setAdding] = useState(false);
  const [busy, setBusy] = useState(false);
  const add = useIsAdmin() && (
    <Button
      look="primary"
      data-testid="number-connect"
      onClick={() => setAdding(true)}
      icon={<Plus className="size-4" aria-hidden="true" />}
    >
      {t("settings.numbers.connect")}
    </Button>
  );
  return (
    <PageFrame title={t("settings.numbers.title")} purpose={t("settings.numbers.purpose")} action={add}>
      {error ? (
        <ErrorFace error={error} retry={refetch} />
      ) : !data ? (
        <RowsLoading />
      ) : data.length === 0 ? (
        <EmptyFace icon={<Phone aria-hidden="true" />} title={t("settings.numbers.none")} action={add}>
          {t("settings.numbers.noneText")}
        </EmptyFace>
      ) : (
        <Table
          head={[
            t("settings.numbers.number"),
            { title: t("settings.numbers.ids"), roomy: true },
            t("settings.state"),
            { title: t("settings.numbers.since"), roomy: true },
          ]}
        >
          {data.map((number) => (
            <tr key={number.id}>
              <Cell className="whitespace-nowrap">
                <span className="block font-medium">{number.verified_name}</span>
                <span className="block text-13 text-muted tabular-nums">{number.display_phone_number}</span>
              </Cell>
              <Cell roomy className="font-mono text-2xs text-muted">
                <span className="block">{number.phone_number_id}</span>
                <span className="block">{number.waba_id}</span>
              </Cell>
              <Cell>
                {number.state === "active" ? (
                  <Pill tone="good">{t("settings.numbers.active")}</Pill>
                ) : (
                  <>
                    <Pill tone="bad">{t("settings.numbers.parked")}</Pill>
                    {number.parked_reason && (
                      <span className="mt-1 block text-13 text-danger-text">{number.parked_reason}</span>
                    )}
                  </>
                )}
              </Cell>
              <Cell roomy className="whitespace-nowrap text-muted">
                {dateTime(number.created_at, i18n.language)}
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <Dialog
        open={adding}
        onClose={() => setAdding(false)}
        title={t("settings.numbers.connect")}
        description={t("settings.numbers.connectText")}
        shape="drawer"
        footer={
          <>
            <Button onClick={() => setAdding(false)}>{t("action.cancel")}</Button>
            <Button look="primary" type="submit" form={FORM} busy={busy}>
              {t("settings.numbers.connect")}
            </Button>
          </>
        }
      >
        <ConnectForm done={() => setAdding(false)} onBusy={setBusy} />
      </Dialog>
    </PageFrame>
  );
}
