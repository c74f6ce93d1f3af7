import type { ComponentChildren } from "preact";

/** A plain word about what went wrong. */
export function Notice({ children }: { children: ComponentChildren }) {
  return (
    <p class="notice" role="alert">
      {children}
    </p>
  );
}
