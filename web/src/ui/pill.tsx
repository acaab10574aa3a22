import clsx from "clsx";
import type { ReactNode } from "react";

const tones = {
  neutral: "bg-hover text-muted",
  good: "bg-accent-soft text-accent-text",
  warn: "bg-warn-soft text-warn-text",
  bad: "bg-danger-soft text-danger-text",
} as const;

export type Tone = keyof typeof tones;

export function Pill({
  tone = "neutral",
  children,
  className,
  testId,
}: {
  tone?: Tone;
  children: ReactNode;
  className?: string;
  testId?: string;
}) {
  return (
    <span
      data-testid={testId}
      className={clsx(
        "inline-flex items-center gap-1 whitespace-nowrap rounded-full px-2 py-px font-medium text-2xs [&>svg]:size-3",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
