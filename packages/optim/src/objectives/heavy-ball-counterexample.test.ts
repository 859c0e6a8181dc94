// Heavy ball on the function that it fails on: the cycle in exact fractions, and which starts lead into it.
import { gradientError, hessianVectorError } from '@infimum/core';
import { describe, expect, it } from 'vitest';
import { heavyBall, heavyBallMomentum } from '../acceleration/heavy-ball.ts';
import { item } from '../acceleration/item.ts';
import type { Momentum } from '../acceleration/momentum-family.ts';
import { betweenMomenta, momentumFamily } from '../acceleration/momentum-family.ts';
import { nesterovConvex } from '../acceleration/nesterov-convex.ts';
import { nesterovMomentum, nesterovStronglyConvex } from '../acceleration/nesterov-strongly-convex.ts';
import { tripleMomentum } from '../acceleration/triple-momentum.ts';
import { bySuite } from '../testing/by-suite.ts';
import { HEAVY_BALL_CYCLE, heavyBallCounterexample } from './heavy-ball-counterexample.ts';

const f = heavyBallCounterexample();
const constants = { lipschitz: 25, strongConvexity: 1 };
const ball = heavyBallMomentum(25, 1);
const nesterov = nesterovMomentum(25, 1);

/** 0, 0.01, …, 6. */
const starts = Array.from({ length: 601 }, (_, i) => i / 100);
/** All of them, or every fourth. */
const someStarts = starts.filter((_, i) => i % bySuite(4, 1) === 0);

/** How many of the starts converge, circle and diverge. */
function fates(momentum: Momentum, maxIterations = 3000): { converge: number; circle: number; diverge: number } {
  const statuses = starts.map((start) => momentumFamily(f, Float64Array.of(start), momentum, { maxIterations }).status);
  const count = (status: string) => statuses.filter((found) => found === status).length;
  return { converge: count('converged'), circle: count('iteration-limit'), diverge: count('stalled') };
}

describe('the function', () => {
  it('has the derivatives and the constants that it claims', () => {
    for (const x of [-3, 0.5, 1.5, 4]) {
      expect(gradientError(f, Float64Array.of(x))).toBeLessThan(1e-8);
      expect(hessianVectorError(f, Float64Array.of(x), Float64Array.of(1))).toBeLessThan(1e-8);
    }
    const slope = (x: number) => {
      const out = new Float64Array(1);
      f.gradient(Float64Array.of(x), out);
      return out[0];
    };
    const points = Array.from({ length: 200 }, (_, i) => -2 + i * 0.031);
    const slopes = points.map(slope);
    const curvatures = points.flatMap((a, i) => points.slice(0, i).map((b, j) => (slopes[i] - slopes[j]) / (a - b)));
    expect(Math.min(...curvatures)).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(Math.max(...curvatures)).toBeLessThanOrEqual(25 + 1e-9);
    expect(f.value(Float64Array.of(1))).toBeCloseTo(12.5, 14);
    expect(f.value(Float64Array.of(2 - 1e-12))).toBeCloseTo(f.value(Float64Array.of(2)), 9);
  });
});

describe('the cycle', () => {
  it('is one, in exact fractions over 9 * 1225', () => {
    // x_{k+1} = (13 x_k - 4 x_{k-1} - f'(x_k)) / 9, all over 1225.
    const ONE = 1225n;
    const slope = (x: bigint) => (x < ONE ? 25n * x : x < 2n * ONE ? x + 24n * ONE : 25n * x - 24n * ONE);
    const points = [792n, -2208n, 2592n];
    points.forEach((next, k) => {
      const [last, here] = [points[(k + 1) % 3], points[(k + 2) % 3]];
      expect(13n * here - 4n * last - slope(here)).toBe(9n * next);
    });
    expect(HEAVY_BALL_CYCLE).toEqual(points.map((point) => Number(point) / 1225));
  });

  it('attracts heavy ball from 3.3', () => {
    const path: number[] = [];
    const { status } = heavyBall(f, Float64Array.of(3.3), {
      ...constants,
      maxIterations: 3000,
      onIteration: ({ point }) => void path.push(point[0]),
    });
    expect(status).toBe('iteration-limit');
    const found = path.slice(-3).sort((a, b) => a - b);
    HEAVY_BALL_CYCLE.toSorted((a, b) => a - b).forEach((point, k) => {
      expect(found[k]).toBeCloseTo(point, 12);
    });
  });

  it('attracts it from exactly the starts that are known', () => {
    const leads = (x: number) => {
      const hundredths = Math.round(100 * x);
      return [
        [307, 346],
        [276, 292],
        [98, 103],
        [540, 555],
      ].some(([from, to]) => hundredths >= from && hundredths <= to);
    };
    for (const start of someStarts) {
      const { status } = heavyBall(f, Float64Array.of(start), { ...constants, maxIterations: 3000 });
      expect([start, status]).toEqual([start, leads(start) ? 'iteration-limit' : 'converged']);
    }
  });

  it('attracts no other method', () => {
    for (const start of someStarts) {
      const options = { ...constants, maxIterations: 3000 };
      for (const method of [nesterovStronglyConvex, tripleMomentum, item]) {
        expect(method(f, Float64Array.of(start), options).status).toBe('converged');
      }
      expect(nesterovConvex(f, Float64Array.of(start), { lipschitz: 25 }).status).toBe('converged');
    }
  });
});

describe('between heavy ball and Nesterov’s method', () => {
  it('far starts diverge there', () => {
    for (const theta of [0.1, 0.2, 0.3, 0.4, 0.5]) {
      const { status } = momentumFamily(f, Float64Array.of(100), betweenMomenta(ball, nesterov, theta), {
        maxIterations: 20_000,
      });
      expect(status).toBe('stalled');
    }
  });

  it('with the steps and the momentum of Nesterov’s method any look-ahead converges', () => {
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const lookAhead = share * nesterov.momentum;
      expect(fates({ ...nesterov, lookAhead }).converge).toBe(601);
    }
  });
});
