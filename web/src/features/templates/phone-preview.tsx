import { useTranslation } from "react-i18next";
import type { Rendered } from "./parameters";
import { RenderedBody, RenderedButtons } from "./rendered";

/** The message as it will stand in the customer's chat. */
export function PhonePreview({ rendered, businessName }: { rendered: Rendered; businessName: string }) {
  const { t } = useTranslation();
  return (
    <section
      aria-label={t("template.preview")}
      data-testid="template-preview"
      className="overflow-hidden rounded-2xl border"
    >
      <div className="flex items-center gap-2 border-b bg-subtle px-3 py-2 text-13">
        <span className="size-2 rounded-full bg-accent" aria-hidden="true" />
        <span className="truncate font-medium">{businessName}</span>
      </div>
      <div className="thread-paper px-3 py-4">
        <div className="max-w-[17rem] overflow-hidden rounded-xl rounded-ss-[4px] bg-bubble-in shadow-[0_1px_1px_rgb(12_32_24/9%)]">
          <div className="px-2.5 py-1.5">
            <RenderedBody rendered={rendered} />
          </div>
          <RenderedButtons rendered={rendered} />
        </div>
      </div>
    </section>
  );
}
