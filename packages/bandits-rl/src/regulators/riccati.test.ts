import type { DenseMatrix } from '@infimum/linalg';
import { eigen, identity, inverse, matmul, matrixFromRows, transpose } from '@infimum/linalg';
import { describe, expect, it } from 'vitest';
import { dlqr, kalman, lqe, lqr } from './lqr.ts';
import { added, norm, scaled } from './matrices.ts';
import { solveCare, solveDare } from './riccati.ts';
import { c2d, ctrb, obsv, place } from './state-space.ts';

// Plants whose solutions are known exactly: A, B and P are drawn in whole numbers, Q follows from the equation, and the basis is
// changed by powers of two and by shears of whole numbers, all without any rounding.

/** Whole numbers from a small generator of its own. */
const drawer = (seed: number) => {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (least: number, most: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return least + Math.floor((state / 2 ** 32) * (most - least + 1));
  };
};

type Draw = ReturnType<typeof drawer>;

const whole = (draw: Draw, rows: number, cols: number, size: number): DenseMatrix => ({
  rows,
  cols,
  values: Float64Array.from({ length: rows * cols }, () => draw(-size, size)),
});

const sum = (...matrices: DenseMatrix[]) => matrices.reduce((a, b) => added(a, b));
const minus = (matrix: DenseMatrix) => ({ ...matrix, values: matrix.values.map((value) => -value) });

interface Plant {
  a: DenseMatrix;
  b: DenseMatrix;
  q: DenseMatrix;
}

/** The plant in x = T x̂, T whole with a whole inverse, then with units of powers of two. */
function transformed({ a, b, q }: Plant, p: DenseMatrix | undefined, draw: Draw, shears: number, units: number) {
  const n = a.rows;
  let [system, input, cost, solution] = [a, b, q, p];
  for (let k = 0; k < shears && n > 1; k++) {
    const i = draw(0, n - 1);
    const j = (i + draw(1, n - 1)) % n;
    const factor = draw(0, 1) === 0 ? 1 : -1;
    const [t, back] = [identity(n), identity(n)];
    t.values[i * n + j] = factor;
    back.values[i * n + j] = -factor;
    system = matmul(matmul(back, system), t);
    input = matmul(back, input);
    cost = matmul(matmul(transpose(t), cost), t);
    solution = solution && matmul(matmul(transpose(t), solution), t);
  }
  const e = Int32Array.from({ length: n }, () => draw(-units, units));
  const back = e.map((exponent) => -exponent);
  return {
    a: scaled(system, back, e),
    b: scaled(input, back, undefined),
    q: scaled(cost, e, e),
    p: solution && scaled(solution, e, e),
    units: e,
  };
}

const direct = (first: DenseMatrix, second: DenseMatrix): DenseMatrix => {
  const [rows, cols] = [first.rows + second.rows, first.cols + second.cols];
  const values = new Float64Array(rows * cols);
  for (let i = 0; i < first.rows; i++)
    for (let j = 0; j < first.cols; j++) values[i * cols + j] = first.values[i * first.cols + j];
  for (let i = 0; i < second.rows; i++) {
    for (let j = 0; j < second.cols; j++) {
      values[(first.rows + i) * cols + first.cols + j] = second.values[i * second.cols + j];
    }
  }
  return { rows, cols, values };
};

const under = (first: DenseMatrix, second: DenseMatrix): DenseMatrix => ({
  rows: first.rows + second.rows,
  cols: first.cols,
  values: Float64Array.from([...first.values, ...second.values]),
});

const nothing = (rows: number, cols: number): DenseMatrix => ({ rows, cols, values: new Float64Array(rows * cols) });

/** A continuous plant with its exact solution; undefined where the drawn closed loop is not clearly stable. */
function continuousPlant(draw: Draw, n: number, m: number) {
  const [b, half] = [whole(draw, n, m, 2), whole(draw, n, n, 1)];
  const p = matmul(transpose(half), half);
  const g = matmul(b, transpose(b));
  const shift = { ...identity(n), values: identity(n).values.map((value) => value * draw(-2, 1)) };
  const a = sum(whole(draw, n, n, 2), shift);
  const pa = matmul(p, a);
  const q = sum(minus(pa), minus(transpose(pa)), matmul(matmul(p, g), p));
  const closed = sum(a, minus(matmul(g, p)));
  return Math.max(...eigen(closed).real) < -0.3 ? { a, b, q, p } : undefined;
}

