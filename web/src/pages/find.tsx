/** Find: a search box, filters, and all functions with their curves. */
import { useMemo } from "preact/hooks";
import { data, find, type Both, type Entry } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { Spark } from "../view/spark";
import type { PageProps } from "./page";

type Test = (entry: Entry) => boolean;

/** Yes-or-no filters by name, in the order in which they are shown. */
const FILTERS: Record<string, Test> = {
  bounded: (entry) => entry.facts?.bounded === true,
  smooth: (entry) => entry.facts?.smooth === true,
  monotone: (entry) => entry.facts?.monotone === true,
  centred: (entry) => entry.facts?.centred === true,
  alive: (entry) => entry.facts !== undefined && entry.facts.dead.length === 0,
  learnable: (entry) => entry.learnable,
  cheap: (entry) => entry.exponential === false,
  gate: (entry) => entry.kind === "gate",
  axis: (entry) => entry.kind === "axis",
};

const texts = new Map<Entry, string>();

function searched(entry: Entry): string {
  let found = texts.get(entry);
  if (found === undefined) {
    const { name, module, aliases, title, notes, paper } = entry;
    found = [name, module, ...aliases, title.zh, notes.en.summary, notes.zh.summary, paper]
      .join(" ")
      .toLowerCase()
      .replace(/-/g, "_");
    texts.set(entry, found);
  }
  return found;
}

/** Functions that a state of the address asks for: those found by name come first. */
export function matching(state: Record<string, string>): Entry[] {
  const words = (state.q ?? "").toLowerCase().replace(/-/g, "_").split(/\s+/).filter(Boolean);
  const tests = (state.is ?? "").split(",").flatMap((name) => (Object.hasOwn(FILTERS, name) ? FILTERS[name]! : []));
  const [from, to] = years(state);
  const found = data.functions.filter(
    (entry) =>
      words.every((word) => searched(entry).includes(word)) &&
      tests.every((test) => test(entry)) &&
      (!state.family || entry.family === state.family) &&
      (!entry.year ? !state.years : entry.year >= from && entry.year <= to),
  );
  const rank = ({ name, aliases }: Entry) => {
    const all = [name, ...aliases].map((each) => each.toLowerCase().replace(/-/g, "_"));
    if (all.some((each) => each === words[0])) return 0;
    if (all.some((each) => words.some((word) => each.startsWith(word)))) return 1;
    return all.some((each) => words.some((word) => each.includes(word))) ? 2 : 3;
  };
  return words.length === 0 ? found : [...found].sort((a, b) => rank(a) - rank(b));
}

const known = data.functions.map((entry) => entry.year).filter((year) => year > 0);
const FIRST = Math.min(...known);
const LAST = Math.max(...known);

function years(state: Record<string, string>): [number, number] {
  const [from, to] = (state.years ?? "").split("-").map(Number);
  return from && to ? [from, to] : [FIRST, LAST];
}

export function FindPage({ route, setState }: PageProps) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const { state } = route;
  const found = useMemo(() => matching(state), [JSON.stringify(state)]);
  const chosen = (state.is ?? "").split(",").filter((name) => Object.hasOwn(FILTERS, name));
  const toggle = (name: string) => {
    const next = chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name];
    setState({ is: next.join(",") || undefined });
  };
  const isNarrowed = Object.keys(state).length > 0;
  const families = Object.entries(data.families) as [string, Both<string>][];
  const groups = state.q ? [["", found] as const] : grouped(found, isNarrowed);
  const [from, to] = years(state);
  return (
    <>
      <header class="hero">
        <h1>{words.heroTitle}</h1>
        <p class="summary">{words.heroText(data.functions.length)}</p>
      </header>
      <form class="finder" role="search" onSubmit={(event) => event.preventDefault()}>
        <input
          type="search"
          placeholder={words.searchHint}
          aria-label={words.search}
          value={state.q ?? ""}
          onInput={(event) => setState({ q: event.currentTarget.value || undefined })}
        />
        <select
          aria-label={words.family}
          value={state.family ?? ""}
          onChange={(event) => setState({ family: event.currentTarget.value || undefined })}
        >
          <option value="">{words.allFamilies}</option>
          {families.map(([name, title]) => (
            <option key={name} value={name}>
              {text(title)}
            </option>
          ))}
        </select>
        <span class="years">
          <label>
            {words.from}
            <input
              type="number"
              min={FIRST}
              max={LAST}
              value={from}
              onChange={(event) => setState({ years: yearsOf(Number(event.currentTarget.value), to) })}
            />
          </label>
          <label>
            {words.to}
            <input
              type="number"
              min={FIRST}
              max={LAST}
              value={to}
              onChange={(event) => setState({ years: yearsOf(from, Number(event.currentTarget.value)) })}
            />
          </label>
        </span>
        <div class="chips" role="group" aria-label={words.filters}>
          {Object.keys(FILTERS).map((name) => (
            <button key={name} type="button" aria-pressed={chosen.includes(name)} onClick={() => toggle(name)}>
              {words.filter[name]}
            </button>
          ))}
          {isNarrowed && (
            <button
              type="button"
              class="quiet"
              onClick={() => setState({ q: undefined, is: undefined, family: undefined, years: undefined })}
            >
              {words.clear}
            </button>
          )}
        </div>
      </form>
      <p class="count" role="status">
        {words.found(found.length, data.functions.length)}
      </p>
      {groups.map(([family, members]) => (
        <section key={family}>
          {family && <h2>{family === FOUNDING ? words.founding : text(data.families[family]!)}</h2>}
          <ul class="cards">
            {members.map((entry) => (
              <li key={entry.name}>
                <a href={link({ language, page: "f", about: entry.name })}>
                  <Spark entry={entry} size={64} />
                  <span>
                    <strong>{entry.name}</strong>
                    {text(entry.title) !== entry.name && <em>{text(entry.title)}</em>}
                    <small>{entry.notes[language].summary.replaceAll("`", "")}</small>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function yearsOf(from: number, to: number): string | undefined {
  return (from <= FIRST && to >= LAST) || !from || !to ? undefined : `${from}-${to}`;
}

const FOUNDING = " founding";

/** By family; those to know come first where all are shown. */
function grouped(entries: Entry[], isNarrowed: boolean): [string, Entry[]][] {
  const groups = new Map<string, Entry[]>();
  if (!isNarrowed)
    groups.set(
      FOUNDING,
      data.founding.flatMap((name) => find(name) ?? []),
    );
  for (const family of Object.keys(data.families)) {
    const members = entries.filter((entry) => entry.family === family);
    if (members.length > 0) groups.set(family, members);
  }
  return [...groups];
}
