import { useRef } from "preact/hooks";

/** What is made of each key; as long as a key stays, so does what was made of it. */
export function useKept<T>(keys: string[], make: (at: number) => T): T[] {
  const kept = useRef(new Map<string, T>());
  const next = new Map<string, T>();
  const made = keys.map((key, at) => {
    const found = next.get(key) ?? kept.current.get(key) ?? make(at);
    next.set(key, found);
    return found;
  });
  kept.current = next;
  return made;
}
