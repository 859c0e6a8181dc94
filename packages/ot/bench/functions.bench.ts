// Functions of this package against those of POT, in one run on the same instances, one thread each: the least
// processor time of a few calls, with the values of both beside the times. Each group of POT's functions runs right after ours.
// Run: INFIMUM_PYTHON=tooling/peers/.venv/bin/python pnpm bench:package ot functions [group …]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mulberry32 } from '@infimum/core/reference-generators';
import type { DenseMatrix } from '@infimum/linalg';
import { entropicBarycenter } from '../src/barycenters/barycenter.ts';
import { convolutionalBarycenter } from '../src/barycenters/convolutional-barycenter.ts';
import { linearBarycenter } from '../src/barycenters/linear-barycenter.ts';
import { costMatrix, gridPoints } from '../src/cost-matrix.ts';
import { epsilonScaling } from '../src/entropic/epsilon-scaling.ts';
import { greenkhorn } from '../src/entropic/greenkhorn.ts';
import { sinkhorn } from '../src/entropic/sinkhorn.ts';
import { sinkhornBatch } from '../src/entropic/sinkhorn-batch.ts';
import { sinkhornNewtonSparse } from '../src/entropic/sinkhorn-newton-sparse.ts';
import { emd } from '../src/exact/network-simplex.ts';
import { squaredEuclideanFactors } from '../src/geometry/cost-factors.ts';
import { lowRankSinkhorn } from '../src/geometry/low-rank-sinkhorn.ts';
import { entropicGromovWasserstein } from '../src/gromov/entropic-gromov-wasserstein.ts';
import { gromovWasserstein } from '../src/gromov/gromov-wasserstein.ts';
import { partialGromovWasserstein } from '../src/gromov/partial-gromov.ts';
import { semiRelaxedGromovWasserstein } from '../src/gromov/semi-relaxed-gromov.ts';
import { gaussianCloudPoints, gaussianClouds, gridMixtures, randomAssignment } from '../src/instances.ts';
import { groupLassoTransport } from '../src/maps/group-lasso-transport.ts';
import { slicedWasserstein } from '../src/one-dimension/sliced-wasserstein.ts';
import { sphericalSlicedWasserstein } from '../src/one-dimension/spherical-sliced-wasserstein.ts';
import { wasserstein1d, wasserstein1dDistance } from '../src/one-dimension/wasserstein-1d.ts';
import { entropicPartialTransport, partialTransport } from '../src/unbalanced/partial-transport.ts';
import { unbalancedMm } from '../src/unbalanced/unbalanced-mm.ts';
import { unbalancedSinkhorn } from '../src/unbalanced/unbalanced-sinkhorn.ts';

/** One measured function: its time, a value to compare, and the l1 error of the marginals where there are any. */
interface Measured {
  readonly name: string;
  readonly milliseconds: number;
  readonly value: number;
  readonly error: number;
}

const uniform = (length: number, mass = 1) => new Float64Array(length).fill(mass / length);
const row = (values: Float64Array): DenseMatrix => ({ rows: 1, cols: values.length, values });
const ours: Measured[] = [];
const theirs: Measured[] = [];

/** Times a call and notes what it found. */
function measure<Result>(
  name: string,
  repeats: number,
  call: () => Result,
  read: (result: Result) => { cost?: number; marginalError?: number },
): Result {
  let milliseconds = Infinity;
  let result: Result;
  let calls = 0;
  do {
    const start = process.cpuUsage();
    result = call();
    const { user, system } = process.cpuUsage(start);
    milliseconds = Math.min(milliseconds, (user + system) / 1000);
  } while (++calls < repeats);
  const { cost = 0, marginalError = 0 } = read(result);
  ours.push({ name, milliseconds, value: cost, error: marginalError });
  return result;
}

const plain = <Result extends { cost: number; marginalError?: number }>(result: Result) => result;
const distorted = ({ distortion, marginalError }: { distortion: number; marginalError: number }) => ({
  cost: distortion,
  marginalError,
});

