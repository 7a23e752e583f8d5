// When a campaign is due, in words where its rule is one of the usual ones, else the rule itself.
import type { ScheduleOut } from '../shared/api/types';
import { language, t } from '../shared/words/index.svelte';

const DAILY = /^(\d{1,2}) (\d{1,2}) \* \* (\S+)$/;
/** The parts of a rule that words are found for. */
const PLAIN = ['FREQ', 'BYDAY', 'BYHOUR', 'BYMINUTE', 'BYSECOND'];
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

export function scheduleIn(given: ScheduleOut): string {
    if (given.interval) return t('schedule.every', { time: span(given.interval) });
    const usual = given.cron ? ofCron(given.cron) : ofRule(given.rrule ?? '');
    return usual ?? given.cron ?? given.rrule ?? '';
}

function ofCron(cron: string): string | null {
    const [, minute, hour, days] = DAILY.exec(cron) ?? [];
    return days === undefined ? null : at(weekdays(days.toLowerCase()), hour!, minute!);
}

/** The zone of the times in a schedule, where it is not the one of who looks. */
export function zoneOf({ timezone }: ScheduleOut): string {
    const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return timezone && timezone !== own ? timezone : '';
}

/** Source of the form: RFC 5545, section 3.3.10. */
function ofRule(rule: string): string | null {
    const parts = new Map(rule.split(';').map((part) => part.split('=') as [string, string]));
    const [frequency, days] = [parts.get('FREQ'), parts.get('BYDAY')];
    const [hour, minute] = [parts.get('BYHOUR'), parts.get('BYMINUTE') ?? '0'];
    const others = [...parts.keys()].filter((part) => !PLAIN.includes(part));
    if (others.length || !hour || !/^\d+$/.test(hour) || !/^\d+$/.test(minute)) return null;
    if (frequency === 'DAILY' && !days) return at(t('schedule.daily'), hour, minute);
    if (frequency !== 'WEEKLY' || !days || !/^([A-Z]{2},?)+$/.test(days)) return null;
    const names = days.toLowerCase().split(',');
    return at(weekdays(names.map((day) => DAYS.find((each) => each.startsWith(day)) ?? day).join(',')), hour, minute);
}

function at(days: string | null, hour: string, minute: string): string | null {
    return days === null ? null : `${days} ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;
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
