// One build for every package: ES modules with declarations and source maps, one chunk shared by all entries.
import { defineConfig, type Options } from 'tsup';

/** The shared build; a package names its entry files and nothing else. */
export function libraryConfig(entry: string[], overrides: Options = {}): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    dts: true,
    sourcemap: true,
    clean: true,
    treeshake: true,
    ...overrides,
  });
}
