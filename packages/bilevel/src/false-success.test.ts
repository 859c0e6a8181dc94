// Nothing is called converged that is not: curves of lower solutions, lower levels that are nearly singular, and numbers at the end
// of the range, drawn, for every method with one lower level.
import { Random } from '@infimum/core';
import { box } from '@infimum/optim/proximal';
import { describe, expect, it } from 'vitest';
import type { SecondOrderProblem } from './index.ts';
import {
  aidCg,
  amigo,
  bome,
  boRep,
  f2sa,
  hypergradient,
  hypergradientPinv,
  itd,
  maSoba,
  minimizeBilevel,
  pbgd,
  penaltyBilevel,
  penaltyBilevelSingleLoop,
  saba,
  soba,
  stocBio,
  ttsa,
} from './index.ts';

const implicit = { aidCg, itd, stocBio, soba, maSoba, saba, ttsa, amigo, boRep, minimizeBilevel };
const all = { ...implicit, penaltyBilevel, penaltyBilevelSingleLoop, f2sa, bome, pbgd };

/** Lower solutions on the ellipsoid |D y|² = x: f = s x + |y − t|²/2, and the gradient of the best of them by a scan. */
function curve(random: Random) {
  const d = Float64Array.from({ length: 2 }, () => 0.6 + random.uniform());
  const t = Float64Array.of(2 + random.uniform(), random.normal() / 2);
  const s = 0.05 + 0.1 * random.uniform();
  const rest = (x: Float64Array, y: Float64Array) => (d[0] * y[0]) ** 2 + (d[1] * y[1]) ** 2 - x[0];
  const row = (y: Float64Array) => [2 * d[0] ** 2 * y[0], 2 * d[1] ** 2 * y[1]];
  const problem: SecondOrderProblem = {
    dimX: 1,
    dimY: 2,
    setX: box(0.5, 6),
    f: ([x], [a, b]) => s * x + ((a - t[0]) ** 2 + (b - t[1]) ** 2) / 2,
    g: (x, y) => rest(x, y) ** 2 / 2,
    gradFx: (_x, _y, out) => void out.fill(s),
    gradFy: (_, [a, b], out) => out.set([a - t[0], b - t[1]]),
    gradGx: (x, y, out) => void out.fill(-rest(x, y)),
    gradGy: (x, y, out) => out.set(row(y).map((r) => r * rest(x, y))),
    hvpGyy: (x, y, v, out) => {
      const [p, q] = row(y);
      const along = p * v[0] + q * v[1];
      out.set([2 * d[0] ** 2 * rest(x, y) * v[0] + along * p, 2 * d[1] ** 2 * rest(x, y) * v[1] + along * q]);
    },
    jvpGxy: (_, y, [v, w], out) => {
      const [p, q] = row(y);
      out[0] = -(p * v + q * w);
    },
  };
  const best = (x: number) => {
    let [least, angle] = [Infinity, 0];
    const at = (a: number) => [(Math.sqrt(x) * Math.cos(a)) / d[0], (Math.sqrt(x) * Math.sin(a)) / d[1]];
    const value = (a: number) => s * x + ((at(a)[0] - t[0]) ** 2 + (at(a)[1] - t[1]) ** 2) / 2;
    for (let width = Math.PI, centre = 0; width > 1e-9; width /= 10) {
      for (let k = -20; k <= 20; k++) {
        const a = centre + (k * width) / 20;
        if (value(a) < least) [least, angle] = [value(a), a];
      }
      centre = angle;
    }
    return { value: least, y: Float64Array.from(at(angle)) };
  };
  const slope = (x: number) => (best(x + 1e-4).value - best(x - 1e-4).value) / 2e-4;
  return { problem, best, slope };
}

describe('a curve of lower solutions', () => {
  it.each(Object.entries(implicit))('%s says converged only where the best of them says so', (_, solver) => {
    const random = new Random(5);
    const wrong: string[] = [];
    for (let draw = 0; draw < 12; draw++) {
      const { problem, slope } = curve(random);
      const initial = { x: [1 + random.uniform()], y: [random.normal(), 0.5 * random.normal()] };
      const { x, status } = solver(problem, initial, { maxIterations: 3000 });
      if (status !== 'converged') continue;
      const rise = slope(x[0]);
      const held = (x[0] < 0.501 && rise > 0) || (x[0] > 5.999 && rise < 0);
      if (!held && !(Math.abs(rise) < 0.01)) wrong.push(`draw ${draw}: x = ${x[0]}, slope ${rise}`);
    }
    expect(wrong).toEqual([]);
  });

  it('has a hypergradient at the best of them, and is not defined beside it', () => {
    const random = new Random(6);
    for (let draw = 0; draw < 30; draw++) {
      const { problem, best, slope } = curve(random);
      const x = 1 + 3 * random.uniform();
      const { y } = best(x);
      const found = hypergradientPinv(problem, [x], y);
      if (found.status === 'converged') expect(Math.abs(found.gradient[0] - slope(x))).toBeLessThan(1e-4);
      for (const away of [1e-9, 1e-7, 1e-5, 1e-3]) {
        const angle = Math.atan2(y[1], y[0]) + 1.5;
        const off = [Math.sqrt(x) * Math.cos(angle) * (1 + away), Math.sqrt(x) * Math.sin(angle) * (1 + away)];
        expect(hypergradientPinv(problem, [x], off).status, `${away}`).toBe('stalled');
        expect(hypergradient(problem, [x], off).status, `${away}`).toBe('stalled');
      }
    }
  });
});

