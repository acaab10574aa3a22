import clsx from "clsx";
import { Check } from "lucide-react";
import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";

export const panelLook = "z-50 rounded-xl border border-line bg-surface p-1 shadow-float animate-pop";
const itemLook =
  "flex cursor-default select-none items-center gap-2.5 rounded-lg px-2.5 py-1.5 outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50 [&>svg]:size-4 [&>svg]:text-muted";

export function Menu({
  trigger,
  children,
  align = "end",
  side,
}: {
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "right" | "bottom";
}) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className={clsx(panelLook, "max-h-96 min-w-44 overflow-y-auto")}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function MenuItem({
  onSelect,
  icon,
  children,
  checked,
  hint,
  testId,
}: {
  onSelect: () => void;
  icon?: ReactNode;
  children: ReactNode;
  checked?: boolean;
  hint?: string;
  testId?: string;
}) {
  const inside = (
    <>
      {icon}
      <span className="flex-1 truncate">{children}</span>
      {hint && <span className="text-2xs text-faint">{hint}</span>}
      {checked && <Check aria-hidden="true" className="!text-accent" />}
    </>
  );
  if (checked !== undefined) {
    return (
      <Radix.CheckboxItem checked={checked} onSelect={onSelect} className={itemLook} data-testid={testId}>
        {inside}
      </Radix.CheckboxItem>
    );
  }
  return (
    <Radix.Item onSelect={onSelect} className={itemLook} data-testid={testId}>
      {inside}
    </Radix.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <Radix.Label className="px-2.5 pt-2 pb-1 font-medium text-2xs text-faint uppercase tracking-wide">
      {children}
    </Radix.Label>
  );
}

export const MenuSeparator = () => <Radix.Separator className="mx-1 my-1 h-px bg-line" />;
