import { useCallback, useEffect, useState } from "react";

const KEY = (conversation: string) => `waypost.draft.${conversation}`;
const CHANGED = "waypost:draft";

export function readDraft(conversation: string): string {
  return localStorage.getItem(KEY(conversation)) ?? "";
}

/** Keeps a reply that was begun; an empty one leaves nothing behind. */
export function writeDraft(conversation: string, text: string) {
  if (text.trim() === "") localStorage.removeItem(KEY(conversation));
  else localStorage.setItem(KEY(conversation), text);
  window.dispatchEvent(new CustomEvent(CHANGED, { detail: conversation }));
}

/** Signing out on a shared machine must not leave replies for the next person. */
export function forgetDrafts() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(KEY(""))) localStorage.removeItem(key);
  }
}

export function useDraft(conversation: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => readDraft(conversation));
  useEffect(() => {
    const look = () => {
      const stored = readDraft(conversation);
      // Blanks alone are not stored; whoever types them keeps them.
      setText((shown) => (stored === "" && shown.trim() === "" ? shown : stored));
    };
    setText(readDraft(conversation));
    window.addEventListener(CHANGED, look);
    return () => window.removeEventListener(CHANGED, look);
  }, [conversation]);
  const change = useCallback(
    (next: string) => {
      setText(next);
      writeDraft(conversation, next);
    },
    [conversation],
  );
  return [text, change];
}

/** Whether a reply was begun here, for the mark in the list. */
export function useHasDraft(conversation: string): boolean {
  const [has, setHas] = useState(() => readDraft(conversation) !== "");
  useEffect(() => {
    const look = () => setHas(readDraft(conversation) !== "");
    look();
    window.addEventListener(CHANGED, look);
    return () => window.removeEventListener(CHANGED, look);
  }, [conversation]);
  return has;
}