/** g = (y − Bx)'A(y − Bx)/2 with eigenvalues of A down to a least one; f = |y − t|²/2 + |x|²/20; F in closed form. */
function nearlySingular(random: Random, least: number) {
  const angle = 3 * random.uniform();
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const a = [c * c + least * s * s, (1 - least) * c * s, (1 - least) * c * s, s * s + least * c * c];
  const b = random.normals(new Float64Array(4));
  const t = random.normals(new Float64Array(2));
  const times = (m: ArrayLike<number>, v: ArrayLike<number>) => [m[0] * v[0] + m[1] * v[1], m[2] * v[0] + m[3] * v[1]];
  const transposed = (m: ArrayLike<number>, v: ArrayLike<number>) => [m[0] * v[0] + m[2] * v[1], m[1] * v[0] + m[3] * v[1]];
  const off = (x: Float64Array, y: Float64Array) => {
    const w = times(b, x);
    return times(a, [y[0] - w[0], y[1] - w[1]]);
  };
  const problem: SecondOrderProblem = {
    dimX: 2,
    dimY: 2,
    f: (x, y) => ((y[0] - t[0]) ** 2 + (y[1] - t[1]) ** 2) / 2 + (x[0] ** 2 + x[1] ** 2) / 20,
    gradFx: (x, _, out) => out.set([x[0] / 10, x[1] / 10]),
    gradFy: (_, y, out) => out.set([y[0] - t[0], y[1] - t[1]]),
    gradGx: (x, y, out) => out.set(transposed(b, off(x, y)).map((e) => -e)),
    gradGy: (x, y, out) => out.set(off(x, y)),
    hvpGyy: (_x, _y, v, out) => out.set(times(a, v)),
    jvpGxy: (_x, _y, v, out) => out.set(transposed(b, times(a, v)).map((e) => -e)),
  };
  const gradient = (x: Float64Array) => {
    const w = times(b, x);
    return transposed(b, [w[0] - t[0], w[1] - t[1]]).map((e, i) => e + x[i] / 10);
  };
  return { problem, gradient };
}

it.each(Object.entries(implicit))('%s sees through a lower level that is nearly singular', (_, solver) => {
  const random = new Random(7);
  const wrong: string[] = [];
  for (const least of [1e-2, 1e-4, 1e-6, 1e-9, 1e-13, 0]) {
    for (let draw = 0; draw < 4; draw++) {
      const { problem, gradient } = nearlySingular(random, least);
      const { x, status, sigma } = solver(problem, [0, 0], { maxIterations: 2000 });
      // Where σ is not small against the least curvature, ψ_σ is another function.
      if (status !== 'converged' || least === 0 || sigma > 1e-3 * least) continue;
      const scale = 1 + Math.hypot(...gradient(Float64Array.of(0, 0)));
      if (!(Math.hypot(...gradient(x)) / scale < 1e-3)) wrong.push(`least ${least}, draw ${draw}`);
    }
  }
  expect(wrong).toEqual([]);
});

it.each(Object.entries(all))('%s calls nothing converged at the end of the range of numbers', (_, solver) => {
  const random = new Random(8);
  const sizes = [1.7e308, 1e308, 1e200, 1e-200, 5e-324];
  for (let draw = 0; draw < 40; draw++) {
    const [upper, lower, start] = [0, 0, 0].map(() => (draw % 3 ? sizes[random.integer(5)] : 1));
    const problem: SecondOrderProblem = {
      dimX: 2,
      dimY: 2,
      f: ([x, w], [y, z]) => upper * (((x - 1) ** 2 + (y - 3) ** 2) / 2 + ((w - 1) ** 2 + (z - 3) ** 2) / 2),
      g: (x, y) => (lower * ((y[0] - 2 * x[0]) ** 2 + (y[1] - 2 * x[1]) ** 2)) / 2,
      gradFx: (x, _, out) => out.set([upper * (x[0] - 1), upper * (x[1] - 1)]),
      gradFy: (_, y, out) => out.set([upper * (y[0] - 3), upper * (y[1] - 3)]),
      gradGx: (x, y, out) => out.set([-2 * lower * (y[0] - 2 * x[0]), -2 * lower * (y[1] - 2 * x[1])]),
      gradGy: (x, y, out) => out.set([lower * (y[0] - 2 * x[0]), lower * (y[1] - 2 * x[1])]),
      hvpGyy: (_x, _y, v, out) => out.set([lower * v[0], lower * v[1]]),
      jvpGxy: (_x, _y, v, out) => out.set([-2 * lower * v[0], -2 * lower * v[1]]),
    };
    const at = draw % 2 ? 1 : start;
    const { x, y, status, sigma, reason } = solver(problem, { x: [at, -at], y: [-at, at] }, { maxIterations: 300 });
    expect([...x, ...y].every(Number.isFinite)).toBe(true);
    if (status !== 'converged') continue;
    // x = 1.4 at σ = 0; the penalty moves it by a share of σ over the curvature.
    const allowed = sigma === 0 ? 1e-3 : 1e-3 + (sigma * upper) / lower;
    expect(Math.abs(x[0] - 1.4) <= Math.max(allowed, 1e-3), `${[upper, lower, at, sigma]}: ${x} ${reason}`).toBe(true);
  }
});