const random = mulberry32(7);
const draws = (length: number) => Float64Array.from({ length }, random);
const [lineX, lineY] = [draws(100_000), draws(100_000)];
const pair = gaussianCloudPoints(1000, 4);
const spaces = gaussianCloudPoints(150, 2);
const distances = (points: DenseMatrix) => costMatrix(points, points, 'euclidean');
const line = gridPoints(200, 1);
const histograms = {
  rows: 4,
  cols: 200,
  values: Float64Array.from({ length: 800 }, (_, k) => {
    const [h, i] = [Math.floor(k / 200), (k % 200) / 199];
    return Math.exp(-((i - 0.2 - 0.2 * h) ** 2) / 0.005) + 0.001;
  }),
};
for (let h = 0; h < 4; h++) {
  const part = histograms.values.subarray(200 * h, 200 * (h + 1));
  const sum = part.reduce((all, value) => all + value, 0);
  for (let i = 0; i < 200; i++) part[i] /= sum;
}
const images = [1, 2, 3].map((seed) => ({ rows: 48, cols: 48, values: gridMixtures(48, seed, 'l2').a }));
const smallClouds = gaussianClouds(1000, 1).cost;
const half = {
  rows: 500,
  cols: 500,
  values: Float64Array.from({ length: 250_000 }, (_, k) => smallClouds.values[Math.floor(k / 500) * 1000 + (k % 500)]),
};
const instances = {
  assignment: randomAssignment(2000, 1).cost,
  clouds: gaussianClouds(2000, 1).cost,
  smallClouds,
  half,
  lineX: row(lineX),
  lineY: row(lineY),
  histograms,
  gridCost: costMatrix(line, line),
  squareX: distances(spaces.x),
  squareY: distances(spaces.y),
  between: costMatrix(spaces.x, spaces.y),
  sphereX: onSphere({ rows: 1000, cols: 3, values: draws(3000) }),
  sphereY: onSphere({ rows: 1000, cols: 3, values: draws(3000).map((value) => value - 0.3) }),
  batch16: { rows: 16_000, cols: 16, values: draws(256_000) },
  batch32: { rows: 32_000, cols: 32, values: draws(1_024_000) },
  cloudX: pair.x,
  cloudY: pair.y,
} satisfies Record<string, DenseMatrix>;
const [light, heavy] = [uniform(500), uniform(500, 1.5)];

/** Barycentres of ours, to be compared with POT's entry by entry. */
const barycenters: Record<string, Float64Array> = {};

