import clsx from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Spinner } from "./spinner";

const looks = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover shadow-xs",
  secondary: "bg-surface border border-line-strong text-text hover:bg-subtle",
  ghost: "text-muted hover:bg-hover hover:text-text",
  danger: "bg-danger text-white dark:text-[#2a0b0a] hover:opacity-90",
  quiet: "bg-subtle text-text hover:bg-hover",
} as const;

interface Props extends ComponentProps<"button"> {
  look?: keyof typeof looks;
  size?: "sm" | "md" | "lg";
  busy?: boolean;
  icon?: ReactNode;
}

const sizes = { sm: "h-7 px-2.5 text-[0.8125rem] gap-1.5", md: "h-8.5 px-3.5 gap-2", lg: "h-10 px-4 gap-2" };

export function Button({ look = "secondary", size = "md", busy, icon, className, children, disabled, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={clsx(
        "inline-flex shrink-0 items-center justify-center whitespace-nowrap rounded-lg font-medium transition-colors disabled:cursor-not-allowed disabled:opacity-55",
        looks[look],
        sizes[size],
        className,
      )}
    >
      {busy ? <Spinner className="size-4" /> : icon}
      {children}
    </button>
  );
}

interface IconProps extends Omit<ComponentProps<"button">, "aria-label"> {
  label: string;
  size?: "sm" | "md";
  pressed?: boolean;
}

/** A button that shows only an icon: its label is both its name and its tooltip. */
export function IconButton({ label, size = "md", pressed, className, children, ...rest }: IconProps) {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      aria-pressed={pressed}
      className={clsx(
        "inline-flex shrink-0 items-center justify-center rounded-lg text-muted transition-colors hover:bg-hover hover:text-text disabled:cursor-not-allowed disabled:opacity-45",
        size === "sm" ? "size-7 [&>svg]:size-4" : "size-8.5 [&>svg]:size-[1.15rem]",
        pressed && "bg-hover text-text",
        className,
      )}
    >
      {children}
    </button>
  );
}
