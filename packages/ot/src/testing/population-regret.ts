// The regret of online balancing against the best biases of the population, for the tests of both tiers.
import type { DenseLike } from '@infimum/core';
import { beforeAll, expect, it } from 'vitest';
import type { ExpertBalancerOptions } from '../experts/expert-balancer.ts';
import { createExpertBalancer } from '../experts/expert-balancer.ts';
import { linearMeans, scoreStream } from '../experts/expert-instances.ts';
import type { RegretFits } from '../experts/expert-regret.ts';
import { regretFits } from '../experts/expert-regret.ts';
import { Router } from '../experts/expert-routing.ts';
import { EXPERTS as E, PER_TOKEN as K, populationBias, TOKENS as T } from './online-stream.ts';

const means = linearMeans(E);

/** The modulus of strong convexity of these instances, and the theorem's bound on the slope in ln n: G² / (2 mu). */
const MODULUS = 87;
const SLOPE = 97 / (2 * MODULUS);

const rules = {
  harmonic: { update: 'proportional', schedule: 'harmonic', stepSize: 1 / MODULUS },
  'harmonic, twice as large': { update: 'proportional', schedule: 'harmonic', stepSize: 2 / MODULUS },
  'harmonic, half as large': { update: 'proportional', schedule: 'harmonic', stepSize: 0.5 / MODULUS },
  'square root': { update: 'proportional', schedule: 'square-root', stepSize: 0.005 },
  constant: { update: 'proportional', schedule: 'constant', stepSize: 0.002 },
  sign: { update: 'sign', schedule: 'constant', stepSize: 0.01 },
} satisfies Record<string, Partial<ExpertBalancerOptions>>;

type Rule = keyof typeof rules;

/** Losses of a balancer minus those of fixed biases, summed. */
function regretOf(options: Partial<ExpertBalancerOptions>, batches: DenseLike[], losses: number[]) {
  const balancer = createExpertBalancer({ experts: E, expertsPerToken: K, ...options });
  let sum = 0;
  const regret = Float64Array.from(batches, (batch, n) => {
    sum += balancer.route(batch).dualValue - losses[n];
    return sum;
  });
  balancer.release();
  return regret;
}

export function meanOf(curves: readonly Float64Array[]): Float64Array {
  return curves[0].map((_, n) => curves.reduce((sum, curve) => sum + curve[n] / curves.length, 0));
}

/** Least squares in ln n over n = from, …, to. */
function slope(regret: Float64Array, from: number, to: number): number {
  const x = Array.from({ length: to - from + 1 }, (_, at) => Math.log(from + at));
  const mean = x.reduce((sum, value) => sum + value / x.length, 0);
  const squares = x.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return x.reduce((sum, value, at) => sum + ((value - mean) * regret[from + at - 1]) / squares, 0);
}

/** The mean and its standard error. */
function withError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, error: Math.sqrt(squares / (values.length - 1) / values.length) };
}

/** Statement 5: six streams of batches of 64 tokens, 4000 in the paper, against the biases of least expected loss. */
export function testRegret(batchNumber: number): void {
  const curves = new Map<Rule, Float64Array[]>();
  const mean = (rule: Rule) => meanOf(curves.get(rule) ?? []);
  beforeAll(() => {
    using router = new Router(E, K);
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const batches = [...scoreStream({ tokens: T, batches: batchNumber, means }, seed)];
      const losses = batches.map((batch) => router.route(batch, populationBias).biasedAffinity);
      for (const rule of Object.keys(rules) as Rule[]) {
        curves.set(rule, [...(curves.get(rule) ?? []), regretOf(rules[rule], batches, losses)]);
      }
    }
  }, 60_000);

  it('is against biases with mean loads on their targets', () => {
    using router = new Router(E, K);
    const loads = new Float64Array(E);
    for (const batch of scoreStream({ tokens: T, batches: 1500, means }, 7)) {
      router.route(batch, populationBias).loads.forEach((load, k) => {
        loads[k] += load / 1500;
      });
    }
    for (const load of loads) expect(Math.abs(load - (T * K) / E)).toBeLessThan(0.3);
  });

  it.each([
    ['harmonic', 'logarithmic'],
    ['harmonic, twice as large', 'logarithmic'],
    ['harmonic, half as large', 'logarithmic'],
    ['square root', 'squareRoot'],
    ['constant', 'linear'],
    ['sign', 'linear'],
  ] as [Rule, keyof RegretFits][])('of %s steps follows the %s law best', (rule, law) => {
    const fits = regretFits(mean(rule));
    const others = (['logarithmic', 'squareRoot', 'linear'] as const).filter((other) => other !== law);
    for (const other of others) expect(fits[law].r2).toBeGreaterThan(fits[other].r2);
    expect(fits[law].r2).toBeGreaterThan(0.9);
  });

  it('has the slopes of the theorem for one over the modulus, twice and half that', () => {
    const slopes = (rule: Rule) => withError((curves.get(rule) ?? []).map((curve) => slope(curve, 100, 2000)));
    const one = slopes('harmonic');
    const twice = slopes('harmonic, twice as large');
    const half = slopes('harmonic, half as large');
    // The bound for a step c times as large has a factor c²/(2c - 1).
    expect(one.mean - 2 * one.error).toBeLessThan(SLOPE);
    expect(twice.mean - 2 * twice.error).toBeLessThan((4 / 3) * SLOPE);
    // There is none for one half: underestimating costs more than overestimating.
    expect(half.mean - 2 * half.error).toBeGreaterThan(2 * SLOPE);
    for (const [{ mean: measured, error }, reference] of [
      [one, 0.37],
      [twice, 0.6],
    ] as const) {
      expect(error).toBeLessThan(0.2);
      // The reference is a mean of six runs too.
      expect(Math.abs(measured - reference)).toBeLessThan(3 * Math.SQRT2 * error);
    }
  });

  it('is what the reference measured after 100 and 2000 batches', () => {
    for (const [rule, early, late] of [
      ['harmonic', 10.3, 11.4],
      ['harmonic, twice as large', 19.9, 21.7],
      ['harmonic, half as large', 21.4, 28.2],
      ['square root', 15, 23.3],
      ['constant', 27.7, 128.4],
    ] as const) {
      expect(Math.abs(mean(rule)[99] / early - 1)).toBeLessThan(0.12);
      expect(Math.abs(mean(rule)[1999] / late - 1)).toBeLessThan(0.12);
    }
  });

  it('of harmonic steps gains little after a thousand batches, of constant ones most', () => {
    const thousands = batchNumber / 1000;
    const gains = (rule: Rule) => (curves.get(rule) ?? []).map((curve) => curve[batchNumber - 1] - curve[999]);
    const { mean: gain, error } = withError(gains('harmonic'));
    expect(gain).toBeLessThan(2 * Math.log(thousands) * slope(mean('harmonic'), 100, 1000) + 2 * error);
    expect(error).toBeLessThan(0.5);
    for (const value of gains('constant')) expect(value).toBeGreaterThan(33 * (thousands - 1));
  });
}
