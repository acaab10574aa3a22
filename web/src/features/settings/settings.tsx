import { Link, Navigate, Outlet, useMatchRoute } from "@tanstack/react-router";
import clsx from "clsx";
import {
  ArrowLeft,
  BookOpen,
  ChevronRight,
  Inbox,
  KeyRound,
  type LucideIcon,
  Palette,
  Phone,
  Users,
  Zap,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { useIsAdmin } from "@/features/session/calls";
import { UserChoices } from "@/features/session/user-menu";
import { Menu } from "@/ui/menu";

const pages = [
  { to: "/settings/phone-numbers", label: "settings.numbers.title", icon: Phone },
  { to: "/settings/auto-replies", label: "settings.rules.title", icon: Zap },
  { to: "/settings/team", label: "settings.team.title", icon: Users },
  { to: "/settings/api-keys", label: "settings.keys.title", icon: KeyRound, adminOnly: true },
  { to: "/settings/deliveries", label: "settings.deliveries.title", icon: Inbox },
] as const;

const row =
  "flex items-center gap-2.5 rounded-lg px-2.5 py-2 text-muted hover:bg-hover hover:text-text [&>svg]:size-4 md:py-1.5";

function Row({ icon: Icon, children }: { icon: LucideIcon; children: string }) {
  return (
    <>
      <Icon aria-hidden="true" />
      <span className="flex-1">{children}</span>
      <ChevronRight aria-hidden="true" className="md:hidden rtl:-scale-x-100" />
    </>
  );
}

/** Where there is room for both, the first page stands beside the list at once. */
export function SettingsHome() {
  return matchMedia("(min-width: 768px)").matches ? <Navigate to="/settings/phone-numbers" replace /> : null;
}

/** A list of settings beside the chosen page; on a phone one after the other. */
export default function Settings() {
  const { t } = useTranslation();
  const admin = useIsAdmin();
  const atHome = Boolean(useMatchRoute()({ to: "/settings" }));
  return (
    <>
      <nav
        aria-label={t("nav.settings")}
        className={clsx(
          "w-full shrink-0 flex-col gap-0.5 border-e bg-surface p-3 md:flex md:w-56",
          atHome ? "flex" : "hidden",
        )}
      >
        <h2 className="px-2.5 pt-1 pb-3 font-semibold text-lg tracking-tight">{t("nav.settings")}</h2>
        {pages
          .filter((page) => admin || !("adminOnly" in page))
          .map(({ to, label, icon }) => (
            <Link
              key={to}
              to={to}
              className={row}
              activeProps={{ className: "!bg-accent-soft !text-accent-text font-medium" }}
            >
              <Row icon={icon}>{t(label)}</Row>
            </Link>
          ))}
        <a href="/docs/api" target="_blank" rel="noreferrer" className={row}>
          <Row icon={BookOpen}>{t("settings.reference")}</Row>
        </a>
        <div className="md:hidden">
          <Menu
            align="start"
            trigger={
              <button type="button" className={clsx(row, "w-full text-start")}>
                <Row icon={Palette}>{t("settings.appearance")}</Row>
              </button>
            }
          >
            <UserChoices />
          </Menu>
        </div>
      </nav>
      <div className={clsx("min-w-0 flex-1 flex-col", atHome ? "hidden md:flex" : "flex")}>
        <Link
          to="/settings"
          className="flex items-center gap-1.5 border-b bg-surface px-3 py-2 text-13 text-muted md:hidden"
        >
          <ArrowLeft className="size-4 rtl:-scale-x-100" aria-hidden="true" />
          {t("nav.settings")}
        </Link>
        <Outlet />
      </div>
    </>
  );
}
