import { useTranslation } from "react-i18next";
import { Dialog } from "@/ui/dialog";

const groups = [
  {
    title: "shortcuts.everywhere",
    rows: [
      ["⌘K", "command.open"],
      ["Alt O", "shortcuts.rail"],
      ["Alt C", "shortcuts.inbox"],
      ["Alt V", "shortcuts.contacts"],
      ["Alt S", "shortcuts.settings"],
      ["?", "shortcuts.help"],
      ["Esc", "shortcuts.close"],
    ],
  },
  {
    title: "shortcuts.inConversation",
    rows: [
      ["Alt J", "shortcuts.next"],
      ["Alt K", "shortcuts.previous"],
      ["Alt N", "shortcuts.nextTab"],
      ["Alt E", "shortcuts.resolve"],
      ["Alt L", "shortcuts.reply"],
      ["A", "shortcuts.assign"],
      ["T", "shortcuts.template"],
      ["R", "shortcuts.react"],
      ["Q", "shortcuts.quote"],
      ["Enter", "shortcuts.send"],
      ["⇧ Enter", "shortcuts.newLine"],
    ],
  },
] as const;

export function ShortcutHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t("shortcuts.title")}>
      <div className="grid gap-6 p-5 sm:grid-cols-2">
        {groups.map((group) => (
          <section key={group.title}>
            <h3 className="mb-2 font-medium text-13 text-muted">{t(group.title)}</h3>
            <dl className="space-y-1.5">
              {group.rows.map(([key, label]) => (
                <div key={key} className="flex items-center justify-between gap-3">
                  <dt>{t(label)}</dt>
                  <dd>
                    <kbd className="rounded-md border border-line-strong bg-subtle px-1.5 py-0.5 font-sans text-2xs">
                      {key}
                    </kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
