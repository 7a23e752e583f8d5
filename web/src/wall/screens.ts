// Pictures of the phones in sight: one request at a time for all tiles, which the server answers when one has changed.
import { call } from '../shared/api/client';
import type { Screen, Screens as Answer } from '../shared/api/types';
import { whileLooking, pause } from '../shared/looking';
import { decoded, fromBase64, paint } from '../shared/painting';

const WIDTH = 200;
const QUALITY = 60;
/** Seconds until the server answers, changed or not. */
const WAIT = 20;
const MOST = 100;
/** Milliseconds in which tiles that come into sight together are gathered; scrolling would else ask for each row. */
const GATHER = 80;
/** The same for who waits for the first picture: two frames, in which the browser says which tiles are in sight. */
const FRAMES = 35;

export interface Shown {
    canvas: HTMLCanvasElement;
    /** Tells that a picture has come, or why there is none. */
    told: (error: string | null, painted: boolean) => void;
}

/** The tiles of one wall. `observe` returns what ends it. */
export class Screens {
    #inSight = new Map<string, Shown>();
    #tags = new Map<string, string | null>();
    #asking: AbortController | null = null;
    #observed = new WeakMap<Element, { serial: string; shown: Shown }>();
    #observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: '80px' });
    /** Before all phones are there it is not certain which ones are in sight. */
    #settled = false;

    /** All phones are on the wall: from now on pictures are asked for. */
    settle(): void {
        if (this.#settled) return;
        this.#settled = true;
        this.#asking?.abort();
    }

    start(): () => void {
        const end = whileLooking((signal) => this.#round(signal));
        return () => {
            end();
            this.#observer.disconnect();
        };
    }

    observe(serial: string, tile: Element, shown: Shown): () => void {
        this.#observed.set(tile, { serial, shown });
        this.#observer.observe(tile);
        return () => {
            this.#observer.unobserve(tile);
            this.#leave(serial, shown);
        };
    }

    #seen(entries: IntersectionObserverEntry[]): void {
        for (const entry of entries) {
            const { serial, shown } = this.#observed.get(entry.target)!;
            if (entry.isIntersecting) this.#inSight.set(serial, shown);
            else this.#leave(serial, shown);
        }
        this.#asking?.abort();
    }

    /** Another tile may show the same phone by now. */
    #leave(serial: string, shown: Shown): void {
        if (this.#inSight.get(serial) !== shown) return;
        this.#inSight.delete(serial);
        this.#tags.delete(serial);
    }

    async #round(signal: AbortSignal): Promise<void> {
        this.#asking = new AbortController();
        const either = AbortSignal.any([signal, this.#asking.signal]);
        await pause(this.#missing() ? FRAMES : GATHER, signal);
        try {
            if (this.#settled && this.#inSight.size) await this.#ask(either);
            else await pause(WAIT * 1000, either);
        } catch (error) {
            if (!either.aborted) throw error;
        }
    }

    /** Is nothing known yet of a phone in sight? */
    #missing(): boolean {
        return [...this.#inSight.keys()].some((serial) => !this.#tags.has(serial));
    }

    async #ask(signal: AbortSignal): Promise<void> {
        const serials = [...this.#inSight.keys()].slice(0, MOST);
        const phones = serials.map((serial) => ({ serial, seen: this.#tags.get(serial) ?? null }));
        const body = { phones, width: WIDTH, quality: QUALITY, wait: WAIT };
        const { screens } = await call<Answer>('POST', '/screens', body, signal);
        await Promise.all(screens.map((screen) => this.#show(screen)));
    }

    async #show(screen: Screen): Promise<void> {
        const picture = screen.jpeg === null ? null : await decoded(fromBase64(screen.jpeg));
        const shown = this.#inSight.get(screen.serial);
        if (!shown) return;
        if (picture) {
            paint(shown.canvas, picture);
            this.#tags.set(screen.serial, screen.tag);
        } else if (screen.error !== null && !this.#tags.has(screen.serial)) {
            this.#tags.set(screen.serial, null);
        }
        shown.told(screen.error, picture !== null);
    }
}
