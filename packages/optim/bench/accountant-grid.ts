// Settings for the comparison of accountants, drawn from a seed: releases on Poisson samples, on samples without replacement, of all
// records, and of two kinds together; up to 1e5 of them, ε from 1e-3 to 1e3, δ from 1e-15 to 0.1.
//
//   node bench/accountant-grid.ts | python3 bench/accountant_golden.py > src/testing/accountant-golden.json
import { Random } from '@infimum/core';
import { calibrateNoise } from '../src/private/accountant.ts';

const random = new Random(20_221_206);
/** A number whose logarithm is uniform. */
const between = (least: number, most: number): number => least * (most / least) ** random.uniform();
const short = (value: number): number => Number(value.toPrecision(4));

const kinds = [...Array<string>(120).fill('poisson'), ...Array<string>(40).fill('two kinds')];
kinds.push(...Array<string>(40).fill('without replacement'), ...Array<string>(40).fill('all'));
const cases = kinds.map((kind) => {
  const [epsilon, delta] = [short(between(1e-3, 1e3)), short(between(1e-15, 0.1))];
  const [count, second] = [Math.round(between(1, 1e5)), Math.round(between(1, 1e5))];
  const rates = [kind === 'all' ? 1 : short(between(1e-4, 0.9)), short(between(1e-4, 0.9))];
  const plan = (sigma: number) => [
    { rate: rates[0], sigma, count },
    ...(kind === 'two kinds' ? [{ rate: rates[1], sigma: 2 * sigma, count: second }] : []),
  ];
  const sigma = short(calibrateNoise(plan, epsilon, delta));
  return { kind, epsilon, delta, events: plan(sigma) };
});
console.log(JSON.stringify(cases));
