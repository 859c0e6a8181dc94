// Small bilevel problems whose hyper-objective is known in closed form: those of the penalty paper's theory (many lower
// solutions, sets on both levels, a lower level without the error bound), an upper level whose smoothness is unbounded, and
// two ill-conditioned lower levels.
import { rowDot } from '@infimum/linalg/numerics';
import { box } from '@infimum/optim/proximal';
import type { SecondOrderProblem } from '../oracles/bilevel-problem.ts';
import type { BilevelModel } from './model.ts';

/** The names of the toys. */
export const TOYS = ['follow', 'line', 'box', 'circle', 'jump', 'segment', 'cosh', 'flat', 'hilbert'] as const;

/** A toy by its name. */
export type ToyName = (typeof TOYS)[number];

/** A toy with where methods start, and its solution. */
export interface Toy extends BilevelModel {
  /** Where both levels start. */
  readonly initial: { readonly x: Float64Array; readonly y: Float64Array };
  /** The minimiser of the hyper-objective; none where it is a bound's or unknown. */
  readonly solution?: Float64Array;
}

type Vector = Float64Array;

/** The toy of a name; `size` and `offset` are those of `cosh`. */
export function toy(name: ToyName, size = 5, offset = 10): Toy {
  if (name === 'cosh') return cosh(size, offset);
  if (name === 'hilbert') return hilbert(6);
  return { follow, line, box: boxed, circle, jump, segment, flat }[name]();
}

/** f = (x−1)²/2 + (y−3)²/2, g = (y−2x)²/2. */
function follow(): Toy {
  return {
    problem: oracles(1, 1, {
      f: ([x], [y]) => ((x - 1) ** 2 + (y - 3) ** 2) / 2,
      g: ([x], [y]) => (y - 2 * x) ** 2 / 2,
      gradFx: ([x], _, out) => write(out, x - 1),
      gradFy: (_, [y], out) => write(out, y - 3),
      gradGx: ([x], [y], out) => write(out, -2 * (y - 2 * x)),
      gradGy: ([x], [y], out) => write(out, y - 2 * x),
      hvpGyy: (_x, _y, [v], out) => write(out, v),
      jvpGxy: (_x, _y, [v], out) => write(out, -2 * v),
    }),
    hyperObjective: ([x]) => ({
      value: ((x - 1) ** 2 + (2 * x - 3) ** 2) / 2,
      gradient: Float64Array.of(x - 1 + 2 * (2 * x - 3)),
    }),
    initial: { x: new Float64Array(1), y: new Float64Array(1) },
    solution: Float64Array.of(1.4),
  };
}

/** Lower solutions on the line 2y₁ + y₂ = x: f = x²/2 + |y − (1, 1)|²/2. */
function line(): Toy {
  const rest = ([x]: Vector, [a, b]: Vector) => 2 * a + b - x;
  return {
    problem: oracles(1, 2, {
      f: ([x], [a, b]) => (x * x + (a - 1) ** 2 + (b - 1) ** 2) / 2,
      g: (x, y) => rest(x, y) ** 2 / 2,
      gradFx: ([x], _, out) => write(out, x),
      gradFy: (_, [a, b], out) => write(out, a - 1, b - 1),
      gradGx: (x, y, out) => write(out, -rest(x, y)),
      gradGy: (x, y, out) => write(out, 2 * rest(x, y), rest(x, y)),
      hvpGyy: (_x, _y, [a, b], out) => write(out, 2 * (2 * a + b), 2 * a + b),
      jvpGxy: (_x, _y, [a, b], out) => write(out, -(2 * a + b)),
    }),
    hyperObjective: ([x]) => ({ value: (x * x) / 2 + (3 - x) ** 2 / 10, gradient: Float64Array.of(x - (3 - x) / 5) }),
    initial: { x: new Float64Array(1), y: new Float64Array(2) },
    solution: Float64Array.of(0.5),
  };
}

