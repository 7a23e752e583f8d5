// When a campaign is due, in words where its rule is one of the usual ones, else the rule itself.
import type { ScheduleOut } from '../shared/api/types';
import { language, t } from '../shared/words/index.svelte';

const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* (\S+)$/;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** A Sunday, from which weekdays are counted. */
const SUNDAY = Date.UTC(2023, 0, 1);
const DAY = 86_400_000;
const UNITS: [unit: string, seconds: number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1]
];

export function scheduleIn(words: ScheduleOut): string {
    if (words.interval) return t('schedule.every', { time: span(words.interval) });
    const [, minute, hour, days] = DAILY.exec(words.cron ?? '') ?? [];
    const named = days === undefined ? null : weekdays(days.toLowerCase());
    if (named === null) return words.cron ?? words.rrule ?? '';
    return `${named} ${hour!.padStart(2, '0')}:${minute!.padStart(2, '0')}`;
}

function span(seconds: number): string {
    const [unit, size] = UNITS.find(([, each]) => seconds % each === 0) ?? ['second', 1];
    const format = new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' });
    return format.format(seconds / size);
}

/** "mon-fri" and "1,3" as people say them; null for what is less usual. */
function weekdays(days: string): string | null {
    if (days === '*') return t('schedule.daily');
    const parts = days.split(',').map((part) => part.split('-').map(weekday));
    if (parts.some((part) => part.length > 2 || part.includes(null))) return null;
    return parts.map((part) => part.join('–')).join(', ');
}

function weekday(day: string): string | null {
    const number = /^[0-7]$/.test(day) ? Number(day) % 7 : DAYS.indexOf(day);
    if (number < 0) return null;
    const format = new Intl.DateTimeFormat(language(), { weekday: 'short', timeZone: 'UTC' });
    return format.format(SUNDAY + number * DAY);
}
