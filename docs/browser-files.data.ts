// The files that pages load without a bundler, with their sizes as servers send them, read when the site is built.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

declare const data: readonly (readonly [name: string, kilobytes: number])[];

export { data };

const packages = path.resolve(import.meta.dirname, '../packages');

export default {
  load(): (readonly [string, number])[] {
    return globSync('*/dist/browser/index.js', { cwd: packages })
      .sort()
      .map((file) => {
        const manifest = path.join(packages, file, '../../../package.json');
        const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name: string };
        return [name, Math.ceil(gzipSync(readFileSync(path.join(packages, file))).length / 1000)] as const;
      });
  },
};
