// The faces every screen has besides its content: empty, loading, error.
import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isProblem } from "@/api/problem";
import { Button } from "./button";
import { Skeleton } from "./spinner";

export function EmptyFace({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="mx-auto flex h-full max-w-sm flex-col items-center justify-center gap-2 px-6 py-12 text-center">
      {icon && (
        <div className="mb-2 flex size-12 items-center justify-center rounded-2xl bg-accent-soft text-accent-text [&>svg]:size-6">
          {icon}
        </div>
      )}
      <h2 className="font-semibold text-[0.9375rem]">{title}</h2>
      {children && <p className="text-muted">{children}</p>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}

/** The problem in the reader's words: a known kind has its own sentence, else the server's. */
export function useProblemText(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    if (!isProblem(error)) return error instanceof Error ? error.message : String(error);
    if (error.slug === "offline") return t("problem.offline");
    if (error.slug === "internal") return t("problem.internal", { id: error.requestId ?? "—" });
    return error.detail ?? error.title ?? t("problem.unknown");
  };
}

export function ErrorFace({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  const words = useProblemText();
  return (
    <div
      role="alert"
      className="mx-auto flex h-full max-w-sm flex-col items-center justify-center gap-2 px-6 py-12 text-center"
    >
      <div className="mb-2 flex size-12 items-center justify-center rounded-2xl bg-danger-soft text-danger-text">
        <CircleAlert className="size-6" aria-hidden="true" />
      </div>
      <h2 className="font-semibold text-[0.9375rem]">{t("problem.title")}</h2>
      <p className="text-muted">{words(error)}</p>
      {retry && (
        <Button className="mt-3" onClick={retry}>
          {t("action.tryAgain")}
        </Button>
      )}
    </div>
  );
}

export function RowsLoading({ rows = 6, avatar = false }: { rows?: number; avatar?: boolean }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t("state.loading")} className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={row} className="flex items-center gap-3 px-4 py-3.5">
          {avatar && <Skeleton className="size-10 rounded-full" />}
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3 w-2/5" />
            <Skeleton className="h-3 w-4/5" />
          </div>
        </div>
      ))}
    </div>
  );
}
