import { useEffect, useState } from "react";

/** The present moment, refreshed every `every` milliseconds: pills and ages count down by themselves. */
export function useNow(every = 30_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
