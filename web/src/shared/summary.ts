// What a task does, in a few words of the page's language.
import type { Task } from './api/types';
import { named, t } from './words/index.svelte';

const TARGETS = ['target_users', 'target_post_urls', 'targets', 'target_username', 'search_keyword', 'topic'];

export function summaryOf(task: Pick<Task, 'script_name' | 'script_config'>): string {
    if (task.script_name === 'device_action') return named('deed', String(task.script_config.action));
    const script = named('script', task.script_name);
    const targets = TARGETS.flatMap((field) => listed(task.script_config[field]));
    if (targets.length === 0) return script;
    const more = targets.length > 1 ? ` ${t('and.more', { n: targets.length - 1 })}` : '';
    return `${script} ${short(targets[0]!)}${more}`;
}

function listed(value: unknown): string[] {
    return Array.isArray(value) ? value.map(String) : typeof value === 'string' && value ? [value] : [];
}

/** A person as `@name`; of a post's address its end. */
function short(target: string): string {
    return target.includes('/') ? `…/${target.split('/').filter(Boolean).at(-1)}` : `@${target.replace(/^@/, '')}`;
}
