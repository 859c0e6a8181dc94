// Imports of data sets, which users need not have installed: bundlers resolve every import that they can reach, and fail for missing
// ones. esbuild and Bun accept a missing import if its failure is caught; webpack ignores imports that are marked.
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['plugins']>[number];

const DATA_IMPORT = /\bimport\((['"]@infimum\/datasets\/[\w-]+['"])\)/g;

/** A chunk whose imports of data sets may be missing; lines stay where they are, so that source maps hold. */
export function withOptionalData(code: string): string {
  return code.replace(DATA_IMPORT, 'import(/* webpackIgnore: true */ $1).catch((error) => { throw error; })');
}

/** The same as a plug-in of the build. */
export const optionalData: Plugin = {
  name: 'optional-data',
  renderChunk(code, info) {
    return info.type === 'chunk' && /\.m?js$/.test(info.path) && code.includes('@infimum/datasets/')
      ? { code: withOptionalData(code), map: info.map }
      : undefined;
  },
};
