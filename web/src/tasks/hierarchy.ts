// Reads a hierarchy as uiautomator writes it. The policy of the page lets no parser of documents take it as it is.

export interface View {
    depth: number;
    /** The simple name of the class, such as `TextView`. */
    kind: string;
    /** What a person reads: text, else description. */
    text: string;
    id: string;
    clickable: boolean;
    /** In pixels of the screen. */
    box: { left: number; top: number; width: number; height: number };
}

const TAG = /<(\/?)node\b((?:[^>"]|"[^"]*")*?)(\/?)>/g;
const ATTRIBUTE = /([\w-]+)="([^"]*)"/g;
const BOUNDS = /\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]/;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** All views that take up room, outer ones first. */
export function viewsIn(xml: string): View[] {
    const views: View[] = [];
    let depth = 0;
    for (const [, closing, attributes = '', single] of xml.matchAll(TAG)) {
        if (closing) {
            depth -= 1;
            continue;
        }
        const view = viewOf(attributes, depth);
        if (view && view.box.width > 0 && view.box.height > 0) views.push(view);
        if (!single) depth += 1;
    }
    return views;
}

function viewOf(text: string, depth: number): View | null {
    const given = new Map([...text.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, plain(value!)]));
    const found = BOUNDS.exec(given.get('bounds') ?? '');
    if (!found) return null;
    const [left, top, right, bottom] = found.slice(1).map(Number) as [number, number, number, number];
    return {
        depth,
        kind: (given.get('class') ?? '').split('.').at(-1)!,
        text: given.get('text') || given.get('content-desc') || '',
        id: (given.get('resource-id') ?? '').split('/').at(-1)!,
        clickable: given.get('clickable') === 'true',
        box: { left, top, width: right - left, height: bottom - top }
    };
}

function plain(escaped: string): string {
    return escaped.replace(/&(?:#(x?)([0-9a-f]+)|(\w+));/gi, (whole, hex: string, code: string, name: string) =>
        code ? String.fromCodePoint(parseInt(code, hex ? 16 : 10)) : (NAMED[name] ?? whole)
    );
}
