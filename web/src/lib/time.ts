const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export function startOfDay(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
}

/** "14:05", in the reader's language. */
export function clockTime(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
}

/** With seconds: two transitions of a message are often a second apart. */
export function exactTime(at: string, language: string): string {
  return new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "medium" });
}

export function exactClock(at: string, language: string): string {
  return new Date(at).toLocaleTimeString(language, { timeStyle: "medium" });
}

export function dateTime(at: string, language: string): string {
  return new Date(at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}

/** Short age for a list: the time today, the weekday this week, else the date. */
export function listTime(at: string, now: number, language: string): string {
  const date = new Date(at);
  const today = startOfDay(new Date(now));
  if (date.getTime() >= today) return clockTime(at, language);
  if (date.getTime() >= today - 6 * DAY) return date.toLocaleDateString(language, { weekday: "short" });
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(language, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "2-digit" }),
  });
}

/** A day separator's words: "Today", "Yesterday", else the full date. */
export function dayLabel(at: string, now: number, language: string): string {
  const date = new Date(at);
  const days = Math.round((startOfDay(date) - startOfDay(new Date(now))) / DAY);
  if (days === 0 || days === -1) {
    const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(days, "day");
    return words.charAt(0).toLocaleUpperCase(language) + words.slice(1);
  }
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(language, {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...(sameYear ? {} : { year: "numeric" }),
  });
}

/** "3 hours ago" / "in 2 days". */
export function ago(at: string, now: number, language: string): string {
  const distance = new Date(at).getTime() - now;
  const size = Math.abs(distance);
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (size < MINUTE) return format.format(0, "second");
  if (size < HOUR) return format.format(Math.trunc(distance / MINUTE), "minute");
  if (size < DAY) return format.format(Math.trunc(distance / HOUR), "hour");
  return format.format(Math.trunc(distance / DAY), "day");
}

export function fileSize(bytes: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 10 && unit > 1 ? 1 : 0;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[unit],
    unitDisplay: unit === 0 ? "long" : "short",
    maximumFractionDigits: digits,
  }).format(value);
}
