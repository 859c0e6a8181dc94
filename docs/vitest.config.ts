// The site's tests that need no browser; those that do have a configuration of their own.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { name: 'docs', include: ['tests/*.test.ts'] },
});
