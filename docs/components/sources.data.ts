// The folders of this repository with the sizes of their sources, read when the site is built.
import { globSync, statSync } from 'node:fs';
import path from 'node:path';

declare const data: readonly (readonly [path: string, size: number])[];

export { data };

const packages = path.resolve(import.meta.dirname, '../../packages');

export default {
  load(): (readonly [string, number])[] {
    return globSync('*/src/**/*.ts', { cwd: packages })
      .filter((file) => !/\.test\.ts$|generated/.test(file))
      .map((file) => [file.split(path.sep).join('/').replace('/src/', '/'), statSync(path.join(packages, file)).size] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
  },
};
