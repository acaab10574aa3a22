import { useSuspenseQuery } from "@tanstack/react-query";
import clsx from "clsx";
import { Keyboard, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, type Language, languages } from "@/lib/i18n";
import { chooseTheme, themes, useTheme } from "@/lib/theme";
import { Avatar } from "@/ui/avatar";
import { useProblemText } from "@/ui/faces";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "@/ui/menu";
import { toast } from "@/ui/toast";
import { sessionQuery, useSignOut } from "./calls";

const themeIcons = { system: Monitor, light: Sun, dark: Moon };

/** Theme, language and the way out; the same choices stand in the settings for phones, where there is no rail. */
export function UserChoices() {
  const { t, i18n } = useTranslation();
  const theme = useTheme();
  const words = useProblemText();
  const signOut = useSignOut((error) => toast("bad", words(error)));
  return (
    <>
      <MenuLabel>{t("user.theme")}</MenuLabel>
      {themes.map((choice) => {
        const Icon = themeIcons[choice];
        return (
          <MenuItem
            key={choice}
            icon={<Icon aria-hidden="true" />}
            checked={theme === choice}
            onSelect={() => chooseTheme(choice)}
          >
            {t(`user.themes.${choice}`)}
          </MenuItem>
        );
      })}
      <MenuLabel>{t("user.language")}</MenuLabel>
      {Object.entries(languages).map(([code, name]) => (
        <MenuItem key={code} checked={i18n.language === code} onSelect={() => chooseLanguage(code as Language)}>
          <span lang={code}>{name}</span>
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem
        icon={<Keyboard aria-hidden="true" />}
        hint="?"
        onSelect={() => window.dispatchEvent(new KeyboardEvent("keydown", { key: "?" }))}
      >
        {t("shortcuts.title")}
      </MenuItem>
      <MenuItem icon={<LogOut aria-hidden="true" />} onSelect={() => signOut.mutate()}>
        {t("user.signOut")}
      </MenuItem>
    </>
  );
}

export function UserMenu({ narrow }: { narrow: boolean }) {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { user } = session;
  return (
    <Menu
      side="top"
      align="start"
      trigger={
        <button
          type="button"
          className="mt-1 flex items-center gap-2.5 rounded-lg p-1 text-start hover:bg-rail-hover focus-visible:outline-[#7fe0bd]"
        >
          <Avatar name={user.name} size="sm" className="ms-0.5" />
          <span className={clsx("min-w-0 leading-tight", narrow && "sr-only")}>
            <span className="block truncate font-medium text-white">{user.name}</span>
            <span className="block truncate text-2xs text-rail-muted">{user.email}</span>
          </span>
          <span className="sr-only">{t("user.menu")}</span>
        </button>
      }
    >
      <UserChoices />
    </Menu>
  );
}
