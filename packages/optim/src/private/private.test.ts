import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { bySuite } from '../testing/by-suite.ts';
import { createAccountant } from './accountant.ts';
import type { DpSgdOptions } from './dp-gradient-descent.ts';
import { dpGd, dpSgd } from './dp-gradient-descent.ts';
import { gaussianMu } from './gaussian-privacy.ts';
import { jlGlm, lift, project, projectedDimension } from './jl-glm.ts';
import { discreteGaussian, noiseSource } from './noise.ts';
import { equalRecords } from './private-claims.ts';
import type { PrivateLoss } from './private-loss.ts';
import { addDifferences, addGradients, distanceLoss, exactGradientNorm, huberLoss, linearLoss } from './private-loss.ts';
import { privateData } from './private-problem.ts';
import { privateSpiderBoost } from './private-spider-boost.ts';
import { depthFirst, privateSpiderTree, treeSetting } from './private-spider-tree.ts';
import { recursiveRegularization } from './recursive-regularization.ts';

const normalPoints = (rows: number, cols: number, seed: number) => ({
  rows,
  cols,
  values: new Random(seed).normals(new Float64Array(rows * cols)),
});

/** So large a budget that the noise is below rounding of what is compared. */
const FREE = { epsilon: 1e6, delta: 0.5, seed: 1 } as const;

describe('privateSpiderBoost', () => {
  it('is gradient descent where the noise is off and batches are full', () => {
    const loss = distanceLoss(normalPoints(40, 3, 1));
    const paths = [1, 4, 100].map((phase) => {
      const path: number[] = [];
      privateSpiderBoost(loss, {
        ...FREE,
        phase,
        steps: 30,
        output: 'last',
        onIteration: ({ solution }) => void path.push(...solution().w),
      });
      return path;
    });
    for (const path of paths.slice(1)) {
      path.forEach((value, k) => {
        expect(Math.abs(value - paths[0][k])).toBeLessThan(0.05);
      });
    }
  }, 60_000);

  it('adds noise in proportion to the step, at the sensitivity times its multiplier', () => {
    // Losses without slope: what is seen is noise alone.
    const loss: PrivateLoss = {
      records: 100,
      dimension: 4000,
      lipschitz: 1,
      smoothness: 1,
      recordGradient: (_, __, out) => void out.fill(0),
    };
    const norms: number[] = [];
    const { ledger } = privateSpiderBoost(loss, {
      epsilon: 1,
      delta: 1e-6,
      steps: 1,
      phase: 1,
      seed: 3,
      onIteration: ({ noisyGradientNorm }) => void norms.push(noisyGradientNorm),
    });
    const { sigma, count } = ledger.events[0];
    expect(count).toBe(2);
    expect(sigma).toBeCloseTo(Math.sqrt(2) / gaussianMu(1, 1e-6), 8);
    expect(norms[0] / Math.sqrt(4000) / ((2 * sigma) / 100)).toBeCloseTo(1, 1);
  }, 60_000);

  it('counts samples by Rényi divergences, with neighbours by add-remove', () => {
    const loss = equalRecords(1000);
    const settings = { epsilon: 1, delta: 1e-6, steps: 20, phase: 5, anchorBatchSize: 500, batchSize: 100 } as const;
    expect(() => privateSpiderBoost(loss, settings)).toThrow('add-remove');
    const { epsilon, gradients } = privateSpiderBoost(loss, { ...settings, adjacency: 'add-remove', publicSize: 1000 });
    expect(epsilon).toBeLessThanOrEqual(1 + 1e-6);
    expect(epsilon).toBeGreaterThan(0.98);
    expect(gradients).toBe(5 * 500 + 16 * 2 * 100);
  }, 60_000);
});

