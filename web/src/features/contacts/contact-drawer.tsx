import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { LayoutTemplate } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Contact } from "@/api";
import { conversationsOfQuery } from "@/features/inbox/calls";
import { Identities, NameEditor } from "@/features/inbox/context-pane";
import { WindowPillView } from "@/features/inbox/window-pill";
import { contactLabel } from "@/features/inbox/words";
import { phoneNumbersQuery } from "@/features/settings/calls";
import { TemplatePicker } from "@/features/templates/picker";
import { useNow } from "@/lib/now";
import { listTime } from "@/lib/time";
import { Avatar } from "@/ui/avatar";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { RowsLoading, useProblemText } from "@/ui/faces";
import { NativeSelect } from "@/ui/field";
import { Pill } from "@/ui/pill";
import { toast } from "@/ui/toast";
import { contactQuery, useBeginConversation } from "./calls";

function Conversations({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { data } = useQuery(conversationsOfQuery(contact.id));
  if (!data) return <RowsLoading rows={2} />;
  if (data.data.length === 0) return <p className="text-muted">{t("contact.noConversations")}</p>;
  return (
    <ul className="divide-y divide-line rounded-xl border">
      {data.data.map((conversation) => (
        <li key={conversation.id}>
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: conversation.id }}
            className="block px-3 py-2 first:rounded-t-xl last:rounded-b-xl hover:bg-subtle"
          >
            <span className="flex items-center gap-2">
              <span className="min-w-0 flex-1 truncate">
                {conversation.last_message?.preview || conversation.phone_number.display_phone_number}
              </span>
              <span className="text-2xs text-muted">
                {conversation.last_message_at && listTime(conversation.last_message_at, now, i18n.language)}
              </span>
            </span>
            <span className="mt-1 flex gap-1.5">
              <Pill>{t(`conversation.state.${conversation.state}`)}</Pill>
              <WindowPillView window={conversation.service_window} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Begin({ contact }: { contact: Contact }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const navigate = useNavigate();
  const { data: numbers } = useQuery(phoneNumbersQuery);
  const [chosen, setChosen] = useState("");
  const [choosing, setChoosing] = useState(false);
  const begin = useBeginConversation();
  const from = numbers?.find((number) => number.id === chosen) ?? numbers?.[0];
  if (!from || !(contact.phone || contact.bsuid)) return null;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Button
        look="primary"
        onClick={() => setChoosing(true)}
        icon={<LayoutTemplate className="size-4" aria-hidden="true" />}
      >
        {t("contact.message")}
      </Button>
      {numbers && numbers.length > 1 && (
        <NativeSelect
          aria-label={t("contact.from")}
          value={from.id}
          onChange={(event) => setChosen(event.target.value)}
          className="!h-8.5 !w-auto"
        >
          {numbers.map((number) => (
            <option key={number.id} value={number.id}>
              {number.display_phone_number}
            </option>
          ))}
        </NativeSelect>
      )}
      <TemplatePicker
        open={choosing}
        onClose={() => setChoosing(false)}
        phoneNumber={from.id}
        contact={{ ...contact, username: contact.username ?? null }}
        busy={begin.isPending}
        onSend={(content) =>
          begin.mutate(
            { from: from.id, contact, content },
            {
              onSuccess: (message) =>
                navigate({ to: "/inbox/$conversationId", params: { conversationId: message.conversation_id } }),
              onError: (error) => toast("bad", words(error)),
            },
          )
        }
      />
    </div>
  );
}

function Loaded({ initial }: { initial: Contact }) {
  const { t } = useTranslation();
  const { data } = useQuery({ ...contactQuery(initial.id), initialData: initial });
  return (
    <div className="space-y-5 p-5">
      <div className="flex items-center gap-4">
        <Avatar name={contactLabel(data)} size="lg" />
        <div className="min-w-0 [&>div]:justify-start">
          <NameEditor id={data.id} name={contactLabel(data)} />
        </div>
      </div>
      <Begin contact={data} />
      <section>
        <h3 className="mb-1 font-semibold text-13">{t("contact.identities")}</h3>
        <Identities contact={data} />
      </section>
      <section>
        <h3 className="mb-2 font-semibold text-13">{t("contact.conversations")}</h3>
        <Conversations contact={data} />
      </section>
    </div>
  );
}

export function ContactDrawer({ contact, onClose }: { contact: Contact | null; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={contact !== null} onClose={onClose} title={t("contact.title")} shape="drawer">
      {contact && <Loaded key={contact.id} initial={contact} />}
    </Dialog>
  );
}
