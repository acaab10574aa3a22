const listeners = new Set<(words: string) => void>();

/** Says something to people who use a screen reader, without moving their focus. */
export function announce(words: string) {
  for (const tell of listeners) tell(words);
}

export function onAnnounce(listener: (words: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
