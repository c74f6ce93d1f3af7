import { useEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** The width of an element in pixels, kept up to date. */
export function useWidth<T extends HTMLElement>(start = 640): [RefObject<T>, number] {
  const element = useRef<T>(null);
  const [width, setWidth] = useState(start);
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const observer = new ResizeObserver(
      ([entry]) => entry && setWidth(Math.max(200, Math.floor(entry.contentRect.width))),
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
