// Steps, policies, Riccati equations and weights a second of processor time: pnpm bench:package bandits-rl control [riccati]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { continuousLstd } from '../src/continuous-time/continuous-lstd.ts';
import { continuousTd } from '../src/continuous-time/continuous-td.ts';
import { ornsteinUhlenbeck } from '../src/continuous-time/evaluation-problem.ts';
import { cartPole } from '../src/environments/classic-control.ts';
import { batchOf } from '../src/environments/environment.ts';
import { nPgIgt } from '../src/policy-gradient/n-pg-igt.ts';
import { taskInstance } from '../src/policy-gradient/policy-problem.ts';
import { linearInstance, randomPlant } from '../src/quadrature/control-problem.ts';
import { integralReinforcement } from '../src/quadrature/integral-rl.ts';
import { quadratureWeights } from '../src/quadrature/quadrature-weights.ts';
import { check } from '../src/quadrature/stabilizing-checker.ts';
import { certify } from '../src/quadrature/stabilizing-prover.ts';
import { riccatiResidual, solveCare } from '../src/regulators/riccati.ts';

/** Seconds of processor time of the second of two calls. */
function seconds(work: () => void): number {
  work();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

const python = process.env['INFIMUM_PYTHON'];
if (process.argv[2] === 'riccati') {
  for (const n of [4, 10, 30, 100]) riccati(n);
  process.exit();
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

for (const n of [4, 10, 30, 100]) riccati(n);
const nodes = Float64Array.from({ length: 10_000 }, (_, i) => i / 9999);
console.log(`Bayesian weights of 10 000 nodes: ${Math.round(1000 * seconds(() => quadratureWeights(nodes, 0, 1)))} ms`);
const plant = randomPlant(20, 2, 3);
console.log(`integral reinforcement, 20 states: ${seconds(() => integralReinforcement(plant)).toFixed(2)} s`);

/** Solutions of a random plant's Riccati equation, by turns with SciPy's: medians of nine, each the mean of several. */
function riccati(n: number): void {
  const { linear } = randomPlant(n, 2, 1);
  if (!linear) throw new Error('linear');
  const { a, b, q, r } = linear;
  const rows = ({ rows, cols, values }: typeof a) =>
    Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * cols, (i + 1) * cols)));
  const calls = Math.max(2, Math.round(3000 / n ** 1.5));
  const input = JSON.stringify([...[a, b, q, r].map(rows), calls]);
  const carePath = fileURLToPath(new URL('./scipy_care.py', import.meta.url));
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const several = () => {
    for (let k = 0; k < calls; k++) solveCare(a, b, q, r);
  };
  const told = Array.from({ length: 3 }, () => {
    const own = Array.from({ length: 9 }, () => seconds(several) / calls).toSorted((x, y) => x - y)[4];
    const scipy = python ? Number(spawnSync(python, [carePath], { encoding: 'utf8', input, env }).stdout) : Number.NaN;
    return `${(1000 * own).toPrecision(3)} ms, SciPy ${(1000 * scipy).toPrecision(3)} ms, ${(scipy / own).toFixed(2)} times ours`;
  });
  const residual = riccatiResidual(a, b, q, solveCare(a, b, q, r)).toExponential(1);
  console.log(`Riccati equation of ${n} states: ${told.join('; ')}; residual ${residual}`);
  const instance = linearInstance(linear, new Float64Array(n));
  const solution = { weights: instance.optimum };
  const witness = certify(instance, solution);
  let proved = false;
  const turns = Array.from({ length: 9 }, () => {
    const checking = seconds(() => {
      for (let k = 0; k < calls; k++) proved = check(instance, solution, witness).proved;
    });
    return checking / seconds(several);
  });
  const share = turns.toSorted((x, y) => x - y)[4].toFixed(2);
  console.log(`  ${proved ? 'proved' : 'not proved'}: a check takes ${share} of solving`);
}