describe('privateSpiderTree', () => {
  it('visits vertices depth first, and has the setting of the specification', () => {
    const names: string[] = [];
    let path = '';
    for (const { level, isRight } of depthFirst(2)) {
      path = path.slice(0, level - 1) + (isRight ? '1' : '0');
      names.push(path);
    }
    expect(names).toEqual(['0', '00', '01', '1', '10', '11']);
    expect(treeSetting(1e6, 100, 1)).toEqual({ batch: 10_000, depth: 9 });
  }, 60_000);

  it('uses every record once a pass at most, and pays for every pass', () => {
    const uses = new Map<number, number>();
    const loss: PrivateLoss = {
      ...equalRecords(500),
      recordGradient: (_, record, out) => {
        uses.set(record, (uses.get(record) ?? 0) + 1);
        out.fill(0.1);
      },
    };
    const { ledger, epsilon } = privateSpiderTree(loss, {
      epsilon: 1,
      delta: 1e-6,
      batchSize: 100,
      depth: 1,
      epochs: 4,
      threshold: 0,
      seed: 1,
    });
    // A root's record is looked at once, that of a right child at two points: 3 rounds of 100 and 50 fit a pass. Before them the
    // first record is asked once, to see that there is an answer.
    const counts = [...uses.values()];
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * 4 + 1);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4 * 3 * (100 + 2 * 50) + 1);
    expect(ledger.events).toMatchObject([{ count: 4 }]);
    expect(ledger.events[0].sigma).toBeCloseTo(2 / gaussianMu(1, 1e-6), 9);
    expect(epsilon).toBeCloseTo(1, 6);
  });

  it('has noise in proportion to the distance at right children, and never of more than gradients can part by', () => {
    // Losses without slope: what is seen is noise alone; the right child of depth 1 adds to the root's.
    const loss: PrivateLoss = { ...equalRecords(300), dimension: 4000, recordGradient: (_, __, out) => void out.fill(0) };
    const deviation = (beta: number) => {
      const norms: number[] = [];
      const setting = { epsilon: 1, delta: 1e-6, batchSize: 200, depth: 1, pathLength: beta, threshold: 0, seed: 1 } as const;
      privateSpiderTree(loss, {
        ...setting,
        onIteration: ({ noisyGradientNorm }) => void norms.push(noisyGradientNorm / Math.sqrt(4000)),
      });
      return (Math.sqrt(norms[2] ** 2 - norms[1] ** 2) * (100 * gaussianMu(1, 1e-6))) / 2;
    };
    // β = L1 √2 times the step's length.
    expect(deviation(0.5) / (0.5 / Math.SQRT2)).toBeCloseTo(1, 1);
    expect(deviation(100) / (2 * loss.lipschitz)).toBeCloseTo(1, 1);
  });

  it('uses every record once at most, in steps of one length', () => {
    const base = distanceLoss(normalPoints(3000, 5, 2));
    const uses = new Map<number, Set<string>>();
    const loss: PrivateLoss = {
      ...base,
      recordGradient: (w, record, out) => {
        uses.set(record, (uses.get(record) ?? new Set()).add(w.join(' ')));
        base.recordGradient(w, record, out);
      },
    };
    const places: Float64Array[] = [];
    const { gradients } = privateSpiderTree(loss, {
      epsilon: 1,
      delta: 1e-6,
      threshold: 0,
      seed: 1,
      onIteration: ({ solution }) => void places.push(solution().w),
    });
    expect(gradients).toBeLessThanOrEqual(2 * 3000);
    expect(Math.max(...[...uses.values()].map((points) => points.size))).toBeLessThanOrEqual(2);
    const steps = places.slice(2).map((w, k) => Math.hypot(...w.map((value, j) => value - places[k + 1][j])));
    for (const step of steps) expect(step).toBeCloseTo(steps[0], 9);
  }, 60_000);
});

describe('recursiveRegularization', () => {
  it.each(['noisy-gd', 'phased-sgd'] as const)(
    '%s comes near the minimum as records grow',
    (method) => {
      const sizes = [1000, 16_000].map((n) => {
        const points = normalPoints(n, 5, 4);
        for (let k = 0; k < points.values.length; k++) points.values[k] = 0.2 + 0.2 * points.values[k];
        const loss = distanceLoss(points);
        const { w, gradients } = recursiveRegularization(loss, { epsilon: 2, delta: 1e-6, method, innerLimit: 200, seed: 1 });
        if (method === 'phased-sgd') expect(gradients).toBeLessThanOrEqual(n);
        return exactGradientNorm(loss, w);
      });
      expect(sizes[1]).toBeLessThan(0.6 * sizes[0]);
    },
    60_000,
  );
});

