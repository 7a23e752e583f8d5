// What the page has to tell of what was just done, or refused; read out by screen readers.
import { Refused, Unreachable } from './api/client';
import { t } from './words/index.svelte';

export interface Notice {
    id: number;
    text: string;
    bad: boolean;
}

const SHOWN = 8_000;
let last = 0;
export const notices = $state<Notice[]>([]);

export function tell(text: string, bad = false): void {
    const id = ++last;
    notices.push({ id, text, bad });
    setTimeout(() => dismiss(id), SHOWN);
}

export function dismiss(id: number): void {
    const place = notices.findIndex((notice) => notice.id === id);
    if (place >= 0) notices.splice(place, 1);
}

/** Returns why something failed, for a person: the API's own sentence where it has answered. */
export function why(error: unknown): string {
    if (error instanceof Refused) return error.message;
    return t(error instanceof Unreachable ? 'error.unreachable' : 'error.unexpected');
}

/** Does something that a person asked for, and tells if it was refused; returns whether it was done. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
    try {
        await work();
    } catch (error) {
        tell(why(error), true);
        return false;
    }
    if (done) tell(done);
    return true;
}
