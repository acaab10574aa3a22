import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { AtSign, Check, ChevronDown, Copy, Fingerprint, Pencil, Phone, X } from "lucide-react";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api";
import { useRenameContact } from "@/features/contacts/calls";
import { useNow } from "@/lib/now";
import { ago, dateTime, listTime } from "@/lib/time";
import { Avatar } from "@/ui/avatar";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { useProblemText } from "@/ui/faces";
import { Input } from "@/ui/field";
import { Pill } from "@/ui/pill";
import { toast } from "@/ui/toast";
import { useOtherConversations } from "./calls";
import { WindowPillView } from "./window-pill";
import { contactLabel, readableNumber } from "./words";

const STORED = "waypost.context";
const beside = () => window.innerWidth >= 1180;

export interface Pane {
  open: boolean;
  toggle: () => void;
  /** Beside the thread, or over it when there is no room. */
  inline: boolean;
}

export function useContextPane(): Pane {
  const [inline, setInline] = useState(beside);
  const [open, setOpen] = useState(() => beside() && localStorage.getItem(STORED) !== "closed");
  useEffect(() => {
    const look = () => {
      setInline(beside());
      if (!beside()) setOpen(false);
    };
    const media = matchMedia("(min-width: 1180px)");
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, []);
  const toggle = () => {
    if (inline) localStorage.setItem(STORED, open ? "closed" : "open");
    setOpen(!open);
  };
  return { open, toggle, inline };
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details open className="group border-t">
      <summary className="flex cursor-pointer list-none items-center justify-between px-4 py-2.5 font-semibold text-13 hover:bg-subtle">
        {title}
        <ChevronDown className="size-4 text-muted transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <div className="px-4 pb-3.5">{children}</div>
    </details>
  );
}

export function NameEditor({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const rename = useRenameContact(id);
  const [draft, setDraft] = useState<string | null>(null);
  if (draft === null) {
    return (
      <div className="flex items-center justify-center gap-1">
        <span className="truncate font-semibold text-base">{name}</span>
        <IconButton size="sm" label={t("contact.rename")} onClick={() => setDraft(name)}>
          <Pencil aria-hidden="true" className="!size-3.5" />
        </IconButton>
      </div>
    );
  }
  const save = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate(draft.trim(), { onSuccess: () => setDraft(null), onError: (error) => toast("bad", words(error)) });
  };
  return (
    <form onSubmit={save} className="flex items-center gap-1">
      <Input
        autoFocus
        aria-label={t("field.name")}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          setDraft(null);
        }}
        className="!h-8"
      />
      <IconButton size="sm" type="submit" label={t("action.save")} disabled={rename.isPending || draft.trim() === ""}>
        <Check aria-hidden="true" />
      </IconButton>
      <IconButton size="sm" label={t("action.cancel")} onClick={() => setDraft(null)}>
        <X aria-hidden="true" />
      </IconButton>
    </form>
  );
}

function Identity({ icon, label, value }: { icon: ReactNode; label: string; value: string }) {
  const { t } = useTranslation();
  const copy = () => navigator.clipboard?.writeText(value).then(() => toast("good", t("state.copied")));
  return (
    <div className="group/id flex items-center gap-2.5 py-1">
      <span className="text-faint [&>svg]:size-4">{icon}</span>
      <span className="min-w-0 flex-1">
        <span className="block text-2xs text-muted">{label}</span>
        <span className="block text-13 [overflow-wrap:anywhere]">{value}</span>
      </span>
      <IconButton
        size="sm"
        label={t("action.copy", { what: label })}
        onClick={copy}
        className="opacity-0 focus-visible:opacity-100 group-hover/id:opacity-100"
      >
        <Copy aria-hidden="true" className="!size-3.5" />
      </IconButton>
    </div>
  );
}