/** The same in discrete time: A = (I + GP) C for a stable C of halves. */
function discretePlant(draw: Draw, n: number, m: number) {
  const [b, half] = [whole(draw, n, m, 1), whole(draw, n, n, 1)];
  const p = matmul(transpose(half), half);
  const g = matmul(b, transpose(b));
  const c = whole(draw, n, n, 1);
  for (let k = 0; k < n * n; k++) c.values[k] /= 2;
  const { real, imaginary } = eigen(c);
  if (!real.every((part, i) => Math.hypot(part, imaginary[i]) < 0.9)) return undefined;
  const a = matmul(sum(identity(n), matmul(g, p)), c);
  const moved = matmul(matmul(transpose(a), p), c);
  return { a, b, q: sum(p, minus(moved)), p };
}

/** Modes that B does not reach, or on the boundary of stability and unseen: no solution stabilizes. */
function hopelessPlant(draw: Draw, isDiscrete: boolean): Plant | undefined {
  const n = draw(1, 4);
  const good = (isDiscrete ? discretePlant : continuousPlant)(draw, n, draw(1, 2));
  if (!good) return undefined;
  const turning = matrixFromRows([
    [0, 1],
    [-1, 0],
  ]);
  const one = (value: number) => matrixFromRows([[value]]);
  const kind = draw(0, 3);
  const mode = kind === 0 ? one(draw(2, 3)) : kind === 1 ? one(isDiscrete ? 1 : 0) : turning;
  const k = mode.rows;
  const isSeen = kind === 0;
  // An unreachable mode may be coupled to the others; an unseen one is out of Q.
  const a = direct(good.a, mode);
  if (isSeen) for (let i = 0; i < n; i++) a.values[i * a.cols + n] = draw(-1, 1);
  const q = direct(good.q, isSeen ? identity(k) : nothing(k, k));
  const reached = kind === 2 ? whole(draw, k, good.b.cols, 1) : nothing(k, good.b.cols);
  return { a, b: under(good.b, reached), q };
}

const COUNT = process.env['INFIMUM_FULL'] ? 1000 : 150;

describe.each([
  ['continuous', continuousPlant, solveCare],
  ['discrete', discretePlant, solveDare],
] as const)('the %s Riccati equation', (time, drawPlant, solveEquation) => {
  it('is solved for drawn plants, in any units and bases', () => {
    let [solved, worst] = [0, 0];
    for (let seed = 1; solved < COUNT; seed++) {
      const draw = drawer(seed);
      const n = draw(1, 6);
      const plant = drawPlant(draw, n, draw(1, Math.min(n, 3)));
      if (!plant) continue;
      const { a, b, q, p, units } = transformed(plant, plant.p, draw, draw(0, n), draw(0, 1) * 20);
      if (!p) throw new Error('unknown');
      const found = solveEquation(a, b, q, identity(b.cols));
      // In the drawn units: an error in one state must not hide behind another's.
      const minusUnits = units.map((exponent) => -exponent);
      const own = scaled(p, minusUnits, minusUnits);
      const error = norm(added(scaled(found, minusUnits, minusUnits), own, -1)) / (norm(own) || 1);
      if (!(error <= worst)) worst = error;
      solved++;
    }
    expect(worst).toBeLessThan(1e-6);
  });

  it('is refused where no feedback stabilizes, in any units and bases', () => {
    let refused = 0;
    for (let seed = 1; refused < COUNT; seed++) {
      const draw = drawer(7919 * seed);
      const plant = hopelessPlant(draw, time === 'discrete');
      if (!plant) continue;
      const { a, b, q } = transformed(plant, undefined, draw, draw(0, 3), draw(0, 1) * 20);
      expect(() => solveEquation(a, b, q, identity(b.cols)), `seed ${seed}`).toThrow(/no stabilizing feedback/);
      refused++;
    }
    expect(refused).toBe(COUNT);
  });

  it('is solved for defective plants and modes that the cost does not see', () => {
    for (const lambda of time === 'continuous' ? [1, -1, 2] : [2, -2, 0.5, 0]) {
      for (const n of [2, 3, 5]) {
        const a = nothing(n, n);
        for (let i = 0; i < n; i++) {
          a.values[i * n + i] = lambda;
          if (i + 1 < n) a.values[i * n + i + 1] = 1;
        }
        const b = nothing(n, 1);
        b.values[n - 1] = 1;
        const p = solveEquation(a, b, nothing(n, n), identity(1));
        const gain = time === 'continuous' ? lqr(a, b, nothing(n, n), identity(1)) : dlqr(a, b, nothing(n, n), identity(1));
        // Without any cost of states the optimal feedback mirrors the unstable poles.
        const mirrored = time === 'continuous' ? -Math.abs(lambda) : Math.abs(lambda) > 1 ? 1 / lambda : lambda;
        const trace = gain.polesReal.reduce((total, part) => total + part, 0);
        expect(trace).toBeCloseTo(n * mirrored, 4);
        expect(norm(added(gain.p, p, -1))).toBe(0);
      }
    }
  });
});

