// One action on many tasks: chosen one by one or by a filter, shown before it is done, and counted while it is.
import { call, Refused, withQuery, type Query } from '../shared/api/client';
import type { DeletedBatch, Task, TaskPage } from '../shared/api/types';

export type Deed = 'stop' | 'retry' | 'delete';

const PAGE = 100;
const AT_ONCE = 4;
/** The most that one call deletes. */
const BATCH = 10_000;
const CONFLICT = 40901;
const NOT_FOUND = 40401;
const [PENDING, RUNNING, , FAILED] = [0, 1, 2, 3];

/** Can a task still be stopped, was it a failure, …? What a deed passes over is told in its preview. */
const FITS: Record<Deed, (task: Task) => boolean> = {
    stop: (task) => task.status === PENDING || task.status === RUNNING,
    retry: (task) => task.status === FAILED,
    delete: () => true
};

/** All tasks that pass a filter, read page by page from the oldest, which no new task can shift. */
export async function tasksOf(filter: Query): Promise<Task[]> {
    const read = (page: number) => call<TaskPage>('GET', withQuery('/task', { ...filter, page, page_size: PAGE }));
    const found = new Map<number, Task>();
    const first = await read(1);
    for (let page = Math.ceil(first.total / PAGE); page > 1; page -= 1) keep(found, (await read(page)).tasks);
    keep(found, first.tasks);
    return [...found.values()].sort((one, other) => other.id - one.id);
}

function keep(found: Map<number, Task>, tasks: Task[]): void {
    for (const task of tasks) found.set(task.id, task);
}

/** A deed and the tasks that it is for: `fitting` are done, `others` stay as they are. */
export class Bulk {
    readonly fitting: Task[];
    readonly others: Task[];
    done = $state(0);
    /** Tasks that had ended, or were gone, when it was their turn. */
    passed = $state(0);

    constructor(
        readonly deed: Deed,
        tasks: Task[]
    ) {
        this.fitting = tasks.filter(FITS[deed]);
        this.others = tasks.filter((task) => !FITS[deed](task));
    }

    /** How many of them have each status. */
    get counts(): [string, number][] {
        const found = new Map<string, number>();
        for (const { status_text } of this.fitting) found.set(status_text, (found.get(status_text) ?? 0) + 1);
        return [...found];
    }

    async run(): Promise<void> {
        const ids = this.fitting.map((task) => task.id);
        if (this.deed === 'delete') await this.#delete(ids);
        else await Promise.all(Array.from({ length: AT_ONCE }, () => this.#work(ids)));
    }

    async #delete(ids: number[]): Promise<void> {
        for (let first = 0; first < ids.length; first += BATCH) {
            const task_ids = ids.slice(first, first + BATCH);
            const { deleted_count, not_found } = await call<DeletedBatch>('DELETE', '/task/batch', { task_ids });
            this.done += deleted_count;
            this.passed += not_found.length;
        }
    }

    async #work(ids: number[]): Promise<void> {
        for (let id = ids.pop(); id !== undefined; id = ids.pop()) {
            try {
                await call('POST', `/task/${id}/${this.deed}`);
                this.done += 1;
            } catch (error) {
                if (!(error instanceof Refused && [CONFLICT, NOT_FOUND].includes(error.code))) throw error;
                this.passed += 1;
            }
        }
    }
}
