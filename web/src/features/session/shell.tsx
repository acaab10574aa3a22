import { useSuspenseQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { Inbox, LayoutTemplate, PanelLeftClose, PanelLeftOpen, Search, Settings, Users } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useUnreadConversations } from "@/features/inbox/calls";
import { onAnnounce } from "@/lib/announce";
import { useShortcuts } from "@/lib/shortcuts";
import { Logo } from "@/ui/logo";
import { Toasts } from "@/ui/toast";
import { sessionQuery } from "./calls";
import { CommandBar } from "./command-bar";
import { useLive, useLiveStatus } from "./live-stream";
import { ShortcutHelp } from "./shortcut-help";
import { UserMenu } from "./user-menu";

const STORED = "waypost.rail";
const places = [
  { to: "/inbox", label: "nav.inbox", icon: Inbox },
  { to: "/contacts", label: "nav.contacts", icon: Users },
  { to: "/templates", label: "nav.templates", icon: LayoutTemplate },
  { to: "/settings", label: "nav.settings", icon: Settings },
] as const;

function useRail(): [boolean, () => void] {
  const [narrow, setNarrow] = useState(() => {
    const stored = localStorage.getItem(STORED);
    return stored ? stored === "narrow" : window.innerWidth < 1500;
  });
  const toggle = () => {
    localStorage.setItem(STORED, narrow ? "wide" : "narrow");
    setNarrow(!narrow);
  };
  return [narrow, toggle];
}

const railItem =
  "flex h-9 items-center gap-3 rounded-lg px-2.5 font-medium text-rail-muted transition-colors hover:bg-rail-hover hover:text-white focus-visible:outline-[#7fe0bd] [&>svg]:size-[1.15rem] [&>svg]:shrink-0";

function Rail({ narrow, toggle, find }: { narrow: boolean; toggle: () => void; find: () => void }) {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const unread = useUnreadConversations();
  const name = clsx("flex-1 truncate text-start", narrow && "sr-only");
  return (
    <nav
      aria-label={t("nav.main")}
      className={clsx(
        "hidden shrink-0 flex-col gap-1 bg-rail p-2.5 text-rail-text md:flex",
        narrow ? "w-[3.75rem]" : "w-52",
      )}
    >
      <div className="mb-3 flex h-9 items-center gap-2.5 px-1">
        <Logo className="size-8 shrink-0" />
        {!narrow && (
          <div className="min-w-0 leading-tight">
            <div className="truncate font-semibold text-white">{session.organization.name}</div>
            <div className="text-2xs text-rail-muted">Waypost</div>
          </div>
        )}
      </div>
      <button type="button" onClick={find} title={narrow ? t("command.open") : undefined} className={railItem}>
        <Search aria-hidden="true" />
        <span className={name}>{t("command.open")}</span>
        {!narrow && <kbd className="font-sans text-2xs text-rail-muted">⌘K</kbd>}
      </button>
      <div className="my-1.5 h-px bg-rail-hover" />
      {places.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          title={narrow ? t(label) : undefined}
          className={clsx(railItem, "relative")}
          activeProps={{ className: "!bg-rail-active !text-white" }}
        >
          <Icon aria-hidden="true" />
          <span className={name}>{t(label)}</span>
          {to === "/inbox" && unread > 0 && (
            <span
              className={clsx(
                "rounded-full bg-[#35c79a] font-semibold text-[#03221a] text-[0.625rem] leading-4",
                narrow ? "absolute -end-0.5 -top-0.5 min-w-4 px-1 text-center" : "px-1.5",
              )}
            >
              {unread}
              <span className="sr-only"> {t("inbox.unreadConversations", { count: unread })}</span>
            </span>
          )}
        </Link>
      ))}
      <div className="flex-1" />
      <button type="button" onClick={toggle} title={narrow ? t("nav.expand") : undefined} className={railItem}>
        {narrow ? <PanelLeftOpen aria-hidden="true" /> : <PanelLeftClose aria-hidden="true" />}
        <span className={name}>{narrow ? t("nav.expand") : t("nav.collapse")}</span>
      </button>
      <UserMenu narrow={narrow} />
    </nav>
  );
}

function BottomBar() {
  const { t } = useTranslation();
  return (
    <nav
      aria-label={t("nav.main")}
      className="flex shrink-0 border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {places.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="flex flex-1 flex-col items-center gap-0.5 py-2 text-2xs text-muted"
          activeProps={{ className: "!text-accent-text font-semibold" }}
        >
          <Icon className="size-5" aria-hidden="true" />
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}

function LiveBar() {
  const { t } = useTranslation();
  const status = useLiveStatus();
  if (status !== "lost") return null;
  return (
    <div
      role="status"
      data-testid="reconnecting"
      className="bg-warn-soft px-4 py-1 text-center font-medium text-13 text-warn-text"
    >
      {t("state.reconnecting")}
    </div>
  );
}

function Announcer() {
  const [words, setWords] = useState("");
  useEffect(() => onAnnounce(setWords), []);
  return (
    <div aria-live="polite" className="sr-only">
      {words}
    </div>
  );
}

function useTitleBadge() {
  const unread = useUnreadConversations();
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Waypost` : "Waypost";
  }, [unread]);
}

export default function Shell() {
  const navigate = useNavigate();
  const [narrow, toggle] = useRail();
  const [finding, setFinding] = useState(false);
  const [helping, setHelping] = useState(false);
  const { conversationId } = useParams({ strict: false });
  useLive();
  useTitleBadge();
  useShortcuts({
    "mod+k": () => setFinding((open) => !open),
    "?": () => setHelping(true),
    "alt+o": toggle,
    "alt+c": () => navigate({ to: "/inbox" }),
    "alt+v": () => navigate({ to: "/contacts" }),
    "alt+s": () => navigate({ to: "/settings" }),
  });
  return (
    <div className="flex h-dvh flex-col">
      <LiveBar />
      <div className="flex min-h-0 flex-1">
        <Rail narrow={narrow} toggle={toggle} find={() => setFinding(true)} />
        <main className="flex min-w-0 flex-1">
          <Outlet />
        </main>
      </div>
      {!conversationId && <BottomBar />}
      <CommandBar open={finding} onClose={() => setFinding(false)} />
      <ShortcutHelp open={helping} onClose={() => setHelping(false)} />
      <Announcer />
      <Toasts />
    </div>
  );
}