export function Identities({ contact }: { contact: Pick<Conversation["contact"], "phone" | "username" | "bsuid"> }) {
  const { t } = useTranslation();
  return (
    <>
      {contact.phone && (
        <Identity
          icon={<Phone aria-hidden="true" />}
          label={t("contact.phone")}
          value={readableNumber(contact.phone)}
        />
      )}
      {contact.username && (
        <Identity
          icon={<AtSign aria-hidden="true" />}
          label={t("contact.username")}
          value={`@${contact.username.replace(/^@/, "")}`}
        />
      )}
      {contact.bsuid && (
        <Identity icon={<Fingerprint aria-hidden="true" />} label={t("contact.bsuid")} value={contact.bsuid} />
      )}
    </>
  );
}

function WindowFacts({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { open, expires_at } = conversation.service_window;
  const ahead = expires_at ? new Date(expires_at).getTime() > now : false;
  const words = () => {
    if (!expires_at) return t("window.never");
    // The server's word counts: in a demo its clock may be ahead of ours, and then since when can't be told.
    if (!open && ahead) return t("window.closedNow");
    const when = ahead ? ago(expires_at, now, i18n.language) : dateTime(expires_at, i18n.language);
    return t(open ? "window.closes" : "window.closedAt", { when });
  };
  return (
    <div className="flex items-center justify-between gap-2 text-13 text-muted">
      <span>{words()}</span>
      <WindowPillView window={conversation.service_window} />
    </div>
  );
}

function Others({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { data } = useOtherConversations(conversation);
  if (!data || data.length === 0) return null;
  return (
    <Section title={t("inbox.others")}>
      <ul className="-mx-2">
        {data.map((other) => (
          <li key={other.id}>
            <Link
              to="/inbox/$conversationId"
              params={{ conversationId: other.id }}
              className="block rounded-lg px-2 py-1.5 hover:bg-subtle"
            >
              <span className="flex items-center justify-between gap-2">
                <span className="truncate text-13">
                  {other.last_message?.preview || other.phone_number.display_phone_number}
                </span>
                <span className="text-2xs text-muted">
                  {other.last_message_at && listTime(other.last_message_at, now, i18n.language)}
                </span>
              </span>
              <span className="text-2xs text-muted">
                {other.phone_number.display_phone_number} · {t(`conversation.state.${other.state}`)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Content({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation();
  const { contact } = conversation;
  const name = contactLabel(contact);
  return (
    <>
      <div className="flex flex-col items-center gap-2.5 px-4 pt-6 pb-5 text-center">
        <Avatar name={name} size="lg" />
        <div className="w-full min-w-0">
          <NameEditor id={contact.id} name={name} />
          <div className="mt-1 flex justify-center gap-1.5">
            <Pill tone={conversation.state === "open" ? "good" : "neutral"}>
              {t(`conversation.state.${conversation.state}`)}
            </Pill>
          </div>
        </div>
      </div>
      <Section title={t("contact.identities")}>
        <Identities contact={contact} />
      </Section>
      <Section title={t("window.title")}>
        <WindowFacts conversation={conversation} />
      </Section>
      <Section title={t("inbox.conversation")}>
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1.5 text-13">
          <dt className="text-muted">{t("inbox.number")}</dt>
          <dd className="text-end">
            {conversation.phone_number.verified_name}
            <span className="block text-2xs text-muted">{conversation.phone_number.display_phone_number}</span>
          </dd>
          <dt className="text-muted">{t("inbox.assignee")}</dt>
          <dd className="text-end">{conversation.assignee?.name ?? t("inbox.unassigned")}</dd>
          <dt className="text-muted">{t("inbox.began")}</dt>
          <dd className="text-end">{dateTime(conversation.created_at, i18n.language)}</dd>
        </dl>
      </Section>
      <Others conversation={conversation} />
    </>
  );
}

export function ContextPane({ conversation, pane }: { conversation: Conversation; pane: Pane }) {
  const { t } = useTranslation();
  if (!pane.inline) {
    return (
      <Dialog open={pane.open} onClose={pane.toggle} title={t("inbox.contactPane")} shape="drawer">
        <Content conversation={conversation} />
      </Dialog>
    );
  }
  if (!pane.open) return null;
  return (
    <aside
      aria-label={t("inbox.contactPane")}
      className={clsx("w-72 shrink-0 overflow-y-auto border-s bg-surface 2xl:w-80")}
    >
      <Content conversation={conversation} />
    </aside>
  );
}
