// Which page is shown: the part of the address after `#`, so that the server has one page to serve.

export interface Place {
    /** The names between slashes, decoded: ['phone', '192.168.1.20:5555']. */
    path: string[];
    query: URLSearchParams;
}

function here(): Place {
    const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
    return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

class Route {
    place = $state.raw(here());

    constructor() {
        addEventListener('hashchange', () => (this.place = here()));
    }
}

export const route = new Route();

/** Returns the address of a page: `to('phone', serial)`. */
export function to(...path: (string | number)[]): string {
    return `#/${path.map((part) => encodeURIComponent(part)).join('/')}`;
}

/** Changes the query of the page that is shown, without a step of its own in the browser's history. */
export function setQuery(changes: Record<string, string>): void {
    const { path, query } = here();
    for (const [key, value] of Object.entries(changes)) {
        if (value) query.set(key, value);
        else query.delete(key);
    }
    const text = query.toString();
    history.replaceState(null, '', to(...path) + (text ? `?${text}` : ''));
    route.place = here();
}
