/** A map of all functions: what lies near does much the same to a normal input. */
import { useState } from "preact/hooks";
import { data } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { useWidth } from "../view/size";
import { Spark } from "../view/spark";

const MARGIN = { side: 46, top: 30, bottom: 44 };
// Narrower, names lie upon each other: a phone moves the map instead.
const LEAST = 900;

/** Where a value lies between the least and the largest of many, from 0 to 1. */
function share(value: number, all: number[]): number {
  const [low, high] = [Math.min(...all), Math.max(...all)];
  return high > low ? (value - low) / (high - low) : 0.5;
}

export function MapPage() {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const [frame, room] = useWidth<HTMLDivElement>(900);
  const width = Math.max(room, LEAST);
  const [family, setFamily] = useState("");
  const [at, setAt] = useState("");
  const placed = data.functions.filter((each) => each.place);
  const families = [...new Set(placed.map((each) => each.family))];
  const height = Math.max(620, width * 0.62);
  const [across, up] = [0, 1].map((axis) => placed.map((each) => each.place![axis]!)) as [number[], number[]];
  const left = (x: number) => MARGIN.side + share(x, across) * (width - 2 * MARGIN.side);
  const top = (y: number) => MARGIN.top + (1 - share(y, up)) * (height - MARGIN.top - MARGIN.bottom);
  return (
    <article>
      <h1>{words.mapTitle}</h1>
      <p class="summary">{words.mapText}</p>
      <div class="chips" role="group" aria-label={words.family}>
        {families.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={family === name}
            class="family"
            onClick={() => setFamily(family === name ? "" : name)}
          >
            <i class={`dot f${families.indexOf(name)}`} /> {text(data.families[name]!)}
          </button>
        ))}
      </div>
      <div ref={frame} class="map">
        <div class="land" style={{ height: `${height}px`, width: `${width}px` }}>
          {placed.map((entry) => (
            <a
              key={entry.name}
              class={`place f${families.indexOf(entry.family)}${family && family !== entry.family ? " faint" : ""}${at === entry.name ? " here" : ""}`}
              style={{ left: `${left(entry.place![0])}px`, top: `${top(entry.place![1])}px` }}
              href={link({ language, page: "f", about: entry.name })}
              onMouseEnter={() => setAt(entry.name)}
              onMouseLeave={() => setAt("")}
              onFocus={() => setAt(entry.name)}
              onBlur={() => setAt("")}
            >
              <Spark entry={entry} size={36} />
              <span>{entry.name}</span>
            </a>
          ))}
        </div>
      </div>
    </article>
  );
}
