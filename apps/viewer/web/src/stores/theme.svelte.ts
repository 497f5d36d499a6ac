import { readSetting, writeSetting } from '../lib/browser.js';

export type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** Light, dark, or what the system says. `public/theme.js` does the same before the first paint. */
class ThemeStore {
  current = $state<Theme>(THEMES.find((theme) => theme === readSetting('theme', 'system')) ?? 'system');

  next(): void {
    this.current = THEMES[(THEMES.indexOf(this.current) + 1) % THEMES.length];
    writeSetting('theme', this.current);
    if (this.current === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.current;
  }
}

export const theme = new ThemeStore();
