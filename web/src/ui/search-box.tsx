import { Search, X } from "lucide-react";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { Input } from "./field";

export function SearchBox({
  value,
  onChange,
  label,
  ref,
  testId,
}: {
  value: string;
  onChange: (text: string) => void;
  label: string;
  ref?: Ref<HTMLInputElement>;
  testId?: string;
}) {
  const { t } = useTranslation();
  return (
    <div className="relative w-full">
      <Search
        aria-hidden="true"
        className="pointer-events-none absolute start-2.5 top-1/2 size-4 -translate-y-1/2 text-faint"
      />
      <Input
        ref={ref}
        data-testid={testId}
        type="text"
        role="searchbox"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && value) {
            event.stopPropagation();
            onChange("");
          }
        }}
        className="!h-8.5 !border-transparent !bg-subtle ps-8.5 pe-8"
      />
      {value && (
        <button
          type="button"
          aria-label={t("action.clear")}
          onClick={() => onChange("")}
          className="absolute end-1.5 top-1/2 -translate-y-1/2 rounded-md p-1 text-muted hover:bg-hover"
        >
          <X className="size-3.5" aria-hidden="true" />
        </button>
      )}
    </div>
  );
}
