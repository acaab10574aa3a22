import clsx from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "./button";

interface Props {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: string;
  children: ReactNode;
  footer?: ReactNode;
  /** `drawer` slides in from the end of the line: for editing beside a list. */
  shape?: "modal" | "wide" | "drawer";
  testId?: string;
}

const shapes = {
  modal: "inset-x-3 top-[12vh] mx-auto max-h-[80vh] max-w-lg rounded-2xl animate-pop",
  wide: "inset-x-2 top-[5vh] mx-auto h-[90vh] max-h-[46rem] max-w-4xl rounded-2xl animate-pop",
  drawer: "inset-y-0 end-0 w-full max-w-lg border-s animate-drawer",
};

export function Dialog({ open, onClose, title, description, children, footer, shape = "modal", testId }: Props) {
  const { t } = useTranslation();
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-overlay bg-black/40 backdrop-blur-[1px]" />
        <Radix.Content
          data-testid={testId}
          {...(description ? {} : { "aria-describedby": undefined })}
          className={clsx("fixed z-50 flex flex-col bg-surface shadow-float", shapes[shape])}
        >
          <header className="flex items-start gap-3 border-b px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="font-semibold text-base leading-6">{title}</Radix.Title>
              {description && <Radix.Description className="text-13 text-muted">{description}</Radix.Description>}
            </div>
            <Radix.Close asChild>
              <IconButton label={t("action.close")} size="sm">
                <X aria-hidden="true" />
              </IconButton>
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>
          {footer && <footer className="flex items-center justify-end gap-2 border-t px-5 py-3">{footer}</footer>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

interface ConfirmProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** What the deed will touch. */
  children: ReactNode;
  confirm: string;
  onConfirm: () => void;
  busy?: boolean;
}

/** Destructive work asks once, and says what it will touch. */
export function Confirm({ open, onClose, title, children, confirm, onConfirm, busy }: ConfirmProps) {
  const { t } = useTranslation();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      footer={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button look="danger" onClick={onConfirm} busy={busy}>
            {confirm}
          </Button>
        </>
      }
    >
      <div className="px-5 py-4 text-muted">{children}</div>
    </Dialog>
  );
}
