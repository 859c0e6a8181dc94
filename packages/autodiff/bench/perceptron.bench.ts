// Measures loss and gradient of a perceptron 784-128-10 on batches of 128 in double precision against PyTorch, JAX and NumPy on
// one thread, alternately and in processor time:
//
//   pnpm bench:package autodiff perceptron
//
// They are taken from the interpreter that INFIMUM_PYTHON names; those that it has not are left out.
import { spawnSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { add, logSumExp, matmul, mul, parameters, sub, sum, supervised, tanh } from '../src/index.ts';

const [SAMPLES, INPUTS, HIDDEN, CLASSES] = [128, 784, 128, 10];
const [ROUNDS, REPEATS] = [4, 60];

const layout = parameters({ first: [INPUTS, HIDDEN], bias: [HIDDEN], second: [HIDDEN, CLASSES], last: [CLASSES] });
const random = new Random(1);
const targets = new Float64Array(SAMPLES * CLASSES);
for (let i = 0; i < SAMPLES; i++) targets[i * CLASSES + (i % CLASSES)] = 1;
const network = supervised({
  dimension: layout.dimension,
  inputs: { rows: SAMPLES, cols: INPUTS, values: random.uniforms(new Float64Array(SAMPLES * INPUTS)) },
  targets: { rows: SAMPLES, cols: CLASSES, values: targets },
  model: (x, inputs) => {
    const { first, bias, second, last } = layout.unpack(x);
    return add(matmul(tanh(add(matmul(inputs, first), bias)), second), last);
  },
  losses: (outputs, labels) => sub(logSumExp(outputs), sum(mul(outputs, labels), 1)),
});
const x = random.normals(new Float64Array(layout.dimension)).map((value) => 0.05 * value);
const gradient = new Float64Array(layout.dimension);

/** The median of milliseconds of processor time. */
function ours(): number {
  const times = Array.from({ length: REPEATS }, () => {
    const start = process.cpuUsage();
    network.evaluate(x, gradient);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[REPEATS >> 1];
}

/** The same of the peers, by name. */
function theirs(): Record<string, number> {
  const python = process.env['INFIMUM_PYTHON'];
  if (!python) return {};
  const script = fileURLToPath(new URL('./perceptron_peers.py', import.meta.url));
  const { stdout, status, stderr } = spawnSync(python, [script, String(REPEATS)], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

ours();
let mine = Infinity;
const others: Record<string, number> = {};
for (let round = 0; round < ROUNDS; round++) {
  mine = Math.min(mine, ours());
  for (const [name, time] of Object.entries(theirs())) others[name] = Math.min(others[name] ?? Infinity, time);
}
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log('| | milliseconds | our time / theirs |\n| --- | ---: | ---: |');
console.log(`| ours | ${mine.toFixed(2)} | |`);
for (const [name, time] of Object.entries(others)) {
  console.log(`| ${name} | ${time.toFixed(2)} | ${(mine / time).toFixed(2)} |`);
}
