/** What was measured of a function, and what other libraries call it. */
import { data, type Entry } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "./language";

export function Measured({ entry }: { entry: Entry }) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
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
                    {text(each.differs) && <p class="hint">{text(each.differs)}</p>}
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
          <Grid heading={words.dtype} rows={entry.accuracy.map((each) => [each.dtype, each.errors])} />
          <p class="hint">{words.accuracyHint(data.measured.accuracy)}</p>
        </>
      )}
      {entry.speed.length > 0 && (
        <>
          <h2>{words.speed}</h2>
          <Grid
            heading={words.pass}
            rows={entry.speed.map((each) => [words.passOf(each.what, each.elements), each.times])}
          />
          <p class="hint">{words.speedHint(data.measured.speed)}</p>
        </>
      )}
      {data.claims
        .filter((claim) => claim.functions.includes(entry.name))
        .slice(0, 6)
        .map((claim, at) => (
          <>
            {at === 0 && <h2>{words.claims}</h2>}
            <p key={claim.name} class="claim">
              <a href={link({ language, page: "claims", about: claim.name })}>{text(claim.statement)}</a>{" "}
              <span class={`verdict ${claim.word.replaceAll(" ", "-")}`}>{words.verdict[claim.word]}</span>
            </p>
          </>
        ))}
    </>
  );
}

function Grid({ heading, rows }: { heading: string; rows: [string, Record<string, string>][] }) {
  const columns = [...new Set(rows.flatMap(([, cells]) => Object.keys(cells)))];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={heading}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">{heading}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map((column) => (
                <td key={column}>{cells[column] ?? "–"}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
