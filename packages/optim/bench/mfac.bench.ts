// Measures M-FAC's inverses against NumPy, their growth with the dimension, and M-FAC as optimiser and for pruning:
//
//   pnpm bench:package optim mfac [speed] [growth] [training] [pruning] [--seeds 10]
//
// NumPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import { ggt } from '../src/fisher/ggt.ts';
import { inverseFisher } from '../src/fisher/inverse-fisher.ts';
import { kfac } from '../src/fisher/kfac.ts';
import type { MfacOptions } from '../src/fisher/mfac.ts';
import { mfac } from '../src/fisher/mfac.ts';
import type { ObsPruneOptions } from '../src/fisher/obs-prune.ts';
import { obsPrune } from '../src/fisher/obs-prune.ts';
import { windowInverseFisher } from '../src/fisher/window-inverse-fisher.ts';
import { adaHessian } from '../src/training/adahessian.ts';
import { adam } from '../src/training/adam.ts';
import type { ParameterShapes, StochasticOptimizer } from '../src/training/optimizer.ts';
import { sgd } from '../src/training/sgd.ts';
import { minimizeStochastic } from '../src/training/training.ts';
import { digitsModel, networkStart } from '../src/training/training-instances.ts';

const parts: Record<string, () => void | Promise<void>> = { speed, growth, training, pruning };
const flag = process.argv.indexOf('--seeds');
const SEEDS = flag > 0 ? Number(process.argv[flag + 1]) : 10;
const python = [process.env['INFIMUM_PYTHON'], file('../../../tooling/peers/.venv/bin/python')].find(
  (path) => path && existsSync(path),
);

