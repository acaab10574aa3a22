// What the app shows before, or instead of, itself.
import { Link, useRouter } from "@tanstack/react-router";
import { Signpost } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyFace, ErrorFace } from "@/ui/faces";
import { Logo } from "@/ui/logo";

export function Booting() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")} className="flex h-dvh items-center justify-center">
      <Logo className="size-10 animate-pulse" />
    </div>
  );
}

export function Crashed({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <div className="flex h-dvh flex-1 items-center justify-center">
      <ErrorFace error={error} retry={again} />
    </div>
  );
}

export function Lost() {
  const { t } = useTranslation();
  return (
    <div className="flex h-dvh flex-1 items-center justify-center">
      <EmptyFace
        icon={<Signpost aria-hidden="true" />}
        title={t("lost.title")}
        action={
          <Link to="/inbox" className="font-medium text-accent-text underline underline-offset-4">
            {t("lost.back")}
          </Link>
        }
      >
        {t("lost.text")}
      </EmptyFace>
    </div>
  );
}
