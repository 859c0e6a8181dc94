import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { randomPoints } from '../../instances.ts';
import { transportKernels } from '../../kernels.ts';
import { continuedNewtonSizes } from '../newton/continued-newton.ts';
import { PairSystem } from '../newton/pair-system.ts';
import { EntropicState } from '../state/entropic-state.ts';
import { TruncatedKernel } from './truncated-kernel.ts';

afterEach(() => useKernels('auto'));

const builds = ['reference', 'simd', 'relaxed-simd'] as const;
const shapes = fc.record({
  n: fc.integer({ min: 1, max: 9 }),
  m: fc.integer({ min: 1, max: 19 }),
  seed: fc.integer({ min: 0, max: 9999 }),
  epsilon: fc.constantFrom(1, 0.1, 0.01),
});

/** A state whose plan has about the right sums, its kernel, and its plan by plain loops. */
function setUp({ n, m, seed, epsilon }: { n: number; m: number; seed: number; epsilon: number }) {
  const state = new EntropicState(randomPoints(n, m, 2, seed, { zeroShare: 0.2 }), 1, { extraSizes: continuedNewtonSizes });
  const kernel = new TruncatedKernel(state);
  state.updateSource(epsilon);
  state.updateTarget(epsilon);
  const plan = () =>
    Float64Array.from({ length: state.n * state.m }, (_, k) => {
      const [i, j] = [Math.floor(k / state.m), k % state.m];
      return Math.exp((state.x[i] + state.y[j] - state.cost[k]) / epsilon);
    });
  return { state, kernel, plan };
}

/** The entries of a kernel in a dense matrix. */
function dense({ n, m }: EntropicState, { rowPointers, columns, values }: TruncatedKernel): Float64Array {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let k = rowPointers[i]; k < rowPointers[i + 1]; k++) {
      for (const lane of [0, 1]) {
        const j = columns[k] + lane;
        if (j < m) out[i * m + j] = values[2 * k + lane];
        else expect(values[2 * k + lane]).toBe(0);
      }
    }
  }
  return out;
}

const l1 = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, k) => sum + Math.abs(value - v[k]), 0);
const sumsOf = (plan: Float64Array, m: number) => ({
  rows: Float64Array.from({ length: plan.length / m }, (_, i) =>
    plan.slice(i * m, (i + 1) * m).reduce((sum, value) => sum + value, 0),
  ),
  columns: Float64Array.from({ length: m }, (_, j) => plan.reduce((sum, value, k) => (k % m === j ? sum + value : sum), 0)),
});

it('counts the entries that matter', () => {
  fc.assert(
    fc.property(shapes, fc.constantFrom(1, 1e-3, 1e-6), (shape, mass) => {
      const { state, kernel, plan } = setUp(shape);
      kernel.chooseFor(shape.epsilon, 1e-9);
      const least = mass / (state.n * state.m);
      // What is as large as that to the last digits may be on either side.
      const above = (share: number) => plan().filter((entry) => entry > share * least).length;
      const count = kernel.shareThatMatters(mass) * state.n * state.m;
      expect(count).toBeLessThanOrEqual(above(1 - 1e-9) + 1e-9);
      expect(count).toBeGreaterThanOrEqual(above(1 + 1e-9) - 1e-9);
      state.release();
    }),
  );
});

