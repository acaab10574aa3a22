import { Outlet, useParams } from "@tanstack/react-router";
import clsx from "clsx";
import { MessagesSquare } from "lucide-react";
import { useTranslation } from "react-i18next";
import { EmptyFace } from "@/ui/faces";
import { ListPane } from "./list-pane";

/** List and thread side by side; on a phone one at a time. */
export function Inbox() {
  const { conversationId } = useParams({ strict: false });
  return (
    <>
      <ListPane current={conversationId} className={clsx(conversationId && "max-md:hidden")} />
      <div className={clsx("flex min-w-0 flex-1", !conversationId && "max-md:hidden")}>
        <Outlet />
      </div>
    </>
  );
}

export function NothingChosen() {
  const { t } = useTranslation();
  return (
    <div className="thread-paper flex-1">
      <EmptyFace icon={<MessagesSquare aria-hidden="true" />} title={t("inbox.nothingChosen")}>
        {t("inbox.nothingChosenText")}
      </EmptyFace>
    </div>
  );
}
