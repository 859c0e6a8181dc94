// Which starts settle between heavy ball and Nesterov's method: 601 of them for each of sixteen methods.
import { describe, expect, it } from 'vitest';
import { heavyBallMomentum } from '../acceleration/heavy-ball.ts';
import type { Momentum } from '../acceleration/momentum-family.ts';
import { betweenMomenta, momentumFamily } from '../acceleration/momentum-family.ts';
import { nesterovMomentum } from '../acceleration/nesterov-strongly-convex.ts';
import { heavyBallCounterexample } from './heavy-ball-counterexample.ts';

const f = heavyBallCounterexample();
const ball = heavyBallMomentum(25, 1);
const nesterov = nesterovMomentum(25, 1);

/** 0, 0.01, …, 6. */
const starts = Array.from({ length: 601 }, (_, i) => i / 100);

/** How many of the starts converge, circle and diverge. */
function fates(momentum: Momentum, maxIterations = 3000): { converge: number; circle: number; diverge: number } {
  const statuses = starts.map((start) => momentumFamily(f, Float64Array.of(start), momentum, { maxIterations }).status);
  const count = (status: string) => statuses.filter((found) => found === status).length;
  return { converge: count('converged'), circle: count('iteration-limit'), diverge: count('stalled') };
}

describe('between heavy ball and Nesterov’s method', () => {
  it('is a region in which the minimum repels, and from every other start nothing settles', () => {
    const found = Array.from({ length: 11 }, (_, tenth) => fates(betweenMomenta(ball, nesterov, tenth / 10), 1000));
    expect(found[0]).toEqual({ converge: 522, circle: 79, diverge: 0 });
    for (const fate of found.slice(1, 6)) expect(fate).toEqual({ converge: 1, circle: 600, diverge: 0 });
    for (const fate of found.slice(6)) expect(fate).toEqual({ converge: 601, circle: 0, diverge: 0 });
  });

  it('a look-ahead alone does not repair long steps', () => {
    const failing = [0.01, 0.02, 0.1, 0.2, 4 / 9].map((lookAhead) => 601 - fates({ ...ball, lookAhead }).converge);
    // At 0.02 the minimum neither attracts nor repels across one direction; 3.84 and 5.76 come in along the other.
    expect(failing).toEqual([51, 598, 600, 600, 600]);
  });
});
