import { useEffect, useState } from "react";

/** The value once it has rested for `wait` milliseconds: a search does not ask at every key. */
export function useDebounced<T>(value: T, wait = 200): T {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), wait);
    return () => clearTimeout(timer);
  }, [value, wait]);
  return rested;
}
