import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowLeft, Check, ChevronDown, CircleUserRound, Clock, PanelRight, RotateCcw, UserRoundX } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Conversation, ConversationState } from "@/api";
import { usersQuery } from "@/features/settings/calls";
import { Avatar } from "@/ui/avatar";
import { Button, IconButton } from "@/ui/button";
import { useProblemText } from "@/ui/faces";
import { Menu, MenuItem, MenuLabel } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { useUpdateConversation } from "./calls";
import type { Pane } from "./context-pane";
import { WindowPillView } from "./window-pill";
import { contactLabel, contactNumber } from "./words";

function AssigneePicker({ conversation, me }: { conversation: Conversation; me: string }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const { data: users } = useQuery(usersQuery);
  const update = useUpdateConversation(conversation.id);
  const assign = (id: string | null) =>
    update.mutate({ assignee_id: id }, { onError: (error) => toast("bad", words(error)) });
  const current = conversation.assignee;
  return (
    <Menu
      trigger={
        <Button look="ghost" data-assign data-testid="assignee-button" className="!px-2">
          {current ? (
            <Avatar name={current.name} size="xs" />
          ) : (
            <CircleUserRound className="size-4.5" aria-hidden="true" />
          )}
          <span className="hidden max-w-32 truncate lg:inline">{current?.name ?? t("inbox.unassigned")}</span>
          <span className="sr-only">{t("inbox.assign")}</span>
          <ChevronDown className="size-3.5" aria-hidden="true" />
        </Button>
      }
    >
      <MenuLabel>{t("inbox.assign")}</MenuLabel>
      {current?.id !== me && (
        <MenuItem icon={<CircleUserRound aria-hidden="true" />} onSelect={() => assign(me)}>
          {t("inbox.assignMe")}
        </MenuItem>
      )}
      {users?.map((user) => (
        <MenuItem
          key={user.id}
          icon={<Avatar name={user.name} size="xs" />}
          checked={current?.id === user.id}
          onSelect={() => assign(user.id)}
        >
          {user.name}
        </MenuItem>
      ))}
      {current && (
        <MenuItem icon={<UserRoundX aria-hidden="true" />} onSelect={() => assign(null)}>
          {t("inbox.unassign")}
        </MenuItem>
      )}
    </Menu>
  );
}

function StateButton({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const words = useProblemText();
  const update = useUpdateConversation(conversation.id);
  const become = (state: ConversationState) =>
    update.mutate({ state }, { onError: (error) => toast("bad", words(error)) });
  const resolved = conversation.state === "resolved";
  return (
    <div className="flex">
      <Button
        data-testid="resolve-button"
        data-state={conversation.state}
        busy={update.isPending}
        onClick={() => become(resolved ? "open" : "resolved")}
        title="Alt+E"
        className="!rounded-e-none !px-2.5 md:!px-3"
        icon={
          resolved ? (
            <RotateCcw className="size-4" aria-hidden="true" />
          ) : (
            <Check className="size-4" aria-hidden="true" />
          )
        }
      >
        <span className="sr-only md:not-sr-only">{resolved ? t("inbox.reopen") : t("inbox.resolve")}</span>
      </Button>
      <Menu
        trigger={
          <Button aria-label={t("inbox.changeState")} className="-ms-px !rounded-s-none !px-1.5">
            <ChevronDown className="size-4" aria-hidden="true" />
          </Button>
        }
      >
        <MenuItem
          icon={<RotateCcw aria-hidden="true" />}
          checked={conversation.state === "open"}
          onSelect={() => become("open")}
        >
          {t("conversation.state.open")}
        </MenuItem>
        <MenuItem
          icon={<Clock aria-hidden="true" />}
          checked={conversation.state === "pending"}
          onSelect={() => become("pending")}
        >
          {t("conversation.state.pending")}
        </MenuItem>
        <MenuItem icon={<Check aria-hidden="true" />} checked={resolved} onSelect={() => become("resolved")}>
          {t("conversation.state.resolved")}
        </MenuItem>
      </Menu>
    </div>
  );
}

export function ConversationHeader({ conversation, me, pane }: { conversation: Conversation; me: string; pane: Pane }) {
  const { t } = useTranslation();
  const { contact, phone_number } = conversation;
  const number = contactNumber(contact);
  const name = contactLabel(contact);
  return (
    <header className="flex h-14 shrink-0 items-center gap-2 border-b bg-surface px-2 md:px-4">
      <Link
        to="/inbox"
        search={(previous) => previous}
        aria-label={t("inbox.back")}
        className="rounded-lg p-2 text-muted hover:bg-hover md:hidden"
      >
        <ArrowLeft className="size-5 rtl:-scale-x-100" aria-hidden="true" />
      </Link>
      <button
        type="button"
        onClick={pane.toggle}
        className="flex min-w-0 flex-1 items-center gap-2.5 rounded-lg py-1 pe-2 text-start"
      >
        <Avatar name={name} className="!size-9 !text-13" />
        <span className="sr-only">{t("inbox.showContact")}</span>
        <span className="min-w-0 leading-tight">
          <span className="flex items-center gap-2">
            <span className="truncate font-semibold text-[0.9375rem]">{name}</span>
            <span className="hidden sm:inline">
              <WindowPillView window={conversation.service_window} />
            </span>
          </span>
          <span className="block truncate text-13 text-muted">
            {number !== name && number}
            <span className="hidden sm:inline">
              {number && number !== name && " · "}
              {t("inbox.onNumber", { number: phone_number.display_phone_number })}
            </span>
          </span>
        </span>
      </button>
      <AssigneePicker conversation={conversation} me={me} />
      <StateButton conversation={conversation} />
      <IconButton label={t("inbox.contactPane")} pressed={pane.open} onClick={pane.toggle} className="max-md:hidden">
        <PanelRight className="rtl:-scale-x-100" aria-hidden="true" />
      </IconButton>
    </header>
  );
}
