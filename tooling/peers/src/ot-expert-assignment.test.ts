// The peers of the assignment of tokens to experts, where `pnpm peers:install` has made them.
import { describe, expect, it } from 'vitest';
import type { PeerResult } from './client.ts';
import { installed, peersOfTests } from './installed-peers.ts';

interface Instance {
  readonly scores: { readonly rows: number; readonly cols: number; readonly values: Float64Array };
  readonly expertsPerToken: number;
  readonly capacities?: Int32Array;
}

const everyMethod = ['scipy/linear-sum-assignment', 'pot/emd-capacities', 'scipy/linprog-highs'];

describe.runIf(installed)('SciPy and POT on ot/expert-assignment', () => {
  const peers = peersOfTests();

  const example = {
    scores: { rows: 4, cols: 2, values: Float64Array.of(0.9, 0.8, 0.8, 0.5, 0.7, 0.1, 0.6, 0.55) },
    expertsPerToken: 1,
  };

  it.each(everyMethod)('%s solves the example with equal loads', async (id) => {
    const result = await peers().solve(id, example, {}, { seconds: 60 });
    expect(result.status).toBe('converged');
    expect(Array.from(result.solution?.['experts'] as Int32Array)).toEqual([1, 0, 0, 1]);
    expectOptimal(example, result, 2.85);
  });

  it.each(everyMethod)('%s finds what trying all routings finds, room to spare included', async (id) => {
    for (const [seed, capacities] of [
      [1, [2, 2, 2]],
      [2, [4, 1, 3]],
      [3, [6, 0, 2]],
    ] as const) {
      const instance = { ...randomInstance(6, 3, seed), capacities: Int32Array.from(capacities) };
      const result = await peers().solve(id, instance, {}, { seconds: 60 });
      expect(result.status).toBe('converged');
      expectOptimal(instance, result, bestOfAll(instance));
    }
  });

  it('two experts a token are for the linear program; the others decline', async () => {
    const instance = { ...randomInstance(6, 4, 4), expertsPerToken: 2 };
    const result = await peers().solve('scipy/linprog-highs', instance, {}, { seconds: 60 });
    expectOptimal(instance, result, bestOfAll(instance));
    for (const id of everyMethod.slice(0, 2)) {
      expect(await peers().solve(id, instance, {}, { seconds: 60 })).toMatchObject({
        status: 'declined',
        reason: expect.stringContaining('scipy/linprog-highs'),
        solution: undefined,
      });
    }
  });

  it('reports the limit of the network simplex', async () => {
    const result = await peers().solve('pot/emd-capacities', randomInstance(60, 5, 5), { maxIterations: 2 });
    expect(result.status).toBe('iteration-limit');
  });
});

/** Scores in [0, 1) by a linear congruential generator. */
function randomInstance(rows: number, cols: number, seed: number): Instance {
  let state = seed;
  const values = Float64Array.from({ length: rows * cols }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
  return { scores: { rows, cols, values }, expertsPerToken: 1 };
}

function capacitiesOf({ scores: { rows, cols }, expertsPerToken, capacities }: Instance): number[] {
  const slots = rows * expertsPerToken;
  return Array.from({ length: cols }, (_, k) => capacities?.[k] ?? Math.floor((slots + cols - 1 - k) / cols));
}

/** The greatest affinity of all routings within the capacities. */
function bestOfAll(instance: Instance): number {
  const { scores, expertsPerToken } = instance;
  const search = (token: number, expert: number, taken: number, left: readonly number[]): number => {
    if (token === scores.rows) return 0;
    if (taken === expertsPerToken) return search(token + 1, 0, 0, left);
    if (expert === scores.cols) return -Infinity;
    const without = search(token, expert + 1, taken, left);
    if (left[expert] === 0) return without;
    const rest = left.map((room, k) => (k === expert ? room - 1 : room));
    const score = scores.values[token * scores.cols + expert];
    return Math.max(without, score + search(token, expert + 1, taken + 1, rest));
  };
  return search(0, 0, 0, capacitiesOf(instance));
}

/** Expects a routing within the capacities whose affinity and dual value are the optimum. */
function expectOptimal(instance: Instance, { solution }: PeerResult, optimum: number): void {
  const { scores, expertsPerToken } = instance;
  const { rows, cols, values } = scores;
  const capacities = capacitiesOf(instance);
  const [pointers, experts, loads] = ['tokenPointers', 'experts', 'loads'].map((name) => solution?.[name] as Int32Array);
  const bias = solution?.['bias'] as Float64Array;
  const counts = new Array<number>(cols).fill(0);
  const slots = rows * expertsPerToken;
  const spare = capacities.reduce((sum, capacity) => sum + capacity, 0) - slots;
  let affinity = 0;
  let dual = spare * Math.max(...bias);
  for (let i = 0; i < rows; i++) {
    const chosen = experts.subarray(pointers[i], pointers[i + 1]);
    expect(new Set(chosen).size).toBe(expertsPerToken);
    for (const k of chosen) {
      counts[k]++;
      affinity += values[i * cols + k];
    }
    const biased = Array.from(bias, (shift, k) => values[i * cols + k] + shift).sort((x, y) => y - x);
    for (const score of biased.slice(0, expertsPerToken)) dual += score;
  }
  capacities.forEach((capacity, k) => {
    dual -= capacity * bias[k];
    expect(counts[k]).toBeLessThanOrEqual(capacity);
  });
  expect(Array.from(loads)).toEqual(counts);
  expect(affinity).toBeCloseTo(optimum, 10);
  expect(dual).toBeCloseTo(optimum, 7);
}
