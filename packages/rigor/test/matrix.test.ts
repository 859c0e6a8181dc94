// Proofs about matrices against solutions, minors and norms in fractions.
import { describe, expect, it } from 'vitest';
import { enclosureOfSolution, leastEigenvalueBound, lyapunovBound } from '../src/index.ts';
import { numbers, UNIT, whole } from './oracle.ts';

const isFull = process.env['INFIMUM_FULL'] !== undefined;

/** Solves by cross multiplication; entries times 2^1074. The solution as numerators over one denominator, or undefined. */
function solveExactly(a: Float64Array, b: Float64Array): { numerators: bigint[]; den: bigint } | undefined {
  const n = b.length;
  const rows = Array.from({ length: n }, (_, i) => [...Array.from(a.subarray(i * n, i * n + n), whole), whole(b[i])]);
  let last = 1n;
  for (let k = 0; k < n; k++) {
    const pivot = rows.findIndex((row, i) => i >= k && row[k] !== 0n);
    if (pivot < 0) return undefined;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    const own = rows[k];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = rows[i][k];
      rows[i] = rows[i].map((entry, j) => (own[k] * entry - factor * own[j]) / last);
    }
    last = own[k];
  }
  return { numerators: rows.map((row) => row[n]), den: last };
}

/** An approximate inverse by Gauss and Jordan in doubles: a hint. */
function inverseOf(a: Float64Array, n: number): Float64Array {
  const table = Array.from({ length: n }, (_, i) =>
    Array.from({ length: 2 * n }, (__, j) => (j < n ? a[i * n + j] : j - n === i ? 1 : 0)),
  );
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(table[i][k]) > Math.abs(table[pivot][k])) pivot = i;
    [table[k], table[pivot]] = [table[pivot], table[k]];
    const scale = table[k][k];
    table[k] = table[k].map((entry) => entry / scale);
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = table[i][k];
      table[i] = table[i].map((entry, j) => entry - factor * table[k][j]);
    }
  }
  return Float64Array.from({ length: n * n }, (_, k) => table[Math.floor(k / n)][n + (k % n)]);
}

function times(a: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: n }, (_, i) => x.reduce((sum, value, j) => sum + a[i * n + j] * value, 0));
}

const draw = numbers(21);
const uniform = () => draw() / 2 ** 31 - 1;

describe('enclosureOfSolution', () => {
  it('holds the exact solution, within ten times the actual error', () => {
    let proved = 0;
    const ratios: number[] = [];
    for (let turn = 0; turn < (isFull ? 2000 : 200); turn++) {
      const n = 1 + (draw() % 6);
      const thin = 2 ** -(draw() % 56);
      const scale = 2 ** ((draw() % 400) - 200);
      const a = Float64Array.from({ length: n * n }, () => uniform() * scale);
      // The last row is nearly the first.
      if (n > 1 && turn % 2 === 0) for (let j = 0; j < n; j++) a[n * n - n + j] = a[j] * (1 + thin * uniform());
      const b = Float64Array.from({ length: n }, uniform);
      const inverse = inverseOf(a, n);
      const x = times(inverse, b);
      const truth = solveExactly(a, b);
      const proof = enclosureOfSolution(a, b, inverse, x);
      if (!truth) expect(proof).toBeUndefined();
      if (!truth || !proof) continue;
      proved++;
      let [error, radius] = [0, 0];
      const size = truth.den < 0n ? -truth.den : truth.den;
      truth.numerators.forEach((numerator, i) => {
        const distance = whole(x[i]) * truth.den - numerator * UNIT;
        const far = distance < 0n ? -distance : distance;
        expect(far <= whole(proof.radii[i]) * size).toBe(true);
        error = Math.max(error, Number((far * 2n ** 60n) / size) * 2 ** -1030 * 2 ** -104);
        radius = Math.max(radius, proof.radii[i]);
      });
      if (error > 0) ratios.push(radius / error);
    }
    expect(proved).toBeGreaterThan(isFull ? 1500 : 150);
    ratios.sort((p, q) => p - q);
    expect(ratios[Math.floor(ratios.length / 2)]).toBeLessThan(10);
  });

  it('proves nothing of singular matrices, whatever the hint, nor of what is not finite', () => {
    for (let turn = 0; turn < 300; turn++) {
      const n = 2 + (draw() % 3);
      const a = Float64Array.from({ length: n * n }, () => (draw() % 9) - 4);
      for (let j = 0; j < n; j++) a[j] = turn % 2 === 0 ? a[n + j] * 2 : a[n + j];
      const near = a.map((entry) => entry + 1e-9 * uniform());
      const hint = turn % 3 === 0 ? a.map(uniform) : inverseOf(near, n);
      const b = Float64Array.from({ length: n }, uniform);
      expect(enclosureOfSolution(a, b, hint, times(hint, b))).toBeUndefined();
    }
    const [one, b] = [
      [1, 0, 0, 1],
      [1, 1],
    ];
    for (const bad of [Number.NaN, Infinity, -Infinity, undefined as unknown as number]) {
      for (let k = 0; k < 4; k++) {
        const broken = one.map((entry, j) => (j === k ? bad : entry));
        expect(enclosureOfSolution(broken, b, one, b)).toBeUndefined();
        expect(enclosureOfSolution(one, b, broken, b)).toBeUndefined();
      }
      expect(enclosureOfSolution(one, [1, bad], one, b)).toBeUndefined();
      expect(enclosureOfSolution(one, b, one, [bad, 1])).toBeUndefined();
    }
    expect(enclosureOfSolution(one, b, one, [1])).toBeUndefined();
    expect(enclosureOfSolution(one, b, one, b)?.radii.every((radius) => radius < 1e-30)).toBe(true);
  });
});