describe.each(builds)('the truncated kernel in the %s build', (build) => {
  it('keeps all but the share that it may leave out, and has the marginals of what it keeps', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(1e-1, 1e-3, 1e-12), (shape, omitted) => {
        useKernels(build);
        const { state, kernel, plan } = setUp(shape);
        const error = kernel.chooseFor(shape.epsilon, omitted);
        const kept = dense(state, kernel);
        // Less by the factor exp(6) that potentials may rise before the kernel is built anew.
        expect(l1(plan(), kept)).toBeLessThanOrEqual(omitted * Math.exp(-6) + 1e-13);
        const { rows, columns } = sumsOf(kept, state.m);
        expect(l1(rows, kernel.rowSums)).toBeLessThan(1e-13);
        expect(l1(columns, kernel.columnSums)).toBeLessThan(1e-13);
        expect(error).toBeCloseTo(l1(rows, state.a) + l1(columns, state.b), 12);
        state.release();
      }),
      { numRuns: 60 },
    );
  });

  it('sweeps, steps and absorbs like loops over the whole plan', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        useKernels(build);
        const { state, kernel, plan } = setUp(shape);
        const { n, m, a, b } = state;
        kernel.chooseFor(shape.epsilon, 1e-12);
        kernel.sweep();
        const swept = kernel.absorb();
        const afterSweep = sumsOf(plan(), m);
        expect(l1(afterSweep.columns, b)).toBeLessThan(1e-10);
        expect(swept).toBeCloseTo(l1(afterSweep.rows, a) + l1(afterSweep.columns, b), 9);

        // A large step and half of it, one of which leaves what the kernel was chosen for; then back.
        const start = plan();
        const direction = Float64Array.from({ length: n + m }, (_, k) => 8 * Math.sin(k + shape.seed));
        for (const step of [1, 0.5, 0]) {
          const error = kernel.tryStep(direction, step);
          const moved = sumsOf(
            start.map((mass, k) => {
              return mass * Math.exp(step * (direction[Math.floor(k / m)] + direction[n + (k % m)]));
            }),
            m,
          );
          const expected = l1(moved.rows, a) + l1(moved.columns, b);
          expect(Math.abs(error - expected)).toBeLessThanOrEqual(1e-7 * Math.max(1, expected));
        }
        kernel.absorb();
        expect(l1(plan(), start)).toBeLessThan(1e-9);
        state.release();
      }),
      { numRuns: 40 },
    );
  });

  it('shows the whole plan on the way and goes on as if nobody had looked', () => {
    useKernels(build);
    const shape = { n: 7, m: 9, seed: 3, epsilon: 0.05 };
    const [watched, plain] = [setUp(shape), setUp(shape)];
    for (const { kernel } of [watched, plain]) {
      kernel.chooseFor(shape.epsilon, 1e-6);
      kernel.sweep();
    }
    expect(watched.kernel.solution().marginalError).toBeLessThan(1);
    for (const { kernel } of [watched, plain]) {
      kernel.sweep();
      kernel.absorb();
    }
    expect(watched.kernel.values).toEqual(plain.kernel.values);
    expect(watched.state.x).toEqual(plain.state.x);
    for (const { state } of [watched, plain]) state.release();
  });
});

describe.each(builds)('the system of pairs in the %s build', (build) => {
  it('drops no more than it may, and both ways solve the damped Newton system', () => {
    fc.assert(
      fc.property(shapes, fc.constantFrom(0, 1e-4, 1e-2, 1), (shape, droppedMass) => {
        useKernels(build);
        const { state, kernel } = setUp(shape);
        const { n, m, a, b } = state;
        kernel.chooseFor(shape.epsilon, 1e-12);
        const system = new PairSystem(state);
        const damping = 1e-2;
        system.set(kernel, { droppedMass }, damping);
        const gradient = Float64Array.of(
          ...a.map((value, i) => value - kernel.rowSums[i]),
          ...b.map((value, j) => value - kernel.columnSums[j]),
        );
        expect(l1(system.gradient, gradient)).toBeLessThan(1e-12);
        const plan = dense(state, kernel);
        const elimination = system.byElimination();
        for (const found of [system.byConjugateGradients(1e-13, 1000), elimination]) {
          const direction = found?.direction as Float64Array;
          // H D from the definition, with the largest `keptEntries` entries of the plan.
          const edge = plan.toSorted().at(-system.keptEntries) ?? Infinity;
          const kept = system.keptEntries > n * m ? plan : plan.map((mass) => (mass >= edge ? mass : 0));
          const scale = Math.max(1, ...direction.map(Math.abs));
          for (let k = 0; k < n + m; k++) {
            const sum = k < n ? kernel.rowSums[k] : kernel.columnSums[k - n];
            let product = sum * (1 + damping) * direction[k];
            for (let l = 0; l < (k < n ? m : n); l++) {
              product += k < n ? kept[k * m + l] * direction[n + l] : kept[l * m + k - n] * direction[l];
            }
            expect(Math.abs(product - system.gradient[k])).toBeLessThan(1e-12 * scale);
          }
        }
        state.release();
      }),
      { numRuns: 60 },
    );
  });

  it('finds the bins of masses that the plain loop finds', () => {
    useKernels(build);
    using workspace = Workspace.for({ float64: [7, 1 << 13] });
    const values = workspace.float64From([0, 5e-324, 1e-300, 0.5, 0.625, 1, 2 ** 1000]);
    const bins = workspace.float64(1 << 13);
    workspace.kernels(transportKernels).massBins(7, values.byteOffset, bins.byteOffset);
    const full = [...bins.keys()].filter((bin) => bins[bin] > 0);
    expect(full.map((bin) => bins[bin])).toEqual([5e-324, 1e-300, 0.5, 0.625, 1, 2 ** 1000]);
  });
});
