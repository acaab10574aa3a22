import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import en from "./locales/en.json";

export const languages = { en: "English", es: "Español" } as const;
export type Language = keyof typeof languages;

const STORED = "waypost.language";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
    returnNull: false;
  }
}

function preferred(): Language {
  const stored = localStorage.getItem(STORED);
  if (stored && stored in languages) return stored as Language;
  return navigator.language.startsWith("es") ? "es" : "en";
}

// English is in the main bundle as the fallback; every other language is loaded when it is chosen.
async function load(language: Language) {
  if (language === "es" && !i18next.hasResourceBundle("es", "translation")) {
    const es = await import("./locales/es.json");
    i18next.addResourceBundle("es", "translation", es.default);
  }
}

function mark(language: Language) {
  document.documentElement.lang = language;
  document.documentElement.dir = i18next.dir(language);
}

export async function startI18n(language: Language = preferred()) {
  await i18next.use(initReactI18next).init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await load(language);
  await i18next.changeLanguage(language);
  mark(language);
}

export async function chooseLanguage(language: Language) {
  localStorage.setItem(STORED, language);
  await load(language);
  await i18next.changeLanguage(language);
  mark(language);
}
