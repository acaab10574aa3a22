import { useEffect, useRef } from "react";

export type Shortcuts = Record<string, (event: KeyboardEvent) => void>;

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** "alt+j", "mod+k", "t", "?"; read from the physical key when a modifier is held, because Alt makes other letters on a Mac. */
export function chord(event: KeyboardEvent): string {
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("mod");
  if (event.altKey) parts.push("alt");
  const physical = /^(Key|Digit)(.)$/.exec(event.code)?.[2];
  const key = parts.length > 0 && physical ? physical : event.key;
  return [...parts, key.toLowerCase()].join("+");
}

const onMac = () => /^(Mac|iP)/.test(navigator.platform);

/** Alt in a text field may be writing: on a Mac Option+E is an accent, and so it is on some layouts elsewhere. */
export function writes(event: KeyboardEvent): boolean {
  if (!event.altKey || event.ctrlKey || event.metaKey || !typing(event.target)) return false;
  return onMac() || event.key === "Dead" || /[^ -~]/.test(event.key);
}

/** Plain letters work only while nobody is typing and no dialog is open; chords work unless they write a character. */
export function useShortcuts(shortcuts: Shortcuts) {
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || writes(event)) return;
      const name = chord(event);
      const act = current.current[name];
      if (!act) return;
      const plain = !name.includes("+");
      if (plain && (typing(event.target) || document.querySelector('[role="dialog"],[role="menu"]'))) return;
      event.preventDefault();
      act(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}
