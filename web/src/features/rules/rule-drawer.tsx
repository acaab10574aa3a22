import { Plus, X } from "lucide-react";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Rule } from "@/api";
import { isProblem } from "@/api/problem";
import { Formatted } from "@/features/inbox/formatted";
import { InteractiveBody, InteractiveButtons } from "@/features/inbox/interactive";
import { partOf } from "@/features/inbox/words";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useProblemText } from "@/ui/faces";
import { controlLook, Field, Input, NativeSelect, TextArea, TextField } from "@/ui/field";
import { useSaveRule } from "./calls";
import { BODY_LIMIT, BUTTON_LIMIT, formOf, MAX_BUTTONS, type ReplyForm, replyOf, replyWords } from "./reply";

const FORM = "rule";

function Keywords({
  value,
  change,
  error,
}: {
  value: string[];
  change: (keywords: string[]) => void;
  error: string | null;
}) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const take = () => {
    const found = text
      .split(",")
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word !== "" && !value.includes(word));
    if (found.length > 0) change([...value, ...found]);
    setText("");
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === ",") {
      if (event.key === "Enter" && text.trim() === "") return;
      event.preventDefault();
      take();
    } else if (event.key === "Backspace" && text === "") change(value.slice(0, -1));
  };
  return (
    <Field label={t("rule.keywords")} hint={t("rule.keywordsHint")} error={error}>
      {(wiring) => (
        <div className={`${controlLook} flex min-h-9 flex-wrap items-center gap-1.5 !px-2 py-1`}>
          {value.map((keyword) => (
            <span
              key={keyword}
              className="inline-flex items-center gap-1 rounded-md bg-accent-soft py-0.5 ps-2 pe-1 text-13 text-accent-text"
            >
              {keyword}
              <button
                type="button"
                aria-label={t("rule.removeKeyword", { keyword })}
                onClick={() => change(value.filter((other) => other !== keyword))}
              >
                <X className="size-3.5" aria-hidden="true" />
              </button>
            </span>
          ))}
          <input
            {...wiring}
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={press}
            onBlur={take}
            className="h-6 min-w-24 flex-1 bg-transparent outline-none"
          />
        </div>
      )}
    </Field>
  );
}

function ReplyFields({
  form,
  change,
  error,
}: {
  form: ReplyForm;
  change: (form: ReplyForm) => void;
  error: string | null;
}) {
  const { t } = useTranslation();
  const limit = form.buttons.length > 0 ? BODY_LIMIT.buttons : BODY_LIMIT.text;
  const length = [...form.body].length;
  const over = length > limit ? t("rule.bodyTooLong", { length, limit }) : null;
  const setTitle = (at: number, title: string) =>
    change({ ...form, buttons: form.buttons.map((button, index) => (index === at ? { ...button, title } : button)) });
  return (
    <>
      <Field label={t("rule.reply")} hint={`${length} / ${limit}`} error={over ?? error}>
        {(wiring) => (
          <TextArea
            {...wiring}
            rows={4}
            required
            dir="auto"
            value={form.body}
            onChange={(event) => change({ ...form, body: event.target.value })}
          />
        )}
      </Field>
      <fieldset className="space-y-2">
        <legend className="mb-1.5 font-medium text-13">{t("rule.buttons")}</legend>
        {form.buttons.map((button, at) => {
          const used = [...button.title].length;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a button has no identity before it is saved
            <div key={at} className="flex items-center gap-2">
              <div className="relative flex-1">
                <Input
                  required
                  aria-label={t("rule.buttonTitle", { number: at + 1 })}
                  aria-invalid={used > BUTTON_LIMIT || undefined}
                  value={button.title}
                  onChange={(event) => setTitle(at, event.target.value)}
                  className="pe-14"
                />
                <span
                  className={`absolute end-3 top-1/2 -translate-y-1/2 text-2xs tabular-nums ${used > BUTTON_LIMIT ? "text-danger-text" : "text-faint"}`}
                >
                  {used}/{BUTTON_LIMIT}
                </span>
              </div>
              <IconButton
                label={t("rule.removeButton", { number: at + 1 })}
                onClick={() => change({ ...form, buttons: form.buttons.filter((_, index) => index !== at) })}
              >
                <X aria-hidden="true" />
              </IconButton>
            </div>
          );
        })}
        {form.buttons.length < MAX_BUTTONS && (
          <Button
            size="sm"
            icon={<Plus className="size-3.5" aria-hidden="true" />}
            onClick={() => change({ ...form, buttons: [...form.buttons, { id: "", title: "" }] })}
          >
            {t("rule.addButton")}
          </Button>
        )}
      </fieldset>
    </>
  );
}

