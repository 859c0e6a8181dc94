// Steps, policies, Riccati equations and weights a second of processor time: pnpm bench:package bandits-rl control
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { continuousLstd } from '../src/continuous-time/continuous-lstd.ts';
import { continuousTd } from '../src/continuous-time/continuous-td.ts';
import { ornsteinUhlenbeck } from '../src/continuous-time/evaluation-problem.ts';
import { cartPole } from '../src/environments/classic-control.ts';
import { batchOf } from '../src/environments/environment.ts';
import { nPgIgt } from '../src/policy-gradient/n-pg-igt.ts';
import { taskInstance } from '../src/policy-gradient/policy-problem.ts';
import { randomPlant } from '../src/quadrature/control-problem.ts';
import { integralReinforcement } from '../src/quadrature/integral-rl.ts';
import { quadratureWeights } from '../src/quadrature/quadrature-weights.ts';
import { riccatiResidual, solveCare } from '../src/regulators/riccati.ts';

/** Seconds of processor time of the second of two calls. */
function seconds(work: () => void): number {
  work();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const batch = batchOf(cartPole(), 256);
const actions = new Float64Array(256);
batch.reset(1);
const rounds = 20_000;
const stepping = seconds(() => {
  for (let k = 0; k < rounds; k++) {
    const seen = batch.observations;
    for (let i = 0; i < 256; i++) actions[i] = seen[4 * i + 2] + seen[4 * i + 3] > 0 ? 1 : 0;
    batch.step(actions);
  }
});
console.log(`CartPole, 256 copies: ${((rounds * 256) / stepping).toExponential(2)} steps/s`);

let learned = 0;
const learning = seconds(() => {
  const instance = taskInstance(cartPole(200), [], 1, 0);
  nPgIgt(instance, {
    batchSize: 5,
    onIteration: ({ steps }) => {
      learned = steps;
    },
  });
});
console.log(`N-PG-IGT on CartPole, with its gradients: ${(learned / learning).toExponential(2)} steps/s`);

const process400 = ornsteinUhlenbeck(400_000, 0.05, 1);
const python = process.env['INFIMUM_PYTHON'];
const script = fileURLToPath(new URL('./numpy_clstd.py', import.meta.url));
for (let k = 0; k < 4; k++) continuousLstd(process400);
for (let turn = 0; turn < 3; turn++) {
  const rates = Array.from({ length: 9 }, () => 400_000 / seconds(() => continuousLstd(process400)));
  const ours = rates.toSorted((x, y) => x - y)[4];
  const numpy = python ? Number(spawnSync(python, [script], { encoding: 'utf8' }).stdout) : Number.NaN;
  const ratio = (ours / numpy).toFixed(2);
  console.log(`CLSTD: ${ours.toExponential(2)} steps/s; NumPy ${numpy.toExponential(2)}, ${ratio} times`);
}
console.log(`CTD(0): ${(400_000 / seconds(() => continuousTd(process400))).toExponential(2)} steps/s`);

const { linear } = randomPlant(100, 2, 1);
if (linear) {
  const { a, b, q, r } = linear;
  const rows = ({ rows, cols, values }: typeof a) =>
    Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols)));
  const input = JSON.stringify([a, b, q, r].map(rows));
  const carePath = fileURLToPath(new URL('./scipy_care.py', import.meta.url));
  const threads = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const times = Array.from({ length: 3 }, () => {
    const own = Array.from({ length: 9 }, () => seconds(() => solveCare(a, b, q, r))).toSorted((x, y) => x - y);
    const env = { ...process.env, ...threads };
    const scipy = python ? Number(spawnSync(python, [carePath], { encoding: 'utf8', input, env }).stdout) : Number.NaN;
    return { own: own[4], scipy };
  });
  for (const { own, scipy } of times) {
    const ratio = (own / scipy).toFixed(2);
    console.log(
      `Riccati equation of 100 states: ${Math.round(1000 * own)} ms; SciPy ${Math.round(1000 * scipy)} ms, ${ratio} times`,
    );
  }
  const p = solveCare(a, b, q, r);
  const residual = riccatiResidual(a, b, q, p).toExponential(1);
  console.log(`residual ${residual}`);
}
const nodes = Float64Array.from({ length: 10_000 }, (_, i) => i / 9999);
console.log(`Bayesian weights of 10 000 nodes: ${Math.round(1000 * seconds(() => quadratureWeights(nodes, 0, 1)))} ms`);
const plant = randomPlant(20, 2, 3);
console.log(`integral reinforcement, 20 states: ${seconds(() => integralReinforcement(plant)).toFixed(2)} s`);
