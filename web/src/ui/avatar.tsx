import clsx from "clsx";

const hues = [
  "bg-[#dcefe6] text-[#0d5a43] dark:bg-[#173d31] dark:text-[#8fdcc0]",
  "bg-[#e2eafb] text-[#2a4a9b] dark:bg-[#1d2b4d] dark:text-[#a9c1ff]",
  "bg-[#fbe7dc] text-[#8a3f12] dark:bg-[#452514] dark:text-[#f7b48c]",
  "bg-[#efe4fa] text-[#61309a] dark:bg-[#33204a] dark:text-[#d2b0f7]",
  "bg-[#fce4ec] text-[#94244f] dark:bg-[#471a2c] dark:text-[#f6a5c0]",
  "bg-[#e0f2f7] text-[#0f566b] dark:bg-[#143843] dark:text-[#8fd4e8]",
  "bg-[#f6efd2] text-[#6b5206] dark:bg-[#3b310d] dark:text-[#e7cf78]",
];

function hueOf(seed: string): string {
  let sum = 0;
  for (const letter of seed) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return hues[sum % hues.length] ?? "";
}

/** Up to two letters: first and last word. A name that is only a number shows its last two digits. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return "?";
  if (/^[+\d\s()-]+$/.test(name)) return name.replace(/\D/g, "").slice(-2);
  const first = [...(words[0] ?? "").replace(/^@/, "")][0] ?? "?";
  const last = words.length > 1 ? [...(words.at(-1) ?? "")][0] : "";
  return (first + (last ?? "")).toLocaleUpperCase();
}

const sizes = {
  xs: "size-5 text-[0.5625rem]",
  sm: "size-7 text-[0.6875rem]",
  md: "size-10 text-sm",
  lg: "size-16 text-xl",
};

export function Avatar({
  name,
  size = "md",
  className,
}: {
  name: string;
  size?: keyof typeof sizes;
  className?: string;
}) {
  return (
    <span
      aria-hidden="true"
      className={clsx(
        "inline-flex shrink-0 select-none items-center justify-center rounded-full font-semibold tracking-tight",
        sizes[size],
        hueOf(name),
        className,
      )}
    >
      {initials(name)}
    </span>
  );
}
