// Which phones of the wall a person has chosen, to do something to all of them.
import { SvelteSet } from 'svelte/reactivity';

export class Choice {
    /** Null while nobody chooses. */
    chosen = $state<SvelteSet<string> | null>(null);
    /** The chosen phones as the query of an address. */
    query = $derived(new URLSearchParams([...(this.chosen ?? [])].map((serial) => ['phone', serial])).toString());

    begin(): void {
        this.chosen = new SvelteSet();
    }

    end(): void {
        this.chosen = null;
    }

    add(serials: string[]): void {
        for (const serial of serials) this.chosen?.add(serial);
    }

    toggle(serial: string): void {
        if (!this.chosen?.delete(serial)) this.chosen?.add(serial);
    }
}
