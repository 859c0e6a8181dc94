// BSVRB at its defaults on drawn problems of any scale: it never runs away, and reports every call.
import { Random } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { exactHypergradient } from '../block-problems/exact-hypergradient.ts';
import type { MultiBlockProblem } from '../block-problems/multi-block-problem.ts';
import { bsvrb } from './bsvrb.ts';

/** g_i = y'A_i y/2 − y'B_i x, f_i = u |y − t_i|²/2 (+ ridge |x|²/2); scales and conditions of all parts drawn. */
function drawnProblem(random: Random, many?: number): MultiBlockProblem {
  const between = (low: number, high: number) => low + (high - low) * random.uniform();
  const blocks = many ?? 1 + random.integer(20);
  const [p, q] = [1 + random.integer(4), 1 + random.integer(3)];
  const [lower, upper, coupling] = [0, 0, 0].map(() => 10 ** between(-3, 3));
  const spread = between(0, 1.5);
  const rows = Array.from({ length: blocks }, () => {
    const own = lower * 10 ** between(-spread, spread);
    const a = Float64Array.from({ length: q }, () => own * 10 ** between(-1, 1));
    return {
      a,
      b: random.normals(new Float64Array(q * p)).map((e) => e * coupling * lower),
      t: random.normals(new Float64Array(q)),
    };
  });
  const ridge = random.uniform() < 0.5 ? 0 : upper * 10 ** between(-3, 0);
  return {
    blocks,
    dimX: p,
    dimY: q,
    f: (i, x, y) =>
      (upper * y.reduce((sum, e, j) => sum + (e - rows[i].t[j]) ** 2, 0) + ridge * x.reduce((sum, e) => sum + e * e, 0)) / 2,
    gradGy: (i, x, y, out) => {
      const { a, b } = rows[i];
      for (let j = 0; j < q; j++) {
        out[j] = a[j] * y[j];
        for (let k = 0; k < p; k++) out[j] -= b[j * p + k] * x[k];
      }
    },
    gradFy: (i, _, y, out) => out.set(y.map((e, j) => upper * (e - rows[i].t[j]))),
    hvpGyy: (i, _x, _y, v, out) => out.set(v.map((e, j) => rows[i].a[j] * e)),
    hessGyy: (i, _x, _y, out) => {
      out.fill(0);
      for (let j = 0; j < q; j++) out[j * q + j] = rows[i].a[j];
    },
    addJvpGxy: (i, _x, _y, v, weight, out) => {
      for (let j = 0; j < q; j++) for (let k = 0; k < p; k++) out[k] -= weight * v[j] * rows[i].b[j * p + k];
    },
    ...(ridge > 0 && {
      addGradFx: (_i: number, x: Float64Array, _y: Float64Array, weight: number, out: Float64Array) => {
        for (let k = 0; k < p; k++) out[k] += weight * ridge * x[k];
      },
    }),
  };
}

describe('bsvrb at its defaults', () => {
  it('never runs away, on 1000 drawn problems', () => {
    const random = new Random(11);
    for (let draw = 0; draw < 1000; draw++) {
      const problem = drawnProblem(random);
      const start = random.normals(new Float64Array(problem.dimX));
      const tracker = (['block', 'msvr', 'ema', 'none'] as const)[draw % 4];
      const { x, status, reason } = bsvrb(problem, start, {
        tracker,
        variant: draw % 3 === 0 ? 1 : 2,
        maxIterations: 200,
        seed: draw,
      });
      const [before, after] = [start, x].map((at) => exactHypergradient(problem, at).value);
      expect(after, `${draw} ${tracker}: ${status}, ${reason}`).toBeLessThanOrEqual(2 * before);
    }
  });

  it('reports the calls that were made, those of exact passes too', () => {
    const random = new Random(12);
    for (let draw = 0; draw < 20; draw++) {
      const problem = drawnProblem(random);
      let made = 0;
      const counting = (oracle: 'gradGy' | 'gradFy' | 'hvpGyy' | 'addJvpGxy') =>
        ((...args: never[]) => {
          made++;
          return (problem[oracle] as (...given: never[]) => void)(...args);
        }) as never;
      const watched: MultiBlockProblem = {
        ...problem,
        gradGy: counting('gradGy'),
        gradFy: counting('gradFy'),
        hvpGyy: counting('hvpGyy'),
        addJvpGxy: counting('addJvpGxy'),
      };
      const { evaluations } = bsvrb(watched, new Float64Array(problem.dimX), { maxIterations: 300 });
      expect(evaluations.gy + evaluations.fy + evaluations.hvp + evaluations.jvp).toBe(made);
    }
  });

  it('does not spend its calls on exact passes before it has seen all blocks', () => {
    const random = new Random(13);
    const { addGradFx: _, ...one } = drawnProblem(random, 2000);
    const { x, evaluations } = bsvrb(one, new Float64Array(one.dimX), { blocksPerIteration: 20, maxIterations: 260 });
    // Curvatures of some blocks, and the visits; an exact pass over all blocks would be at least 2000 solves more.
    expect(evaluations.hvp).toBeLessThan(45_000);
    expect(x.some((entry) => entry !== 0)).toBe(true);
  });
});