describe('rounds of recursiveRegularization', () => {
  it('have blocks of their own, drawn at random, that hold all records', () => {
    const rounds: Set<number>[] = [];
    let current = new Set<number>();
    const loss: PrivateLoss = {
      ...equalRecords(90),
      recordGradient: (_, record, out) => {
        current.add(record);
        out.fill(0);
      },
    };
    recursiveRegularization(loss, {
      epsilon: 1,
      delta: 1e-6,
      rounds: 3,
      innerLimit: 4,
      seed: 5,
      onIteration: () => {
        rounds.push(current);
        current = new Set();
      },
    });
    const blocks = rounds.slice(1);
    expect(blocks.map((block) => block.size)).toEqual([30, 30, 30]);
    expect(new Set(blocks.flatMap((block) => [...block])).size).toBe(90);
    expect(Math.max(...blocks[0])).toBeGreaterThan(59);
  });

  it('refuses to clip what the noise of a single pass rests on', () => {
    const settings = { epsilon: 1, delta: 1e-6, clipNorm: 0.5 } as const;
    expect(() => recursiveRegularization(equalRecords(100), { ...settings, method: 'phased-sgd' })).toThrow('clipNorm');
    expect(() => recursiveRegularization(equalRecords(100), { ...settings, rounds: 101 })).toThrow('rounds');
  });
});

describe('clipping', () => {
  it('bounds what one record changes in gradients and in their differences', () => {
    const random = new Random(8);
    const loss = linearLoss(
      { rows: 1, cols: 6, values: random.normals(new Float64Array(6)) },
      Float64Array.of(1),
      'logistic',
      2,
    );
    for (let k = 0; k < 200; k++) {
      const [w, before] = [0, 1].map(() => random.normals(new Float64Array(6)).map((value) => 5 * value));
      const [clip, change] = [random.uniform(), random.uniform()];
      const [one, other, moved, free] = [0, 0, 0, 0].map(() => new Float64Array(6));
      const steps = 2 ** 26 - 1;
      const [most, exact] = [4 * clip, (vector: Float64Array) => vector.reduce((sum, q) => sum + BigInt(q) ** 2n, 0n)];
      addGradients(loss, 1, w, { clip, steps }, one);
      addGradients(loss, 1, before, { clip, steps }, other);
      addDifferences(loss, 1, [w, before], { clip, change, steps }, moved);
      addDifferences(loss, 1, [w, before], { clip, change: most, steps }, free);
      // In whole numbers there is no tolerance.
      for (const vector of [one, other, moved, free]) expect(exact(vector)).toBeLessThanOrEqual(BigInt(steps) ** 2n);
      const size = (vector: Float64Array) => Math.hypot(...vector);
      for (let j = 0; j < 6; j++)
        [one[j], other[j], free[j]] = [one[j] * clip, other[j] * clip, free[j] * most].map((q) => q / steps);
      expect(size(free.map((value, j) => value - one[j] + other[j]))).toBeLessThan((8 * most) / steps);
      // Slopes of one sign: their difference is no longer than the longer one, and no more than L1 times the step.
      const step = size(w.map((value, j) => value - before[j]));
      expect(size(free)).toBeLessThanOrEqual(Math.min(clip, loss.smoothness * step) * (1 + 1e-12));
    }
  });

  it.each([0.5, 1] as const)('to %d has noise in proportion', (clip) => {
    const loss: PrivateLoss = {
      records: 100,
      dimension: 4000,
      lipschitz: 1,
      smoothness: 1,
      recordGradient: (_, __, out) => void out.fill(0),
    };
    const common = { epsilon: 1, delta: 1e-6, clipNorm: clip, seed: 3 } as const;
    const sizes: number[] = [];
    const onIteration = ({ noisyGradientNorm }: { noisyGradientNorm: number }) =>
      void sizes.push(noisyGradientNorm / Math.sqrt(4000));
    const { ledger } = privateSpiderBoost(loss, { ...common, steps: 1, phase: 1, onIteration });
    expect(sizes[0] / ((2 * clip * ledger.events[0].sigma) / 100)).toBeCloseTo(1, 1);
    sizes.length = 0;
    recursiveRegularization(loss, { ...common, rounds: 1, innerLimit: 1, onIteration });
    expect(sizes[1] / ((2 * clip) / gaussianMu(1, 1e-6) / 100)).toBeCloseTo(1, 1);
    sizes.length = 0;
    privateSpiderTree(loss, { ...common, batchSize: 100, depth: 0, threshold: 0, onIteration });
    expect(sizes[1] / ((2 * clip) / gaussianMu(1, 1e-6) / 100)).toBeCloseTo(1, 1);
  });
});

