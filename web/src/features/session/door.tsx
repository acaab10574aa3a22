import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { chooseLanguage, type Language, languages } from "@/lib/i18n";
import { Logo } from "@/ui/logo";

/** The frame of the two screens one sees before coming in. */
export function Door({ title, purpose, children }: { title: string; purpose: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  return (
    <div className="flex min-h-full flex-col bg-bg">
      <main className="flex flex-1 items-center justify-center px-4 py-10">
        <div className="w-full max-w-sm">
          <div className="mb-6 flex items-center gap-2.5">
            <Logo className="size-9" />
            <span className="font-semibold text-lg tracking-tight">Waypost</span>
          </div>
          <div className="rounded-2xl border bg-surface p-6 shadow-[0_1px_2px_rgb(12_32_24/5%),0_12px_40px_rgb(12_32_24/6%)]">
            <h1 className="font-semibold text-xl tracking-tight">{title}</h1>
            <p className="mt-1 mb-5 text-muted">{purpose}</p>
            {children}
          </div>
          <div className="mt-4 flex justify-center gap-1" role="group" aria-label={t("user.language")}>
            {Object.entries(languages).map(([code, name]) => (
              <button
                key={code}
                type="button"
                lang={code}
                aria-pressed={i18n.language === code}
                onClick={() => chooseLanguage(code as Language)}
                className="rounded-md px-2 py-1 text-13 text-muted hover:bg-hover aria-pressed:font-medium aria-pressed:text-text"
              >
                {name}
              </button>
            ))}
          </div>
        </div>
      </main>
    </div>
  );
}