console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}`);
const asked = Object.keys(parts).filter((name) => process.argv.includes(name));
for (const name of asked.length > 0 ? asked : Object.keys(parts)) await parts[name]();

/** Processor time of setting up, products and replacements, beside NumPy on one thread. */
function speed(): void {
  console.log('\n| m, d | what | ours, ms | NumPy, ms | ratio |\n| --- | --- | ---: | ---: | ---: |');
  for (const [m, d] of [
    [64, 1e4],
    [64, 1e5],
    [64, 1e6],
    [256, 1e5],
  ]) {
    const peer = numpy(m, d);
    const times = ours(m, d);
    for (const [what, time] of Object.entries(times)) {
      // NumPy computes in 32 bits, whatever we do.
      const other = peer?.[what.replace(/, float(32|64)$/, '')];
      const cells = other ? `${other.toFixed(1)} | ${(time / other).toFixed(2)}` : '| ';
      console.log(`| ${m}, ${d} | ${what} | ${time.toFixed(1)} | ${cells} |`);
    }
  }
}

function ours(m: number, d: number): Record<string, number> {
  const rows = { rows: m, cols: d, values: new Random(1).normals(new Float32Array(m * d)) };
  const x = new Random(2).normals(new Float64Array(d));
  const out = new Float64Array(d);
  const inverse = inverseFisher(rows, { factorization: 'cholesky', damping: 1e-3 });
  const short = { factorization: 'cholesky', damping: 1e-3, precision: 'float32' } as const;
  const inverseShort = inverseFisher(rows, short);
  const times: Record<string, number> = {
    'setup, recursion': time(() => inverseFisher(rows, { damping: 1e-3 }), 2),
    'setup, Gram and Cholesky': time(() => inverseFisher(rows, { factorization: 'cholesky', damping: 1e-3 }), 2),
    'setup, Gram and Cholesky, float32': time(() => inverseFisher(rows, short), 2),
    product: time(() => inverse.multiply(x, out)),
    'product, float32': time(() => inverseShort.multiply(x, out)),
  };
  for (const precision of ['float32', 'float64'] as const) {
    const window = windowInverseFisher(d, { window: m, damping: 1e-3, precision });
    for (let k = 0; k < m; k++) window.replace(x.map((value, i) => value + rows.values[k * d + i]));
    times[`replaceMultiply, ${precision}`] = time(() => window.replaceMultiply(x, out));
  }
  return times;
}

function numpy(m: number, d: number): Record<string, number> | undefined {
  if (!python) return undefined;
  const environment = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const { stdout } = spawnSync(python, [file('mfac_numpy.py'), String(m), String(d)], { encoding: 'utf8', env: environment });
  return JSON.parse(stdout);
}

/** Time and bytes from d = 1e4 to 1e7, with 16 gradients in 32 bits. */
function growth(): void {
  const m = 16;
  console.log('\n| d | setup, ms | product, ms | replaceMultiply, ms | window, bytes a parameter and gradient |');
  console.log('| ---: | ---: | ---: | ---: | ---: |');
  for (const d of [1e4, 1e5, 1e6, 1e7]) {
    const x = new Random(2).uniforms(new Float64Array(d));
    const out = new Float64Array(d);
    const before = process.memoryUsage().arrayBuffers;
    const window = windowInverseFisher(d, { window: m, damping: 1e-3, precision: 'float32' });
    const bytes = process.memoryUsage().arrayBuffers - before;
    for (let k = 0; k < m; k++) {
      x[k] += 1;
      window.replace(x);
    }
    const replace = time(() => window.replaceMultiply(x, out));
    const product = time(() => window.multiply(x, out));
    const few = { rows: 8, cols: d, values: new Random(3).uniforms(new Float32Array(8 * d)) };
    const setup = time(() => inverseFisher(few, { damping: 1e-3 }), 2);
    const cells = [setup, product, replace].map((value) => value.toPrecision(3));
    console.log(`| ${d} | ${cells.join(' | ')} | ${(bytes / m / d).toFixed(2)} |`);
  }
  console.log('\nThe setup is the recursion with 8 gradients, whose vectors are kept in 64 bits.');
}

/** The least processor time of several runs, in milliseconds: others may use the machine at the same time. */
function time(work: () => void, rounds = 7): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage();
    let repetitions = 0;
    let used = 0;
    do {
      work();
      repetitions++;
      const { user, system } = process.cpuUsage(start);
      used = (user + system) / 1000;
    } while (used < 20);
    best = Math.min(best, used / repetitions);
  }
  return best;
}

/** The digits' perceptron: batch 64, 20 epochs. */
async function training(): Promise<void> {
  const { objective, heldOut } = await digitsModel('perceptron', 1400);
  const { shapes } = objective;
  const mfacAt = (options: MfacOptions) => (d: ParameterShapes) => mfac(d, options);
  const kfacAt = (learningRate: number, seed: number) => {
    const random = new Random(seed, 1);
    const sampleGradients = (x: Float64Array, out: Float64Array) =>
      objective.sampleGradients(x, out, random.sample(objective.terms, out.length / objective.dimension));
    return kfac(shapes, { sampleGradients, samples: 256, learningRate });
  };
  const methods: Record<string, (d: ParameterShapes, seed: number) => StochasticOptimizer> = {
    'SGD 0.3': (d) => sgd(d, { learningRate: 0.3 }),
    'Adam 0.01': (d) => adam(d, { learningRate: 1e-2 }),
    'Adam 0.03': (d) => adam(d, { learningRate: 3e-2 }),
    'AdaHessian rows, 0.15': (d, seed) => adaHessian(d, { blocks: 'instruction', seed }),
    'M-FAC m = 16, 0.001': mfacAt({ window: 16 }),
    'M-FAC m = 64, 0.0003': mfacAt({ window: 64, learningRate: 3e-4 }),
    'M-FAC m = 64, 0.001': mfacAt({ window: 64 }),
    'M-FAC m = 64, 0.003': mfacAt({ window: 64, learningRate: 3e-3 }),
    'M-FAC m = 64, 0.003, damping 0.001': mfacAt({ window: 64, learningRate: 3e-3, damping: 1e-3 }),
    'M-FAC m = 256, 0.001': mfacAt({ window: 256 }),
    'GGT m = 32, 0.03': (d) => ggt(d, { learningRate: 0.03 }),
    'GGT m = 32, 0.1': (d) => ggt(d, { learningRate: 0.1 }),
    'GGT m = 32, 0.3': (d) => ggt(d),
    'K-FAC 0.01': (_, seed) => kfacAt(0.01, seed),
    'K-FAC 0.03': (_, seed) => kfacAt(0.03, seed),
    'K-FAC 0.1': (_, seed) => kfacAt(0.1, seed),
  };
  console.log(`\nDigits, perceptron: 20 epochs, ${SEEDS} seeds\n\n| method | training loss | test accuracy |`);
  console.log('| --- | ---: | ---: |');
  for (const [name, create] of Object.entries(methods)) {
    const [losses, accuracies]: number[][] = [[], []];
    for (let seed = 0; seed < SEEDS; seed++) {
      const initial = networkStart(shapes, seed);
      const found = minimizeStochastic(objective, initial, create(shapes, seed), { epochs: 20, seed });
      losses.push(found.value);
      accuracies.push(heldOut.accuracy(found.x));
    }
    console.log(`| ${name} | ${summary(losses)} | ${summary(accuracies)} |`);
  }
}

/** The same perceptron after 40 epochs of Adam, its weights pruned without training afterwards. */
async function pruning(): Promise<void> {
  const { objective, heldOut } = await digitsModel('perceptron', 1400);
  const { shapes, dimension, terms } = objective;
  const prunable = new Uint8Array(dimension).fill(1, 0, 2048).fill(1, 2080, 2400);
  const trained = Array.from({ length: SEEDS }, (_, seed) => {
    const options = { epochs: 40, seed };
    const optimizer = adam(shapes, { learningRate: 3e-3 });
    return minimizeStochastic(objective, networkStart(shapes, seed), optimizer, options).x;
  });
  const sparsities = [0.5, 0.7, 0.8, 0.9];
  const methods: Record<string, Omit<ObsPruneOptions, 'sparsity'>> = {
    magnitude: { criterion: 'magnitude', rounds: 1 },
    'diagonal Fisher': { criterion: 'diagonal', samples: 1024, rounds: 1 },
    'layer-wise OBS, 1024 gradients, 1 round': { criterion: 'layerwise', samples: 1024, rounds: 1, shapes },
    'layer-wise OBS, 1024 gradients, 16 rounds': { criterion: 'layerwise', samples: 1024, shapes },
    'K-FAC, 1024 gradients, 1 round': { criterion: 'kronecker', samples: 1024, rounds: 1, shapes },
    'K-FAC, 1024 gradients, 16 rounds': { criterion: 'kronecker', samples: 1024, shapes },
    'M-FAC, 256 gradients, 1 round': { samples: 256, rounds: 1 },
    'M-FAC, 256 gradients, 4 rounds': { samples: 256, rounds: 4 },
    'M-FAC, 256 gradients, 16 rounds': { samples: 256 },
    'M-FAC, 1024 gradients, 1 round': { samples: 1024, rounds: 1 },
    'M-FAC, 1024 gradients, 16 rounds': { samples: 1024 },
  };
  const dense = summary(trained.map((x) => heldOut.accuracy(x)));
  console.log(`\nPruned perceptron: test accuracy, ${SEEDS} seeds; ${dense} before\n`);
  console.log(`| method | ${sparsities.map((sparsity) => `${100 * sparsity} %`).join(' | ')} |`);
  console.log(`| --- | ${sparsities.map(() => '---:').join(' | ')} |`);
  for (const [name, method] of Object.entries(methods)) {
    const cells = sparsities.map((sparsity) =>
      summary(
        trained.map((initial, seed) => {
          const gradients = (x: Float64Array, out: Float64Array, random: Random) =>
            objective.sampleGradients(x, out, random.sample(terms, out.length / dimension));
          return heldOut.accuracy(obsPrune(initial, gradients, { ...method, sparsity, prunable, seed }).x);
        }),
      ),
    );
    console.log(`| ${name} | ${cells.join(' | ')} |`);
  }
}

/** Mean and standard error. */
function summary(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / Math.max(1, values.length - 1) / values.length);
  return `${Number(mean.toPrecision(3))} ± ${Number(error.toPrecision(1))}`;
}

function file(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
