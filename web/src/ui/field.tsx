import clsx from "clsx";
import { type ComponentProps, type ReactNode, useId } from "react";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  children: (wiring: { id: string; "aria-invalid"?: true; "aria-describedby"?: string }) => ReactNode;
}

/** A label, its control, and what is wrong or useful to know about it, tied together for screen readers. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const note = `${id}-note`;
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block font-medium text-13">
        {label}
      </label>
      {children({
        id,
        ...(error ? { "aria-invalid": true as const } : {}),
        ...(error || hint ? { "aria-describedby": note } : {}),
      })}
      {error ? (
        <p id={note} role="alert" className="text-13 text-danger-text">
          {error}
        </p>
      ) : hint ? (
        <p id={note} className="text-13 text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

export const controlLook =
  "w-full rounded-lg border border-line-strong bg-surface px-3 text-text placeholder:text-faint aria-invalid:border-danger focus-visible:outline-2 focus-visible:-outline-offset-1 focus-visible:outline-ring disabled:opacity-60";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input {...rest} className={clsx(controlLook, "h-9", className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea {...rest} className={clsx(controlLook, "py-2 leading-5", className)} />;
}

export function NativeSelect({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={clsx(controlLook, "h-9 pe-8", className)} />;
}

interface TextFieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: ReactNode;
  error?: string | null;
}

export function TextField({ label, hint, error, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(wiring) => <Input {...wiring} {...rest} />}
    </Field>
  );
}
