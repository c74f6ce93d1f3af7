/** The claims: what is said about activation functions, and what measuring it gave. */
import { data, type Claim } from "../data";
import { link } from "../route";
import { useLanguage, useText, useWords } from "../view/language";
import { Notice } from "../view/notice";
import { Text } from "../view/text";
import type { PageProps } from "./page";

export function ClaimsPage({ route }: PageProps) {
  const words = useWords();
  const claim = data.claims.find((each) => each.name === route.about || String(each.number) === route.about);
  if (claim) return <ClaimPage claim={claim} />;
  return (
    <article>
      <h1>{words.claims}</h1>
      <p class="summary">{data.claims.length > 0 ? words.claimsText : words.noClaims}</p>
      {route.about && <Notice>{words.unknownClaim(route.about)}</Notice>}
      <ol class="claims">
        {data.claims.map((each) => (
          <ClaimRow key={each.name} claim={each} />
        ))}
      </ol>
    </article>
  );
}

function ClaimRow({ claim }: { claim: Claim }) {
  const text = useText();
  const language = useLanguage();
  return (
    <li value={claim.number}>
      <a href={link({ language, page: "claims", about: claim.name })}>{text(claim.statement)}</a>{" "}
      <Verdict word={claim.word} />
      {claim.parts.length > 1 && (
        <ul>
          {claim.parts.map((part) => (
            <li key={part.statement.en}>
              {text(part.statement)} <Verdict word={part.word} />
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

function Verdict({ word }: { word: string }) {
  const words = useWords();
  return <span class={`verdict ${word.replaceAll(" ", "-")}`}>{words.verdict[word]}</span>;
}

/** What a verdict says beyond its word, which stands before it. */
function without(word: string, verdict: string): string {
  return verdict.startsWith(word) ? verdict.slice(word.length).replace(/^[:：;；,，]\s*/, "") : verdict;
}

function ClaimPage({ claim }: { claim: Claim }) {
  const words = useWords();
  const text = useText();
  const language = useLanguage();
  return (
    <article class="claim-page">
      <p class="kicker">
        <a href={link({ language, page: "claims" })}>{words.claims}</a> · {claim.number}
      </p>
      <h1>{text(claim.statement)}</h1>
      <p class="summary">
        <Verdict word={claim.word} /> {without(words.verdict[claim.word]!, text(claim.verdict))}
      </p>
      <p>
        <strong>{words.believed}</strong>
        {words.space}
        <Text text={text(claim.belief)} /> <small>({claim.source})</small>
      </p>
      <p>
        <strong>{words.setting}</strong>
        {words.space}
        <Text text={text(claim.setting)} />
      </p>
      <img
        class="claim-picture"
        src={text(claim.picture)}
        alt={words.claimPicture(text(claim.statement))}
        loading="lazy"
      />
      {claim.parts.map((part) => (
        <section key={part.statement.en}>
          <h2>{text(part.statement)}</h2>
          <p>
            <Verdict word={part.word} /> {without(words.verdict[part.word]!, text(part.verdict))}
          </p>
          <p class="hint">
            {words.measuredAs}
            {words.space}
            {text(part.measured)}
            {words.stop}
            {words.space}
            {text(part.rule)}
            {words.stop}
          </p>
          <details open={part.rows.length <= 8}>
            <summary>{words.conditions(part.rows.length)}</summary>
            <div class="scroll" tabIndex={0} role="region" aria-label={text(part.statement)}>
              <table class="grid">
                <thead>
                  <tr>
                    <th scope="col">{words.condition}</th>
                    <th scope="col">{words.effect}</th>
                    <th scope="col">{words.seeds}</th>
                    <th scope="col">{words.verdictOf}</th>
                  </tr>
                </thead>
                <tbody>
                  {part.rows.map((row, at) => (
                    <tr key={at}>
                      <th scope="row">{text(row.condition)}</th>
                      <td>{text(row.effect)}</td>
                      <td>{row.seeds}</td>
                      <td>{words.verdict[row.word]}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </section>
      ))}
      <p class="hint">
        {words.claimRepeat} <code>softknee claims run {claim.name}</code> · {claim.day} · {claim.versions}
      </p>
    </article>
  );
}