/** Both levels in boxes: f = (x−3)²/4 + (y−1/4)²/2, g = (y−x)²/2, x in [−1, 2], y in [0, 1]. */
function boxed(): Toy {
  const clip = (x: number) => Math.min(Math.max(x, 0), 1);
  return {
    problem: {
      ...oracles(1, 1, {
        f: ([x], [y]) => (x - 3) ** 2 / 4 + (y - 0.25) ** 2 / 2,
        g: ([x], [y]) => (y - x) ** 2 / 2,
        gradFx: ([x], _, out) => write(out, (x - 3) / 2),
        gradFy: (_, [y], out) => write(out, y - 0.25),
        gradGx: ([x], [y], out) => write(out, x - y),
        gradGy: ([x], [y], out) => write(out, y - x),
        hvpGyy: (_x, _y, [v], out) => write(out, v),
        jvpGxy: (_x, _y, [v], out) => write(out, -v),
      }),
      setX: box(-1, 2),
      setY: box(0, 1),
    },
    hyperObjective: ([x]) => ({
      value: (x - 3) ** 2 / 4 + (clip(x) - 0.25) ** 2 / 2,
      gradient: Float64Array.of((x - 3) / 2 + (x > 0 && x < 1 ? x - 0.25 : 0)),
    }),
    initial: { x: Float64Array.of(0.5), y: Float64Array.of(0.5) },
    solution: Float64Array.of(2),
  };
}

/** Lower solutions on the circle |y|² = x, and g not convex: f = x/10 + |y − (2, 0)|²/2, x in [1/2, 4]. */
function circle(): Toy {
  const rest = (x: Vector, y: Vector) => y[0] * y[0] + y[1] * y[1] - x[0];
  // Entries by their numbers: methods are timed on this toy, and taking arrays apart costs more than the sums.
  return {
    problem: {
      ...oracles(1, 2, {
        f: ([x], [a, b]) => x / 10 + ((a - 2) ** 2 + b * b) / 2,
        g: (x, y) => rest(x, y) ** 2 / 2,
        gradFx: (_x, _y, out) => write(out, 0.1),
        gradFy: (_, y, out) => write(out, y[0] - 2, y[1]),
        gradGx: (x, y, out) => write(out, -rest(x, y)),
        gradGy: (x, y, out) => {
          const twice = 2 * rest(x, y);
          write(out, twice * y[0], twice * y[1]);
        },
        hvpGyy: (x, y, v, out) => {
          const along = 4 * (y[0] * v[0] + y[1] * v[1]);
          write(out, 2 * rest(x, y) * v[0] + along * y[0], 2 * rest(x, y) * v[1] + along * y[1]);
        },
        jvpGxy: (_, [a, b], [v, w], out) => write(out, -2 * (a * v + b * w)),
      }),
      setX: box(0.5, 4),
    },
    hyperObjective: ([x]) => ({
      value: x / 10 + (2 - Math.sqrt(x)) ** 2 / 2,
      gradient: Float64Array.of(0.1 - (2 - Math.sqrt(x)) / (2 * Math.sqrt(x))),
    }),
    initial: { x: Float64Array.of(1), y: Float64Array.of(-0.2, 0.9) },
    solution: Float64Array.of(25 / 9),
  };
}

/** No error bound: f = x² + y², g = xy on [−1, 1]². The hyper-objective jumps at 0. */
function jump(): Toy {
  return {
    problem: {
      ...oracles(1, 1, {
        f: ([x], [y]) => x * x + y * y,
        g: ([x], [y]) => x * y,
        gradFx: ([x], _, out) => write(out, 2 * x),
        gradFy: (_, [y], out) => write(out, 2 * y),
        gradGx: (_, [y], out) => write(out, y),
        gradGy: ([x], _, out) => write(out, x),
        hvpGyy: (_x, _y, _v, out) => write(out, 0),
        jvpGxy: (_x, _y, [v], out) => write(out, v),
      }),
      setX: box(-1, 1),
      setY: box(-1, 1),
    },
    hyperObjective: ([x]) => ({ value: x === 0 ? 0 : x * x + 1, gradient: Float64Array.of(2 * x) }),
    initial: { x: Float64Array.of(0.5), y: Float64Array.of(0.5) },
    solution: Float64Array.of(0),
  };
}