describe('jlGlm', () => {
  it('keeps inner products in the mean, and lifts into the span of the rows', () => {
    const points = normalPoints(2, 6, 5);
    let mean = 0;
    const draws = 4000;
    for (let key = 0; key < draws; key++) {
      const values = project(points, 4, key);
      for (let r = 0; r < 4; r++) mean += (values[r] * values[4 + r]) / draws;
    }
    const exact = points.values.subarray(0, 6).reduce((sum, value, j) => sum + value * points.values[6 + j], 0);
    expect(Math.abs(mean - exact)).toBeLessThan(0.35);
    // <Φx, u> = <x, Φ'u>.
    const u = Float64Array.of(1, -2, 0.5, 3);
    const lifted = lift(u, 6, 9);
    const projected = project({ ...points, rows: 1, values: points.values.slice(0, 6) }, 4, 9);
    expect(lifted.reduce((sum, value, j) => sum + value * points.values[j], 0)).toBeCloseTo(
      u.reduce((sum, value, r) => sum + value * projected[r], 0),
      10,
    );
  }, 60_000);

  it('has spent nothing while it projects', () => {
    // 2000 x 1000 x 150 multiplications; a pause stands after 2^28.
    const points = { rows: 2000, cols: 1000, values: new Float64Array(2_000_000).fill(0.01) };
    const records = { points, targets: new Float64Array(2000).fill(1), loss: 'logistic', bound: 1 } as const;
    const options = { epsilon: 4, delta: 1e-6, dimension: 150, steps: 2, seed: 1 };
    const used = createAccountant({ epsilon: 4, delta: 1e-6 });
    const paused = jlGlm(records, { ...options, accountant: used, maxIterations: 0 });
    expect([paused.status, paused.epsilon, used.ledger().spent]).toEqual(['iteration-limit', 0, 0]);
    expect(paused.w).toEqual(new Float64Array(1000));
    const done = jlGlm(records, options);
    expect([done.status, done.iterations]).toEqual(['iteration-limit', 3]);
    expect(done.epsilon).toBeGreaterThan(1);
  });

  it('does not project where that is no gain', () => {
    expect(projectedDimension(1000, 20, 1, 1e-6)).toBe(20);
    expect(projectedDimension(4096, 10_000, 1, 1e-6)).toBe(777);
    const points = normalPoints(200, 4, 6);
    const { w } = jlGlm(
      { points, targets: new Float64Array(200), loss: 'wave', bound: 1 },
      { epsilon: 1, delta: 1e-6, steps: 4 },
    );
    expect(w).toHaveLength(4);
  }, 60_000);
});

it('refuses blocks by place where records may be added', () => {
  const settings = { epsilon: 1, delta: 1e-6, adjacency: 'add-remove' } as const;
  expect(() => privateSpiderTree(equalRecords(100), settings)).toThrow('replace');
  expect(() => recursiveRegularization(equalRecords(100), settings)).toThrow('replace');
});

describe('privacy', () => {
  it('bounds what one record changes, by the clip', () => {
    const loss = linearLoss({ rows: 2, cols: 1, values: Float64Array.of(1e200, 0.5) }, Float64Array.of(1, 1), 'logistic', 1);
    const out = new Float64Array(1);
    loss.recordGradient(new Float64Array(1), 0, out);
    expect(Math.abs(out[0])).toBeLessThanOrEqual(0.5);
  }, 60_000);

  it('shows nothing but noisy numbers: neighbours are told apart no better than epsilon says', () => {
    // One release on one record, 0 or 1 away: the likelihood ratio of the event w < t.
    const event = (place: number): number => {
      const loss = huberLoss({ rows: 1, cols: 1, values: Float64Array.of(place) });
      let hits = 0;
      const runs = bySuite(600, 2000);
      for (let seed = 0; seed < runs; seed++) {
        const seen: number[] = [];
        dpGd(loss, {
          epsilon: 1,
          delta: 1e-2,
          steps: 2,
          stepSize: 1,
          seed: seed + (place > 0 ? 1e6 : 0),
          output: 'last',
          maxIterations: 1,
          onIteration: ({ solution }) => void seen.push(solution().w[0]),
        });
        if (seen[1] < -1) hits++;
      }
      return hits / runs;
    };
    const [first, second] = [event(-1), event(1)];
    expect(Math.log((first - 1e-2) / second)).toBeLessThan(1.3);
  }, 60_000);

  it('has noise of the platform’s cryptographic source by default, and says so otherwise', () => {
    const loss = equalRecords(100);
    // The last point: a random one is the start, before any noise, once in three runs.
    const options = { epsilon: 1, delta: 1e-6, steps: 3, output: 'last' } as const;
    const [a, b] = [0, 1].map(() => dpGd(loss, options));
    expect(Array.from(a.w)).not.toEqual(Array.from(b.w));
    expect(a.warning).toBe('');
    expect(a.status).toBe('iteration-limit');
    expect(dpGd(loss, { epsilon: 1, delta: 1e-6, steps: 3, seed: 1 }).warning).toContain('seed');
    const drawn = new Float64Array(20_001);
    const draw = discreteGaussian(noiseSource(undefined), 40);
    for (let i = 0; i < drawn.length; i++) drawn[i] = draw() / 2 ** 40;
    expect(Math.abs(drawn.reduce((sum, value) => sum + value, 0) / drawn.length)).toBeLessThan(0.04);
    expect(drawn.reduce((sum, value) => sum + value * value, 0) / drawn.length).toBeCloseTo(1, 1);
  }, 60_000);

  it('refuses a second run on a spent budget, before it looks at a record', () => {
    let touched = 0;
    const loss: PrivateLoss = {
      ...equalRecords(100),
      recordGradient: (_, __, out) => {
        touched++;
        out.fill(0);
      },
    };
    const accountant = createAccountant({ epsilon: 1, delta: 1e-6 });
    dpGd(loss, { epsilon: 1, delta: 1e-6, steps: 3, accountant });
    const before = touched;
    expect(() => dpGd(loss, { epsilon: 1, delta: 1e-6, steps: 3, accountant })).toThrow('budget');
    expect(touched).toBe(before);
  }, 60_000);
});

