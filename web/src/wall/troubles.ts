// What on the fleet waits for a person, the gravest first.
import type { Account, Device, Host, Unidentified } from '../shared/api/types';
import { nameOf } from '../shared/fleet.svelte';
import { t } from '../shared/words/index.svelte';

export interface Trouble {
    kind: 'held' | 'quarantined' | 'host' | 'away' | 'battery' | 'stranger';
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

const RANKS = ['held', 'quarantined', 'host', 'stranger', 'away', 'battery'];
const CONNECTED = ['online', 'busy', 'quarantined'];
const LOW = 15;

export function troublesOf(phones: Device[], held: Account[], strangers: Unidentified[], hosts: Host[]): Trouble[] {
    const found = [...held.map(ofAccount), ...strangers.filter((one) => one.advice).map(ofStranger)];
    const away = new Set(hosts.filter((host) => host.state === 'away').map((host) => host.name));
    const alone = (phone: Device) => !away.has(phone.host) || phone.state === 'quarantined';
    for (const phone of phones) if (phone.enabled && alone(phone)) found.push(...ofPhone(phone));
    for (const host of hosts) if (host.state === 'away' || host.remark) found.push(ofHost(host, phones));
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

/** One host that is away is one trouble, however many phones are away with it. */
function ofHost(host: Host, phones: Device[]): Trouble {
    const n = phones.filter((phone) => phone.host === host.name).length;
    const reason = host.remark ?? t('trouble.hostPhones', { n });
    return { kind: 'host', name: host.name, reason, since: host.away_since, serial: null };
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
