// What a person has filled in for an action on phones, and the request that it makes.
import type { CreatedActions } from '../shared/api/types';
import { call } from '../shared/api/client';

export const ACTIONS = [
    'wake',
    'reboot',
    'stay_awake',
    'keyboard',
    'language',
    'time_zone',
    'install',
    'command'
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Options {
    apk: string;
    allow_downgrade: boolean;
    within: number;
    keyboard: string;
    language: string;
    app_package: string;
    time_zone: string;
    stay_awake: boolean;
    command: string;
}

export function emptyOptions(): Options {
    return {
        apk: '',
        allow_downgrade: false,
        within: 300,
        keyboard: '',
        language: '',
        app_package: '',
        time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
        stay_awake: true,
        command: ''
    };
}

/** The options of each action; the API refuses those of another one. */
const FIELDS: Record<Action, (keyof Options)[]> = {
    wake: [],
    reboot: ['within'],
    stay_awake: ['stay_awake'],
    keyboard: ['keyboard'],
    language: ['language', 'app_package'],
    time_zone: ['time_zone'],
    install: ['apk', 'allow_downgrade'],
    command: ['command']
};

/** Can it be asked for as it is filled in? */
export function isWhole(action: Action, options: Options): boolean {
    if (action === 'install') return options.apk !== '';
    if (action === 'command') return options.command !== '';
    if (action === 'time_zone') return options.time_zone.trim() !== '';
    if (action === 'language') return (options.language + options.app_package).trim() !== '';
    return true;
}

export function ask(action: Action, options: Options, serials: string[], key: string): Promise<CreatedActions> {
    const given = Object.fromEntries(FIELDS[action].map((field) => [field, options[field]]));
    const body = { action, serials, ...given };
    return call<CreatedActions>('POST', '/devices/actions', body, undefined, { 'Idempotency-Key': key });
}
