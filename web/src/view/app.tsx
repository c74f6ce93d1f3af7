/** The frame of all pages: navigation, language, light and dark; and the page that the address asks for. */
import { useEffect, useErrorBoundary, useLayoutEffect, useRef, useState } from "preact/hooks";
import { data, find } from "../data";
import { ClaimsPage } from "../pages/claims";
import { ComparePage } from "../pages/compare";
import { FindPage } from "../pages/find";
import { FormulaPage } from "../pages/formula";
import { FunctionPage } from "../pages/function";
import { GuidePage } from "../pages/guide";
import { LabPage } from "../pages/lab";
import { MapPage } from "../pages/map";
import type { PageProps } from "../pages/page";
import { TimelinePage } from "../pages/timeline";
import { UnknownPage } from "../pages/unknown";
import { link, parse, type PageName, type Route } from "../route";
import type { Language } from "../words/language";
import { WORDS } from "../words/words";
import { LanguageContext, useWords } from "./language";
import { Notice } from "./notice";
import { applyTheme, nextTheme, storedTheme, type Theme } from "./theme";

const SHOWN: PageName[] = ["find", "guide", "compare", "map", "timeline", "lab", "formula", "claims"];
const preferred: Language = navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";

export function App() {
  const [route, setRoute] = useState(() => parse(location.hash, preferred));
  const [theme, setTheme] = useState<Theme>(storedTheme);
  const main = useRef<HTMLElement>(null);
  const nav = useRef<HTMLElement>(null);
  const words = WORDS[route.language];
  const place = `${route.page}/${route.about}`;
  const before = useRef(place);

  useEffect(() => {
    const onHash = () => setRoute(parse(location.hash, route.language));
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, [route.language]);
  // What is outside of the tree changes with it: no frame shows the old colours or language.
  useLayoutEffect(() => applyTheme(theme), [theme]);
  useLayoutEffect(() => {
    document.documentElement.lang = route.language === "zh" ? "zh-Hans" : "en";
    document.title = `${titleOf(route)} · softknee`;
  }, [place, route.language]);
  useEffect(() => {
    // On a phone the list of pages is wider than the screen.
    const [list, shown] = [nav.current, nav.current?.querySelector<HTMLElement>("[aria-current]")];
    if (list && shown)
      list.scrollLeft = shown.offsetLeft - (list.clientWidth - shown.offsetWidth) / 2 - list.offsetLeft;
  }, [route.page, route.language]);
  useLayoutEffect(() => {
    if (before.current === place) return;
    before.current = place;
    // A new page begins at its top, for eyes and for screen readers.
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [place]);

  const setState = (change: Record<string, string | undefined>) => {
    setRoute((now) => {
      if (now.page === "unknown") return now;
      const merged: Record<string, string> = {};
      for (const [key, value] of Object.entries({ ...now.state, ...change }))
        if (value !== undefined) merged[key] = value;
      const next: Route = { ...now, state: merged };
      // Moving a slider is no step that "back" should undo.
      history.replaceState(null, "", link({ ...now, page: now.page, state: merged }));
      return next;
    });
  };
  const other: Language = route.language === "en" ? "zh" : "en";
  const otherHash =
    route.page === "unknown"
      ? link({ language: other, page: "find" })
      : link({ ...route, language: other, page: route.page });
  return (
    <LanguageContext.Provider value={route.language}>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.focus())}>
        {words.skip}
      </a>
      <header class="bar">
        <a class="brand" href={link({ language: route.language, page: "find" })}>
          <svg viewBox="0 0 32 24" width="32" height="24" aria-hidden="true">
            <path class="axes" d="M2 18H30M16 2V22" />
            <path class="curve" d="M2 17.6C10 17.4 13 16 16 13S23 6 28 2" />
          </svg>
          softknee
        </a>
        <nav ref={nav} aria-label={words.navigation}>
          {SHOWN.map((page) => (
            <a
              key={page}
              href={link({ language: route.language, page })}
              aria-current={route.page === page || (page === "find" && route.page === "f") ? "page" : undefined}
            >
              {words.pages[page]}
            </a>
          ))}
          <Docs language={route.language} />
        </nav>
        <div class="settings">
          <a href={otherHash} lang={other === "zh" ? "zh-Hans" : "en"} hreflang={other === "zh" ? "zh-Hans" : "en"}>
            {other === "zh" ? "中文" : "English"}
          </a>
          <button
            type="button"
            class="quiet"
            aria-label={words.theme(words.themes[theme])}
            title={words.theme(words.themes[theme])}
            onClick={() => setTheme(nextTheme(theme))}
          >
            {{ auto: "◐", light: "☀", dark: "☾" }[theme]}
          </button>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Guarded key={place} route={route} setState={setState} />
      </main>
      <footer>
        softknee {data.version} · {words.footer}
      </footer>
    </LanguageContext.Provider>
  );
}

/** The way to the documentation, where it lies beside the atlas. */
function Docs({ language }: { language: Language }) {
  const pages = data.docs[language];
  const links = pages.map(([title, to]) => (
    <a key={to} href={to}>
      {title}
    </a>
  ));
  if (links.length < 2) return <>{links}</>;
  return (
    <details class="menu">
      <summary>{WORDS[language].docs}</summary>
      <div>{links}</div>
    </details>
  );
}

/** A page that fails says so, and leaves the way to the others. */
function Guarded(props: PageProps) {
  const [error] = useErrorBoundary((found) => console.error(found));
  const words = useWords();
  return error ? <Notice>{words.failed(String(error))}</Notice> : <Page {...props} />;
}

function titleOf(route: Route): string {
  const words = WORDS[route.language];
  if (route.page === "unknown") return words.unknownTitle;
  if (route.page === "f") return find(route.about)?.title[route.language] ?? words.unknownTitle;
  return words.pages[route.page] ?? "";
}

function Page(props: PageProps) {
  const { route } = props;
  switch (route.page) {
    case "find":
      return <FindPage {...props} />;
    case "f": {
      const entry = find(route.about);
      return entry ? <FunctionPage key={entry.name} entry={entry} {...props} /> : <UnknownPage what={route.about} />;
    }
    case "compare":
      return <ComparePage {...props} />;
    case "map":
      return <MapPage />;
    case "timeline":
      return <TimelinePage />;
    case "lab":
      return <LabPage {...props} />;
    case "formula":
      return <FormulaPage {...props} />;
    case "claims":
      return <ClaimsPage {...props} />;
    case "guide":
      return <GuidePage {...props} />;
    case "unknown":
      return <UnknownPage what={route.about} />;
  }
}
