import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Spinner } from "./spinner";

/** Asks for the next page when it comes near the screen. */
export function LoadMore({ more, busy, load }: { more: boolean; busy: boolean; load: () => void }) {
  const { t } = useTranslation();
  const mark = useRef<HTMLDivElement>(null);
  const current = useRef(load);
  current.current = load;
  useEffect(() => {
    if (!more || busy || !mark.current) return;
    const watch = new IntersectionObserver(([seen]) => seen?.isIntersecting && current.current(), {
      rootMargin: "400px",
    });
    watch.observe(mark.current);
    return () => watch.disconnect();
  }, [more, busy]);
  return (
    <div ref={mark} className="flex min-h-px justify-center">
      {busy && (
        <div role="status" aria-label={t("state.loading")} className="py-3 text-muted">
          <Spinner />
        </div>
      )}
    </div>
  );
}
