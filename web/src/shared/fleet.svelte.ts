// The fleet as the API tells it, kept up to date by its events while somebody looks. It decides nothing by itself.
import { SvelteMap } from 'svelte/reactivity';
import { call, withQuery } from './api/client';
import { follow, type StreamEvent } from './api/stream';
import type { Account, AccountPage, Device, DevicePage, HostList, Task, TaskPage, Unidentified } from './api/types';
import { pause, whileLooking } from './looking';

const PAGE = 100;
const RUNNING = 1;
const FAILED = 3;
/** Accounts have no events of their own: they are read again so many milliseconds after a change. */
const SETTLED = 500;
const ACCOUNTS_AGAIN = 20_000;
/** How long to wait, in milliseconds, after the server has ended the stream. */
const AGAIN = 1_000;

type TaskListener = (task: Task | null) => void;

class Fleet {
    phones = new SvelteMap<string, Device>();
    /** The running task of each phone, by serial. */
    running = new SvelteMap<string, Task>();
    held = $state.raw<Account[]>([]);
    strangers = $state.raw<Unidentified[]>([]);
    /** The computers of the fleet. Like accounts they have no events of their own. */
    hosts = $state.raw<HostList | null>(null);
    /** Nothing can be told before the first list has come. */
    loaded = $state(false);
    connected = $state(false);
    /** Grows with every change of any task. */
    changes = $state(0);
    #listeners = new Set<TaskListener>();
    #settling: ReturnType<typeof setTimeout> | undefined;

    /** Follows the fleet; the result ends it. */
    watch(): () => void {
        const ends = [
            whileLooking((signal) => this.#follow(signal)),
            whileLooking(async (signal) => {
                await pause(ACCOUNTS_AGAIN, signal);
                if (!signal.aborted) await Promise.all([this.loadAccounts(), this.loadHosts()]);
            })
        ];
        return () => ends.forEach((end) => end());
    }

    /** Tells of each task that changes, and with null of many at once; the result ends it. */
    onTask(listener: TaskListener): () => void {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }

    async loadAccounts(signal?: AbortSignal): Promise<void> {
        const path = `/accounts?held=true&page_size=${PAGE}`;
        const found = await call<AccountPage>('GET', path, undefined, signal);
        this.held = found.accounts;
    }

    async loadHosts(signal?: AbortSignal): Promise<void> {
        this.hosts = await call<HostList>('GET', '/hosts', undefined, signal);
    }

    /** Shows at once what an answer tells of a phone; its event will tell the same. */
    take(phone: Device): void {
        this.phones.set(phone.serial, phone);
        if (phone.current_task === null) this.running.delete(phone.serial);
    }

    /** Follows the events of one connection. What could not be listed at its beginning ends it, to be tried again. */
    async #follow(signal: AbortSignal): Promise<void> {
        const connection = new AbortController();
        const either = AbortSignal.any([signal, connection.signal]);
        const load = (): void => {
            this.#load(either).catch((error: unknown) => connection.abort(error));
        };
        try {
            await follow('/events', (event) => this.#hear(event, load), either);
            await pause(AGAIN, signal);
        } finally {
            this.connected = false;
        }
    }

    #hear(event: StreamEvent, load: () => void): void {
        if (event.kind === 'ready') load();
        else if (event.kind === 'device') this.#phone(event.data as Device & { deleted?: boolean });
        else if (event.kind === 'task') this.#task(event.data as Task & { deleted?: boolean });
        else if (event.kind === 'tasks') this.#tell(null);
    }

    async #load(signal: AbortSignal): Promise<void> {
        const [phones, tasks] = await Promise.all([this.#allPhones(signal), this.#allRunning(signal)]);
        replace(this.phones, phones, (phone) => phone.serial);
        replace(this.running, tasks, (task) => task.serial);
        this.loaded = this.connected = true;
        this.#tell(null);
        await Promise.all([this.loadAccounts(signal), this.loadHosts(signal)]);
    }

    async #allPhones(signal: AbortSignal): Promise<Device[]> {
        const read = (page: number) =>
            call<DevicePage>('GET', withQuery('/devices', { page, page_size: PAGE }), undefined, signal);
        const first = await read(1);
        this.strangers = first.unidentified;
        if (!this.loaded) for (const phone of first.devices) this.phones.set(phone.serial, phone);
        const others = await Promise.all(furtherPages(first.total).map(read));
        return [first, ...others].flatMap((page) => page.devices);
    }

    async #allRunning(signal: AbortSignal): Promise<Task[]> {
        const read = (page: number) =>
            call<TaskPage>('GET', withQuery('/task', { status: RUNNING, page, page_size: PAGE }), undefined, signal);
        const first = await read(1);
        const others = await Promise.all(furtherPages(first.total).map(read));
        return [first, ...others].flatMap((page) => page.tasks);
    }

    #phone(phone: Device & { deleted?: boolean }): void {
        if (phone.deleted) this.phones.delete(phone.serial);
        else this.take(phone);
    }

    #task(task: Task & { deleted?: boolean }): void {
        if (!task.deleted && task.status === RUNNING) this.running.set(task.serial, task);
        for (const [serial, running] of this.running) {
            if (running.id === task.id && (task.deleted || task.status !== RUNNING)) this.running.delete(serial);
        }
        this.#tell(task.deleted ? null : task);
    }

    #tell(task: Task | null): void {
        this.changes += 1;
        this.#listeners.forEach((listener) => listener(task));
        if (task === null || task.status === FAILED) this.#settle();
    }

    /** A failure may have held its account. */
    #settle(): void {
        this.#settling ??= setTimeout(() => {
            this.#settling = undefined;
            void this.loadAccounts().catch(console.warn);
        }, SETTLED);
    }
}

function furtherPages(total: number): number[] {
    return Array.from({ length: Math.max(0, Math.ceil(total / PAGE) - 1) }, (_, place) => place + 2);
}

function replace<V>(map: Map<string, V>, values: V[], key: (value: V) => string): void {
    const kept = new Set(values.map(key));
    for (const each of [...map.keys()]) if (!kept.has(each)) map.delete(each);
    for (const value of values) map.set(key(value), value);
}

export const fleet = new Fleet();

/** What people call a phone: its alias, else its serial. */
export function nameOf(phone: { serial: string; alias: string | null }): string {
    return phone.alias ?? phone.serial;
}
