// `pnpm test:browser`: the built site in Chromium.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'docs in Chromium',
    include: ['tests/browser/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // One browser at a time: frames are counted.
    fileParallelism: false,
  },
});
