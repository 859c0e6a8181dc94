// Block coordinate descent and the lasso by working sets next to scikit-learn and SciPy, and the costs of their parts:
//
//   pnpm bench:package optim blocks
//
// or one of its tables: `bench:package optim blocks lasso`, `parts`, `graph`.
// Times are processor times of one thread, the least of five rounds, of the lasso in three turns. scikit-learn and SciPy are taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Random } from '@infimum/core';
import type { CsrMatrix, DenseMatrix } from '@infimum/linalg';
import { conjugateGradient, csrToDense } from '@infimum/linalg';
import type { BlockCoordinateDescentOptions } from '../src/blocks/block-coordinate-descent.ts';
import { blockCoordinateDescentSteps } from '../src/blocks/block-coordinate-descent.ts';
import { ForestSolver, latticeTrees } from '../src/blocks/forest/forest.ts';
import { ForestBuilder } from '../src/blocks/forest/forest-trees.ts';
import { largestEntries } from '../src/blocks/selection/largest-entries.ts';
import {
  denseRegression,
  latticeEdges,
  latticePropagation,
  moonsPropagation,
  sparseRegression,
} from '../src/composite/composite-instances.ts';
import { lassoWorkingSet } from '../src/lasso/lasso-working-set.ts';
import { blockLeastSquares } from '../src/losses/block-margin-loss.ts';
import { blockQuadratic } from '../src/losses/block-quadratic-loss.ts';
import type { Propagation } from '../src/losses/label-propagation.ts';

const TOLERANCE = 1e-6;
const ROUNDS = 5;
const TURNS = 3;

/** Losses by their design, for gaps. */
const gapLosses = new Map<DenseMatrix | CsrMatrix, ReturnType<typeof blockLeastSquares>>();

const folder = mkdtempSync(join(tmpdir(), 'infimum-blocks-'));
console.log(`${cpus()[0].model}, Node ${process.versions.node}`);
try {
  const wanted = process.argv.slice(2);
  for (const [name, table] of Object.entries({ lasso: lassoTable, parts: partsTable, graph: graphTable }))
    if (wanted.length === 0 || wanted.includes(name)) table();
} finally {
  rmSync(folder, { recursive: true });
}

