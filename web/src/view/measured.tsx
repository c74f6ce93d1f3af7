/** What was measured of a function, and what other libraries call it. */
import { data, type Entry } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "./language";
import { Text } from "./text";

export function Measured({ entry }: { entry: Entry }) {
  const words = useWords();
  const text = useText();
  return (
    <>
      {entry.elsewhere.length > 0 && (
        <>
          <h2>{words.elsewhere}</h2>
          <table class="facts">
            <tbody>
              {entry.elsewhere.map((each) => (
                <tr key={each.library + each.name}>
                  <th scope="row">{each.library}</th>
                  <td>
                    <code>{each.name}</code>
                    {text(each.differs) && (
                      <p class="hint">
                        <Text text={text(each.differs)} />
                      </p>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {entry.accuracy.length > 0 && (
        <>
          <h2>{words.accuracy}</h2>
          <Grid label={words.accuracy} columns={entry.accuracy.map((each) => [each.dtype, each.errors])} />
          <p class="hint">{words.accuracyHint(data.measured.accuracy)}</p>
        </>
      )}
      {entry.speed.length > 0 && (
        <>
          <h2>{words.speed}</h2>
          <Grid
            label={words.speed}
            columns={entry.speed.map((each) => [words.passOf(each.what, each.elements), each.times])}
          />
          <p class="hint">{words.speedHint(data.measured.speed)}</p>
        </>
      )}
    </>
  );
}

/** A row for each library, a column for each thing measured. */
function Grid({ label, columns }: { label: string; columns: [string, Record<string, string>][] }) {
  const words = useWords();
  const libraries = [...new Set(columns.flatMap(([, cells]) => Object.keys(cells)))];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={label}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">{words.library}</th>
            {columns.map(([name]) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {libraries.map((library) => (
            <tr key={library}>
              <th scope="row">{library}</th>
              {columns.map(([name, cells]) => (
                <td key={name}>{cells[library] ?? "–"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The claims that name a function, with their verdicts. */
export function Said({ entry }: { entry: Entry }) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  const claims = data.claims.filter((claim) => claim.functions.includes(entry.name));
  if (claims.length === 0) return null;
  return (
    <>
      <h2>{words.claims}</h2>
      {claims.map((claim) => (
        <p key={claim.name} class="claim">
          <a href={link({ language, page: "claims", about: claim.name })}>{text(claim.statement)}</a>{" "}
          <span class={`verdict ${claim.word.replaceAll(" ", "-")}`}>{words.verdict[claim.word]}</span>
        </p>
      ))}
    </>
  );
}
