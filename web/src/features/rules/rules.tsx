import { useQuery } from "@tanstack/react-query";
import { Pencil, Plus, Trash2, Zap } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Rule } from "@/api";
import { useIsAdmin } from "@/features/session/calls";
import { Button, IconButton } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { EmptyFace, ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { PageFrame } from "@/ui/page";
import { Pill } from "@/ui/pill";
import { Switch } from "@/ui/switch";
import { toast } from "@/ui/toast";
import { rulesQuery, useDeleteRule, useSaveRule } from "./calls";
import { replyWords } from "./reply";
import { RuleDrawer } from "./rule-drawer";

function Row({ rule, edit, remove }: { rule: Rule; edit: () => void; remove: () => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const save = useSaveRule();
  const admin = useIsAdmin();
  const enable = (enabled: boolean) =>
    save.mutate({ id: rule.id, body: { enabled } }, { onError: (error) => toast("bad", words(error)) });
  return (
    <li className="flex items-center gap-4 px-4 py-3 md:px-6">
      <Switch
        checked={rule.enabled}
        onChange={enable}
        disabled={!admin || save.isPending}
        label={t("rule.enable", { name: rule.name })}
      />
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{rule.name}</span>
          <span className="text-13 text-muted">{t(`rule.matchShort.${rule.match}`)}</span>
          {rule.keywords.map((keyword) => (
            <Pill key={keyword}>{keyword}</Pill>
          ))}
        </div>
        <p className="truncate text-13 text-muted">{replyWords(rule.reply)}</p>
      </div>
      {admin && (
        <>
          <IconButton label={t("rule.edit", { name: rule.name })} onClick={edit}>
            <Pencil aria-hidden="true" />
          </IconButton>
          <IconButton label={t("rule.delete", { name: rule.name })} onClick={remove}>
            <Trash2 aria-hidden="true" />
          </IconButton>
        </>
      )}
    </li>
  );
}

export default function Rules() {
  const { t } = useTranslation();
  const words = useProblemText();
  const { data, error, refetch } = useQuery(rulesQuery);
  const [editing, setEditing] = useState<Rule | "new" | null>(null);
  const [removing, setRemoving] = useState<Rule | null>(null);
  const remove = useDeleteRule();
  const add = useIsAdmin() && (
    <Button look="primary" onClick={() => setEditing("new")} icon={<Plus className="size-4" aria-hidden="true" />}>
      {t("rule.add")}
    </Button>
  );
  return (
    <PageFrame title={t("settings.rules.title")} purpose={t("settings.rules.purpose")} action={add}>
      {error ? (
        <ErrorFace error={error} retry={refetch} />
      ) : !data ? (
        <RowsLoading />
      ) : data.length === 0 ? (
        <EmptyFace icon={<Zap aria-hidden="true" />} title={t("rule.none")} action={add}>
          {t("rule.noneText")}
        </EmptyFace>
      ) : (
        <ul className="divide-y divide-line">
          {data.map((rule) => (
            <Row key={rule.id} rule={rule} edit={() => setEditing(rule)} remove={() => setRemoving(rule)} />
          ))}
        </ul>
      )}
      <RuleDrawer rule={editing} onClose={() => setEditing(null)} />
      <Confirm
        open={removing !== null}
        onClose={() => setRemoving(null)}
        title={t("rule.deleteTitle", { name: removing?.name ?? "" })}
        confirm={t("action.delete")}
        busy={remove.isPending}
        onConfirm={() =>
          removing &&
          remove.mutate(removing.id, {
            onSuccess: () => setRemoving(null),
            onError: (problem) => toast("bad", words(problem)),
          })
        }
      >
        {t("rule.deleteText")}
      </Confirm>
    </PageFrame>
  );
}
