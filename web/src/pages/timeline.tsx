/** A timeline: functions by year, with lines to those whose idea they go on from. */
import { useMemo, useState } from "preact/hooks";
import { data, find, type Entry } from "../data";
import { link } from "../route";
import { useLanguage, useWords } from "../view/language";
import { useWidth } from "../view/size";

const ROW = 24;
const TOP = 12;
const LEFT = 64;

interface Placed {
  entry: Entry;
  row: number;
  column: number;
}

/** A row for each year that has functions, as many rows as its functions need. */
function placed(columns: number): { places: Map<string, Placed>; years: [number, number][]; rows: number } {
  const dated = data.functions.filter((each) => each.year > 0).sort((a, b) => a.year - b.year);
  const places = new Map<string, Placed>();
  const years: [number, number][] = [];
  let row = -1;
  let column = 0;
  for (const entry of dated) {
    if (years.length === 0 || years[years.length - 1]![0] !== entry.year) {
      row += 1;
      column = 0;
      years.push([entry.year, row]);
    } else if (column === columns) {
      row += 1;
      column = 0;
    }
    places.set(entry.name, { entry, row, column });
    column += 1;
  }
  return { places, years, rows: row + 1 };
}

/** A function, what it came from and what came of it, near and far. */
function kin(name: string): Set<string> {
  const found = new Set<string>();
  const up = (one: string) => {
    if (found.has(`<${one}`)) return;
    found.add(`<${one}`);
    for (const before of find(one)?.after ?? []) up(before);
  };
  const down = (one: string) => {
    if (found.has(`>${one}`)) return;
    found.add(`>${one}`);
    for (const each of data.functions) if (each.after.includes(one)) down(each.name);
  };
  up(name);
  down(name);
  return new Set([...found].map((each) => each.slice(1)));
}

export function TimelinePage() {
  const words = useWords();
  const language = useLanguage();
  const [frame, width] = useWidth<HTMLDivElement>(900);
  const [at, setAt] = useState("");
  const columns = Math.max(1, Math.min(8, Math.floor((width - LEFT) / 146)));
  const { places, years, rows } = useMemo(() => placed(columns), [columns]);
  const related = useMemo(() => (at ? kin(at) : undefined), [at]);
  const cell = (width - LEFT) / columns;
  const x = ({ column }: Placed) => LEFT + column * cell + 8;
  const y = ({ row }: Placed) => TOP + (row + 0.5) * ROW;
  const height = 2 * TOP + rows * ROW;
  return (
    <article>
      <h1>{words.timelineTitle}</h1>
      <p class="summary">{words.timelineText}</p>
      <div ref={frame} class="timeline">
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          role="group"
          aria-label={words.timelineTitle}
        >
          {years.map(([year, row]) => (
            <g key={year} class="year" aria-hidden="true">
              <line x1={LEFT - 8} x2={width} y1={TOP + row * ROW} y2={TOP + row * ROW} />
              <text x={LEFT - 16} y={TOP + (row + 0.5) * ROW} dy="0.32em" text-anchor="end">
                {year}
              </text>
            </g>
          ))}
          {[...places.values()].flatMap((to) =>
            to.entry.after.map((name) => {
              const from = places.get(name);
              if (!from) return null;
              const near = related?.has(name) && related.has(to.entry.name);
              const [x1, y1, x2, y2] = [x(from) - 4, y(from), x(to) - 4, y(to)];
              const bend = Math.min(60, 12 + Math.abs(y2 - y1) / 4);
              return (
                <path
                  key={`${name}>${to.entry.name}`}
                  class={`descent${at ? (near ? " near" : " faint") : ""}`}
                  d={`M${x1} ${y1}C${x1 - bend * 0.4} ${y1 + bend},${x2 - bend * 0.4} ${y2 - bend},${x2} ${y2}`}
                />
              );
            }),
          )}
          {[...places.values()].map((place) => (
            <a
              key={place.entry.name}
              href={link({ language, page: "f", about: place.entry.name })}
              class={related && !related.has(place.entry.name) ? "faint" : ""}
              onMouseEnter={() => setAt(place.entry.name)}
              onMouseLeave={() => setAt("")}
              onFocus={() => setAt(place.entry.name)}
              onBlur={() => setAt("")}
            >
              <title>
                {place.entry.name}
                {place.entry.after.length > 0 ? ` ← ${place.entry.after.join(", ")}` : ""}
              </title>
              <circle cx={x(place) - 4} cy={y(place)} r={3.5} />
              <text x={x(place) + 4} y={y(place)} dy="0.32em">
                {place.entry.name}
              </text>
            </a>
          ))}
        </svg>
      </div>
    </article>
  );
}
