import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/problem";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useProblemText } from "@/ui/faces";
import { TextField } from "@/ui/field";
import { useAddContact } from "./calls";

const FORM = "add-contact";

function Form({ done, onBusy }: { done: () => void; onBusy: (busy: boolean) => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const add = useAddContact();
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const problem = isProblem(add.error) ? add.error : null;
  const onField = (field: string) => (problem?.field === field ? words(problem) : null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onBusy(true);
    add.mutate(
      { name: name.trim() || undefined, phone: phone.trim() },
      { onSuccess: done, onSettled: () => onBusy(false) },
    );
  };
  return (
    <form id={FORM} onSubmit={submit} className="space-y-4 p-5">
      <TextField
        label={t("field.name")}
        autoFocus
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={onField("name")}
      />
      <TextField
        label={t("contact.phone")}
        hint={t("contact.phoneHint")}
        type="tel"
        required
        value={phone}
        onChange={(event) => setPhone(event.target.value)}
        error={onField("phone")}
      />
      {add.error && !problem?.field && (
        <p role="alert" className="text-13 text-danger-text">
          {words(add.error)}
        </p>
      )}
    </form>
  );
}

export function AddContact({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t("contact.add")}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button look="primary" type="submit" form={FORM} busy={busy}>
            {t("contact.add")}
          </Button>
        </>
      }
    >
      <Form done={onClose} onBusy={setBusy} />
    </Dialog>
  );
}
