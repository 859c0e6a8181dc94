// REINFORCE on CartPole-200 beside PyTorch and TensorFlow.js, by turns, in steps a second of processor time, the gradients with it:
// pnpm bench:package bandits-rl policy
//
// Medians of several turns. An argument, as [64,64], leaves only the networks with these layers.
// INFIMUM_PYTHON is a Python with torch, INFIMUM_TFJS a folder in which @tensorflow/tfjs and its WebAssembly backend are installed;
// who is not there is left out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cartPole } from '../src/environments/classic-control.ts';
import { softmaxPolicy } from '../src/policy-gradient/policy.ts';
import { trainPolicy } from '../src/policy-gradient/train-policy.ts';

const ROUNDS = 5;
const CASES = [[], [32, 32], [64, 64]].flatMap((hidden) => [
  { hidden, carts: 5, updates: 150 },
  { hidden, carts: 50, updates: 30 },
]);
const only = process.argv[2];

function ours(hidden: readonly number[], carts: number, updates: number): number {
  const policy = softmaxPolicy(4, 2, hidden);
  let steps = 0;
  const learn = (count: number) =>
    trainPolicy(cartPole(200), policy, {
      method: 'reinforce',
      seed: 1,
      stepSize: 1e-4,
      batchSize: carts,
      baseline: 'time-mean',
      maxIterations: count * carts,
      onIteration: (state) => {
        steps = state.steps;
      },
    });
  learn(updates);
  const before = process.cpuUsage();
  learn(4 * updates);
  const { user, system } = process.cpuUsage(before);
  return steps / ((user + system) / 1e6);
}

function theirs(command: string | undefined, args: readonly string[]): number | undefined {
  if (!command) return undefined;
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

function median(values: readonly number[]): number {
  return values.toSorted((x, y) => x - y)[values.length >> 1];
}

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const { INFIMUM_PYTHON: python, INFIMUM_TFJS: folder } = process.env;
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log('| hidden layers | carts | ours | PyTorch | times | TensorFlow.js | times |');
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const { hidden, carts, updates } of CASES) {
  if (only && JSON.stringify(hidden) !== only) continue;
  const args = [String(carts), String(updates), JSON.stringify(hidden)];
  const [mine, torch, tfjs]: number[][] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(ours(hidden, carts, updates));
    torch.push(theirs(python, [file('torch_reinforce.py'), ...args]) ?? 0);
    tfjs.push(theirs(folder && process.execPath, [file('tfjs-reinforce.mjs'), ...args, folder ?? '']) ?? 0);
  }
  const own = median(mine);
  const cell = (rate: number) => (rate === 0 ? '– | –' : `${Math.round(rate)} | ${(own / rate).toFixed(1)}`);
  console.log(
    `| ${hidden.join(', ') || 'none'} | ${carts} | ${Math.round(own)} | ${cell(median(torch))} | ${cell(median(tfjs))} |`,
  );
}