/** Lower solutions on the segment y₁ + 2y₂ = x of y ≥ 0, where f is best at its end: x in [0.1, 2]. */
function segment(): Toy {
  const rest = ([x]: Vector, [a, b]: Vector) => a + 2 * b - x;
  return {
    problem: {
      ...oracles(1, 2, {
        f: ([x], [a, b]) => ((a - 1) ** 2 + (b + 2) ** 2) / 2 + (x * x) / 20,
        g: (x, y) => rest(x, y) ** 2 / 2,
        gradFx: ([x], _, out) => write(out, x / 10),
        gradFy: (_, [a, b], out) => write(out, a - 1, b + 2),
        gradGx: (x, y, out) => write(out, -rest(x, y)),
        gradGy: (x, y, out) => write(out, rest(x, y), 2 * rest(x, y)),
        hvpGyy: (_x, _y, [a, b], out) => write(out, a + 2 * b, 2 * (a + 2 * b)),
        jvpGxy: (_x, _y, [a, b], out) => write(out, -(a + 2 * b)),
      }),
      setX: box(0.1, 2),
      setY: box(0, Infinity),
    },
    hyperObjective: ([x]) => ({ value: (x - 1) ** 2 / 2 + 2 + (x * x) / 20, gradient: Float64Array.of(x / 10 + x - 1) }),
    initial: { x: Float64Array.of(1.5), y: Float64Array.of(0.5, 0.5) },
    solution: Float64Array.of(10 / 11),
  };
}

/** g = Σ a_j (y_j − x_j)²/2 with a = (1, 1e-4), f = |y − (1, 1)|²/2: a small lower gradient says little about y. */
function flat(): Toy {
  const a = [1, 1e-4];
  return {
    problem: oracles(2, 2, {
      f: (_, [y, z]) => ((y - 1) ** 2 + (z - 1) ** 2) / 2,
      g: (x, y) => a.reduce((sum, t, j) => sum + (t * (y[j] - x[j]) ** 2) / 2, 0),
      gradFx: (_x, _y, out) => write(out, 0, 0),
      gradFy: (_, [y, z], out) => write(out, y - 1, z - 1),
      gradGx: (x, y, out) => write(out, a[0] * (x[0] - y[0]), a[1] * (x[1] - y[1])),
      gradGy: (x, y, out) => write(out, a[0] * (y[0] - x[0]), a[1] * (y[1] - x[1])),
      hvpGyy: (_x, _y, v, out) => write(out, a[0] * v[0], a[1] * v[1]),
      jvpGxy: (_x, _y, v, out) => write(out, -a[0] * v[0], -a[1] * v[1]),
    }),
    hyperObjective: ([x, z]) => ({ value: ((x - 1) ** 2 + (z - 1) ** 2) / 2, gradient: Float64Array.of(x - 1, z - 1) }),
    initial: { x: new Float64Array(2), y: Float64Array.of(0, 1) },
    solution: Float64Array.of(1, 1),
  };
}

/** g = y'Hy/2 − xΣy with the Hilbert matrix H, f = |y − 1|²/2: a condition of 1.5e7 at n = 6. */
function hilbert(n: number): Toy {
  const entries = Float64Array.from({ length: n * n }, (_, k) => 1 / ((k % n) + Math.floor(k / n) + 1));
  const times = (y: Vector, i: number) => {
    return rowDot(entries, i * n, y, 0, n);
  };
  const inverse = inverseHilbertSums(n);
  const residual = (x: number) => inverse.map((w) => x * w - 1);
  return {
    problem: oracles(1, n, {
      f: (_, y) => y.reduce((sum, t) => sum + (t - 1) ** 2 / 2, 0),
      g: ([x], y) => y.reduce((sum, t, i) => sum + t * (times(y, i) / 2 - x), 0),
      gradFx: (_x, _y, out) => write(out, 0),
      gradFy: (_, y, out) => out.set(y.map((t) => t - 1)),
      gradGx: (_, y, out) => write(out, -y.reduce((sum, t) => sum + t, 0)),
      gradGy: ([x], y, out) => out.set(y.map((_, i) => times(y, i) - x)),
      hvpGyy: (_x, _y, v, out) => out.set(v.map((_, i) => times(v, i))),
      jvpGxy: (_x, _y, v, out) => write(out, -v.reduce((sum, t) => sum + t, 0)),
    }),
    hyperObjective: ([x]) => {
      const r = residual(x);
      return {
        value: r.reduce((sum, t) => sum + t * t, 0) / 2,
        gradient: Float64Array.of(r.reduce((sum, t, i) => sum + t * inverse[i], 0)),
      };
    },
    initial: { x: Float64Array.of(0.01), y: new Float64Array(n) },
    solution: Float64Array.of(inverse.reduce((a, w) => a + w, 0) / inverse.reduce((a, w) => a + w * w, 0)),
  };
}

