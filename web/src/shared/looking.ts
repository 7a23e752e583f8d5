// Work that goes on only while somebody looks at the page.

/** Runs `work` again and again while the page is visible; it is aborted when the page is hidden, or by the result. */
export function whileLooking(work: (signal: AbortSignal) => Promise<void>): () => void {
    let current: AbortController | null = null;

    const update = () => {
        if (document.hidden) {
            current?.abort();
            current = null;
        } else if (!current) {
            current = new AbortController();
            void again(work, current.signal);
        }
    };
    document.addEventListener('visibilitychange', update);
    update();
    return () => {
        document.removeEventListener('visibilitychange', update);
        current?.abort();
    };
}

const PAUSES = [0, 1_000, 2_000, 5_000];

/** Repeats work until it is aborted; after failures it waits for longer and longer. */
async function again(work: (signal: AbortSignal) => Promise<void>, signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
        try {
            await work(signal);
            failures = 0;
        } catch (error) {
            if (signal.aborted) return;
            failures += 1;
            console.warn(error);
            await pause(PAUSES[Math.min(failures, PAUSES.length - 1)]!, signal);
        }
    }
}

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
}
