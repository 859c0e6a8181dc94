// Balancing in training: the loss of a small mixture of linear experts, the violation of its loads and the way of its
// biases over the last quarter of the steps, for every step rule and what they compete with. Means over three seeds.
// Run: pnpm bench:package ot expert-training [steps]      2000 steps take some minutes
import type { ExpertBalancerOptions } from '../src/experts/expert-balancer.ts';
import type { TrainingOptions, TrainingResult } from '../src/experts/expert-training.ts';
import { trainExperts } from '../src/experts/expert-training.ts';

const sizes = { experts: 16, expertsPerToken: 2, tokens: 1024, steps: Number(process.argv[2] ?? 2000) };
const seeds = [1, 2, 3];

type Rule = Pick<ExpertBalancerOptions, 'update' | 'schedule' | 'stepSize' | 'method'>;

const rules: Record<string, Rule> = {
  'sign, u = 0.001': { update: 'sign', stepSize: 1e-3 },
  'sign, 0.02/sqrt(n)': { update: 'sign', schedule: 'square-root', stepSize: 0.02 },
  'sign, 0.1/n': { update: 'sign', schedule: 'harmonic', stepSize: 0.1 },
  'sign, 1/n': { update: 'sign', schedule: 'harmonic', stepSize: 1 },
  'proportional, 0.05/L': { update: 'proportional' },
  'proportional, 0.1/(L sqrt(n))': { update: 'proportional', schedule: 'square-root' },
  'proportional, 5/(L n)': { update: 'proportional', schedule: 'harmonic' },
  'coordinate dual, two sweeps': { method: 'coordinate-dual' },
};

const runs: [name: string, options: Partial<TrainingOptions>][] = [
  ['greedy', {}],
  ...[1e-3, 1e-2, 1e-1].map((auxiliaryWeight): [string, Partial<TrainingOptions>] => [
    `auxiliary loss, weight ${auxiliaryWeight}`,
    { auxiliaryWeight },
  ]),
  ...Object.entries(rules).map(([name, balancer]): [string, Partial<TrainingOptions>] => [name, { balancer }]),
  ['expert choice', { balancer: 'expert-choice' }],
];

const load = (sizes.tokens * sizes.expertsPerToken) / sizes.experts;
const floor = Math.sqrt((1 - sizes.expertsPerToken / sizes.experts) / load) * Math.sqrt(2 * Math.log(sizes.experts));
console.log(`shot-noise floor of the violation: ${floor.toFixed(3)}\n`);
console.log('| routing | task loss | MaxVio | MaxVio / floor | drift of the biases | bias path length |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const [name, options] of runs) {
  const results = seeds.map((seed) => trainExperts({ ...sizes, ...options }, seed));
  const mean = (field: keyof TrainingResult) => results.reduce((sum, result) => sum + result[field] / seeds.length, 0);
  const figures = [mean('loss'), mean('maxViolation'), mean('maxViolation') / floor, mean('drift'), mean('path')];
  console.log(`| ${name} | ${figures.map((figure) => figure.toFixed(3)).join(' | ')} |`);
}
