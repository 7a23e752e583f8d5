// Dark, light, or as the system has it; remembered by this browser.

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
const KEY = 'phonefleet.theme';

function remembered(): Theme {
    const found = localStorage.getItem(KEY);
    return THEMES.find((theme) => theme === found) ?? 'auto';
}

export const theme = $state({ chosen: remembered() });

export function applyTheme(): void {
    document.documentElement.dataset.theme = theme.chosen;
}

export function chooseTheme(chosen: Theme): void {
    theme.chosen = chosen;
    localStorage.setItem(KEY, chosen);
    applyTheme();
}
