import { defineConfig } from 'vitest/config';

// Tests start the built command in processes of their own, which takes longer than vitest's five seconds allow.
export default defineConfig({ test: { testTimeout: 60_000 } });
