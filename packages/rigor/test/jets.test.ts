// Derivatives: of polynomials and quotients against fractions, of other functions against closed forms, over boxes against points.
import { describe, expect, it } from 'vitest';
import type { Jet } from '../src/index.ts';
import * as rigor from '../src/index.ts';
import { holds, hostile, numbers, UNIT, whole } from './oracle.ts';

const { addJets, constantJet, divideJets, interval, multiplyJets, squareJet, subtractJets, variableJets } = rigor;

/** x² y - 3 x / y + 7. */
function rational([x, y]: readonly Jet[]): Jet {
  const three = constantJet(interval(3), 2);
  const quotient = divideJets(multiplyJets(three, x), y);
  return addJets(subtractJets(multiplyJets(squareJet(x), y), quotient), constantJet(interval(7), 2));
}

describe('jets', () => {
  it('hold value, gradient and Hessian of a rational function, exactly', () => {
    const draw = hostile(12);
    let finite = 0;
    for (let turn = 0; turn < 2000; turn++) {
      const [x, y] = [draw(), draw()];
      if (y === 0) continue;
      const { value, gradient, hessian } = rational(variableJets([interval(x), interval(y)]));
      const [a, b, u] = [whole(x), whole(y), UNIT];
      // All over b³ u³: a and b stand for x u and y u.
      const d = b ** 3n * u ** 3n;
      const truths = [
        [value, a ** 2n * b ** 4n - 3n * a * b ** 2n * u ** 3n + 7n * b ** 3n * u ** 3n],
        [gradient[0], 2n * a * b ** 4n * u - 3n * b ** 2n * u ** 4n],
        [gradient[1], a ** 2n * b ** 3n * u + 3n * a * b * u ** 4n],
        [hessian[0], 2n * b ** 4n * u ** 2n],
        [hessian[1], 2n * a * b ** 3n * u ** 2n + 3n * b * u ** 5n],
        [hessian[2], -6n * a * u ** 5n],
      ] as const;
      for (const [{ lower, upper }, n] of truths) {
        expect(b > 0n ? holds(lower, upper, n, d) : holds(lower, upper, -n, -d)).toBe(true);
        if (upper - lower < Infinity) finite++;
      }
    }
    expect(finite).toBeGreaterThan(3000);
  });

  const functions: readonly (readonly [string, (f: Jet) => Jet, (x: number) => [number, number, number]])[] = [
    ['square', rigor.squareJet, (x) => [x * x, 2 * x, 2]],
    ['root', rigor.squareRootJet, (x) => [Math.sqrt(x), 0.5 / Math.sqrt(x), -0.25 * x ** -1.5]],
    ['exp', rigor.expJet, (x) => [Math.exp(x), Math.exp(x), Math.exp(x)]],
    ['log', rigor.logJet, (x) => [Math.log(x), 1 / x, -1 / (x * x)]],
    ['sin', rigor.sinJet, (x) => [Math.sin(x), Math.cos(x), -Math.sin(x)]],
    ['cos', rigor.cosJet, (x) => [Math.cos(x), -Math.sin(x), -Math.cos(x)]],
    ['tanh', rigor.tanhJet, (x) => [Math.tanh(x), 1 - Math.tanh(x) ** 2, -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2)]],
  ];

  it.each(functions)('%s of x y has the derivatives of the chain rule', (_, jet, form) => {
    const draw = numbers(3);
    for (let turn = 0; turn < 200; turn++) {
      const [x, y] = [0.1 + draw() / 2 ** 30, 0.1 + draw() / 2 ** 31];
      const [p, q] = variableJets([interval(x), interval(y)]);
      const { value, gradient, hessian } = jet(multiplyJets(p, q));
      const [h, h1, h2] = form(x * y);
      const expected = [h, h1 * y, h1 * x, h2 * y * y, h1 + h2 * x * y, h2 * x * x];
      [value, ...gradient, ...hessian].forEach(({ lower, upper }, k) => {
        const slack = 1e-12 * (1 + Math.abs(expected[k]));
        expect(lower - slack).toBeLessThanOrEqual(expected[k]);
        expect(upper + slack).toBeGreaterThanOrEqual(expected[k]);
        expect(upper - lower).toBeLessThan(1e-11 * (1 + Math.abs(expected[k])) + 1e-11 * Math.abs(h2) * 100);
      });
    }
  });

  it.each(functions)('%s over a box holds what it is at points inside', (_, jet) => {
    const draw = numbers(4);
    for (let turn = 0; turn < 100; turn++) {
      const ends = [0.1 + draw() / 2 ** 31, 0.1 + draw() / 2 ** 31];
      const box = ends.map((end) => interval(end, end + draw() / 2 ** 31));
      const inside = box.map(({ lower, upper }) => interval(lower + ((upper - lower) * (draw() % 9)) / 8));
      const at = (place: readonly rigor.Interval[]) => {
        const [x, y] = variableJets(place);
        return jet(addJets(x, squareJet(y)));
      };
      const [wide, narrow] = [at(box), at(inside)];
      const pairs = [wide.value, ...wide.gradient, ...wide.hessian].map(
        (one, k) => [one, [narrow.value, ...narrow.gradient, ...narrow.hessian][k]] as const,
      );
      for (const [outer, inner] of pairs) {
        expect(outer.lower).toBeLessThanOrEqual(inner.lower);
        expect(outer.upper).toBeGreaterThanOrEqual(inner.upper);
      }
    }
  });

  it('know nothing where the function is not defined', () => {
    const [x] = variableJets([interval(-1, 1)]);
    for (const jet of [rigor.logJet(x), rigor.squareRootJet(x), divideJets(x, x)]) {
      expect(jet.value).toEqual(rigor.unknown);
      expect(jet.gradient[0]).toEqual(rigor.unknown);
    }
  });
});

describe('intervals', () => {
  it('say nothing of NaN, of ends in the wrong order, and of what overflows', () => {
    for (const a of [interval(Number.NaN), interval(2, 1), interval(Infinity), interval(0, Number.NaN)]) {
      expect(a).toEqual(rigor.unknown);
    }
    const broken = { lower: Number.NaN, upper: Number.NaN };
    const { exp, log, tanh, squareRoot, square, negate, sin, cos } = rigor;
    for (const f of [exp, log, tanh, squareRoot, square, negate]) {
      const { lower, upper } = f(broken);
      expect(lower === -Infinity || Number.isNaN(lower)).toBe(true);
      expect(upper === Infinity || Number.isNaN(upper)).toBe(true);
    }
    for (const f of [sin, cos]) expect(f(rigor.unknown)).toEqual({ lower: -1, upper: 1 });
    expect(rigor.exp(rigor.unknown)).toEqual({ lower: 0, upper: Infinity });
    expect(rigor.log(interval(0, 1))).toEqual(rigor.unknown);
    expect(rigor.log(interval(1, Infinity)).upper).toBe(Infinity);
    expect(rigor.exp(interval(800)).lower).toBe(Number.MAX_VALUE);
    expect(rigor.tanh(rigor.unknown).lower).toBe(-1);
    expect(rigor.multiply(interval(0), rigor.unknown)).toEqual(rigor.unknown);
    expect(rigor.multiply(interval(0), interval(-5, 5))).toEqual({ lower: 0, upper: 0 });
    expect(rigor.hull(interval(1), interval(3, 4))).toEqual({ lower: 1, upper: 4 });
    expect(rigor.magnitude(interval(-3, 2))).toBe(3);
  });
});
