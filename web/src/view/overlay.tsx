/** Many curves in one plot, one of which may stand out and be moved by its sliders. */
import { useMemo, useState } from "preact/hooks";
import { curve, moved } from "../curve/bound";
import { choiceText, state, type Choice } from "../curve/choice";
import { viewOf } from "../curve/view";
import { link } from "../route";
import { useKept } from "./kept";
import { useLanguage, useWords } from "./language";
import { Legend } from "./legend";
import { Plot, type Series } from "./plot";
import { Sliders } from "./sliders";
import { lineStyle } from "./swatch";
import { Text } from "./text";

interface Props {
  choices: Choice[];
  which: "value" | "slope";
  picked: number | undefined;
  onPick: (at: number | undefined) => void;
  onChoose: (choices: Choice[]) => void;
  onRemove: (at: number) => void;
  view: string | undefined;
  onView: (view: string | undefined) => void;
}

export function Overlay({ choices, which, picked, onPick, onChoose, onRemove, view, onView }: Props) {
  const words = useWords();
  const [near, setNear] = useState<number>();
  const series = useKept(
    choices.map((each, at) => `${at} ${which} ${choiceText(each)}`),
    (at): Series => {
      const { entry, values } = choices[at]!;
      const bound = curve(entry, values)!;
      const text = choiceText(choices[at]!);
      return {
        name: text,
        label: text,
        f: bound[which],
        breaks: bound.breaks,
        ...lineStyle(at),
      };
    },
  );
  const names = choices.map((each) => each.entry.name).join();
  // Of the defaults: what is shown does not jump under a slider.
  const start = useMemo(
    () =>
      viewOf(
        choices.map((each) => curve(each.entry)![which]),
        -5,
        5,
        [-1.2, 1.2],
      ),
    [names, which],
  );
  const lit = near ?? picked;
  const open = picked === undefined ? undefined : choices[picked];
  return (
    <section class="moved">
      <Plot
        label={words.plotOf(choices.map(choiceText).join(", "))}
        series={series}
        start={start}
        view={view}
        onView={onView}
        lit={lit}
        onNear={setNear}
        legend={(x) => <Legend {...{ choices, series, x, lit, picked, onPick, onRemove }} onLight={setNear} />}
      />
      <div id="picked">
        {open && (
          <Picked
            choice={open}
            onChange={(values) => onChoose(choices.map((each, at) => (at === picked ? { ...each, values } : each)))}
          />
        )}
      </div>
    </section>
  );
}

function Picked({ choice, onChange }: { choice: Choice; onChange: (values: Choice["values"]) => void }) {
  const language = useLanguage();
  const { entry, values } = choice;
  return (
    <div class="controls">
      <p>
        <a href={link({ language, page: "f", about: entry.name, state: state(choice) })}>
          <code>{entry.name}</code>
        </a>
        {" · "}
        <Text text={entry.notes[language].summary} />
      </p>
      <Sliders
        entry={entry}
        values={values}
        onChange={(name, value) => onChange({ ...values, ...moved(entry, values, name, value) })}
      />
    </div>
  );
}
