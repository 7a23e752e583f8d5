// Reads again after changes, but not after each of many that come together.

/** Returns `work` so that it runs at once, and then at most once in so many milliseconds; failures are left to retry. */
export function throttled<A extends unknown[]>(
    milliseconds: number,
    work: (...given: A) => Promise<unknown>
): (...given: A) => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let last = -Infinity;
    return (...given) => {
        clearTimeout(timer);
        timer = setTimeout(
            () => {
                last = performance.now();
                work(...given).catch(console.warn);
            },
            Math.max(0, last + milliseconds - performance.now())
        );
    };
}