it('classifies tumours privately', async () => {
  const { points, targets, bound } = await privateData('tumours', 4);
  const loss = linearLoss(points, targets, 'logistic', bound);
  const accuracy = (w: Float64Array): number => {
    let right = 0;
    for (let i = 0; i < points.rows; i++) {
      let sum = 0;
      for (let j = 0; j < points.cols; j++) sum += w[j] * points.values[i * points.cols + j];
      if (sum * targets[i] > 0) right++;
    }
    return right / points.rows;
  };
  const common = { epsilon: 4, delta: 1e-5, seed: 2, output: 'last' } as const;
  expect(accuracy(dpGd(loss, { ...common, steps: 40, stepSize: 8 }).w)).toBeGreaterThan(0.85);
  expect(
    accuracy(dpSgd(loss, { ...common, publicSize: points.rows, steps: 100, batchSize: 100, stepSize: 4 }).w),
  ).toBeGreaterThan(0.85);
  const clipped = { epsilon: 4, delta: 1e-5, clipNorm: 0.2, stepSize: 80 } as const;
  const [phases, rounds] = [[], []] as [number[], number[]];
  for (let seed = 0; seed < 3; seed++) {
    const spider = { ...clipped, steps: 40, phase: 2, output: 'last', seed } as const;
    phases.push(accuracy(privateSpiderBoost(loss, spider).w));
    const blocks = { ...clipped, rounds: 2, innerLimit: 20, radius: 100, seed } as const;
    rounds.push(accuracy(recursiveRegularization(loss, blocks).w));
  }
  for (const values of [phases, rounds]) {
    expect(values.reduce((sum, value) => sum + value, 0) / 3).toBeGreaterThan(0.88);
  }
}, 60_000);

