// The screen that is worked on: one of a recording, or what a phone shows now.
import { call, fetchFile, withQuery } from '../shared/api/client';
import type { Installed, ScreenRead } from '../shared/api/types';

/** What requests name a screen by. */
export interface Where {
    app: string;
    screen: { recording: string; name: string } | { hierarchy: string };
    version?: string;
    language?: string;
}

export interface Loaded {
    where: Where;
    picture: Blob | null;
    /** The phone, where the screen is one's. */
    serial: string | null;
}

export async function fromRecording(app: string, recording: string, name: string): Promise<Loaded> {
    const path = `/recordings/${encodeURIComponent(recording)}/screens/${encodeURIComponent(name)}/picture`;
    const picture = await fetchFile(path)
        .then((answer) => answer.blob())
        .catch(() => null);
    return { where: { app, screen: { recording, name } }, picture, serial: null };
}

export async function fromPhone(app: string, serial: string): Promise<Loaded> {
    const at = `/devices/${encodeURIComponent(serial)}`;
    const installed = await call<Installed>('GET', withQuery('/workshop/installed', { serial, app }));
    const hierarchy = await (await fetchFile(`${at}/hierarchy`)).text();
    const picture = await (await fetchFile(`${at}/screenshot`)).blob();
    const { version, language } = installed;
    const where: Where = { app, screen: { hierarchy }, version };
    if (language) where.language = language;
    return { where, picture, serial: installed.serial };
}

export async function fromFile(app: string, file: File): Promise<Loaded> {
    return { where: { app, screen: { hierarchy: await file.text() } }, picture: null, serial: null };
}

export const read = (where: Where): Promise<ScreenRead> => call<ScreenRead>('POST', '/workshop/screen', where);

/** The range of versions whose rules were taken, or a new one for the version alone. */
export function rangeFor({ covered, version, range }: ScreenRead): string {
    const major = /^\d+/.exec(version)?.[0];
    return covered || !major ? range : `>=${version.replace(/[^\d.].*$/, '')},<${Number(major) + 1}`;
}
