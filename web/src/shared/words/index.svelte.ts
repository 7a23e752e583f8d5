// What the page says, in the language of the browser or the one that was chosen; one catalogue for each language.
import en from './en.json';
import russian from './ru.json';

export const LANGUAGES = { en: 'English', ru: 'Русский' } as const;
export type Language = keyof typeof LANGUAGES;
export type Word = keyof typeof en;

/** A text, or one for each plural form of the language; `{name}` stands for a parameter, `{n}` for the number. */
type Text = string | Partial<Record<Intl.LDMLPluralRule, string>>;

/** In the built page the second catalogue has no names: vite.config.ts leaves them out. */
const second = russian as unknown as Record<Word, Text> | Text[];
const ru = Array.isArray(second)
    ? Object.fromEntries(Object.keys(en).map((word, place) => [word, second[place]!]))
    : second;
const CATALOGUES = { en, ru } as Record<Language, Record<Word, Text>>;
const KEY = 'phonefleet.language';

function initial(): Language {
    const found = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
    return found === 'ru' ? 'ru' : 'en';
}

const state = $state({ language: initial() });
document.documentElement.lang = state.language;

export function language(): Language {
    return state.language;
}

export function chooseLanguage(chosen: Language): void {
    state.language = chosen;
    localStorage.setItem(KEY, chosen);
    document.documentElement.lang = chosen;
}

export function t(word: Word, values: Record<string, string | number> = {}): string {
    const text = CATALOGUES[state.language][word];
    const chosen = typeof text === 'string' ? text : (text[form(Number(values.n))] ?? text.other ?? '');
    return chosen.replace(/\{(\w+)\}/g, (_, name: string) => shown(values[name] ?? ''));
}

/** Returns the word for a name that the API gives, such as a state, and the name itself where there is none. */
export function named(group: string, name: string): string {
    const word = `${group}.${name}`;
    return word in en ? t(word as Word) : name.replaceAll('_', ' ');
}

function form(n: number): Intl.LDMLPluralRule {
    return new Intl.PluralRules(state.language).select(n);
}

function shown(value: string | number): string {
    return typeof value === 'number' ? value.toLocaleString(state.language) : value;
}
