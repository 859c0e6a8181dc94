// The registered problem of approximate distances: `strings/approximate-hamming`.
import type { Problem } from '@infimum/core';
import { checkNumber, defineProblem } from '@infimum/core';
import { readObject } from '@infimum/core/data';
import { badPairs, checkSymbols, hardPairs, pairDescription, readPair } from '../exact/hamming-problem.ts';
import { distanceAt, sampledShifts } from '../exact/verification.ts';
import { pairFamilies } from '../families.ts';
import { recountOf } from '../recount.ts';
import type { SymbolPair } from '../symbols.ts';

/** A pair, and the relative error that is allowed. */
export interface ApproximateInstance extends SymbolPair {
  /** Relative error, in (0, 1). */
  readonly epsilon: number;
}

/** Estimated distances of all shifts. */
export interface Estimates {
  /** One a shift. */
  readonly distances: Float64Array;
}

/** Hamming distances up to a relative error. */
export const approximateProblem: Problem<ApproximateInstance, Estimates> = defineProblem({
  id: 'strings/approximate-hamming',
  title: 'Approximate Hamming distances of a text to a pattern',
  statement: String.raw`Given a text $T$, a pattern $P$ and $\varepsilon \in (0, 1)$, find for every shift an estimate with
$$(1 - \varepsilon) D_i \le \tilde D_i \le (1 + \varepsilon) D_i,\qquad D_i = \#\{\,j : T_{i+j} \ne P_j\,\}.$$`,
  families: pairFamilies<{ epsilon: number }>(
    {
      params: { epsilon: { type: 'number', above: 0, below: 1, default: 0.25, description: 'Relative error' } },
      add: (params) => ({ epsilon: params['epsilon'] as number }),
    },
    {
      quick: { n: 2 ** 9, m: 2 ** 5 },
      // So long a pattern is sampled, and cut in classes.
      markov: { n: 4000, m: 3000, planted: 50, epsilon: 0.9 },
      full: [
        { n: 2 ** 9, m: 2 ** 6, epsilon: 0.25 },
        ...[0.5, 0.25, 0.1].map((epsilon) => ({ n: 2 ** 16, m: 2 ** 10, epsilon })),
        { n: 2 ** 16, m: 2 ** 13, epsilon: 0.25 },
      ],
      real: [{}],
    },
  ),
  metrics: {
    failureShare: {
      title: 'Failures',
      description: 'Share of 512 evenly spread shifts whose relative error is above epsilon.',
      unit: '',
      direction: 'minimize',
      targets: [0.5, 0.01, 0],
      compute: (instance: ApproximateInstance, { distances }: Estimates) => {
        const errors = relativeErrors(instance, distances);
        return errors.filter((error) => error > instance.epsilon + 1e-12).length / Math.max(1, errors.length);
      },
    },
    worstError: {
      title: 'Largest relative error',
      description: 'Largest |estimate - distance| / distance among these shifts; a distance of 0 counts as 1.',
      unit: '',
      direction: 'minimize',
      compute: (instance: ApproximateInstance, { distances }: Estimates) =>
        relativeErrors(instance, distances).reduce((worst, error) => Math.max(worst, error), 0),
    },
    meanError: {
      title: 'Mean relative error',
      description: 'Mean of the same errors.',
      unit: '',
      direction: 'minimize',
      compute: (instance: ApproximateInstance, { distances }: Estimates) => {
        const errors = relativeErrors(instance, distances);
        return errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
      },
    },
  },
  primaryMetric: 'failureShare',
  certificates: { recount: recountOf<ApproximateInstance, Estimates>('failureShare') },
  validate(instance) {
    checkSymbols(instance);
    checkNumber(instance.epsilon, 'epsilon', { above: 0, below: 1 });
  },
  badInstances: () => {
    const good = { text: Uint8Array.of(1, 2, 3), pattern: Uint8Array.of(1, 2) };
    return [
      ...badPairs({ epsilon: 0.5 }),
      { fault: 'epsilon zero', instance: { ...good, epsilon: 0 }, argument: 'epsilon' },
      { fault: 'epsilon one', instance: { ...good, epsilon: 1 }, argument: 'epsilon' },
      { fault: 'epsilon NaN', instance: { ...good, epsilon: Number.NaN }, argument: 'epsilon' },
    ];
  },
  hardInstances: () => [...hardPairs(() => ({ epsilon: 0.9 })), ...hardPairs(() => ({ epsilon: 0.14 }))],
  success: {
    metric: 'failureShare',
    certificate: 'recount',
    // Relative to the instance's error; a larger one may have been requested.
    bound: ({ epsilon }, { options }) => (Number(options['epsilon'] ?? epsilon) > epsilon ? undefined : 0),
  },
  instanceFile: {
    description: `${pairDescription} \`epsilon\` is the relative error.`,
    example: { text: 'mississippi', pattern: 'issip', epsilon: 0.25 },
    parse: (json) => {
      const fields = readObject(json, 'instance', ['text', 'pattern', 'epsilon']);
      const { epsilon } = fields;
      checkNumber(epsilon, 'epsilon', { above: 0, below: 1 });
      return { ...readPair(fields), epsilon };
    },
  },
});

function relativeErrors(instance: ApproximateInstance, distances: Float64Array): number[] {
  return sampledShifts(distances.length).map((i) => {
    const exact = distanceAt(instance, i);
    return Math.abs(distances[i] - exact) / Math.max(1, exact);
  });
}
