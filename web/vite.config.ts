// Builds the page into the folder from which the API serves it; `npm run dev` serves it from the sources instead.
import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const api = process.env.PAGE_API ?? 'http://127.0.0.1:50809';

/** Leaves the names out of the second catalogue, which has those of the first in the same order: 5 kB of the page. */
const words: Plugin = {
    name: 'words',
    enforce: 'pre',
    load(id) {
        if (!id.endsWith('/words/ru.json')) return undefined;
        return JSON.stringify(Object.values(JSON.parse(readFileSync(id, 'utf8'))));
    }
};

export default defineConfig({
    plugins: [words, svelte()],
    // Relative, so that the page works below any path of a reverse proxy.
    base: './',
    build: {
        outDir: '../api/answers/page/built',
        emptyOutDir: true,
        assetsDir: 'page',
        // The policy of the page allows no data: addresses.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        // Two dozen files of some lines each would be larger together, and a request each.
        cssCodeSplit: false,
        target: 'es2022',
        reportCompressedSize: false
    },
    // The API refuses what names another origin; Vite calls it as the API's own page would.
    server: { proxy: { '/api': { target: api, changeOrigin: true, headers: { origin: api } } } }
});