/** What is measured, by group; POT's functions of a group run after it. */
const groups: Record<string, () => void> = {
  emd() {
    for (const name of ['assignment', 'clouds'] as const)
      measure(`emd ${name}`, 3, () => emd(uniform(2000), uniform(2000), instances[name]), plain);
  },
  emd2_1d() {
    measure('emd2_1d', 20, () => wasserstein1dDistance(lineX, lineY, { p: 2 }), plain);
    measure('emd_1d', 20, () => wasserstein1d(lineX, lineY, { p: 2 }), plain);
  },
  sinkhorn() {
    const [a, b] = [uniform(1000), uniform(1000)];
    measure('sinkhorn 0.05', 10, () => sinkhorn(a, b, smallClouds, { epsilon: 0.05 }), plain);
    measure('sinkhorn 0.001', 2, () => sinkhornNewtonSparse(a, b, smallClouds, { epsilon: 0.001 }), plain);
  },
  methods() {
    const sides = { a: light, b: light };
    const call = (solve: typeof sinkhorn, options: object) => () =>
      solve(sides.a, sides.b, half, { epsilon: 0.05, ...options });
    measure('sinkhorn_log 0.05', 3, call(sinkhorn, { domain: 'log' }), plain);
    measure('greenkhorn 0.05', 3, call(greenkhorn as typeof sinkhorn, {}), plain);
    const scaling = () => epsilonScaling(light, light, half, { epsilon: 0.005, maxIterations: 3000 });
    measure('sinkhorn_epsilon_scaling 0.005', 2, scaling, plain);
  },
  batch() {
    for (const size of [16, 32] as const) {
      const { values } = size === 16 ? instances.batch16 : instances.batch32;
      const cost = { count: 1000, rows: size, cols: size, values };
      const call = () => sinkhornBatch({ cost }, { epsilon: 0.1, tolerance: 1e-6 });
      measure(`batch ${size}`, 5, call, ({ costs, marginalErrors }) => ({
        cost: costs.reduce((sum, value) => sum + value, 0),
        marginalError: Math.max(...marginalErrors),
      }));
      measure(`loop of sinkhorn ${size}`, 5, () => loopOfSinkhorn(size, values), plain);
    }
  },
  barycenter() {
    const { histograms: rows, gridCost } = instances;
    for (const debiased of [false, true]) {
      const name = debiased ? 'barycenter_debiased' : 'barycenter';
      // Debiased, both take thousands of iterations; a few hundred of each are compared.
      const options = debiased ? { epsilon: 0.02, debiased, maxIterations: 500 } : { epsilon: 0.002 };
      const call = () => entropicBarycenter(rows, gridCost, options);
      barycenters[name] = measure(name, 2, call, ({ marginalError }) => ({ marginalError })).barycenter;
    }
  },
  convolutional() {
    const call = () => convolutionalBarycenter(images, { epsilon: 0.01 });
    const read = ({ marginalError }: { marginalError: number }) => ({ marginalError });
    barycenters['convolutional'] = measure('convolutional_barycenter2d', 2, call, read).barycenter;
  },
  gromov() {
    const { squareX, squareY, between: cost } = instances;
    measure('gromov_wasserstein', 20, () => gromovWasserstein(squareX, squareY), distorted);
    const fused = () => gromovWasserstein(squareX, squareY, { cost, alpha: 0.5 });
    measure('fused_gromov_wasserstein', 20, fused, distorted);
    const entropic = () => entropicGromovWasserstein(squareX, squareY, { epsilon: 0.5 });
    measure('entropic_gromov_wasserstein', 3, entropic, distorted);
  },
  relaxed() {
    const { squareX, squareY, histograms: rows, gridCost } = instances;
    measure('partial_gromov_wasserstein', 20, () => partialGromovWasserstein(squareX, squareY, { mass: 0.6 }), distorted);
    measure('semirelaxed_gromov_wasserstein', 20, () => semiRelaxedGromovWasserstein(squareX, squareY), distorted);
    measure(
      'lp_barycenter',
      2,
      () => linearBarycenter(rows, gridCost),
      ({ regularizedCost }) => ({ cost: regularizedCost }),
    );
  },
  lowrank() {
    const factors = squaredEuclideanFactors(pair.x, pair.y);
    for (const rank of [5, 20]) {
      const call = () => lowRankSinkhorn(uniform(1000), uniform(1000), factors, { rank });
      measure(`lowrank_sinkhorn ${rank}`, 1, call, plain);
    }
  },
  unbalanced() {
    const entropic = () => unbalancedSinkhorn(light, heavy, half, { epsilon: 0.01, marginalPenalty: 0.5 });
    measure('sinkhorn_unbalanced', 5, entropic, plain);
    const exact = { marginalPenalty: 0.5, tolerance: 0, maxIterations: 1000 };
    measure('mm_unbalanced', 2, () => unbalancedMm(light, heavy, half, exact), plain);
  },
  partial() {
    measure(
      'partial_wasserstein',
      3,
      () => partialTransport(light, heavy, half, { mass: 0.5 }),
      ({ cost }) => ({ cost }),
    );
    const entropic = () => entropicPartialTransport(light, heavy, half, { mass: 0.5, epsilon: 0.01 });
    measure('entropic_partial_wasserstein', 2, entropic, plain);
  },
  lasso() {
    const labels = Int32Array.from({ length: 500 }, (_, i) => i % 5);
    const options = { epsilon: 0.01, groupPenalty: 0.01, maxIterations: 9 };
    measure('sinkhorn_lpl1_mm', 3, () => groupLassoTransport(light, light, half, labels, options), plain);
  },
  sliced() {
    const call = () => slicedWasserstein(pair.x, pair.y, { projections: 200 });
    measure('sliced_wasserstein_distance', 3, call, ({ distance }) => ({ cost: distance }));
  },
  sphere() {
    const call = () => sphericalSlicedWasserstein(instances.sphereX, instances.sphereY, { projections: 200 });
    measure('sliced_wasserstein_sphere', 3, call, ({ distance }) => ({ cost: distance }));
  },
};