describe('what a guarantee rests on', () => {
  const budget = { epsilon: 1, delta: 1e-6, seed: 1 } as const;
  const sampled = (loss: PrivateLoss, options: DpSgdOptions) => dpSgd(loss, { publicSize: loss.records, ...options });
  const methods = { dpGd, dpSgd: sampled, privateSpiderBoost, privateSpiderTree, recursiveRegularization };
  const OWN: Readonly<Record<string, string>> = {
    dpGd: 'steps output',
    dpSgd: 'steps batchSize output',
    privateSpiderBoost: 'steps output',
    privateSpiderTree: 'batchSize',
    recursiveRegularization: 'rounds innerLimit',
  };

  it('is a public divisor where neighbours differ in the number of records', () => {
    for (const method of [dpGd, privateSpiderBoost]) {
      const given = { ...budget, adjacency: 'add-remove' } as const;
      const fault = expect.objectContaining({ argument: 'publicSize', code: 'missing' });
      expect(() => method(equalRecords(50), given)).toThrow(fault);
      // The same plan, rates and divisor, however many records there are.
      const [one, other] = [50, 51].map((count) => method(equalRecords(count), { ...given, publicSize: 50 }));
      for (const field of ['ledger', 'premises', 'assumptions', 'gradients'] as const) expect(one[field]).toEqual(other[field]);
    }
    const batches = { ...budget, adjacency: 'add-remove', anchorBatchSize: 20, batchSize: 10, publicSize: 50 } as const;
    const { assumptions, gradients } = privateSpiderBoost(equalRecords(50), batches);
    expect(assumptions.join(' ')).toContain('probability 0.4');
    // Rates and the count of gradients would tell how many records there are.
    expect(privateSpiderBoost(equalRecords(51), batches).gradients).toBe(gradients);
    const { publicSize: _, ...secret } = batches;
    expect(() => privateSpiderBoost(equalRecords(50), secret)).toThrow('publicSize');
    expect(() => dpSgd(equalRecords(50), budget)).toThrow(expect.objectContaining({ argument: 'publicSize', code: 'missing' }));
  });

  it.each(Object.entries(methods))('is listed by %s', (_, method) => {
    const { assumptions } = method(equalRecords(100), budget);
    expect(assumptions.length).toBeGreaterThanOrEqual(3);
    expect(assumptions.join(' ')).toMatch(/Neighbouring data sets.*shortened to.*whole numbers.*from a seed/);
  });

  it.each(Object.entries(methods))('is no gradient that was forgotten, with %s', (_, method) => {
    const spent = (loss: PrivateLoss) => {
      const accountant = createAccountant({
        epsilon: 1,
        delta: 1e-6,
        adjacency: method === sampled ? 'add-remove' : 'replace',
      });
      expect(() => method(loss, { ...budget, accountant })).toThrow();
      return accountant.ledger().spent;
    };
    expect(spent({ ...equalRecords(100), recordGradient: () => {} })).toBe(0);
    expect(spent({ ...equalRecords(100), recordGradient: () => [1, 2, 3] })).toBe(0);
    expect(
      spent({
        ...equalRecords(100),
        recordGradient: () => {
          throw new Error('fails');
        },
      }),
    ).toBe(0);
  });

  it('takes gradients that are returned', () => {
    const written = equalRecords(100);
    const returned: PrivateLoss = {
      ...written,
      recordGradient: (w, i) => {
        const out = new Float64Array(written.dimension);
        written.recordGradient(w, i, out);
        return [...out];
      },
    };
    for (const method of Object.values(methods)) expect(method(returned, budget).w).toEqual(method(written, budget).w);
  });

  it.each(Object.entries(methods))('is a dry run at a million weights, with %s', (name, method) => {
    const size = { records: 2, dimension: 1_000_000, lipschitz: 1, smoothness: 1 } as const;
    const plan = { steps: 1, batchSize: 1, rounds: 1, innerLimit: 1, output: 'last' } as const;
    const own = Object.entries(plan).filter(([option]) => OWN[name].includes(option));
    const adjacency = method === sampled ? 'add-remove' : 'replace';
    const accountant = createAccountant({ epsilon: 1, delta: 1e-6, adjacency });
    const given = { ...Object.fromEntries(own), epsilon: 1, delta: 1e-6, accountant };
    const falls: PrivateLoss = { ...size, recordGradient: (w) => [Math.hypot(...w)] };
    expect(() => method(falls, given)).toThrow(RangeError);
    const forgets: PrivateLoss = { ...size, recordGradient: () => {} };
    expect(() => method(forgets, given)).toThrow('loss.recordGradient');
    expect(accountant.ledger()).toMatchObject({ spent: 0, events: [] });
    // Noise for all of them takes seconds: every method in the long run, one in the quick one.
    if (bySuite(Number(method === dpGd), 1) === 0) return;
    const { w } = method({ ...size, recordGradient: (_w, _i, out) => void out.fill(1e-3) }, given);
    expect(w).toHaveLength(1_000_000);
    expect(accountant.ledger().spent).toBeCloseTo(1, 6);
  });

  it('is convexity for phased-sgd, which is refused where it is false, and named where nobody has checked it', () => {
    const points = normalPoints(100, 2, 1);
    const targets = new Float64Array(100).fill(1);
    const phased = { ...budget, method: 'phased-sgd' } as const;
    const fault = expect.objectContaining({ argument: 'method', code: 'unsupported' });
    expect(() => recursiveRegularization(linearLoss(points, targets, 'wave', 1), phased)).toThrow(fault);
    const known = recursiveRegularization(linearLoss(points, targets, 'logistic', 1), phased).assumptions;
    const { convex: _, ...unknown } = equalRecords(100);
    const asked = recursiveRegularization(unknown, phased).assumptions;
    expect([known, asked].map((list) => /is convex.*nobody has checked/.test(list.join(' ')))).toEqual([false, true]);
  });
});