/** Whether A - c I is positive definite, by minors in whole numbers. */
function isDefinite(a: Float64Array, n: number, c: number): boolean {
  const rows = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (__, j) => whole(a[i * n + j]) - (i === j ? whole(c) : 0n)),
  );
  let last = 1n;
  for (let k = 0; k < n; k++) {
    if (rows[k][k] <= 0n) return false;
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i][k];
      rows[i] = rows[i].map((entry, j) => (rows[k][k] * entry - factor * rows[k][j]) / last);
    }
    last = rows[k][k];
  }
  return true;
}

describe('leastEigenvalueBound', () => {
  it('is never above the least eigenvalue, and near the shift', () => {
    let proved = 0;
    for (let turn = 0; turn < (isFull ? 3000 : 300); turn++) {
      const n = 1 + (draw() % 6);
      const m = 1 + (draw() % 7);
      const factor = Float64Array.from({ length: n * m }, uniform);
      const scale = 2 ** ((draw() % 600) - 300);
      const a = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          let sum = 0;
          for (let k = 0; k < m; k++) sum += factor[i * m + k] * factor[j * m + k];
          a[i * n + j] = a[j * n + i] = sum * scale;
        }
      }
      const shift = scale * (turn % 2 === 0 ? 1e-15 * (draw() % 8) : uniform() * 0.1);
      const bound = leastEigenvalueBound(a, n, shift);
      if (bound === -Infinity) continue;
      proved++;
      expect(bound).toBeLessThanOrEqual(shift);
      expect(shift - bound).toBeLessThan(1e-12 * scale * n);
      // A - bound I is at least positive semidefinite; with a little less it is definite.
      expect(isDefinite(a, n, bound - Math.abs(bound) * 2 ** -52 - Number.MIN_VALUE)).toBe(true);
    }
    expect(proved).toBeGreaterThan(isFull ? 1000 : 100);
  });

  it('believes no factor, and proves nothing of what is not symmetric or not finite', () => {
    const indefinite = [1, 2, 2, 1];
    for (let turn = 0; turn < 500; turn++) {
      const hint = Float64Array.from({ length: 4 }, () => uniform() * 2 ** (draw() % 4));
      expect(leastEigenvalueBound(indefinite, 2, uniform() * 2, hint)).toBeLessThan(-1 + 1e-12);
    }
    expect(leastEigenvalueBound([2, 1, 0.9, 2], 2, 0.1)).toBe(-Infinity);
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      expect(leastEigenvalueBound([bad, 0, 0, 1], 2, 0.1)).toBe(-Infinity);
      expect(leastEigenvalueBound([1, bad, bad, 1], 2, 0.1)).toBe(-Infinity);
      expect(leastEigenvalueBound([1, 0, 0, 1], 2, bad)).toBe(-Infinity);
      expect(leastEigenvalueBound([1, 0, 0, 1], 2, 0.1, [1, 0, bad, 1])).toBe(-Infinity);
    }
    expect(leastEigenvalueBound([1, 0, 0, 1], 2, 0.1, [1])).toBe(-Infinity);
  });
});

