// The claims of the paper on private stationary points: exponents in the number of records.
import { type ClaimResult, defineClaim } from '@infimum/core';
import { dpGd } from './dp-gradient-descent.ts';
import { privateStationary as paper } from './papers.ts';
import { exactGradientNorm, type PrivateLoss } from './private-loss.ts';
import { privateSpiderBoost } from './private-spider-boost.ts';

const DIMENSION = 20;

/**
 * n equal records for Huber's loss: their mean is the record, so that a sum of n gradients is n times one. Noise and clipping are
 * those of n records.
 */
export function equalRecords(n: number): PrivateLoss {
  const place = 0.5 / Math.sqrt(DIMENSION);
  return {
    records: n,
    dimension: DIMENSION,
    lipschitz: 1,
    smoothness: 1,
    recordGradient: (w, _, out) => {
      for (let j = 0; j < DIMENSION; j++) out[j] = w[j] - place;
    },
  };
}

/** Slope of the least-squares line through the logarithms. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(u), mean(v)];
  const above = u.reduce((sum, value, i) => sum + (value - a) * (v[i] - b), 0);
  return above / u.reduce((sum, value) => sum + (value - a) ** 2, 0);
}

/** Mean gradients over the second half of runs with theory's number of steps, by n. */
export function gradientsByRecords(
  sizes: readonly number[],
  method: 'spider' | 'gd',
  seeds: number,
): number[] {
  return sizes.map((n) => {
    const loss = equalRecords(n);
    let [sum, count] = [0, 0];
    for (let seed = 0; seed < seeds; seed++) {
      const norms: number[] = [];
      const onIteration = ({ solution }: { solution(): { w: Float64Array } }): void => {
        norms.push(exactGradientNorm(equalRecords(1), solution().w));
      };
      const common = { epsilon: 1, delta: 1e-6, seed, output: 'last', onIteration } as const;
      if (method === 'gd') dpGd(loss, common);
      else privateSpiderBoost(loss, { ...common, calibration: 'concentrated' });
      for (const value of norms.slice(norms.length >> 1)) [sum, count] = [sum + value, count + 1];
    }
    return sum / count;
  });
}

async function rates(): Promise<ClaimResult> {
  const sizes = [4096, 8192, 16_384];
  const spider = slopeOf(sizes, gradientsByRecords(sizes, 'spider', 3));
  const descent = slopeOf(sizes, gradientsByRecords(sizes, 'gd', 3));
  return {
    measured: `gradients fall as n^${spider.toFixed(2)} by private SpiderBoost and as n^${descent.toFixed(2)} by DP-GD, with the steps of theory`,
    verdict: Math.abs(spider + 0.67) < 0.15 && spider < descent - 0.05 ? 'reproduced' : 'not reproduced',
    figures: { spiderExponent: spider, descentExponent: descent },
  };
}

/** The paper's claims. */
export const privateClaims = [
  defineClaim({
    id: 'optim/private-stationary-rates',
    paper,
    statement: 'Differences of gradients give a rate of n^(-2/3), against n^(-1/2) of noisy full gradients.',
    published: 'theorems',
    budget: 60,
    run: rates,
  }),
];
