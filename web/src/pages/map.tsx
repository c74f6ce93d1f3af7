/** A map of all functions: what lies near does much the same to a normal input. */
import { useState } from "preact/hooks";
import { data } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { useWidth } from "../view/size";
import { Spark } from "../view/spark";

const MARGIN = 34;

export function MapPage() {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const [frame, width] = useWidth<HTMLDivElement>(900);
  const [family, setFamily] = useState("");
  const [at, setAt] = useState("");
  const placed = data.functions.filter((each) => each.place);
  const families = [...new Set(placed.map((each) => each.family))];
  const height = Math.max(460, width * 0.62);
  const left = (x: number) => MARGIN + ((x + 1) / 2) * (width - 2 * MARGIN);
  const top = (y: number) => MARGIN + ((1 - y) / 2) * (height - 2 * MARGIN);
  const size = width < 700 ? 24 : 40;
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
        <div class="land" style={{ height: `${height}px` }}>
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
              <Spark entry={entry} size={size} />
              <span>{entry.name}</span>
            </a>
          ))}
        </div>
      </div>
    </article>
  );
}
