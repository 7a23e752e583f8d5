// What the form sends: the body of `POST /task` and of `POST /plan`.
import type { TaskRequest } from '../../shared/api/types';
import { givenValues, type Field, type Values } from './schema';

/** On which phones, or as which accounts; of phones also `group:NAME`, of accounts also `tag:NAME`. */
export interface Seats {
    by: 'phones' | 'accounts';
    phones: string[];
    accounts: string[];
    allAccounts: boolean;
}

export interface Times {
    shortest: number | '';
    longest: number | '';
    unit: 'seconds' | 'minutes';
    /** "HH:MM", or empty for at once. */
    start: string;
}

export function requestOf(script: string, fields: Field[], values: Values, seats: Seats, times: Times): TaskRequest {
    const request: TaskRequest = { script_name: script, script_config: givenValues(fields, values) };
    if (seats.by === 'accounts') request.usernames = seats.accounts;
    else request.serials = seats.phones;
    if (seats.by === 'phones' && seats.allAccounts) request.enable_multi_account = true;
    if (times.shortest !== '') request.min_interval = times.shortest;
    if (times.longest !== '') request.max_interval = times.longest;
    if (times.shortest !== '' || times.longest !== '') request.interval_unit = times.unit;
    if (times.start) request.start_time = times.start;
    return request;
}

/** A key by which a repeated request creates nothing twice. */
export function newKey(): string {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
        ''
    );
}
