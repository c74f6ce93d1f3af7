/** Compare: any set of functions, at any parameters, in one picture, with their properties side by side. */
import type { RefObject } from "preact";
import { useRef, useState } from "preact/hooks";
import { choicesText, drawable, readChoices, usual, type Choice } from "../curve/choice";
import { readView } from "../curve/view";
import { data, find, type Entry } from "../data";
import { useText, useWords } from "../view/language";
import { Notice } from "../view/notice";
import { short } from "../view/number";
import { Overlay } from "../view/overlay";
import { SideBySide } from "../view/side";
import type { PageProps } from "./page";

const USUAL = "relu,gelu,silu,mish";
// Each function twice is more than anybody looks at; an address may ask for any number.
const MOST = 2 * drawable.length;

export function ComparePage({ route, setState }: PageProps) {
  const words = useWords();
  const { state } = route;
  const { choices, unknown, wrong } = readChoices(state.of ?? USUAL);
  const flat = choices.filter((each) => each.entry.kind === "axis").map((each) => each.entry.name);
  const curved = choices.filter((each) => each.entry.kind !== "axis");
  const drawn = curved.slice(0, MOST);
  const which = state.show === "slope" ? "slope" : "value";
  if (state.view !== undefined && !readView(state.view)) wrong.push("view");
  const adder = useRef<HTMLSelectElement>(null);
  const [picked, setPicked] = useState<number>();
  const choose = (next: Choice[]) => setState({ of: choicesText(next) });
  const add = (entries: Entry[]) => {
    choose([...drawn, ...usual(entries)]);
    setPicked(entries.length === 1 && entries[0]!.parameters.length > 0 ? drawn.length : undefined);
  };
  // Another face has another size.
  const show = (face: "slope" | undefined) => setState({ show: face, view: undefined });
  return (
    <article class="compare">
      <h1>{words.compareTitle}</h1>
      {unknown.length > 0 && <Notice>{words.unknownFunctions(short(unknown.join(", ")))}</Notice>}
      {wrong.length > 0 && <Notice>{words.wrongParameter(short(wrong.join(", ")))}</Notice>}
      {flat.length > 0 && <Notice>{words.noCurve(short([...new Set(flat)].join(", ")))}</Notice>}
      {curved.length > MOST && <Notice>{words.tooMany(MOST)}</Notice>}
      <div class="chooser">
        <Adder of={adder} drawn={drawn} onAdd={add} />
        {drawn.length > 0 && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              choose([]);
              setPicked(undefined);
              adder.current?.focus();
            }}
          >
            {words.clear}
          </button>
        )}
        <span class="switch" role="group" aria-label={words.shown}>
          <button type="button" aria-pressed={which === "value"} onClick={() => show(undefined)}>
            f
          </button>
          <button type="button" aria-pressed={which === "slope"} onClick={() => show("slope")}>
            f′
          </button>
        </span>
      </div>
      {drawn.length > 0 ? (
        <Overlay
          choices={drawn}
          which={which}
          picked={picked}
          onPick={setPicked}
          onChoose={choose}
          onRemove={(at) => {
            choose(drawn.filter((_, other) => other !== at));
            setPicked(undefined);
            // The button goes with its function.
            adder.current?.focus();
          }}
          view={state.view}
          onView={(view) => setState({ view })}
        />
      ) : (
        <p>{words.chooseSome}</p>
      )}
      {drawn.some((each) => each.entry.kind === "gate") && <p class="hint">{words.gatesDrawn}</p>}
      {drawn.length > 0 && <SideBySide choices={drawn} />}
    </article>
  );
}

interface AdderProps {
  of: RefObject<HTMLSelectElement>;
  drawn: Choice[];
  onAdd: (entries: Entry[]) => void;
}

/** A list to add from: all functions by family, or whole families. */
function Adder({ of, drawn, onAdd }: AdderProps) {
  const words = useWords();
  const text = useText();
  const isNew = (entry: Entry) => !drawn.some((each) => each.entry === entry);
  const families = Object.keys(data.families).map((name) => ({
    name,
    members: drawable.filter((each) => each.family === name),
  }));
  const sets: Record<string, Entry[]> = { "*": drawable };
  for (const { name, members } of families) sets[`*${name}`] = members;
  const add = (value: string) => {
    const found = sets[value]?.filter(isNew) ?? [find(value)!];
    if (found.length > 0) onAdd(found);
  };
  return (
    <select
      ref={of}
      aria-label={words.add}
      value=""
      onChange={(event) => {
        const { value } = event.currentTarget;
        // Ready for the next one, even where nothing comes of this.
        event.currentTarget.value = "";
        add(value);
      }}
    >
      <option value="">{words.add}</option>
      <option value="*">{words.everyFunction}</option>
      {families.map(
        ({ name, members }) =>
          members.length > 0 && (
            <optgroup key={name} label={text(data.families[name]!)}>
              {members.length > 1 && (
                <option value={`*${name}`}>{words.wholeFamily(text(data.families[name]!))}</option>
              )}
              {/* One with parameters may be there more than once. */}
              {members
                .filter((each) => isNew(each) || each.parameters.length > 0)
                .map((each) => (
                  <option key={each.name}>{each.name}</option>
                ))}
            </optgroup>
          ),
      )}
    </select>
  );
}