function lassoTable(): void {
  console.log(
    '\n| lasso to a relative dual gap of 1e-6 | l1 over its largest | entries | working sets | greedy exact blocks | scikit-learn | ratio | ratio of blocks |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  const sizes = { rows: 1000, cols: 10_000 };
  const dense = denseRegression({ ...sizes, nonzeros: 100 }, 1);
  for (const fraction of [0.3, 0.1, 0.05]) lassoRow('dense, N(0, 1)', dense.design, dense.targets, fraction);
  const sparse = sparseRegression(sizes, 1);
  for (const fraction of [0.1, 0.02]) lassoRow('sparse, problem A', sparse.design, sparse.targets, fraction);
}

function lassoRow(title: string, design: DenseMatrix | CsrMatrix, targets: Float64Array, fraction: number): void {
  const loss = blockLeastSquares(design, targets);
  const gradient = new Float64Array(loss.dimension);
  loss.gradient(new Float64Array(loss.dimension), gradient);
  const l1 = fraction * gradient.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  const { rows, cols } = design;

  const { x } = lassoWorkingSet({ design, targets, l1 }, { tolerance: TOLERANCE });
  const support = x.reduce((count, value) => count + (value !== 0 ? 1 : 0), 0);
  const half = targets.reduce((sum, value) => sum + (value * value) / 2, 0);
  const workingSets = () => {
    const { status } = lassoWorkingSet({ design, targets, l1 }, { tolerance: TOLERANCE });
    if (status !== 'converged') throw new Error(status);
  };
  const exactBlocks = () => {
    const blockSize = Math.max(50, 2 * support);
    const steps = blockCoordinateDescentSteps({ loss, l1 }, { blockSize, tolerance: 0, update: 'exact' });
    for (const { stationarity, solution } of steps) {
      // The dual point r / max(n l1, |A'r|) from what the iterate tells: its gap is bounded by what is left of F.
      if (stationarity >= 1e-3 * l1) continue;
      if (dualGap(design, targets, l1, solution().x) < (TOLERANCE * half) / rows) break;
    }
  };
  const file = join(folder, 'design.bin');
  const full = 'rowPointers' in design ? csrToDense(design) : design;
  writeFileSync(file, new Uint8Array(full.values.buffer));
  writeFileSync(join(folder, 'targets.bin'), new Uint8Array(targets.buffer));
  const kind = 'rowPointers' in design ? 'sparse' : 'dense';
  let [working, blocks, seconds] = [Infinity, Infinity, Infinity];
  // Turn and turn about, so that a slow spell of the machine does not meet one of them alone.
  for (let turn = 0; turn < TURNS; turn++) {
    working = Math.min(working, best(workingSets));
    blocks = Math.min(blocks, best(exactBlocks));
    const peer = python('lasso', file, join(folder, 'targets.bin'), rows, cols, rows * l1, kind, ROUNDS);
    const [peerSeconds, gap] = peer ?? [Number.NaN, Number.NaN];
    if (gap > TOLERANCE) throw new Error(`the peer stopped at a gap of ${gap}`);
    seconds = Math.min(seconds, peerSeconds);
  }
  console.log(
    `| ${title} | ${fraction} | ${support} | ${ms(working)} | ${ms(blocks)} | ${ms(seconds)} | ${(working / seconds).toFixed(2)} | ${(blocks / seconds).toFixed(2)} |`,
  );
}

function dualGap(design: DenseMatrix | CsrMatrix, b: Float64Array, l1: number, x: Float64Array): number {
  const loss = gapLosses.get(design) ?? blockLeastSquares(design, b);
  gapLosses.set(design, loss);
  const correlations = new Float64Array(x.length);
  loss.gradient(x, correlations);
  const most = correlations.reduce((largest, value) => Math.max(largest, Math.abs(value)), l1);
  const squared = 2 * loss.value(x);
  const factor = l1 / most;
  // All of them over n: r . b = |r|² + r . A x, and A'r = -gradient
  const inner = squared - correlations.reduce((sum, value, j) => sum + value * x[j], 0);
  const primal = squared / 2 + l1 * x.reduce((sum, value) => sum + Math.abs(value), 0);
  return primal - (factor * inner - (factor * factor * squared) / 2);
}

function partsTable(): void {
  console.log('\n| part | size | |');
  console.log('| --- | --- | ---: |');
  const random = new Random(1);
  const side = 1000;
  const size = side * side;
  const lattice = latticeEdges({ rows: side, cols: side }, 1);
  const { loss } = latticePropagation(side, 1000, 1);
  const solver = new ForestSolver(loss.dimension);
  const builder = new ForestBuilder(loss.graph);
  const scores = random.uniforms(new Float64Array(loss.dimension));
  const nodes = new Int32Array(loss.dimension);
  let count = 0;
  const building = best(() => {
    count = builder.build(scores, nodes);
  });
  console.log(`| greedy forest | ${count} of ${loss.dimension} nodes | ${perNode(building, loss.dimension)} |`);
  const forest = nodes.slice(0, count);
  const rhs = random.normals(new Float64Array(count));
  const solving = best(() => solver.solve(loss.graph, forest, rhs.slice()));
  console.log(`| forest solve, greedy forest | ${count} nodes | ${perNode(solving, count)} |`);
  const shifted = blockQuadratic(laplacianPlusOne(lattice), new Float64Array(size));
  const [comb] = latticeTrees(side, side);
  const wholeSolver = new ForestSolver(size);
  const combRhs = random.normals(new Float64Array(comb.length));
  const combing = best(() => wholeSolver.solve(shifted.graph, comb, combRhs.slice()));
  console.log(`| forest solve, comb | ${comb.length} nodes | ${perNode(combing, comb.length)} |`);
  const million = random.normals(new Float64Array(1_000_000)).map((value) => value * value);
  const room = new Float64Array(million.length);
  for (const blockSize of [5, 100, 10_000, 200_000]) {
    const out = new Int32Array(blockSize);
    const selecting = best(() => largestEntries(million, out, room));
    console.log(`| the ${blockSize} largest scores | n = 1e6 | ${ms(selecting)} |`);
  }
}

function laplacianPlusOne(weights: CsrMatrix): CsrMatrix {
  const { rows, rowPointers, columnIndices, values } = weights;
  const pointers = rowPointers.map((pointer, i) => pointer + i);
  const [columns, entries] = [new Int32Array(values.length + rows), new Float64Array(values.length + rows)];
  let next = 0;
  for (let i = 0; i < rows; i++) {
    let isPlaced = false;
    const degree = rowPointers[i + 1] - rowPointers[i];
    for (let k = rowPointers[i]; k <= rowPointers[i + 1]; k++) {
      const isEnd = k === rowPointers[i + 1];
      if (!isPlaced && (isEnd || columnIndices[k] > i)) {
        columns[next] = i;
        entries[next++] = degree + 1;
        isPlaced = true;
      }
      if (isEnd) break;
      columns[next] = columnIndices[k];
      entries[next++] = -values[k];
    }
  }
  return { rows, cols: rows, rowPointers: pointers, columnIndices: columns, values: entries };
}

function graphTable(): void {
  console.log('\n| labels on a graph, to a relative suboptimality of 1e-4 and 1e-8 | iterations | time |');
  console.log('| --- | ---: | ---: |');
  graphRows('lattice 50 x 50', latticePropagation(50, 100, 1));
  graphRows('two moons, 2000 points', moonsPropagation(2000, 100, 1));
  graphRows('lattice 200 x 200', latticePropagation(200, 1600, 1));
}

function graphRows(title: string, { loss }: Propagation): void {
  const solved = conjugateGradient(loss.graph, loss.linear, { tolerance: 1e-13, preconditioner: 'jacobi' });
  const least = loss.value(solved.x);
  const rules: Record<string, BlockCoordinateDescentOptions> = {
    'greedy forests': { select: 'forest-gs', update: 'message' },
    'tree partition': { select: 'tree-partition', update: 'message' },
    'red-black': { select: 'red-black', update: 'message' },
  };
  for (const [name, options] of Object.entries(rules)) {
    const start = processorSeconds();
    const reached: [number, number][] = [];
    for (const { iteration, value } of blockCoordinateDescentSteps({ loss }, { ...options, tolerance: 0 })) {
      const rest = (value - least) / -least;
      for (const goal of [1e-4, 1e-8])
        if (rest <= goal && reached.length === (goal === 1e-4 ? 0 : 1)) reached.push([iteration, processorSeconds() - start]);
      if (reached.length === 2 || iteration >= 20_000) break;
    }
    const show = (index: 0 | 1, format: (value: number) => string) =>
      [0, 1].map((k) => (reached[k] ? format(reached[k][index]) : 'not reached')).join(', ');
    console.log(`| ${title}: ${name} | ${show(0, String)} | ${show(1, ms)} |`);
  }
  // A relative residual below the root of the suboptimality is what CG is stopped by.
  const start = processorSeconds();
  const { iterations } = conjugateGradient(loss.graph, loss.linear, { tolerance: 1e-6, preconditioner: 'jacobi' });
  console.log(`| ${title}: conjugate gradients to a residual of 1e-6 | ${iterations} | ${ms(processorSeconds() - start)} |`);
  const { rowPointers, columnIndices, values } = loss.graph;
  const files = Object.entries({ rowPointers, columnIndices, values, linear: loss.linear }).map(([name, array]) => {
    const file = join(folder, `${name}.bin`);
    writeFileSync(file, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    return file;
  });
  const peer = python('graph', ...files, ROUNDS);
  if (!peer) return;
  console.log(`| ${title}: SciPy spsolve | direct | ${ms(peer[0])} |`);
  console.log(`| ${title}: SciPy cg to a residual of 1e-6 | ${peer[2]} | ${ms(peer[1])} |`);
}

/** The least processor time of some rounds, in seconds. */
function best(call: () => void): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const start = processorSeconds();
    call();
    least = Math.min(least, processorSeconds() - start);
  }
  return least;
}

/** Processor time of all threads: unlike the clock's it does not count what other processes do. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function ms(seconds: number): string {
  if (Number.isNaN(seconds)) return '';
  return seconds < 0.1 ? `${(1000 * seconds).toFixed(1)} ms` : `${(1000 * seconds).toFixed(0)} ms`;
}

function perNode(seconds: number, nodes: number): string {
  return `${((1e9 * seconds) / nodes).toFixed(0)} ns a node`;
}

/** What the Python side prints: numbers on one line. */
function python(...args: (string | number)[]): number[] | undefined {
  const own = fileURLToPath(new URL('../../../tooling/peers/.venv/bin/python', import.meta.url));
  const interpreter = [process.env['INFIMUM_PYTHON'], own].find((path) => path && existsSync(path));
  if (!interpreter) return undefined;
  const script = fileURLToPath(new URL('blocks_peers.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  return execFileSync(interpreter, [script, ...args.map(String)], { encoding: 'utf8', env })
    .trim()
    .split(' ')
    .map(Number);
}
