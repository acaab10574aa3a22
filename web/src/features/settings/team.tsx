import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/problem";
import { sessionQuery } from "@/features/session/calls";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { Field, NativeSelect, TextField } from "@/ui/field";
import { Cell, PageFrame, Table } from "@/ui/page";
import { Pill } from "@/ui/pill";
import { type NewUser, useAddUser, usersQuery } from "./calls";

const FORM = "add-user";
const MIN_PASSWORD = 10;

function UserForm({ done, onBusy }: { done: () => void; onBusy: (busy: boolean) => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const add = useAddUser();
  const [form, setForm] = useState<NewUser>({ name: "", email: "", password: "", role: "agent" });
  const problem = isProblem(add.error) ? add.error : null;
  const field = (name: "name" | "email" | "password") => ({
    value: form[name],
    required: true,
    onChange: (event: { target: { value: string } }) => setForm({ ...form, [name]: event.target.value }),
    error: problem?.field === name ? words(problem) : null,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onBusy(true);
    add.mutate(form, { onSuccess: done, onSettled: () => onBusy(false) });
  };
  return (
    <form id={FORM} onSubmit={submit} className="space-y-4 p-5">
      <TextField label={t("field.name")} autoFocus autoComplete="off" {...field("name")} />
      <TextField label={t("field.email")} type="email" autoComplete="off" {...field("email")} />
      <TextField
        label={t("field.password")}
        type="password"
        autoComplete="new-password"
        minLength={MIN_PASSWORD}
        hint={t("field.passwordHint", { count: MIN_PASSWORD })}
        {...field("password")}
      />
      <Field label={t("settings.team.role")} hint={t(`settings.team.roleHint.${form.role}`)}>
        {(wiring) => (
          <NativeSelect
            {...wiring}
            value={form.role}
            onChange={(event) => setForm({ ...form, role: event.target.value as NewUser["role"] })}
          >
            <option value="agent">{t("settings.team.roles.agent")}</option>
            <option value="admin">{t("settings.team.roles.admin")}</option>
          </NativeSelect>
        )}
      </Field>
      {add.error && !problem?.field && (
        <p role="alert" className="text-13 text-danger-text">
          {words(add.error)}
        </p>
      )}
    </form>
  );
}

export default function Team() {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(usersQuery);
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [adding, setAdding] = useState(false);
  const [busy, setBusy] = useState(false);
  return (
    <PageFrame
      title={t("settings.team.title")}
      purpose={t("settings.team.purpose")}
      action={
        session.user.role === "admin" && (
          <Button
            look="primary"
            onClick={() => setAdding(true)}
            icon={<UserPlus className="size-4" aria-hidden="true" />}
          >
            {t("settings.team.add")}
          </Button>
        )
      }
    >
      {error ? (
        <ErrorFace error={error} retry={refetch} />
      ) : !data ? (
        <RowsLoading avatar />
      ) : (
        <Table head={[t("field.name"), t("field.email"), t("settings.team.role")]}>
          {data.map((user) => (
            <tr key={user.id}>
              <Cell>
                <span className="flex items-center gap-3">
                  <Avatar name={user.name} size="sm" />
                  <span className="font-medium">{user.name}</span>
                  {user.id === session.user.id && <Pill>{t("settings.team.you")}</Pill>}
                </span>
              </Cell>
              <Cell className="text-muted">{user.email}</Cell>
              <Cell>
                <Pill tone={user.role === "admin" ? "good" : "neutral"}>{t(`settings.team.roles.${user.role}`)}</Pill>
              </Cell>
            </tr>
          ))}
        </Table>
      )}
      <Dialog
        open={adding}
        onClose={() => setAdding(false)}
        title={t("settings.team.add")}
        shape="drawer"
        footer={
          <>
            <Button onClick={() => setAdding(false)}>{t("action.cancel")}</Button>
            <Button look="primary" type="submit" form={FORM} busy={busy}>
              {t("settings.team.add")}
            </Button>
          </>
        }
      >
        <UserForm done={() => setAdding(false)} onBusy={setBusy} />
      </Dialog>
    </PageFrame>
  );
}
