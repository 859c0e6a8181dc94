// One build for every package: ES modules with declarations and source maps, one chunk shared by all entries.
import { defineConfig, type Options } from 'tsup';

/** `Symbol.dispose` stands in declarations, and users' TypeScript need not have asked for it. */
const DECLARATIONS = '/// <reference lib="esnext.disposable" />';

/** The shared build; a package names its entry files and nothing else. */
export function libraryConfig(entry: string[], overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    dts: { banner: DECLARATIONS },
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...overrides,
  });
}
