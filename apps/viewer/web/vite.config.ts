import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const server = 'http://localhost:3000';

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [svelte({ configFile: false })],
  resolve: {
    alias: {
      '@kadr/contracts': here('../../../libs/contracts/src/index.ts'),
      '@kadr/vision': here('../../../libs/vision/src/index.ts'),
    },
  },
  build: {
    outDir: here('../../../dist/apps/viewer/web'),
    emptyOutDir: true,
    target: 'es2022',
    // The oldest with light-dark(), which the two themes are written with.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The polyfill is for browsers older than the target.
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      '/v1': server,
      '/docs': server,
      '/health': server,
      '/socket.io': { target: server, ws: true },
    },
  },
});
