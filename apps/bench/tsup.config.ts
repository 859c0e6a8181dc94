import { libraryConfig } from '@infimum/tsup-config';
import type { Options } from 'tsup';

/** Every entry stands alone: the code version is a hash of those that decide results, and of no others. */
const common: Options = { dts: false, splitting: false, clean: false };

export default [
  libraryConfig(['src/cli.ts', 'src/cell/cell.ts', 'src/cell/judge.ts', 'src/cell/watchdog.ts'], {
    ...common,
    platform: 'node',
    external: ['@infimum/peers'],
    // One folder, whatever the sources' folders are: the entries find each other beside themselves.
    entry: { cli: 'src/cli.ts', cell: 'src/cell/cell.ts', judge: 'src/cell/judge.ts', watchdog: 'src/cell/watchdog.ts' },
  }),
  libraryConfig([], {
    ...common,
    entry: { 'report-client': 'src/report/client.ts' },
    format: 'iife',
    platform: 'browser',
    noExternal: [/.*/],
    minify: true,
    sourcemap: false,
  }),
];
