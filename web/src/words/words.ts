import type { Language } from "./language";
import { chinese } from "./chinese";
import { english } from "./english";

/** The texts of all pages; a language that lacks one does not compile. */
export type Words = typeof english;

export const WORDS: Record<Language, Words> = { en: english, zh: chinese };
