import type { Route } from "../route";

/** What every page gets: its route, and how to change its state without leaving it. */
export interface PageProps {
  route: Route;
  setState: (state: Record<string, string | undefined>) => void;
}