describe('lyapunovBound', () => {
  /** X with A'X + XA = -I or X - A'XA = I, in doubles: a hint. */
  function hintFor(a: Float64Array, n: number, isDiscrete: boolean, right = 1): Float64Array {
    const size = n * n;
    const system = new Float64Array(size * size);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const row = (i * n + j) * size;
        if (isDiscrete) {
          for (let k = 0; k < n; k++) for (let l = 0; l < n; l++) system[row + k * n + l] -= a[k * n + i] * a[l * n + j];
          system[row + i * n + j] += 1;
        } else {
          for (let k = 0; k < n; k++) {
            system[row + k * n + j] -= a[k * n + i];
            system[row + i * n + k] -= a[k * n + j];
          }
        }
      }
    }
    const identity = Float64Array.from({ length: size }, (_, k) => (k % (n + 1) === 0 ? right : 0));
    const x = times(inverseOf(system, size), identity);
    return Float64Array.from({ length: size }, (_, k) => {
      const t = (k % n) * n + Math.floor(k / n);
      return x[Math.min(k, t)] / 2 + x[Math.max(k, t)] / 2;
    });
  }

  it.each(['continuous', 'discrete'] as const)('proves stability in %s time, and bounds the inverse', (time) => {
    let [stable, proved] = [0, 0];
    for (let turn = 0; turn < 300; turn++) {
      const n = 1 + (draw() % 3);
      const shift = time === 'continuous' ? 2 * uniform() : 0;
      const a = Float64Array.from({ length: n * n }, (_, k) => uniform() * 1.2 - (k % (n + 1) === 0 ? shift : 0));
      const x = hintFor(a, n, time === 'discrete');
      if (!x.every(Number.isFinite)) continue;
      const bound = lyapunovBound(a, x, n, time);
      // Powers of A, or of (I + hA)(I - hA)^-1, which has the same stability, die out exactly if A is stable.
      const step = time === 'discrete' ? a : cayley(a, n);
      let power = step;
      for (let k = 0; k < 14; k++) power = product(power, power, n);
      const isStable = power.every((entry) => Math.abs(entry) < 1);
      if (isStable) stable++;
      if (bound < Infinity) {
        proved++;
        expect(isStable).toBe(true);
        // The operator's inverse takes I to X, whose norm is at least its largest diagonal entry.
        let largest = 0;
        for (let i = 0; i < n; i++) largest = Math.max(largest, x[i * n + i]);
        expect(bound).toBeGreaterThanOrEqual(largest * (1 - 1e-9));
        expect(bound).toBeLessThan(largest * n * n * 1.01);
      }
    }
    expect(proved).toBeGreaterThan(50);
    expect(proved).toBeGreaterThan(0.9 * stable);
  });

  const product = (a: Float64Array, b: Float64Array, n: number) =>
    Float64Array.from({ length: n * n }, (_, k) => {
      let sum = 0;
      for (let l = 0; l < n; l++) sum += a[Math.floor(k / n) * n + l] * b[l * n + (k % n)];
      return sum;
    });
  const cayley = (a: Float64Array, n: number) => {
    const one = (k: number) => (k % (n + 1) === 0 ? 1 : 0);
    const plus = a.map((entry, k) => one(k) + entry);
    return product(
      plus,
      inverseOf(
        a.map((entry, k) => one(k) - entry),
        n,
      ),
      n,
    );
  };

  it('proves nothing of unstable matrices, whatever the hint', () => {
    for (let turn = 0; turn < 500; turn++) {
      const a = Float64Array.from({ length: 4 }, uniform);
      a[3] = Math.abs(uniform()) - a[0]; // a trace above 0
      const x = turn % 2 === 0 ? hintFor(a, 2, false) : Float64Array.from({ length: 4 }, uniform);
      x[1] = x[2];
      expect(lyapunovBound(a, x, 2)).toBe(Infinity);
      const large = Float64Array.of(1.01 + Math.abs(uniform()), a[1], 0, a[2]);
      expect(lyapunovBound(large, hintFor(large, 2, true), 2, 'discrete')).toBe(Infinity);
    }
    for (const bad of [Number.NaN, Infinity, -Infinity]) {
      expect(lyapunovBound([bad], [0.5], 1)).toBe(Infinity);
      expect(lyapunovBound([-1], [bad], 1)).toBe(Infinity);
    }
  });
});
