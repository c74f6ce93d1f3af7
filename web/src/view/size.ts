import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";

/** The width of an element in pixels, kept up to date. */
export function useWidth<T extends HTMLElement>(start = 640): [RefObject<T>, number] {
  const element = useRef<T>(null);
  const [width, setWidth] = useState(start);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const fit = (found: number) => setWidth(Math.max(200, Math.floor(found)));
    // Known before the first frame: nothing is drawn twice.
    fit(target.clientWidth);
    const observer = new ResizeObserver(([entry]) => entry && fit(entry.contentRect.width));
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