function ReplyPreview({ reply }: { reply: Record<string, unknown> }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("template.preview")} className="thread-paper rounded-xl border p-4">
      <div className="ms-auto w-fit max-w-64 bubble-ours overflow-hidden rounded-xl border border-bubble-out-line bg-bubble-out">
        <div className="px-2.5 py-1.5">
          {reply.type === "interactive" ? (
            <InteractiveBody part={partOf(reply, "interactive")} />
          ) : (
            <Formatted text={replyWords(reply) || "…"} />
          )}
        </div>
        {reply.type === "interactive" && <InteractiveButtons part={partOf(reply, "interactive")} chosen={undefined} />}
      </div>
    </section>
  );
}

function RuleForm({ rule, done, onBusy }: { rule: Rule | null; done: () => void; onBusy: (busy: boolean) => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const save = useSaveRule();
  const [name, setName] = useState(rule?.name ?? "");
  const [keywords, setKeywords] = useState(rule?.keywords ?? []);
  const [match, setMatch] = useState<Rule["match"]>(rule?.match ?? "exact");
  const [form, setForm] = useState<ReplyForm | null>(rule ? formOf(rule.reply) : { body: "", buttons: [] });
  const [tried, setTried] = useState(false);
  const problem = isProblem(save.error) ? save.error : null;
  const about = (field: string) => (problem?.field?.startsWith(field) ? words(problem) : null);
  const reply = form ? replyOf(form) : (rule?.reply ?? {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (keywords.length === 0) return;
    onBusy(true);
    const body = { name: name.trim(), keywords, match, reply, enabled: rule?.enabled ?? true };
    save.mutate({ id: rule?.id ?? null, body }, { onSuccess: done, onSettled: () => onBusy(false) });
  };
  return (
    <form id={FORM} onSubmit={submit} className="space-y-4 p-5">
      <TextField
        label={t("rule.name")}
        autoFocus
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={about("name")}
      />
      <Keywords
        value={keywords}
        change={setKeywords}
        error={about("keywords") ?? (tried && keywords.length === 0 ? t("rule.needsKeyword") : null)}
      />
      <Field label={t("rule.match")}>
        {(wiring) => (
          <NativeSelect {...wiring} value={match} onChange={(event) => setMatch(event.target.value as Rule["match"])}>
            <option value="exact">{t("rule.matches.exact")}</option>
            <option value="contains">{t("rule.matches.contains")}</option>
          </NativeSelect>
        )}
      </Field>
      {form ? (
        <ReplyFields form={form} change={setForm} error={about("reply") ?? about("/")} />
      ) : (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-13 text-warn-text">{t("rule.otherReply")}</p>
      )}
      <ReplyPreview reply={reply} />
      {save.error && !problem?.field && (
        <p role="alert" className="text-13 text-danger-text">
          {words(save.error)}
        </p>
      )}
    </form>
  );
}

export function RuleDrawer({ rule, onClose }: { rule: Rule | "new" | null; onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const known = rule === "new" ? null : rule;
  return (
    <Dialog
      open={rule !== null}
      onClose={onClose}
      title={known ? t("rule.editTitle") : t("rule.add")}
      description={t("rule.drawerText")}
      shape="drawer"
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button look="primary" type="submit" form={FORM} busy={busy}>
            {t("action.save")}
          </Button>
        </>
      }
    >
      <RuleForm key={known?.id ?? "new"} rule={known} done={onClose} onBusy={setBusy} />
    </Dialog>
  );
}
