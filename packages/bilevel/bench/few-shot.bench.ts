// Query accuracy of new tasks after training the shared encoder, mean and standard error over seeds: pnpm bench:package bilevel few-shot [seeds] [iterations]
import { createRegistry, solve } from '@infimum/core';
import type { MultiBlockInstance } from '../src/plugin.ts';
import { multiBlockOptimization, plugin } from '../src/plugin.ts';

const seeds = Number(process.argv[2] ?? 5);
const maxIterations = Number(process.argv[3] ?? 400);
const registry = createRegistry(plugin);
const { score, hyperObjective } = multiBlockOptimization.metrics;
const params = { tasks: 40, testTasks: 60, hidden: 8, shots: 12 };
const methods: [string, string, object][] = [
  ['no training', 'bo-rep-tasks', {}],
  ['BO-REP over tasks', 'bo-rep-tasks', { stepSize: 0.02 }],
  ['ANIL', 'anil', { stepSize: 0.3 }],
  ['MAML', 'maml', { stepSize: 0.3 }],
  ['stocBiO', 'block-stocbio', { stepSize: 0.3, blocksPerIteration: 4, neumannTerms: 10 }],
];
const summary = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / Math.max(1, values.length - 1);
  return `${mean.toFixed(4)} ± ${Math.sqrt(variance / values.length).toFixed(4)}`;
};
for (const [name, id, options] of methods) {
  const [scores, values]: number[][] = [[], []];
  const before = process.cpuUsage();
  for (let seed = 1; seed <= seeds; seed++) {
    const instance = (await multiBlockOptimization.families['sequences'].generate(params, seed)) as MultiBlockInstance;
    const limits = name === 'no training' ? { maxIterations: 0 } : { maxIterations };
    const solution = solve(registry.solver(`bilevel/${id}`), instance, { options, seed, ...limits }) as never;
    scores.push(score.compute(instance, solution));
    values.push(hyperObjective.compute(instance, solution));
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6 / seeds).toFixed(1);
  console.log(`${name}: accuracy ${summary(scores)}, F ${summary(values)}, ${seconds} s of processor time a seed`);
}
