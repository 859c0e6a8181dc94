// The guide for POT's users names every public function of POT: what it is called here, or that it is not here. The list in
// `testing/pot-names.json` was read from POT's sources; `internals` are parts of its machinery that nobody calls by name.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as barycenters from './barycenters/index.ts';
import * as entropic from './entropic/index.ts';
import * as geometry from './geometry/index.ts';
import * as gromov from './gromov/index.ts';
import * as root from './index.ts';
import * as maps from './maps/index.ts';
import * as quadratic from './quadratic/index.ts';
import * as unbalanced from './unbalanced/index.ts';

const guide = readFileSync(new URL('../../../docs/guide/from/pot.md', import.meta.url), 'utf8');
const { functions, internals }: { functions: Record<string, string[]>; internals: string[] } = JSON.parse(
  readFileSync(new URL('./testing/pot-names.json', import.meta.url), 'utf8'),
);
const words = new Set(guide.match(/\w+/g));

it.each(Object.entries(functions))("names what is public in POT's %s", (_, names) => {
  // A name that ends in 2 gives the value of the function without it.
  const isNamed = (name: string) => words.has(name) || (name.endsWith('2') && words.has(name.slice(0, -1)));
  expect(names.filter((name) => !isNamed(name) && !internals.includes(name))).toEqual([]);
});

it('lists as internal only what is in POT', () => {
  const all = new Set(Object.values(functions).flat());
  expect(internals.filter((name) => !all.has(name))).toEqual([]);
});

it('sends people to functions that there are', () => {
  const ours = { ...root, ...barycenters, ...entropic, ...geometry, ...gromov, ...maps, ...quadratic, ...unbalanced };
  const section = guide.slice(guide.indexOf('## Here under another name'), guide.indexOf('## Not here'));
  const rows = section.split('\n').filter((line) => line.startsWith('- `'));
  const named = rows.flatMap((row) => [...row.slice(row.indexOf('`: ') + 1).matchAll(/`(\w+)`/g)].map(([, name]) => name));
  expect(named.length).toBeGreaterThan(20);
  const options = ['epsilon', 'cost', 'features'];
  expect(named.filter((name) => !(name in ours) && !options.includes(name))).toEqual([]);
});
