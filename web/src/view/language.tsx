import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Both } from "../data";
import type { Language } from "../words/language";
import { WORDS, type Words } from "../words/words";

export const LanguageContext = createContext<Language>("en");

export const useLanguage = (): Language => useContext(LanguageContext);

export function useWords(): Words {
  return WORDS[useLanguage()];
}

/** The text in the language of the page. */
export function useText(): (text: Both<string>) => string {
  const language = useLanguage();
  return (text) => text[language];
}
