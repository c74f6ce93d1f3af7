/** A plain word where an address leads nowhere. */
import { near } from "../data";
import { link } from "../route";
import { useLanguage, useWords } from "../view/language";
import { short } from "../view/number";

export function UnknownPage({ what }: { what: string }) {
  const words = useWords();
  const language = useLanguage();
  const alike = near(what);
  return (
    <article>
      <h1>{words.unknownTitle}</h1>
      <p class="summary">{words.unknownText(short(what))}</p>
      {alike.length > 0 && (
        <p>
          {words.didYouMean}{" "}
          {alike.map((name, at) => (
            <>
              {at > 0 && words.comma}
              <a href={link({ language, page: "f", about: name })}>
                <code>{name}</code>
              </a>
            </>
          ))}
        </p>
      )}
      <p>
        <a href={link({ language, page: "find" })}>{words.allFunctions}</a>
      </p>
    </article>
  );
}
