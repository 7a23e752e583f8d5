// Forms that the page relies on beside those of the document: who one is, what was kept of a failure, and inputs.

export type Role = 'watch' | 'operate' | 'administer';

export interface Me {
    person: string | null;
    /** Null for whom the server does not know. */
    role: Role | null;
    login_needed: boolean;
}

/** A part of a failure that was kept: a picture, or the views of the screen. */
export interface Artifact {
    kind: 'screenshot' | 'hierarchy';
    path: string;
    remark: string;
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
