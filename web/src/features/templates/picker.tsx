import { useQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { ArrowLeft, LayoutTemplate, SendHorizontal } from "lucide-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Content, Conversation, Template } from "@/api";
import { upload } from "@/features/inbox/attachments";
import { phoneNumbersQuery } from "@/features/settings/calls";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { EmptyFace, ErrorFace, RowsLoading, useProblemText } from "@/ui/faces";
import { Field, Input, NativeSelect } from "@/ui/field";
import { Pill } from "@/ui/pill";
import { SearchBox } from "@/ui/search-box";
import { templatesQuery } from "./calls";
import { beyondUs, filledComponents, flawOf, type Json, render, type Slot, slotsOf, type Values } from "./parameters";
import { PhonePreview } from "./phone-preview";

type Person = Pick<Conversation["contact"], "name" | "phone" | "username">;

interface Props {
  open: boolean;
  onClose: () => void;
  phoneNumber: string;
  contact: Person;
  onSend: (content: Content) => void;
  busy?: boolean;
}

/** A body's first words, so that the list can be told apart without opening each. */
export const bodyOf = (template: Template): string => render(template.components as Json[], {}).body;

function Choices({
  templates,
  chosen,
  choose,
}: {
  templates: Template[];
  chosen: Template | null;
  choose: (t: Template) => void;
}) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const [language, setLanguage] = useState("");
  const languages = [...new Set(templates.map((template) => template.language))].sort();
  const needle = search.trim().toLowerCase();
  const shown = templates.filter(
    (template) =>
      (language === "" || template.language === language) &&
      (template.name.includes(needle.replaceAll(" ", "_")) || bodyOf(template).toLowerCase().includes(needle)),
  );
  return (
    <div className="flex min-h-0 flex-col">
      <div className="flex gap-2 p-3">
        <SearchBox value={search} onChange={setSearch} label={t("template.search")} />
        <NativeSelect
          aria-label={t("template.language")}
          value={language}
          onChange={(event) => setLanguage(event.target.value)}
          className="!h-8.5 !w-36 shrink-0"
        >
          <option value="">{t("template.allLanguages")}</option>
          {languages.map((code) => (
            <option key={code}>{code}</option>
          ))}
        </NativeSelect>
      </div>
      <ul className="min-h-0 flex-1 space-y-0.5 overflow-y-auto px-2 pb-3">
        {shown.map((template) => (
          <li key={template.id}>
            <button
              type="button"
              data-testid="template-card"
              data-template={template.name}
              data-language={template.language}
              aria-pressed={chosen?.id === template.id}
              onClick={() => choose(template)}
              className="w-full rounded-xl border border-transparent px-3 py-2 text-start hover:bg-subtle aria-pressed:border-accent/40 aria-pressed:bg-accent-soft"
            >
              <span className="flex items-center gap-2">
                <span className="min-w-0 flex-1 truncate font-medium">{template.name}</span>
                <Pill>{template.language}</Pill>
              </span>
              <span className="mt-0.5 line-clamp-2 text-13 text-muted">{bodyOf(template)}</span>
              <span className="mt-1 block text-2xs text-muted capitalize">{template.category.toLowerCase()}</span>
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className="px-3 py-8 text-center text-muted">{t("template.nothingFound")}</li>}
      </ul>
    </div>
  );
}

function MediaSlot({
  slot,
  value,
  change,
  label,
}: {
  slot: Slot;
  value: string;
  change: (value: string) => void;
  label: string;
}) {
  const { t } = useTranslation();
  const words = useProblemText();
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const accept = { image: "image/jpeg,image/png", video: "video/mp4,video/3gpp", document: "*/*" }[slot.kind as string];
  const pick = (file: File | undefined) => {
    if (!file) return;
    setState({ busy: true, error: null });
    upload(file)
      .then((media) => {
        change(media.id);
        setState({ busy: false, error: null });
      })
      .catch((error: unknown) => setState({ busy: false, error }));
  };
  return (
    <Field
      label={label}
      hint={state.busy ? t("composer.uploading") : value ? t("template.mediaReady") : undefined}
      error={state.error ? words(state.error) : null}
    >
      {(wiring) => (
        <input
          {...wiring}
          type="file"
          accept={accept}
          onChange={(event) => pick(event.target.files?.[0])}
          className="w-full rounded-lg border border-line-strong border-dashed p-2 text-13 file:me-3 file:rounded-md file:border-0 file:bg-hover file:px-2.5 file:py-1 file:text-text"
        />
      )}
    </Field>
  );
}

function Fields({
  slots,
  values,
  change,
  contact,
  touched,
}: {
  slots: Slot[];
  values: Values;
  change: (key: string, value: string) => void;
  contact: Person;
  touched: boolean;
}) {
  const { t } = useTranslation();
  const suggestions = useId();
  const labelOf = (slot: Slot) => {
    if (slot.key === "header.media") return t(`template.header.${slot.kind as "image" | "video" | "document"}`);
    if (slot.component === "button") return t("template.buttonSlot", { name: slot.name });
    return t(slot.component === "header" ? "template.headerSlot" : "template.bodySlot", { name: `{{${slot.name}}}` });
  };
  const firstName = contact.name.split(/\s+/)[0];
  return (
    <div className="space-y-3.5">
      <datalist id={suggestions}>
        {[firstName, contact.name, contact.phone, contact.username].filter(Boolean).map((value) => (
          <option key={value} value={value ?? ""} />
        ))}
      </datalist>
      {slots.map((slot) => {
        const value = values[slot.key] ?? "";
        if (slot.key === "header.media") {
          return (
            <MediaSlot
              key={slot.key}
              slot={slot}
              value={value}
              change={(next) => change(slot.key, next)}
              label={labelOf(slot)}
            />
          );
        }
        const flaw = flawOf(slot, value);
        const error = flaw && (flaw !== "missing" || touched) ? t(`template.flaw.${flaw}`) : null;
        return (
          <Field key={slot.key} label={labelOf(slot)} error={error}>
            {(wiring) => (
              <Input
                {...wiring}
                dir="auto"
                list={slot.kind === "text" ? suggestions : undefined}
                data-testid={`template-field-${slot.key}`}
                value={value}
                placeholder={slot.example ? t("template.example", { example: slot.example }) : undefined}
                onChange={(event) => change(slot.key, event.target.value)}
              />
            )}
          </Field>
        );
      })}
    </div>
  );
}

function useFilling(template: Template | null) {
  const [values, setValues] = useState<Record<string, Values>>({});
  const [touched, setTouched] = useState(false);
  const own = (template && values[template.id]) || {};
  const change = (key: string, value: string) => {
    if (template) setValues({ ...values, [template.id]: { ...own, [key]: value } });
  };
  return { values: own, change, touched, setTouched };
}

function Filling({
  template,
  contact,
  businessName,
  onSend,
  back,
  busy,
}: {
  template: Template;
  contact: Person;
  businessName: string;
  onSend: (content: Content) => void;
  back: () => void;
  busy?: boolean;
}) {
  const { t } = useTranslation();
  const components = template.components as Json[];
  const slots = slotsOf(components);
  const beyond = beyondUs(components);
  const { values, change, touched, setTouched } = useFilling(template);
  const flawed = slots.some((slot) => flawOf(slot, values[slot.key] ?? ""));
  const submit = () => {
    setTouched(true);
    if (flawed) return;
    const filled = filledComponents(slots, values);
    onSend({
      type: "template",
      template: {
        name: template.name,
        language: { code: template.language },
        ...(filled.length > 0 ? { components: filled } : {}),
      },
    });
  };
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="min-h-0 flex-1 overflow-y-auto p-5">
        <button type="button" onClick={back} className="mb-3 flex items-center gap-1 text-13 text-muted md:hidden">
          <ArrowLeft className="size-4" aria-hidden="true" /> {t("template.allTemplates")}
        </button>
        <div className="mb-4 flex flex-wrap items-center gap-2">
          <h3 className="font-semibold">{template.name}</h3>
          <Pill>{template.language}</Pill>
          <Pill className="capitalize">{template.category.toLowerCase()}</Pill>
        </div>
        <div className="grid gap-5 lg:grid-cols-[1fr_18rem]">
          <div>
            {beyond ? (
              <p className="rounded-lg bg-warn-soft px-3 py-2 text-13 text-warn-text">
                {t("template.beyond", { part: beyond })}
              </p>
            ) : slots.length === 0 ? (
              <p className="text-muted">{t("template.nothingToFill")}</p>
            ) : (
              <Fields slots={slots} values={values} change={change} contact={contact} touched={touched} />
            )}
          </div>
          <PhonePreview rendered={render(components, values)} businessName={businessName} />
        </div>
      </div>
      <div className="flex items-center justify-end gap-2 border-t px-5 py-3">
        <Button
          type="submit"
          look="primary"
          data-testid="template-send"
          busy={busy}
          disabled={beyond !== null}
          icon={<SendHorizontal className="size-4 rtl:-scale-x-100" aria-hidden="true" />}
        >
          {t("template.send")}
        </Button>
      </div>
    </form>
  );
}

function PickerBody({ phoneNumber, contact, onSend, busy }: Omit<Props, "open" | "onClose">) {
  const { t } = useTranslation();
  const { data, error, refetch } = useQuery(templatesQuery(phoneNumber));
  const { data: numbers } = useQuery(phoneNumbersQuery);
  const [chosen, setChosen] = useState<Template | null>(null);
  if (error) return <ErrorFace error={error} retry={refetch} />;
  if (!data) return <RowsLoading />;
  const approved = data.filter((template) => template.status.toUpperCase() === "APPROVED");
  if (approved.length === 0) {
    return (
      <EmptyFace icon={<LayoutTemplate aria-hidden="true" />} title={t("template.none")}>
        {t("template.noneText")}
      </EmptyFace>
    );
  }
  const businessName = numbers?.find((number) => number.id === phoneNumber)?.verified_name ?? "";
  return (
    <div className="grid h-full min-h-0 md:grid-cols-[21.5rem_1fr]">
      <div className={clsx("flex min-h-0 flex-col md:border-e", chosen && "max-md:hidden")}>
        <Choices templates={approved} chosen={chosen} choose={setChosen} />
      </div>
      <div className={clsx("flex min-h-0 flex-col", !chosen && "max-md:hidden")}>
        {chosen ? (
          <Filling
            key={chosen.id}
            template={chosen}
            contact={contact}
            businessName={businessName}
            onSend={onSend}
            back={() => setChosen(null)}
            busy={busy}
          />
        ) : (
          <EmptyFace icon={<LayoutTemplate aria-hidden="true" />} title={t("template.choose")}>
            {t("template.chooseText")}
          </EmptyFace>
        )}
      </div>
    </div>
  );
}

export function TemplatePicker({ open, onClose, ...body }: Props) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t("template.pickerTitle")} shape="wide" testId="template-picker">
      <PickerBody {...body} />
    </Dialog>
  );
}
