// Calls the task API. Addresses are relative, so that the page works below any path of a reverse proxy.
import { untrack } from 'svelte';
import { language } from '../words/index.svelte';
import type { Me } from './forms';
import { session } from './session.svelte';
import type { FieldError } from './types';

const BASE = 'api/v1';
const UNAUTHORIZED = 40101;
const NOT_FOUND = 40401;

/** What the API refused, in its own words; `errors` tells of each wrong field. */
export class Refused extends Error {
    constructor(
        readonly code: number,
        message: string,
        readonly errors: FieldError[] = []
    ) {
        super(message);
    }
}

/** The server did not answer. */
export class Unreachable extends Error {}

interface Envelope<T> {
    code: number;
    message: string;
    data: T;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** Returns the `data` of an answer; a file is sent as it is. Throws `Refused` or `Unreachable`; an aborted call throws the browser's error. */
export async function call<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    headers: Record<string, string> = {}
): Promise<T> {
    const answer = await send(method, path, body, signal, headers);
    const envelope = (await answer.json()) as Envelope<T>;
    if (envelope.code !== 0) throw refused(envelope);
    return envelope.data;
}

/** Returns an answer without an envelope, such as a picture. 304 is an answer too. */
export async function fetchFile(path: string, signal?: AbortSignal): Promise<Response> {
    const answer = await send('GET', path, undefined, signal);
    if (!answer.ok && answer.status !== 304) throw refused((await answer.json()) as Envelope<unknown>);
    return answer;
}

export function withQuery(path: string, query: Query): string {
    const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
    return text ? `${path}?${text}` : path;
}

/** Asks who this is. A server that knows no persons lets in whoever has its token, and answers 404 here. */
export async function lookAround(): Promise<void> {
    try {
        session.me = await call<Me>('GET', '/me');
        session.needed = session.me.login_needed;
    } catch (error) {
        if (!(error instanceof Refused && error.code === NOT_FOUND)) throw error;
        session.needed = false;
    }
}

/** Logs in: by a cookie that no script can read, or by a token that this tab keeps where there are no persons. */
export async function logIn(token: string): Promise<void> {
    if (session.me) await call('POST', '/session', { token });
    else session.keep(token);
    try {
        await lookAround();
        session.enter();
    } catch (error) {
        session.forget();
        throw error;
    }
}

export async function logOut(): Promise<void> {
    await call('DELETE', '/session').catch(() => undefined);
    session.forget();
    await lookAround().catch(() => (session.needed = true));
}

async function send(
    method: string,
    path: string,
    body: unknown,
    signal?: AbortSignal,
    headers: Record<string, string> = {}
): Promise<Response> {
    const type = body instanceof File ? 'application/octet-stream' : 'application/json';
    const told = body === undefined ? {} : { 'Content-Type': type };
    const spoken = { 'Accept-Language': untrack(language) };
    const options: RequestInit = { method, headers: { ...session.headers, ...spoken, ...told, ...headers } };
    if (body !== undefined) options.body = body instanceof File ? body : JSON.stringify(body);
    if (signal) options.signal = signal;
    try {
        return await fetch(BASE + path, options);
    } catch (error) {
        if (error instanceof TypeError) throw new Unreachable(error.message);
        throw error;
    }
}

function refused(envelope: Envelope<unknown>): Refused {
    if (envelope.code === UNAUTHORIZED) session.needed = true;
    const data = envelope.data as { errors?: FieldError[] } | null;
    return new Refused(envelope.code, envelope.message, data?.errors ?? []);
}
