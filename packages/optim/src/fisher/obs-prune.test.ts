// Pruning against worked examples, dense inverses and pruning by magnitude.
import { Random } from '@infimum/core';
import { lu, solveLu } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import type { ObsPruneOptions } from './obs-prune.ts';
import { obsPrune } from './obs-prune.ts';

const fixed = (values: Float64Array) => (_: Float64Array, out: Float64Array) => out.set(values);

describe('worked examples', () => {
  it('remove the cheaper weight and correct the other', () => {
    // F^-1 = [[3, 0.5], [0.5, 5.5]] / 16.25: costs are 16.25 / 6 and 16.25 / 11.
    const options = { sparsity: 0.5, samples: 2, damping: 0.5, rounds: 1 };
    const { x, mask, sparsity, status } = obsPrune(Float64Array.of(1, 1), fixed(Float64Array.of(1, 2, 3, -1)), options);
    expect(x[0]).toBeCloseTo(10 / 11, 12);
    expect(x[1]).toBe(0);
    expect(Array.from(mask)).toEqual([1, 0]);
    expect(sparsity).toBe(0.5);
    expect(status).toBe('converged');
  });

  it('rank by magnitude and by the diagonal', () => {
    const options = { sparsity: 0.5, samples: 2, damping: 0.5, rounds: 1 };
    const magnitude = obsPrune(Float64Array.of(3, -1, 2, -0.5), fixed(new Float64Array(8)), {
      ...options,
      criterion: 'magnitude',
    });
    expect(Array.from(magnitude.x)).toEqual([3, 0, 2, 0]);
    const diagonal = obsPrune(Float64Array.of(3, -1, 2, -0.5), fixed(Float64Array.of(0, 9, 0, 9, 0, 9, 0, 9)), {
      ...options,
      criterion: 'diagonal',
    });
    // w² (1/2 + mean g²): 4.5, 81.5, 2, 20.4
    expect(Array.from(diagonal.x)).toEqual([0, -1, 0, -0.5]);
  });
});

describe('corrections', () => {
  const [m, d] = [6, 9];
  const gradients = new Random(1).normals(new Float64Array(m * d));
  const weights = new Random(2).normals(new Float64Array(d));
  const damping = 0.1;
  const f = new Float64Array(d * d);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      f[i * d + j] = i === j ? damping : 0;
      for (let r = 0; r < m; r++) f[i * d + j] += (gradients[r * d + i] * gradients[r * d + j]) / m;
    }
  const factors = lu({ rows: d, cols: d, values: f });
  const column = (i: number) => {
    const unit = new Float64Array(d);
    unit[i] = 1;
    return solveLu(factors, unit);
  };
  const options: ObsPruneOptions = { sparsity: 1 / 3, samples: m, damping, rounds: 1 };
  const costs = Array.from(weights, (w, i) => w ** 2 / (2 * column(i)[i]));
  const removed = costs
    .map((_, i) => i)
    .toSorted((a, b) => costs[a] - costs[b])
    .slice(0, 3);

  it('add up those for each weight', () => {
    const { x } = obsPrune(weights, fixed(gradients), options);
    for (let k = 0; k < d; k++) {
      const change = removed.reduce((sum, i) => sum - (weights[i] / column(i)[i]) * column(i)[k], 0);
      expect(x[k]).toBeCloseTo(removed.includes(k) ? 0 : weights[k] + change, 10);
    }
  });

  it('minimise the quadratic model when they are joint', () => {
    const { x } = obsPrune(weights, fixed(gradients), { ...options, correction: 'joint' });
    const change = x.map((value, k) => value - weights[k]);
    // At the best change with these zeros, F change vanishes at the weights that are left.
    for (let k = 0; k < d; k++) {
      const force = change.reduce((sum, value, j) => sum + f[k * d + j] * value, 0);
      if (!removed.includes(k)) expect(force).toBeCloseTo(0, 10);
      else expect(x[k]).toBe(0);
    }
  });

  it('are the same with dense blocks as with rows', () => {
    const rows = obsPrune(weights, fixed(gradients), { ...options, blockSize: 6 });
    const blocks = obsPrune(weights, fixed(gradients), { ...options, blockSize: 5 });
    const same = obsPrune(weights, fixed(Float64Array.of(...gradients, ...gradients)), {
      ...options,
      samples: 12,
      blockSize: 6,
    });
    same.x.forEach((value, k) => {
      expect(value).toBeCloseTo(rows.x[k], 10);
    });
    expect(blocks.x).not.toEqual(rows.x);
  });
});

describe('rounds', () => {
  it('keep the same share each, and end at the sparsity', () => {
    const weights = new Random(3).normals(new Float64Array(100));
    weights[7] = 0;
    const prunable = new Uint8Array(100).fill(1, 0, 80);
    const seen: number[] = [];
    const found = obsPrune(weights, (_, out, random) => random.normals(out), {
      sparsity: 0.9,
      prunable,
      rounds: 4,
      samples: 8,
      onIteration: ({ sparsity }) => seen.push(Math.round(80 * (1 - sparsity))),
    });
    // 79 (8 / 79)^(j / 4)
    expect(seen).toEqual([79, 45, 25, 14, 8]);
    expect(found.x.subarray(0, 80).filter((value) => value !== 0).length).toBe(8);
    expect(found.x.subarray(80)).toEqual(weights.subarray(80));
    expect(found.mask.subarray(80).every((bit) => bit === 1)).toBe(true);
    const half = obsPrune(weights, (_, out, random) => random.normals(out), {
      sparsity: 0.9,
      rounds: 4,
      samples: 8,
      maxIterations: 2,
    });
    expect(half.status).toBe('iteration-limit');
    expect(half.x.filter((value) => value !== 0).length).toBe(Math.round(100 * (1 - half.sparsity)));
  });
});

describe('what does not fit', () => {
  it('is refused with its name', () => {
    const argument = (name: string) => expect.objectContaining({ argument: name });
    const weights = Float64Array.of(1, 0, 2, 3);
    const prune = (options: Partial<ObsPruneOptions>) => () =>
      obsPrune(weights, fixed(new Float64Array(256)), { sparsity: 0.5, ...options });
    expect(prune({ sparsity: 1 })).toThrow(argument('sparsity'));
    expect(prune({ sparsity: 0.2 })).toThrow(argument('sparsity'));
    expect(prune({ rounds: 0 })).toThrow(argument('rounds'));
    expect(prune({ samples: 0 })).toThrow(argument('samples'));
    expect(prune({ damping: 0 })).toThrow(argument('damping'));
    expect(prune({ blockSize: 0 })).toThrow(argument('blockSize'));
    expect(prune({ criterion: 'other' as 'fisher' })).toThrow(argument('criterion'));
    expect(prune({ correction: 'other' as 'joint' })).toThrow(argument('correction'));
    expect(prune({ prunable: Uint8Array.of(1) })).toThrow(argument('prunable'));
    expect(() => obsPrune(Float64Array.of(Number.NaN), fixed(weights), { sparsity: 0.5 })).toThrow(argument('initial'));
    let calls = 0;
    const later = obsPrune(weights, (_, out) => out.fill(calls++ ? Number.NaN : 1), { sparsity: 0.75, rounds: 2 });
    expect(later.status).toBe('stalled');
    expect(later.x.filter((value) => value !== 0).length).toBeGreaterThan(0);
    const nan = () => obsPrune(weights, (_, out) => out.fill(Number.NaN), { sparsity: 0.5 });
    expect(nan).toThrow(argument('gradients'));
  });
});