/** H⁻¹ times ones, in integers, by the closed form of the inverse. */
function inverseHilbertSums(n: number): number[] {
  const choose = (a: number, b: number) => {
    let value = 1;
    for (let k = 1; k <= b; k++) value = (value * (a - b + k)) / k;
    return value;
  };
  return Array.from({ length: n }, (_, r) => {
    let sum = 0;
    const i = r + 1;
    for (let j = 1; j <= n; j++) {
      const size = (i + j - 1) * choose(n + i - 1, n - j) * choose(n + j - 1, n - i) * choose(i + j - 2, i - 1) ** 2;
      sum += (i + j) % 2 === 0 ? size : -size;
    }
    return sum;
  });
}

/** g = (y − Mx)'A(y − Mx)/2, f = Σ cosh(y_j − c), M = 1.5 of a reflection: the gradient of f grows as fast as f. */
function cosh(p: number, offset: number): Toy {
  const a = Float64Array.from({ length: p }, (_, j) => (p === 5 ? [1, 1.5, 2, 3, 4][j] : 1 + (p > 1 ? (3 * j) / (p - 1) : 0)));
  const squares = (p * (p + 1) * (2 * p + 1)) / 6;
  const mirror = (x: Vector, out: Vector) => {
    let along = 0;
    for (let j = 0; j < p; j++) along += (j + 1) * x[j];
    along *= 2 / squares;
    for (let j = 0; j < p; j++) out[j] = 1.5 * (x[j] - along * (j + 1));
  };
  const image = new Float64Array(p);
  return {
    problem: oracles(p, p, {
      f: (_, y) => y.reduce((sum, t) => sum + Math.cosh(t - offset), 0),
      g: (x, y) => {
        mirror(x, image);
        return y.reduce((sum, t, j) => sum + (a[j] * (t - image[j]) ** 2) / 2, 0);
      },
      gradFx: (_x, _y, out) => void out.fill(0),
      gradFy: (_, y, out) => {
        for (let j = 0; j < p; j++) out[j] = Math.sinh(y[j] - offset);
      },
      gradGx: (x, y, out) => {
        mirror(x, image);
        for (let j = 0; j < p; j++) image[j] = a[j] * (image[j] - y[j]);
        mirror(image, out);
      },
      gradGy: (x, y, out) => {
        mirror(x, image);
        for (let j = 0; j < p; j++) out[j] = a[j] * (y[j] - image[j]);
      },
      hvpGyy: (_x, _y, v, out) => {
        for (let j = 0; j < p; j++) out[j] = a[j] * v[j];
      },
      jvpGxy: (_x, _y, v, out) => {
        for (let j = 0; j < p; j++) image[j] = -a[j] * v[j];
        mirror(image, out);
      },
    }),
    hyperObjective: (x) => {
      const [at, gradient] = [new Float64Array(p), new Float64Array(p)];
      mirror(x, at);
      const value = at.reduce((sum, t) => sum + Math.cosh(t - offset), 0);
      mirror(
        at.map((t) => Math.sinh(t - offset)),
        gradient,
      );
      return { value, gradient };
    },
    initial: { x: new Float64Array(p), y: new Float64Array(p) },
  };
}

function oracles(dimX: number, dimY: number, rest: Omit<SecondOrderProblem, 'dimX' | 'dimY'>): SecondOrderProblem {
  return { dimX, dimY, ...rest };
}

function write(out: Float64Array, first: number, second?: number): void {
  out[0] = first;
  if (second !== undefined) out[1] = second;
}
