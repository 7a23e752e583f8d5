// What a person has decided about a profile and not saved yet; kept for as long as the page is open.
import type { ChangeRequest } from '../shared/api/types';
import type { Where } from './source';

type Holds = 'handle' | 'display_name' | 'number' | 'label';

export interface SelectorDraft {
    any: string[];
    read_for: string | null;
    holds: Holds | null;
}

class Draft {
    app = $state('');
    range = $state('');
    copyOf = $state('');
    selectors = $state<Record<string, SelectorDraft>>({});
    pages = $state<Record<string, string[]>>({});

    get isEmpty(): boolean {
        return !Object.keys(this.selectors).length && !Object.keys(this.pages).length;
    }

    /** Begins anew for another profile or another range: what was decided for one says nothing of another. */
    of(app: string, range: string, copyOf: string): void {
        if (this.app === app && this.range === range) return;
        [this.app, this.range, this.copyOf] = [app, range, copyOf];
        this.clear();
    }

    clear(): void {
        [this.selectors, this.pages] = [{}, {}];
    }

    /** A change, to be tried on a screen too. */
    request(revision: string, { screen, version, language }: Where): ChangeRequest {
        return {
            revision,
            here: { screen, version: version ?? null, language: language ?? null },
            range: this.range,
            copy_of: this.copyOf || null,
            selectors: $state.snapshot(this.selectors),
            pages: $state.snapshot(this.pages)
        };
    }
}

export const draft = new Draft();
