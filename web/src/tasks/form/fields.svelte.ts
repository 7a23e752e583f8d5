// What the fields of scripts are called: in English as the API describes them, in Russian by a catalogue of ours.
import { language } from '../../shared/words/index.svelte';
import ru from '../../shared/words/fields.ru.json';

const RUSSIAN: Record<string, [title: string, help: string]> = ru as never;

export function titleOf(name: string, title = ''): string {
    if (language() === 'ru' && RUSSIAN[name]) return RUSSIAN[name][0];
    return title || capital(name.replaceAll('_', ' '));
}

export function helpOf(name: string, help: string): string {
    return language() === 'ru' && RUSSIAN[name] ? RUSSIAN[name][1] : help;
}

function capital(text: string): string {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
}
