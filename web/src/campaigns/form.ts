// The form of a campaign: what is typed, what is sent, and how a campaign that exists fills it.
import type { Campaign, CampaignRequest, Schedule, ScheduleOut } from '../shared/api/types';

export const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof DAYS)[number];
/** Ways to say when: a time on weekdays, every so often, or a rule in the words of cron or of RFC 5545. */
export const WAYS = ['time', 'interval', 'cron', 'rrule'] as const;
export type Way = (typeof WAYS)[number];
export const UNITS = { minutes: 60, hours: 3_600, days: 86_400 } as const;
export type Unit = keyof typeof UNITS;
const ORDER = ['days', 'hours', 'minutes'] as const;

/** A time on weekdays in cron's form: minute, hour, any day of any month, and weekdays from 0 or 7, Sunday. */
const TIME = /^(\d{1,2}) (\d{1,2}) \* \* (\*|[0-7](?:,[0-7])*)$/;

export interface When {
    way: Way;
    time: string;
    /** None means every day. */
    days: Weekday[];
    every: number | '';
    unit: Unit;
    cron: string;
    rrule: string;
    timezone: string;
    /** From where intervals are counted; what a campaign has keeps it. */
    anchor: string | null;
}

export interface Terms {
    jitter: number | '';
    workingDays: Weekday[];
    /** In the form of `<input type="datetime-local">`, in the time of who looks; empty for none. */
    start: string;
    end: string;
    randomOrder: boolean;
    overlap: Campaign['overlap'];
    catchUp: Campaign['catch_up'];
}

export function emptyWhen(): When {
    const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const rule = { cron: '0 9 * * 1-5', rrule: 'FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0' };
    return { way: 'time', time: '09:00', days: [], every: 1, unit: 'hours', ...rule, timezone, anchor: null };
}

export function emptyTerms(): Terms {
    return { jitter: '', workingDays: [], start: '', end: '', randomOrder: false, overlap: 'queue', catchUp: 'last' };
}

export function whenOf(given: ScheduleOut): When {
    const when = { ...emptyWhen(), timezone: given.timezone ?? '', anchor: given.anchor };
    if (given.interval) return { ...when, way: 'interval', ...everyOf(given.interval) };
    if (given.rrule) return { ...when, way: 'rrule', rrule: given.rrule };
    const [, minute, hour, days] = TIME.exec(given.cron ?? '') ?? [];
    if (days === undefined) return { ...when, way: 'cron', cron: given.cron ?? '' };
    const time = `${hour!.padStart(2, '0')}:${minute!.padStart(2, '0')}`;
    return { ...when, way: 'time', time, days: days === '*' ? [] : daysOf(days) };
}

function everyOf(seconds: number): { every: number; unit: Unit } {
    const unit = ORDER.find((each) => seconds % UNITS[each] === 0) ?? 'minutes';
    return { every: seconds / UNITS[unit], unit };
}

function daysOf(numbers: string): Weekday[] {
    const chosen = new Set(numbers.split(',').map((number) => (Number(number) + 6) % 7));
    return DAYS.filter((_, place) => chosen.has(place));
}

export function termsOf(campaign: Campaign): Terms {
    const { jitter, working_days, start, end, random_order, overlap, catch_up } = campaign;
    const terms = { workingDays: working_days ?? [], start: typed(start), end: typed(end) };
    return { ...terms, jitter: jitter || '', randomOrder: random_order, overlap, catchUp: catch_up };
}

/** An instant as `<input type="datetime-local">` has it. */
function typed(instant: string | null): string {
    if (!instant) return '';
    const at = new Date(instant);
    const minutes = at.getTime() - at.getTimezoneOffset() * 60_000;
    return new Date(minutes).toISOString().slice(0, 16);
}

export function scheduleOf(when: When): Schedule {
    const zone = when.timezone ? { timezone: when.timezone } : {};
    if (when.way === 'interval') {
        const anchor = when.anchor ? { anchor: when.anchor } : {};
        return { interval: Math.round(Number(when.every) * UNITS[when.unit]), ...anchor, ...zone };
    }
    if (when.way === 'rrule') return { rrule: when.rrule, ...zone };
    return { cron: when.way === 'cron' ? when.cron : timeOf(when), ...zone };
}

function timeOf({ time, days }: When): string {
    const [hour = '', minute = ''] = time.split(':');
    const every = days.length === 0 || days.length === DAYS.length;
    const numbers = DAYS.flatMap((day, place) => (days.includes(day) ? [(place + 1) % 7] : []));
    return `${Number(minute)} ${Number(hour)} * * ${every ? '*' : numbers.join(',')}`;
}

export function requestOf(
    name: string,
    task: CampaignRequest['task'],
    when: When,
    terms: Terms,
    paused: boolean
): CampaignRequest {
    return {
        name,
        task,
        schedule: scheduleOf(when),
        jitter: terms.jitter || 0,
        working_days: terms.workingDays.length ? terms.workingDays : null,
        start: terms.start ? new Date(terms.start).toISOString() : null,
        end: terms.end ? new Date(terms.end).toISOString() : null,
        random_order: terms.randomOrder,
        overlap: terms.overlap,
        catch_up: terms.catchUp,
        paused
    };
}
