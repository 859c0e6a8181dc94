// One build for every package: ES modules with source maps, one chunk shared by all entries, declarations, and one file for pages.
import type { Options } from 'tsup';
import { defineConfig } from 'tsup';
import { writeBrowserFile } from './browser-file.ts';
import { writeDeclarations } from './declarations.ts';
import { optionalData } from './optional-data.ts';
import { pureConstants } from './pure-constants.ts';
import { shortDisposal } from './short-disposal.ts';

/** The shared build; a package names its entry files and nothing else. `dts: false` leaves declarations out. */
export function libraryConfig(entry: string[], overrides: Options = {}): ReturnType<typeof defineConfig> {
  const { dts = true, ...others } = overrides;
  return defineConfig({
    entry,
    format: 'esm',
    target: 'es2024',
    platform: 'neutral',
    dts: false,
    sourcemap: true,
    clean: true,
    // No module has side effects: without this, unused chunks would still be imported, and bundlers would warn.
    treeshake: { moduleSideEffects: 'no-external' },
    plugins: [pureConstants, shortDisposal, optionalData],
    async onSuccess() {
      if (dts) writeDeclarations(entry);
      await writeBrowserFile();
    },
    ...others,
  });
}
