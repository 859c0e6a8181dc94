// The kernels of optimisers' steps: three builds with the same bits, and the definitions.
import { Random } from '@infimum/core';
import type { KernelBuild } from '@infimum/linalg/kernels';
import { useKernels, Workspace } from '@infimum/linalg/kernels';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { adaHessian } from './adahessian.ts';
import { adam } from './adam.ts';
import type { StepKernels } from './step-kernels.ts';
import { stepKernels } from './step-kernels.ts';
import { stepMemory } from './step-memory.ts';

const builds: readonly KernelBuild[] = ['reference', 'simd', 'relaxed-simd'];

afterEach(() => useKernels('auto'));

/** What a kernel leaves of vectors, in every build. */
function inBuilds(
  vectors: readonly (readonly number[])[],
  call: (kernels: StepKernels, at: readonly number[]) => number | undefined,
) {
  return builds.map((build) => {
    useKernels(build);
    using workspace = Workspace.for({ float64: vectors.map(({ length }) => length) });
    const views = vectors.map((vector) => workspace.float64From(vector));
    const result = call(
      workspace.kernels(stepKernels),
      views.map(({ byteOffset }) => byteOffset),
    );
    return { result, vectors: views.map((view) => Array.from(view)) };
  });
}

function expectSame(found: readonly unknown[]): void {
  for (const other of found.slice(1)) expect(other).toEqual(found[0]);
}

const entry = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.constantFrom(0, 5e-324, 1e-310, -1e160, 1e300));
const vectors = (count: number) =>
  fc
    .integer({ min: 1, max: 19 })
    .chain((n) => fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: count, maxLength: count }));
const squares = (values: readonly number[]) => values.map((value) => Math.min(1e200, value * value));

describe('steps of optimisers', () => {
  it('of Adam have the same bits in all builds', () => {
    fc.assert(
      fc.property(vectors(4), fc.constantFrom(0, 1e-8), ([x, g, m, v], epsilon) => {
        const at = [x, g, m, squares(v)];
        expectSame(
          inBuilds(
            at,
            (kernels, [a, b, c, d]) =>
              kernels.adam(x.length, a, b, c, d, 0.9, 0.999, 0.01, 0.99, 0.1, 10, 1000, epsilon) as undefined,
          ),
        );
      }),
    );
  });

  it('of AdaHessian have the same bits in all builds, with all powers', () => {
    fc.assert(
      fc.property(vectors(5), fc.constantFrom(0, 1, 2), fc.constantFrom(0, 1e-4), ([x, g, m, v, h], power, epsilon) => {
        const at = [x, g, m, squares(v), squares(h).map(Math.sqrt)];
        expectSame(
          inBuilds(at, (kernels, [a, b, c, d, e]) => {
            kernels.adaHessian(x.length, power, a, b, c, d, e, 0.9, 0.1, 0.999, 0.15, 10, 0, epsilon, 0.9, 0.01);
            return undefined;
          }),
        );
      }),
    );
  });

  it('average the moduli of runs and say whether they are finite', () => {
    fc.assert(
      fc.property(vectors(1), fc.integer({ min: 1, max: 7 }), fc.boolean(), ([values], length, spoil) => {
        const padded = Array.from({ length: Math.ceil(values.length / length) * length }, (_, i) => values[i] ?? 0);
        if (spoil) padded[padded.length - 1] = Number.NaN;
        const runs = padded.length / length;
        const found = inBuilds([padded], (kernels, [at]) => kernels.averageRuns(runs, length, 4, at));
        expectSame(found);
        expect(found[0].result).toBe(spoil ? 0 : 1);
        for (let run = 0; run < (spoil ? runs - 1 : runs); run++) {
          const part = padded.slice(run * length, (run + 1) * length);
          const mean = part.reduce((sum, value) => sum + Math.abs(value), 0) / length;
          for (let i = 0; i < length; i++) expect(found[0].vectors[0][run * length + i]).toBeCloseTo(Math.min(4, mean), 12);
        }
      }),
    );
  });

  it('take moduli and say whether they are finite', () => {
    fc.assert(
      fc.property(vectors(1), fc.constantFrom(undefined, Number.NaN, Infinity), ([values], spoiler) => {
        const given = spoiler === undefined ? values : [...values, spoiler];
        const found = inBuilds([given], (kernels, [at]) => kernels.moduli(given.length, 4, at));
        expectSame(found);
        expect(found[0].result).toBe(spoiler === undefined ? 1 : 0);
        expect(found[0].vectors[0].slice(0, values.length)).toEqual(values.map((value) => Math.min(4, Math.abs(value))));
      }),
    );
  });

  it.each([1, 31, 33, 4095, 4096, 70_001])('draw the %i signs of the generator', (n) => {
    for (const build of builds) {
      useKernels(build);
      const memory = stepMemory(n, 1);
      const [mine, its] = [new Random(3), new Random(3)];
      mine.uint32();
      its.uint32();
      const signs = memory.vector();
      memory.signs(mine, signs);
      expect(Array.from(signs)).toEqual(Array.from(its.rademacher(new Float64Array(n))));
      expect(mine.position).toBe(its.position);
    }
  });

  it('are those of one parameter each, however many there are', () => {
    // 1025 and 5000 end in a piece that is not full; 5000 lies on the memory of the kernels.
    for (const n of [1025, 5000]) {
      const random = new Random(4);
      const [start, g] = [random.normals(new Float64Array(n)), random.normals(new Float64Array(n))];
      const times = (v: Float64Array, out: Float64Array) => {
        for (let i = 0; i < v.length; i++) out[i] = 3 * v[i];
      };
      for (const create of [(d: number) => adam(d), (d: number) => adaHessian(d, { hessianPower: 0.5 })]) {
        const [all, single] = [create(n), create(1)];
        const x = start.slice();
        for (let step = 0; step < 3; step++) all.step(x, g, times);
        for (const i of [0, 1023, 1024, n - 1]) {
          single.restore(create(1).serialize());
          const y = start.slice(i, i + 1);
          for (let step = 0; step < 3; step++) single.step(y, g.slice(i, i + 1), times);
          expect(y[0]).toBe(x[i]);
        }
      }
    }
  });
});