describe('equations of many states', () => {
  it.each([16, 25, 40])('%d states have the solution that they were made from', (n) => {
    const draw = drawer(n);
    const [b, half] = [whole(draw, n, 3, 1), whole(draw, n, n, 1)];
    const p = matmul(transpose(half), half);
    const g = matmul(b, transpose(b));
    // A stable loop C, so that A = C + GP, or (I + GP) C.
    const shift = { ...identity(n), values: identity(n).values.map((value) => value * Math.ceil(3 * Math.sqrt(n))) };
    const slow = whole(draw, n, n, 1);
    const a = sum(slow, minus(shift), matmul(g, p));
    const pa = matmul(p, a);
    const q = sum(minus(pa), minus(transpose(pa)), matmul(matmul(p, g), p));
    expect(norm(added(solveCare(a, b, q, identity(3)), p, -1)) / norm(p)).toBeLessThan(1e-9);
    const loop = { ...slow, values: slow.values.map((value) => value / 16) };
    const discrete = matmul(sum(identity(n), matmul(g, p)), loop);
    const cost = sum(p, minus(matmul(matmul(transpose(discrete), p), loop)));
    expect(norm(added(solveDare(discrete, b, cost, identity(3)), p, -1)) / norm(p)).toBeLessThan(1e-9);
  });

  it('have unstable modes that the cost does not see mirrored, which doubling does not', () => {
    const n = 18;
    const draw = drawer(3);
    const a = scaled(identity(n), undefined, new Float64Array(n));
    for (let i = 0; i < n; i++) {
      a.values[i * n + i] = i < 3 ? 1 + i : -1 - i / 4;
      for (let j = i + 1; j < n; j++) a.values[i * n + j] = draw(-1, 1) / 4;
    }
    const { polesReal } = lqr(a, identity(n), nothing(n, n), identity(n));
    const wanted = Array.from({ length: n }, (_, i) => -Math.abs(a.values[i * n + i])).sort((x, y) => x - y);
    for (const [k, pole] of polesReal.sort().entries()) expect(pole).toBeCloseTo(wanted[k], 6);
    // And what nothing reaches is refused.
    const b = identity(n);
    b.values[0] = 0;
    for (let j = 1; j < n; j++) a.values[j] = 0;
    expect(() => lqr(a, b, identity(n), identity(n))).toThrow(/no stabilizing feedback/);
    expect(() => dlqr(a, b, identity(n), identity(n))).toThrow(/no stabilizing feedback/);
  });
});

describe('lqr', () => {
  it('is right in states of other units, one by one', () => {
    // The plant of a cart with a spring, its position in units of 2^-20 and its speed in units of 2^15.
    const [a, b] = [
      [
        [0, 1],
        [-2, -3],
      ],
      [[0], [1]],
    ];
    const { gain } = lqr(
      a,
      b,
      [
        [5, 0],
        [0, 7],
      ],
      [[1]],
    );
    const e = Int32Array.of(-20, 15);
    const back = e.map((exponent) => -exponent);
    const units = lqr(
      scaled(matrixFromRows(a), back, e),
      scaled(matrixFromRows(b), back, undefined),
      scaled(
        matrixFromRows([
          [5, 0],
          [0, 7],
        ]),
        e,
        e,
      ),
      [[1]],
    );
    expect(units.gain.values[0] * 2 ** 20).toBeCloseTo(gain.values[0], 12);
    expect(units.gain.values[1] * 2 ** -15).toBeCloseTo(gain.values[1], 12);
    expect(gain.values[0]).toBeCloseTo(1, 12);
    expect(gain.values[1]).toBeCloseTo(-3 + Math.sqrt(18), 12);
  });
});

describe('dlqr', () => {
  it('solves what doubling refuses', () => {
    const { gain, p } = dlqr([[2]], [[1]], [[0]], [[1]]);
    expect([gain.values[0], p.values[0]]).toEqual([expect.closeTo(1.5, 12), expect.closeTo(3, 12)]);
    // The mode that B does not reach is stable.
    const other = dlqr(
      [
        [2, 0],
        [0, 0.5],
      ],
      [[1], [0]],
      [
        [1, 0],
        [0, 1],
      ],
      [[1]],
    );
    expect(other.p.values[0]).toBeCloseTo(2 + Math.sqrt(5), 10);
    expect(other.p.values[3]).toBeCloseTo(4 / 3, 10);
    expect(() =>
      dlqr(
        [
          [2, 0],
          [0, 0.5],
        ],
        [[0], [1]],
        [
          [1, 0],
          [0, 1],
        ],
        [[1]],
      ),
    ).toThrow(/no stabilizing feedback/);
    // Singular A.
    expect(dlqr([[0]], [[1]], [[1]], [[1]]).p.values[0]).toBeCloseTo(1, 12);
  });
});

