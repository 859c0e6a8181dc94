// `pnpm test:browser`: the built site in Chromium. INFIMUM_TEST_REPORT names a file for a report in JSON.
import { defineConfig } from 'vitest/config';

const report = process.env['INFIMUM_TEST_REPORT'];

export default defineConfig({
  test: {
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    name: 'docs in Chromium',
    include: ['tests/browser/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // One browser at a time: frames are counted. Tests that say so open two pages at once.
    fileParallelism: false,
    maxConcurrency: 2,
  },
});
