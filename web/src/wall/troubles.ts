// What on the fleet waits for a person, the gravest first.
import type { Account, Device, Unidentified } from '../shared/api/types';
import { nameOf } from '../shared/fleet.svelte';

export interface Trouble {
    kind: 'held' | 'quarantined' | 'away' | 'battery' | 'stranger';
    /** Who or what it is about. */
    name: string;
    /** Why, in the API's words; empty where the kind says it all. */
    reason: string;
    since: string | null;
    serial: string | null;
    account?: Account;
    /** How adb has a phone that is away. */
    state?: string;
}

const RANKS = ['held', 'quarantined', 'stranger', 'away', 'battery'];
const CONNECTED = ['online', 'busy', 'quarantined'];
const LOW = 15;

export function troublesOf(phones: Iterable<Device>, held: Account[], strangers: Unidentified[]): Trouble[] {
    const found = [...held.map(ofAccount), ...strangers.filter((one) => one.advice).map(ofStranger)];
    for (const phone of phones) if (phone.enabled) found.push(...ofPhone(phone));
    return found.sort((one, other) => RANKS.indexOf(one.kind) - RANKS.indexOf(other.kind));
}

function ofAccount(account: Account): Trouble {
    const { username, hold_reason, held_since, device } = account;
    return {
        kind: 'held',
        name: `@${username}`,
        reason: hold_reason ?? '',
        since: held_since,
        serial: device,
        account
    };
}

function ofStranger({ address, advice, state }: Unidentified): Trouble {
    return { kind: 'stranger', name: address, reason: advice ?? '', since: null, serial: null, state };
}

function ofPhone(phone: Device): Trouble[] {
    const about = { name: nameOf(phone), serial: phone.serial };
    if (phone.state === 'quarantined') {
        const { quarantine_reason: reason, quarantined_since: since } = phone;
        return [{ kind: 'quarantined', ...about, reason: reason ?? '', since }];
    }
    if (!CONNECTED.includes(phone.state)) {
        return [{ kind: 'away', ...about, reason: phone.note ?? '', since: phone.last_seen, state: phone.state }];
    }
    if (phone.battery !== null && phone.battery <= LOW) {
        return [{ kind: 'battery', ...about, reason: '', since: null }];
    }
    return [];
}
