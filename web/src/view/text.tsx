/** Text of the catalogue: `code`, names of functions and arXiv numbers become what they are. */
import type { ComponentChildren } from "preact";
import { data } from "../data";
import { link } from "../route";
import { useLanguage } from "./language";

const names = [...data.functions.map((each) => each.name)].sort((a, b) => b.length - a.length);
const PIECES = new RegExp(
  `(\`[^\`]*\`|arXiv:\\d{4}\\.\\d{4,5}|(?<!\\ba )(?<!\\ban )(?<![A-Za-z0-9_])(?:${names.join("|")})(?![A-Za-z0-9_]))`,
);

interface Props {
  text: string;
  /** Link the names of other functions. */
  links?: boolean;
  /** The function that the text is about, which needs no link. */
  about?: string;
}

export function Text({ text, links = false, about = "" }: Props) {
  const language = useLanguage();
  const pieces = text.split(PIECES).map((piece, at): ComponentChildren => {
    if (at % 2 === 0) return piece;
    if (piece.startsWith("arXiv:")) return <a href={`https://arxiv.org/abs/${piece.slice(6)}`}>{piece}</a>;
    const name = piece.replaceAll("`", "");
    const isFunction = links && name !== about && names.includes(name);
    if (isFunction) {
      return (
        <a href={link({ language, page: "f", about: name })}>
          <code>{name}</code>
        </a>
      );
    }
    return piece.startsWith("`") ? <code>{name}</code> : piece;
  });
  return <>{pieces}</>;
}