/** The points divided by their lengths. */
function onSphere({ rows, cols, values }: DenseMatrix): DenseMatrix {
  const unit = values.slice();
  for (let i = 0; i < rows; i++) {
    const length = Math.hypot(...values.subarray(i * cols, (i + 1) * cols));
    for (let k = i * cols; k < (i + 1) * cols; k++) unit[k] /= length;
  }
  return { rows, cols, values: unit };
}

/** The problems of a batch by the single solver, one call each. */
function loopOfSinkhorn(size: number, values: Float64Array): { cost: number; marginalError: number } {
  const weights = uniform(size);
  let [cost, marginalError] = [0, 0];
  for (let k = 0; k < 1000; k++) {
    const matrix = { rows: size, cols: size, values: values.subarray(k * size ** 2, (k + 1) * size ** 2) };
    const single = sinkhorn(weights, weights, matrix, { epsilon: 0.1, tolerance: 1e-6 });
    cost += single.cost;
    marginalError = Math.max(marginalError, single.marginalError);
  }
  return { cost, marginalError };
}

const python = process.env['INFIMUM_PYTHON'];
if (python === undefined) throw new Error('set INFIMUM_PYTHON to a Python with POT');
const folder = mkdtempSync(join(tmpdir(), 'infimum-bench-'));
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(groups);
try {
  const shapes: Record<string, number[]> = { images: [3, 48, 48] };
  for (const [name, { rows, cols, values }] of Object.entries<DenseMatrix>(instances)) {
    shapes[name] = [rows, cols];
    writeFileSync(join(folder, `${name}.bin`), values);
  }
  writeFileSync(join(folder, 'images.bin'), Float64Array.from(images.flatMap(({ values }) => [...values])));
  writeFileSync(join(folder, 'shapes.json'), JSON.stringify(shapes));
  for (const group of wanted) {
    if (groups[group] === undefined) throw new Error(`groups are ${Object.keys(groups).join(', ')}`);
    groups[group]();
    peer(python, group);
  }
  printTable();
  for (const [name, mine] of Object.entries(barycenters)) printDistance(name, mine);
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs a group of POT's functions, on one thread. */
function peer(python: string, group: string): void {
  const script = fileURLToPath(new URL('./functions_pot.py', import.meta.url));
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const options = { encoding: 'utf8', env: { ...process.env, ...one } } as const;
  const lines = execFileSync(python, [script, folder, group], options).trim().split('\n');
  theirs.push(...lines.map((text) => JSON.parse(text) as Measured));
}

/** A line for every function of POT, beside ours of the same name or of the first words of it. */
function printTable(): void {
  const [load] = loadavg();
  console.log(`${cpus()[0].model}, node ${process.version}, load ${load.toFixed(1)}\n`);
  console.log('| POT | ours, ms | POT, ms | POT / ours | value: ours | POT | marginal error: ours | POT |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const peer of theirs) {
    const mine = ours.find(({ name }) => peer.name === name || peer.name.startsWith(`${name} `));
    if (!mine) throw new Error(`nothing of ours is like ${peer.name}`);
    const cells = [
      peer.name,
      mine.milliseconds.toFixed(1),
      peer.milliseconds.toFixed(1),
      (peer.milliseconds / mine.milliseconds).toFixed(2),
      mine.value.toPrecision(7),
      peer.value.toPrecision(7),
      mine.error.toExponential(1),
      peer.error.toExponential(1),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

function printDistance(name: string, mine: Float64Array): void {
  const buffer = readFileSync(join(folder, `${name}-pot.bin`));
  const peer = new Float64Array(buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength));
  const apart = mine.reduce((sum, value, i) => sum + Math.abs(value - peer[i]), 0);
  console.log(`${name}: l1 distance between both answers ${apart.toExponential(1)}`);
}
