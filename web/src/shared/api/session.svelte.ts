// Who uses the page. A session is a cookie of the server's; where the server knows none, the token is kept in this tab.
import type { Me } from './forms';

const KEY = 'phonefleet.token';
/** Whether this browser has logged in: its cookie itself can be read by no script. */
const ENTERED = 'phonefleet.entered';

class Session {
    /** The API has answered that it needs a token. */
    needed = $state(false);
    /** Null until the API has said who this is, and where it names nobody. */
    me = $state<Me | null>(null);
    entered = $state(localStorage.getItem(ENTERED) !== null);
    #token = sessionStorage.getItem(KEY);

    get headers(): Record<string, string> {
        return this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
    }

    /** May tasks and phones be changed? Where the server knows no roles, whoever gets in may. */
    get mayOperate(): boolean {
        return this.me === null || (this.me.role !== 'watch' && this.me.role !== null);
    }

    /** May tasks be deleted? */
    get mayAdminister(): boolean {
        return this.me === null || this.me.role === 'administer';
    }

    /** Keeps a token for this tab alone, which forgets it when it is closed. */
    keep(token: string): void {
        this.#token = token;
        sessionStorage.setItem(KEY, token);
    }

    /** Remembers that a person has come in by a token, and so may want to go. */
    enter(): void {
        this.entered = true;
        localStorage.setItem(ENTERED, 'yes');
    }

    forget(): void {
        this.#token = null;
        this.me = null;
        this.entered = false;
        sessionStorage.removeItem(KEY);
        localStorage.removeItem(ENTERED);
    }
}

export const session = new Session();
