// Sinkhorn routing against the reference, for the tests of both tiers.
import { run } from '@infimum/core';
import { expect } from 'vitest';
import { moeInstance } from '../experts/expert-instances.ts';
import { expertSinkhornSteps } from '../experts/expert-sinkhorn.ts';

/** Tokens, experts, experts a token, and seed. */
export type RoutingSize = readonly [number, number, number, number];

const problemOf = ([T, E, expertsPerToken, seed]: RoutingSize) => ({ scores: moeInstance(T, E, seed), expertsPerToken });

/** With a cap the violation after forty sweeps is that of the reference; the dual value, where it is known, too. */
export function expectCapped(size: RoutingSize, temperature: number, violation: number, dualValue?: number) {
  const outcome = run(expertSinkhornSteps(problemOf(size), { temperature }), { maxIterations: 40 });
  expect(Math.abs(outcome.maxViolation - violation)).toBeLessThan(1e-3);
  if (dualValue) expect(Math.abs(outcome.dualValue - dualValue)).toBeLessThan(0.01);
}

/** Without the cap it is off by what tokens would take twice. */
export function expectUncapped(size: RoutingSize): void {
  const violations = [0.1, 0.01].map(
    (temperature) =>
      run(expertSinkhornSteps(problemOf(size), { temperature, capped: false }), { maxIterations: 300 }).maxViolation,
  );
  for (const violation of violations) {
    expect(violation).toBeGreaterThan(0.2);
    expect(violation).toBeLessThan(2.3);
  }
  // Lower temperatures do not help, as they do with the cap.
  expect(violations[1]).toBeGreaterThan(violations[0]);
}
