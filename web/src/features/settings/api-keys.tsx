import { useQuery } from "@tanstack/react-query";
import { Copy, KeyRound, Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "@/api";
import { dateTime } from "@/lib/time";
import { Button } from "@/ui/button";
import { Confirm, Dialog } from "@/ui/dialog";
import { EmptyFace, ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { TextField } from "@/ui/field";
import { Cell, PageFrame, Table } from "@/ui/page";
import { toast } from "@/ui/toast";
import { apiKeysQuery, useCreateKey, useRevokeKey } from "./calls";

function CreateKey({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const create = useCreateKey();
  const [name, setName] = useState("");
  const made = create.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate(name.trim());
  };
  if (made) {
    const copy = () => navigator.clipboard?.writeText(made.key).then(() => toast("good", t("state.copied")));
    return (
      <div className="space-y-3 p-5">
        <p>{t("settings.keys.once")}</p>
        <div className="flex items-center gap-2 rounded-lg bg-subtle p-2.5">
          <code data-testid="api-key" className="min-w-0 flex-1 select-all font-mono text-13 [overflow-wrap:anywhere]">
            {made.key}
          </code>
          <Button size="sm" onClick={copy} icon={<Copy className="size-3.5" aria-hidden="true" />}>
            {t("action.copyShort")}
          </Button>
        </div>
        <div className="flex justify-end pt-2">
          <Button look="primary" onClick={onClose}>
            {t("settings.keys.kept")}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form onSubmit={submit} className="space-y-4 p-5">
      <TextField
        label={t("settings.keys.name")}
        hint={t("settings.keys.nameHint")}
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={create.error ? words(create.error) : null}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button look="primary" type="submit" busy={create.isPending}>
          {t("settings.keys.create")}
        </Button>
      </div>
    </form>
  );
}

function RevokeKey({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const revoke = useRevokeKey();
  return (
    <Confirm
      open={apiKey !== null}
      onClose={onClose}
      title={t("settings.keys.revokeTitle", { name: apiKey?.name ?? "" })}
      confirm={t("settings.keys.revoke")}
      busy={revoke.isPending}
      onConfirm={() =>
        apiKey && revoke.mutate(apiKey.id, { onSuccess: onClose, onError: (error) => toast("bad", words(error)) })
      }
    >
      {t("settings.keys.revokeText")}
    </Confirm>
  );
}

export default function ApiKeys() {
  const { t, i18n } = useTranslation();
  const { data, error, refetch } = useQuery(apiKeysQuery);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const add = (
    <Button look="primary" onClick={() => setCreating(true)} icon={<Plus className="size-4" aria-hidden="true" />}>
      {t("settings.keys.create")}
    </Button>
  );
  return (
    <PageFrame title={t("settings.keys.title")} purpose={t("settings.keys.purpose")} action={add}>
      {error ? (
        <ErrorFace error={error} retry={refetch} />
      ) : !data ? (
        <RowsLoading />
      ) : data.length === 0 ? (
        <EmptyFace icon={<KeyRound aria-hidden="true" />} title={t("settings.keys.none")} action={add}>
          {t("settings.keys.noneText")}
        </EmptyFace>
      ) : (
        <Table head={[t("settings.keys.name"), t("settings.keys.hint"), t("settings.keys.created"), ""]}>
          {data.map((key) => (
            <tr key={key.id}>
              <Cell className="font-medium">{key.name}</Cell>
              <Cell className="font-mono text-13 text-muted">{key.hint}…</Cell>
              <Cell className="whitespace-nowrap text-muted">{dateTime(key.created_at, i18n.language)}</Cell>
              <Cell className="text-end">
                <Button size="sm" onClick={() => setRevoking(key)}>
                  {t("settings.keys.revoke")}
                </Button>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <Dialog open={creating} onClose={() => setCreating(false)} title={t("settings.keys.create")}>
        <CreateKey onClose={() => setCreating(false)} />
      </Dialog>
      <RevokeKey apiKey={revoking} onClose={() => setRevoking(null)} />
    </PageFrame>
  );
}