describe('estimators', () => {
  it('are the duals of regulators', () => {
    const a = [
      [0, 1],
      [2, -1],
    ];
    const c = [[1, 0]];
    const { gain, covariance } = lqe(
      a,
      c,
      [
        [1, 0],
        [0, 2],
      ],
      [[0.5]],
    );
    const { gain: dual, p } = lqr(
      [
        [0, 2],
        [1, -1],
      ],
      [[1], [0]],
      [
        [1, 0],
        [0, 2],
      ],
      [[0.5]],
    );
    expect([...gain.values]).toEqual([...dual.values]);
    expect(covariance).toEqual(p);
  });

  it('in discrete time are where the recursion of the covariance comes to rest', () => {
    const a = matrixFromRows([
      [1.1, 0.4],
      [0, 0.7],
    ]);
    const [w, v] = [
      matrixFromRows([
        [0.3, 0.1],
        [0.1, 0.2],
      ]),
      0.25,
    ];
    const { covariance, gain, polesReal } = kalman(a, [[1, 0.5]], w, [[v]]);
    let s: DenseMatrix = identity(2);
    let l = [0, 0];
    for (let k = 0; k < 500; k++) {
      const seen = [s.values[0] + 0.5 * s.values[1], s.values[2] + 0.5 * s.values[3]];
      const size = seen[0] + 0.5 * seen[1] + v;
      l = seen.map((value) => value / size);
      const after = added(
        s,
        { rows: 2, cols: 2, values: Float64Array.of(l[0] * seen[0], l[0] * seen[1], l[1] * seen[0], l[1] * seen[1]) },
        -1,
      );
      s = added(matmul(matmul(a, after), transpose(a)), w);
    }
    expect(norm(added(covariance, s, -1))).toBeLessThan(1e-12);
    gain.values.forEach((value, i) => {
      expect(value).toBeCloseTo(l[i], 12);
    });
    expect(Math.max(...polesReal.map(Math.abs))).toBeLessThan(1);
  });
});

describe('state space', () => {
  it('poles are placed, of one input and of several', () => {
    const draw = drawer(11);
    for (const [n, m] of [
      [2, 1],
      [4, 1],
      [4, 2],
      [6, 3],
    ]) {
      const a = whole(draw, n, n, 3);
      const b = whole(draw, n, m, 3);
      const real = Float64Array.from(
        { length: n },
        (_, i) => -1 - Math.floor(i / 2) - (i % 2 === 1 && n > 2 ? 0 : 0.5 * (i % 2)),
      );
      const imaginary = n > 2 ? Float64Array.from({ length: n }, (_, i) => (i % 2 === 0 ? 0.5 : -0.5)) : new Float64Array(n);
      if (n > 2) for (let i = 1; i < n; i += 2) real[i] = real[i - 1];
      const found = eigen(added(a, matmul(b, place(a, b, real, imaginary)), -1));
      const order = (parts: ArrayLike<number>, others: ArrayLike<number>) =>
        Array.from(parts, (part, i) => [part, others[i]]).sort(([p, r], [q, s]) => p - q || r - s);
      const [got, wanted] = [order(found.real, found.imaginary), order(real, imaginary)];
      got.forEach(([re, im], i) => {
        expect(re).toBeCloseTo(wanted[i][0], 4);
        expect(Math.abs(im)).toBeCloseTo(Math.abs(wanted[i][1]), 4);
      });
    }
    expect(() =>
      place(
        [
          [1, 0],
          [0, 2],
        ],
        [[1], [0]],
        [-1, -2],
      ),
    ).toThrow(/does not reach/);
    expect(() =>
      place(
        [
          [0, 1],
          [0, 0],
        ],
        [[0], [1]],
        [-1, -2],
        [1, 1],
      ),
    ).toThrow(/conjugate/);
  });

  it('systems are sampled as their exponential says, and reached and shown by their matrices', () => {
    const { a, b } = c2d([[-2]], [[3]], 0.25);
    expect(a.values[0]).toBeCloseTo(Math.exp(-0.5), 14);
    expect(b.values[0]).toBeCloseTo((3 * (1 - Math.exp(-0.5))) / 2, 14);
    const system = matrixFromRows([
      [1, 2],
      [3, 4],
    ]);
    expect([...ctrb(system, [[1], [0]]).values]).toEqual([1, 1, 0, 3]);
    expect([...obsv(system, [[1, 0]]).values]).toEqual([1, 0, 1, 2]);
    expect(inverse(ctrb(system, [[1], [0]])).values.every(Number.isFinite)).toBe(true);
  });
});
