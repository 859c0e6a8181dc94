// The registered problem of distances up to k: `strings/k-mismatch`.
import type { Problem } from '@infimum/core';
import { checkInteger, defineProblem } from '@infimum/core';
import { readObject } from '@infimum/core/data';
import type { Distances } from '../exact/hamming-problem.ts';
import { badPairs, checkSymbols, hardPairs, pairDescription, readPair } from '../exact/hamming-problem.ts';
import { distanceAt, sampledShifts } from '../exact/verification.ts';
import { pairFamilies } from '../families.ts';
import { recountOf } from '../recount.ts';
import type { SymbolPair } from '../symbols.ts';

/** A pair, and the bound on mismatches. */
export interface KMismatchInstance extends SymbolPair {
  /** k. */
  readonly maxMismatches: number;
}

/** Reported hits that are verified. */
const VERIFIED_HITS = 2048;

/** Hamming distances cut off at k + 1. */
export const kMismatchProblem: Problem<KMismatchInstance, Distances> = defineProblem({
  id: 'strings/k-mismatch',
  title: 'Pattern matching with at most k mismatches',
  statement: String.raw`Given a text $T$, a pattern $P$ and a bound $k$, find for every shift
$$\min(D_i, k + 1),\qquad D_i = \#\{\,j : T_{i+j} \ne P_j\,\};$$
$k + 1$ means more than $k$.`,
  families: pairFamilies<{ maxMismatches: number }>(
    {
      params: { maxMismatches: { type: 'integer', min: 0, default: 50, description: 'k, the maximum number of mismatches' } },
      add: (params) => ({ maxMismatches: params['maxMismatches'] as number }),
    },
    {
      quick: { n: 2 ** 13, m: 2 ** 8 },
      full: [
        ...[1, 8, 64, 512].map((maxMismatches) => ({ n: 2 ** 18, m: 2 ** 10, maxMismatches })),
        ...[8, 512].map((maxMismatches) => ({ n: 2 ** 18, m: 2 ** 13, maxMismatches })),
      ],
      real: [{ maxMismatches: 8 }, { maxMismatches: 64 }],
    },
  ),
  metrics: {
    wrongShare: {
      title: 'Wrong distances',
      description: 'Share of wrong values among 512 evenly spread shifts.',
      unit: '',
      direction: 'minimize',
      targets: [0.5, 0.01, 0],
      compute: (instance: KMismatchInstance, { distances }: Distances) => {
        const shifts = sampledShifts(distances.length);
        const k = instance.maxMismatches;
        const wrong = shifts.filter((i) => distances[i] !== Math.min(distanceAt(instance, i), k + 1)).length;
        return wrong / Math.max(1, shifts.length);
      },
    },
    falseHits: {
      title: 'False hits',
      description: 'Share of wrong distances among the first 2048 shifts reported to have at most k mismatches.',
      unit: '',
      direction: 'minimize',
      targets: [0],
      compute: (instance: KMismatchInstance, { distances }: Distances) => {
        let [hits, wrong] = [0, 0];
        for (let i = 0; i < distances.length && hits < VERIFIED_HITS; i++) {
          if (distances[i] > instance.maxMismatches) continue;
          hits++;
          if (distances[i] !== distanceAt(instance, i)) wrong++;
        }
        return wrong / Math.max(1, hits);
      },
    },
  },
  primaryMetric: 'wrongShare',
  certificates: { recount: recountOf<KMismatchInstance, Distances>('wrongShare') },
  validate(instance) {
    checkSymbols(instance);
    checkInteger(instance.maxMismatches, 'maxMismatches', { min: 0 });
  },
  badInstances: () => {
    const good = { text: Uint8Array.of(1, 2, 3), pattern: Uint8Array.of(1, 2) };
    return [
      ...badPairs({ maxMismatches: 1 }),
      { fault: 'a negative bound', instance: { ...good, maxMismatches: -1 }, argument: 'maxMismatches' },
      { fault: 'half a mismatch', instance: { ...good, maxMismatches: 0.5 }, argument: 'maxMismatches' },
    ];
  },
  hardInstances: () => [
    ...hardPairs(() => ({ maxMismatches: 0 })),
    ...hardPairs((m) => ({ maxMismatches: m - 1 })),
    ...hardPairs((m) => ({ maxMismatches: 2 * m })),
  ],
  success: { metric: 'wrongShare', certificate: 'recount', bound: () => 0 },
  instanceFile: {
    description: `${pairDescription} \`maxMismatches\` is k.`,
    example: { text: 'GATTACAGATTTCA', pattern: 'GATTACA', maxMismatches: 1 },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['text', 'pattern', 'maxMismatches']);
      const { maxMismatches } = fields;
      checkInteger(maxMismatches, 'maxMismatches', { min: 0 });
      return { ...readPair(fields), maxMismatches };
    },
  },
});
