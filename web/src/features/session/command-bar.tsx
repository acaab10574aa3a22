import { useNavigate } from "@tanstack/react-router";
import clsx from "clsx";
import {
  Inbox,
  KeyRound,
  LayoutTemplate,
  type LucideIcon,
  MessageSquare,
  Phone,
  Search,
  Users,
  Zap,
} from "lucide-react";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConversationSearch } from "@/features/inbox/calls";
import { contactLabel, contactNumber } from "@/features/inbox/words";
import { useDebounced } from "@/lib/debounce";

interface Choice {
  id: string;
  label: string;
  hint?: string;
  icon: LucideIcon;
  go: () => void;
}

function useChoices(text: string, close: () => void): Choice[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const found = useConversationSearch(useDebounced(text.trim()));
  const to = (path: string) => () => {
    close();
    navigate({ to: path });
  };
  const places: Choice[] = [
    { id: "inbox", label: t("nav.inbox"), icon: Inbox, go: to("/inbox") },
    { id: "contacts", label: t("nav.contacts"), icon: Users, go: to("/contacts") },
    { id: "templates", label: t("nav.templates"), icon: LayoutTemplate, go: to("/templates") },
    { id: "numbers", label: t("settings.numbers.title"), icon: Phone, go: to("/settings/phone-numbers") },
    { id: "rules", label: t("settings.rules.title"), icon: Zap, go: to("/settings/auto-replies") },
    { id: "team", label: t("settings.team.title"), icon: Users, go: to("/settings/team") },
    { id: "keys", label: t("settings.keys.title"), icon: KeyRound, go: to("/settings/api-keys") },
    { id: "deliveries", label: t("settings.deliveries.title"), icon: Inbox, go: to("/settings/deliveries") },
  ];
  const needle = text.trim().toLowerCase();
  const people = (found.data?.data ?? []).map((conversation) => ({
    id: conversation.id,
    label: contactLabel(conversation.contact),
    hint: contactNumber(conversation.contact) ?? undefined,
    icon: MessageSquare,
    go: () => {
      close();
      navigate({ to: "/inbox/$conversationId", params: { conversationId: conversation.id } });
    },
  }));
  return [...places.filter((place) => place.label.toLowerCase().includes(needle)), ...people];
}

function Palette({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const choices = useChoices(text, close);
  const active = Math.min(at, choices.length - 1);

  useEffect(() => {
    document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: "nearest" });
  }, [active, id]);

  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((active + step + choices.length) % choices.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      choices[active]?.go();
    }
  };
  return (
    <>
      <div className="flex items-center gap-3 border-b px-4">
        <Search className="size-4 text-faint" aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: the bar was opened in order to type
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={choices[active] ? `${id}-${active}` : undefined}
          aria-label={t("command.open")}
          placeholder={t("command.placeholder")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          className="h-12 flex-1 bg-transparent text-[0.9375rem] outline-none placeholder:text-faint"
        />
      </div>
      <div role="listbox" id={id} aria-label={t("command.results")} className="max-h-80 overflow-y-auto p-1.5">
        {choices.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the input above handles the keys of the whole list
          <div
            key={choice.id}
            id={`${id}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active}
            onMouseMove={() => setAt(index)}
            onClick={choice.go}
            className={clsx("flex items-center gap-3 rounded-lg px-3 py-2", index === active && "bg-hover")}
          >
            <choice.icon className="size-4 text-muted" aria-hidden="true" />
            <span className="flex-1 truncate">{choice.label}</span>
            {choice.hint && <span className="text-13 text-muted">{choice.hint}</span>}
          </div>
        ))}
        {choices.length === 0 && <p className="px-3 py-6 text-center text-muted">{t("command.nothing")}</p>}
      </div>
    </>
  );
}

export function CommandBar({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-overlay bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-x-3 top-[14vh] z-50 mx-auto max-w-xl animate-pop overflow-hidden rounded-2xl bg-surface shadow-float"
        >
          <Dialog.Title className="sr-only">{t("command.open")}</Dialog.Title>
          <Palette close={onClose} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
