// Instants as people read them. One clock moves everything that tells how long ago something was.
import { language } from './words/index.svelte';

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1]
];

const clock = $state({ now: Date.now() });
setInterval(() => {
    if (!document.hidden) clock.now = Date.now();
}, 5_000);
addEventListener('visibilitychange', () => (clock.now = Date.now()));

/** "5 minutes ago", "in 2 hours". */
export function relative(instant: string): string {
    const seconds = Math.round((Date.parse(instant) - clock.now) / 1000);
    const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ['second', 1];
    const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' });
    return format.format(Math.trunc(seconds / size), unit);
}

/** The time of a day, with the date where it is another one. */
export function moment(instant: string): string {
    const at = new Date(instant);
    const today = at.toDateString() === new Date(clock.now).toDateString();
    const date: Intl.DateTimeFormatOptions = today ? {} : { day: 'numeric', month: 'short' };
    return at.toLocaleString(language(), { ...date, hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/** Two instants, each with its date where they are not of the same day. */
export function between(from: string, until: string): string {
    const [first, last] = [new Date(from), new Date(until)];
    const format = new Intl.DateTimeFormat(language(), {
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit'
    });
    return format.formatRange(first, last);
}

/** The time that has passed between two instants: "1:05:09" or "5:09". */
export function duration(from: string, until: string | null): string {
    const seconds = Math.max(0, Math.round(((until ? Date.parse(until) : clock.now) - Date.parse(from)) / 1000));
    const parts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const shown = parts[0] ? parts : parts.slice(1);
    return shown.map((part, place) => String(part).padStart(place ? 2 : 1, '0')).join(':');
}
