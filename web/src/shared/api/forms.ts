// Forms that the page relies on beside those of the document: who one is, pictures of screens, and taking over.

export interface Me {
    person: string | null;
    role: 'watch' | 'operate' | 'administer';
    login_needed?: boolean;
}

/** A part of a failure that was kept: a picture, or the views of the screen. */
export interface Artifact {
    kind: 'screenshot' | 'hierarchy';
    path: string;
    remark: string;
}

export interface ScreenPage {
    screens: {
        serial: string;
        tag: string | null;
        at: string | null;
        width: number | null;
        height: number | null;
        jpeg: string | null;
        error: string | null;
    }[];
}

export interface Lease {
    lease: string | null;
    state: 'none' | 'waiting' | 'held';
    by: string | null;
    until: string | null;
}

export interface Point {
    x: number;
    y: number;
}

/** One thing that a person does to a phone; coordinates are shares of the picture, 0 to 1. */
export type Input =
    | { tap: Point & { seconds?: number } }
    | { swipe: { from: Point; to: Point; seconds: number } }
    | { text: string }
    | { key: Key };

export type Key = 'back' | 'home' | 'recents' | 'enter' | 'delete' | 'power';
