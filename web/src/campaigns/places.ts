// Where a campaign works, in a few words.
import type { Campaign } from '../shared/api/types';
import { nameOf } from '../shared/fleet.svelte';
import { t } from '../shared/words/index.svelte';

const FEW = 3;

export function placesOf({ task, phones }: Pick<Campaign, 'task' | 'phones'>): string {
    const { serials = [], usernames = [] } = task as { serials?: string[] | null; usernames?: string[] | null };
    const named = new Map(phones.map((phone) => [phone.serial, nameOf(phone)]));
    const names = [
        ...(serials ?? []).map((serial) => named.get(serial) ?? serial),
        ...(usernames ?? []).map((username) => (username.includes(':') ? username : `@${username.replace(/^@/, '')}`))
    ];
    const more = names.length > FEW ? ` ${t('and.more', { n: names.length - FEW })}` : '';
    return names.slice(0, FEW).join(', ') + more;
}
