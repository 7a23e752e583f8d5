// The task that is next on phones that do not work though tasks wait: it says why.
import { SvelteMap } from 'svelte/reactivity';
import { call, withQuery } from '../shared/api/client';
import type { Device, Task, TaskPage } from '../shared/api/types';

const PENDING = 0;
/** Milliseconds for which an answer counts: reasons change with time too. */
const FRESH = 15_000;

class Heads {
    #known = new SvelteMap<string, Task | null>();
    #asked = new Map<string, number>();

    of(serial: string): Task | null {
        return this.#known.get(serial) ?? null;
    }

    /** Asks for the head of a phone's queue, unless that was done a moment ago. */
    async ask(phone: Device): Promise<void> {
        const key = `${phone.serial} ${phone.queue_length} ${phone.state}`;
        if (Date.now() - (this.#asked.get(key) ?? 0) < FRESH) return;
        this.#asked.set(key, Date.now());
        // The list begins with the newest: its last page, of one task, is the oldest.
        const query = { status: PENDING, serial: phone.serial, page: phone.queue_length, page_size: 1 };
        const found = await call<TaskPage>('GET', withQuery('/task', query)).catch(() => null);
        this.#known.set(phone.serial, found?.tasks[0] ?? null);
    }
}

export const heads = new Heads();
