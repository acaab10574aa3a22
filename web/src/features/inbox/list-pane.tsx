import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import clsx from "clsx";
import { Inbox as InboxIcon, ListFilter } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDebounced } from "@/lib/debounce";
import { useShortcuts } from "@/lib/shortcuts";
import { Button } from "@/ui/button";
import { EmptyFace, ErrorFace, RowsLoading } from "@/ui/faces";
import { LoadMore } from "@/ui/load-more";
import { Menu, MenuItem, MenuLabel } from "@/ui/menu";
import { SearchBox } from "@/ui/search-box";
import { conversationsQuery, countsQuery } from "./calls";
import { ConversationCard } from "./conversation-card";
import { type InboxTab, inboxStates, inboxTabs } from "./view";

const assigneeOf: Record<InboxTab, string | undefined> = { mine: "me", unassigned: "none", all: undefined };

/** Tab, state and search live in the address: a view can be bookmarked and the back key works. */
function useView() {
  const search = useSearch({ from: "/app/inbox" });
  const navigate = useNavigate();
  const tab = search.tab ?? "all";
  const state = search.state ?? "open";
  const change = (next: Partial<typeof search>) =>
    navigate({ to: ".", search: (previous) => ({ ...previous, ...next }), replace: true });
  return { tab, state, q: search.q ?? "", change };
}

function Tabs({ tab, change }: { tab: InboxTab; change: (tab: InboxTab) => void }) {
  const { t } = useTranslation();
  const { data: counts } = useQuery(countsQuery);
  return (
    <div role="group" aria-label={t("inbox.views")} className="flex gap-4 border-b px-4">
      {inboxTabs.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={tab === name}
          data-testid={`tab-${name}`}
          onClick={() => change(name)}
          className="-mb-px flex items-center gap-1.5 border-transparent border-b-2 py-2 font-medium text-13 text-muted hover:text-text aria-pressed:border-accent aria-pressed:text-text"
        >
          {t(`inbox.tab.${name}`)}
          {counts && <span className="rounded-full bg-hover px-1.5 text-2xs tabular-nums">{counts[name]}</span>}
        </button>
      ))}
    </div>
  );
}

export function ListPane({ current, className }: { current: string | undefined; className: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const view = useView();
  const [text, setText] = useState(view.q);
  const q = useDebounced(text.trim());
  const { change } = view;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only the rested text goes into the address
  useEffect(() => {
    if (q !== view.q) void change({ q: q || undefined });
  }, [q]);

  const filter = {
    state: view.state === "any" ? undefined : view.state,
    assignee: assigneeOf[view.tab],
    q: view.q || undefined,
  };
  const list = useInfiniteQuery(conversationsQuery(filter));
  const conversations = list.data?.pages.flatMap((page) => page.data) ?? [];
  const step = (by: number) => {
    const at = conversations.findIndex((conversation) => conversation.id === current);
    const next = conversations[at === -1 ? 0 : Math.min(Math.max(at + by, 0), conversations.length - 1)];
    if (!next) return;
    document.querySelector(`[data-conversation-id="${next.id}"]`)?.scrollIntoView({ block: "nearest" });
    void navigate({
      to: "/inbox/$conversationId",
      params: { conversationId: next.id },
      search: (previous) => previous,
    });
  };
  useShortcuts({
    "alt+j": () => step(1),
    "alt+k": () => step(-1),
    "alt+n": () => void change({ tab: inboxTabs[(inboxTabs.indexOf(view.tab) + 1) % inboxTabs.length] }),
    "/": () => document.querySelector<HTMLInputElement>('[data-testid="conversation-search"]')?.focus(),
  });

  const filtered = view.q !== "" || view.state !== "open" || view.tab !== "all";
  return (
    <section
      aria-label={t("inbox.list")}
      className={clsx("flex w-full flex-col border-e bg-surface md:w-80 md:shrink-0 xl:w-[21.5rem]", className)}
    >
      <header className="flex h-14 shrink-0 items-center gap-2 px-4">
        <h1 className="flex-1 font-semibold text-lg tracking-tight">{t("nav.inbox")}</h1>
        <Menu
          trigger={
            <Button
              size="sm"
              look="ghost"
              data-testid="state-filter"
              icon={<ListFilter className="size-3.5" aria-hidden="true" />}
            >
              {t(`conversation.state.${view.state}`)}
            </Button>
          }
        >
          <MenuLabel>{t("inbox.filterState")}</MenuLabel>
          {([...inboxStates, "any"] as const).map((state) => (
            <MenuItem
              key={state}
              checked={view.state === state}
              onSelect={() => void change({ state: state === "open" ? undefined : state })}
            >
              {t(`conversation.state.${state}`)}
            </MenuItem>
          ))}
        </Menu>
      </header>
      <div className="px-3 pb-1">
        <SearchBox testId="conversation-search" value={text} onChange={setText} label={t("inbox.search")} />
      </div>
      <Tabs tab={view.tab} change={(tab) => void change({ tab: tab === "all" ? undefined : tab })} />
      <div className="min-h-0 flex-1 overflow-y-auto">
        {list.error && !list.data ? (
          <ErrorFace error={list.error} retry={list.refetch} />
        ) : !list.data ? (
          <RowsLoading avatar rows={8} />
        ) : conversations.length === 0 ? (
          <EmptyFace
            icon={<InboxIcon aria-hidden="true" />}
            title={filtered ? t("inbox.nothingFound") : t("inbox.empty")}
            action={
              !filtered && (
                <Link
                  to="/settings/phone-numbers"
                  className="font-medium text-accent-text underline underline-offset-4"
                >
                  {t("settings.numbers.title")}
                </Link>
              )
            }
          >
            {filtered ? t("inbox.nothingFoundText") : t("inbox.emptyText")}
          </EmptyFace>
        ) : (
          <ul>
            {conversations.map((conversation) => (
              <li key={conversation.id}>
                <ConversationCard conversation={conversation} chosen={conversation.id === current} />
              </li>
            ))}
          </ul>
        )}
        <LoadMore more={list.hasNextPage} busy={list.isFetchingNextPage} load={list.fetchNextPage} />
      </div>
    </section>
  );
}
