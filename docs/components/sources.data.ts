// The folders of this repository with the sizes of their sources, read when the site is built.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

declare const data: readonly (readonly [path: string, size: number])[];

export { data };

const packages = path.resolve(import.meta.dirname, '../../packages');

export default {
  load(): (readonly [string, number])[] {
    return readdirSync(packages, { recursive: true, encoding: 'utf8' })
      .filter((file) => /^[^/\\]+[/\\]src[/\\].*\.ts$/.test(file) && !/\.test\.ts$|generated/.test(file))
      .map(
        (file) =>
          [
            file.split(path.sep).join('/').replace('/src/', '/'),
            statSync(path.join(packages, file)).size,
          ] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1));
  },
};
