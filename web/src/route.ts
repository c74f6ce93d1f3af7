/** What the address bar says: `#/en/f/gelu?alpha=1`: a language, a page, what it is about, and its state. */
import { LANGUAGES, type Language } from "./words/language";

export const PAGES = ["find", "f", "compare", "map", "timeline", "lab", "formula", "claims", "guide"] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  language: Language;
  page: PageName | "unknown";
  about: string;
  state: Record<string, string>;
}

/** The route of a hash; whatever it holds, this gives one. */
export function parse(hash: string, preferred: Language): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?", 2);
  const parts = path.split("/").map(decoded);
  const language = LANGUAGES.find((each) => each === parts[0]);
  if (language === undefined && path !== "") return { language: preferred, page: "unknown", about: path, state: {} };
  const page = parts[1] === undefined || parts[1] === "" ? "find" : PAGES.find((each) => each === parts[1]);
  const about = parts.slice(2).join("/");
  const state = Object.fromEntries(query.split("&").filter(Boolean).map(pair));
  return { language: language ?? preferred, page: page ?? "unknown", about: page ? about : path, state };
}

function pair(text: string): [string, string] {
  const at = text.indexOf("=");
  return at < 0 ? [decoded(text), ""] : [decoded(text.slice(0, at)), decoded(text.slice(at + 1))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a broken escape is shown as it is
  }
}

/** The hash of a route; what is empty is left out. */
export function link(route: Partial<Route> & { language: Language; page: PageName }): string {
  const query = Object.entries(route.state ?? {})
    .filter(([, value]) => value !== "")
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(value).replace(/%2C/g, ",").replace(/%3D/g, "=")}`,
    )
    .join("&");
  const about = route.about ? `/${encodeURIComponent(route.about)}` : "";
  return `#/${route.language}/${route.page}${about}${query ? `?${query}` : ""}`;
}
