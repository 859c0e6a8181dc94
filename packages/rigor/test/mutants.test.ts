// Faults put into the arithmetic: every one must be seen by the checks that the package passes.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Breaches, Rigor } from './checks.ts';
import { dots, dyadics, elementary, operations, roots, rounding } from './checks.ts';

const source = join(import.meta.dirname, '../src');
const folder = mkdtempSync(join(tmpdir(), 'rigor-mutants-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The package with one piece of its text replaced, as JavaScript of its own. */
async function mutant(file: string, from: string, to: string): Promise<Rigor> {
  const place = mkdtempSync(join(folder, 'm'));
  for (const name of readdirSync(source)) {
    let text = readFileSync(join(source, name), 'utf8');
    if (name === file) {
      expect(text.split(from).length, `${from} in ${file}`).toBeGreaterThan(1);
      text = text.replace(from, to);
    }
    const code = stripTypeScriptTypes(text).replace(/from '(\.\/\w+)\.ts'/g, "from '$1.mjs'");
    writeFileSync(join(place, name.replace('.ts', '.mjs')), code);
  }
  return (await import(/* @vite-ignore */ pathToFileURL(join(place, 'index.mjs')).href)) as Rigor;
}

const mutants: readonly (readonly [string, string, string, string, Breaches, number])[] = [
  ['phi is u', 'rounding.ts', 'U * (1 + 2 * U)', 'U * (1 - 2 * U)', rounding, 200_000],
  ['up without eta', 'rounding.ts', 'x + (Math.abs(x) * PHI + ETA)', 'x + Math.abs(x) * PHI', rounding, 2000],
  ['down for up', 'rounding.ts', 'return x + (', 'return x - (', rounding, 2000],
  ['sums not rounded up', 'interval.ts', 'up(a.upper + b.upper)', 'a.upper + b.upper', operations, 5000],
  ['sums rounded up below', 'interval.ts', 'down(a.lower + b.lower)', 'up(a.lower + b.lower)', operations, 5000],
  ['products not rounded down', 'interval.ts', 'down(Math.min(p', '(Math.min(p', operations, 5000],
  ['products not rounded up', 'interval.ts', 'up(Math.max(p', '(Math.max(p', operations, 5000],
  [
    'an end of the product forgotten',
    'interval.ts',
    'a.upper * b.lower, a.upper * b.upper',
    'a.lower * b.lower, a.upper * b.upper',
    operations,
    5000,
  ],
  ['division by what may be 0', 'interval.ts', 'b.lower > 0 || b.upper < 0', 'b.lower > 0 || b.upper <= 0', operations, 50_000],
  ['squares below 0', 'interval.ts', 'up(most * most)', 'most * most', roots, 2000],
  [
    'the larger end of a square',
    'interval.ts',
    'Math.max(-a.lower, a.upper);\n  const least',
    'a.upper;\n  const least',
    roots,
    2000,
  ],
  ['roots one too large', 'interval.ts', 'excess(root) > 0n', 'excess(root - step) > 0n', roots, 2000],
  ['roots not rounded up', 'interval.ts', 'direction > 0 && excess', 'direction > 1 && excess', roots, 2000],
  ['radius of a sum dropped', 'dot.ts', 'terms * U * magnitude', '0 * magnitude', dots, 5000],
  ['radius of a sum without underflow', 'dot.ts', ' + (terms + 2) * ETA', '', dots, 20_000],
  ['radius of a sum a tenth', 'dot.ts', 'terms * U * magnitude', '0.1 * U * magnitude', dots, 20_000],
  ['two words without the last rounding', 'dot.ts', 'U * Math.abs(value) + secondOrder', 'secondOrder', dots, 5000],
  ['two words without the second order', 'dot.ts', 'U * Math.abs(value) + secondOrder', 'U * Math.abs(value)', dots, 20_000],
  ['two words without underflow', 'dot.ts', '(10 * length + 8) * ETA', '0', dots, 20_000],
  ['errors of products dropped', 'dot.ts', ' + productError', '', dots, 5000],
  ['rounding towards 0', 'exact.ts', 'if (rest > 0n && isAway) kept++', 'if (rest > half && isAway) kept++', dyadics, 500],
  ['ties to odd', 'exact.ts', '(kept & 1n) === 1n', '(kept & 1n) === 0n', dyadics, 6000],
  ['denormals as normal ones', 'exact.ts', '(biased || 1) - 1075', 'biased - 1075', dyadics, 500],
  ['a filter without a radius', 'exact.ts', 'value > 2 * radius', 'value > 0', dyadics, 500],
  ['ln 2 off by 2^-50', 'interval.ts', '0xb17217f7d1cf7', '0xb17217f7d1cf0', elementary, 200],
  ['pi off by 2^-48', 'interval.ts', '0x1921fb54442d1', '0x1921fb54442d0', elementary, 200],
  ['exp not rounded', 'interval.ts', 'm + BigInt(direction) * error, e, direction', 'm, e, 0', elementary, 60],
  [
    'log not rounded',
    'interval.ts',
    'BigInt(k) * LN2 + BigInt(direction) * error, -PLACES, direction',
    'BigInt(k) * LN2, -PLACES, 0',
    elementary,
    60,
  ],
  ['crests missed', 'interval.ts', '(k & 3n) === 1n', '(k & 3n) === 5n', elementary, 200],
  ['troughs missed', 'interval.ts', '(k & 3n) === 3n', '(k & 3n) === 5n', elementary, 200],
  [
    'tanh not rounded',
    'interval.ts',
    'quotient + BigInt(direction), -PLACES, direction',
    'quotient, -PLACES, 0',
    elementary,
    60,
  ],
];

describe('the checks see', () => {
  it.each(mutants)('%s', async (_, file, from, to, breaches, count) => {
    const rigor = await mutant(file, from, to);
    let found = 0;
    for (let seed = 1; seed <= 20 && found === 0; seed++) {
      try {
        found = breaches(rigor, count / 20, seed);
      } catch {
        found = 1; // it may also throw
      }
    }
    expect(found).toBeGreaterThan(0);
  });

  it('and find nothing where nothing is wrong', async () => {
    const rigor = await mutant('rounding.ts', 'export', 'export');
    for (const check of [rounding, operations, roots, dots, dyadics, elementary]) expect(check(rigor, 50)).toBe(0);
  });
});
