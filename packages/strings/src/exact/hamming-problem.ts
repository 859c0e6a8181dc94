// The registered problem of exact distances: families, metrics and file format of `strings/hamming-distances`.
import type { Problem } from '@infimum/core';
import { defineProblem, fault } from '@infimum/core';
import { readObject, readVector } from '@infimum/core/data';
import { pairFamilies } from '../families.ts';
import { recountOf } from '../recount.ts';
import type { Sequence, SymbolPair } from '../symbols.ts';
import { checkPair, integers, isSymbolArray } from '../symbols.ts';
import { distanceAt, fingerprintsAgree, sampledShifts } from './verification.ts';

/** Distances of all shifts. */
export interface Distances {
  /** One a shift. */
  readonly distances: Int32Array;
}

/** The description of a pair in a file. */
export const pairDescription = `A JSON object with \`text\` and \`pattern\`: two strings (compared by UTF-16 code units),
or two lists of integers or paths of \`.npy\` files.`;

/** Exact Hamming distances between a pattern and every place of a text. */
export const hammingProblem: Problem<SymbolPair, Distances> = defineProblem({
  id: 'strings/hamming-distances',
  title: 'Hamming distances of a text to a pattern',
  statement: String.raw`Given a text $T$ of $n$ symbols and a pattern $P$ of $m \le n$ symbols, find for every shift
$i = 0, \dots, n - m$ the number of positions where they differ:
$$D_i = \#\{\,j : T_{i+j} \ne P_j\,\}.$$`,
  families: pairFamilies(
    { params: {}, add: () => ({}) },
    {
      quick: { n: 2 ** 13, m: 2 ** 8 },
      full: [2 ** 8, 2 ** 12, 2 ** 16].flatMap((m) => [2 ** 18, 2 ** 20].map((n) => ({ n, m }))),
      real: [{}],
    },
  ),
  metrics: {
    wrongShare: {
      title: 'Wrong distances',
      description: 'Share of wrong distances among 512 evenly spread shifts.',
      unit: '',
      direction: 'minimize',
      targets: [0.5, 0.01, 0],
      compute: (pair: SymbolPair, { distances }: Distances) => {
        const shifts = sampledShifts(distances.length);
        const wrong = shifts.filter((i) => distances[i] !== distanceAt(pair, i)).length;
        return wrong / Math.max(1, shifts.length);
      },
    },
    fingerprintError: {
      title: 'Fingerprint error',
      description: 'Whether a random fingerprint of all distances is wrong: 0 if it is right, 1 if not.',
      unit: '',
      direction: 'minimize',
      targets: [0],
      compute: (pair: SymbolPair, { distances }: Distances) => (fingerprintsAgree(pair, distances) ? 0 : 1),
    },
  },
  primaryMetric: 'wrongShare',
  certificates: { recount: recountOf<SymbolPair, Distances>('wrongShare') },
  validate: checkSymbols,
  badInstances: () => badPairs({}),
  hardInstances: () => hardPairs(() => ({})),
  success: { metric: 'wrongShare', certificate: 'recount', bound: () => 0 },
  instanceFile: {
    description: pairDescription,
    example: { text: 'GATTACA', pattern: 'TAC' },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['text', 'pattern']);
      return readPair(fields);
    },
  },
});

/**
 * Checks that both sequences are arrays of integers.
 *
 * @throws {InvalidInputError} naming the sequence
 */
export function checkSymbols(pair: SymbolPair): void {
  for (const name of ['text', 'pattern'] as const) {
    if (!isSymbolArray(pair[name])) throw fault('expected a typed array of integers', name, 'type');
  }
  checkPair(pair.text, pair.pattern);
  if (pair.pattern.length > pair.text.length) {
    throw fault(`is longer (${pair.pattern.length}) than the text (${pair.text.length})`, 'pattern', 'shape');
  }
}

/** Bad pairs with what a problem adds. */
export function badPairs<Added extends object>(added: Added) {
  const good = { text: Uint8Array.of(1, 2, 3), pattern: Uint8Array.of(1, 2), ...added };
  return [
    { fault: 'an empty pattern', instance: { ...good, pattern: new Uint8Array(0) }, argument: 'pattern' },
    { fault: 'a pattern longer than the text', instance: { ...good, pattern: new Uint8Array(4) }, argument: 'pattern' },
    { fault: 'floating-point symbols', instance: { ...good, text: new Float64Array(3) as never }, argument: 'text' },
    { fault: 'a string', instance: { ...good, pattern: 'ab' as never }, argument: 'pattern' },
  ];
}

/** Pairs on which algorithms go wrong first, with what a problem adds for their pattern's length. */
export function hardPairs<Added extends object>(added: (m: number) => Added) {
  const pairs: readonly (readonly [string, SymbolPair])[] = [
    ['one symbol in all', { text: Uint8Array.of(5), pattern: Uint8Array.of(5) }],
    ['a text of one symbol', { text: new Uint8Array(300), pattern: new Uint8Array(40) }],
    ['no symbol in common', { text: new Uint8Array(300), pattern: new Uint8Array(40).fill(1) }],
    ['a text that is the pattern', { text: cycle(64, 7), pattern: cycle(64, 7) }],
    ['a period with one change', { text: cycle(400, 20), pattern: cycle(100, 20, 37) }],
    [
      'symbols at both ends of 32 signed bits',
      {
        text: Int32Array.from({ length: 200 }, (_, i) => (i % 3 === 0 ? -(2 ** 31) : 2 ** 31 - 1 - (i % 2))),
        pattern: Int32Array.of(-(2 ** 31), 2 ** 31 - 1, 2 ** 31 - 2, -(2 ** 31)),
      },
    ],
    [
      'large unsigned symbols beside negative ones',
      { text: Uint32Array.of(2 ** 32 - 1, 2 ** 31, 0, 1, 2 ** 32 - 1), pattern: Int32Array.of(-1, 0) },
    ],
    [
      'as many symbols as positions',
      { text: Uint16Array.from({ length: 500 }, (_, i) => i), pattern: Uint16Array.from({ length: 300 }, (_, j) => j + 7) },
    ],
  ];
  return pairs.map(([hardness, pair]) => ({ hardness, instance: { ...pair, ...added(pair.pattern.length) } }));
}

/** 0, 1, … again and again, with a symbol of its own at one place. */
function cycle(length: number, period: number, changed = -1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i === changed ? period : i % period));
}

/** Reads a pair from the fields of a file. */
export function readPair(fields: Record<string, unknown>): SymbolPair {
  const pair = checkPair(readSequence(fields['text'], 'text'), readSequence(fields['pattern'], 'pattern'));
  checkSymbols(pair);
  return pair;
}

function readSequence(json: unknown, argument: string): Sequence {
  if (typeof json === 'string') return json;
  const values = readVector(json, argument);
  return integers(values, argument);
}
