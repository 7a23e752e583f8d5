// Taking over a phone: a lease of the server's, which pauses the phone's tasks and ends by itself after idleness.
import { call, Refused } from '../shared/api/client';
import type { Input } from '../shared/api/forms';
import type { Takeover as Lease } from '../shared/api/types';
import { pause, whileLooking } from '../shared/looking';
import { attempt } from '../shared/notices.svelte';
import { t } from '../shared/words/index.svelte';

const IDLE_SECONDS = 120;
const NONE: Lease = { lease: null, state: 'none', by: null, since: null, until: null, idle_seconds: null, inputs: 0 };
const CONFLICT = 40901;
/** Milliseconds between two looks at the lease: one that waits is held soon, one that is held ends late. */
const LOOKS = { waiting: 500, held: 5_000, none: 5_000 };

export class Takeover {
    lease = $state.raw<Lease>(NONE);
    #mine = $state.raw<string | null>(null);
    /** Counts what this page did to the lease: an answer that was asked for before tells nothing of it. */
    #deeds = 0;
    readonly #path: string;
    #inOrder: Promise<void> = Promise.resolve();

    constructor(serial: string) {
        this.#path = `/devices/${encodeURIComponent(serial)}/takeover`;
    }

    /** Does this page have the phone, or wait for it? */
    get mine(): boolean {
        return this.#mine !== null && this.lease.state !== 'none';
    }

    get held(): boolean {
        return this.mine && this.lease.state === 'held';
    }

    /** Follows the lease while somebody looks. */
    watch(): () => void {
        return whileLooking(async (signal) => {
            await this.#look(signal);
            await pause(LOOKS[this.lease.state], signal);
        });
    }

    async begin(): Promise<void> {
        await attempt(async () => {
            const lease = await call<Lease>('POST', this.#path, { idle_seconds: IDLE_SECONDS });
            this.#deeds += 1;
            this.#mine = lease.lease;
            this.lease = lease;
            if (lease.state === 'waiting') await this.#untilHeld();
        });
    }

    async end(): Promise<void> {
        const lease = this.#mine;
        this.#mine = null;
        await attempt(() => call('DELETE', `${this.#path}?lease=${lease}`), t('takeover.ended'));
        this.#deeds += 1;
        this.lease = NONE;
    }

    /** Does something on the phone; what is done quickly one after the other arrives in this order. */
    async do(input: Input): Promise<void> {
        if (!this.held) return;
        const before = this.#inOrder;
        this.#inOrder = (async () => {
            await before;
            await attempt(() => this.#send(input));
        })();
        await this.#inOrder;
    }

    async #send(input: Input): Promise<void> {
        try {
            this.lease = await call<Lease>('POST', `${this.#path}/input`, { lease: this.#mine, ...input });
        } catch (error) {
            if (error instanceof Refused && error.code === CONFLICT) await this.#look();
            throw error;
        }
    }

    async #untilHeld(): Promise<void> {
        while (this.#mine && this.lease.state === 'waiting') {
            await new Promise((resolve) => setTimeout(resolve, LOOKS.waiting));
            await this.#look();
        }
    }

    async #look(signal?: AbortSignal): Promise<void> {
        const deeds = this.#deeds;
        const lease = await call<Lease>('GET', this.#path, undefined, signal);
        if (deeds !== this.#deeds) return;
        this.lease = lease;
        if (lease.state === 'none') this.#mine = null;
    }
}
