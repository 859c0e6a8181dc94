// HiGHS, a solver of linear and quadratic programs: an oracle that shares no code with this package.

import type { LegacyHighs } from 'highs';
import highsModule from 'highs';

// The package's types describe its CommonJS build; the ES module's default export is the loader itself.
const load = highsModule as unknown as () => Promise<LegacyHighs>;

let loaded: Promise<LegacyHighs> | undefined;

/** HiGHS, compiled once for all tests. */
export function loadHighs(): Promise<LegacyHighs> {
  loaded ??= load();
  return loaded;
}
