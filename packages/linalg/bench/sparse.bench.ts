// Measures sparse products against SciPy and mathjs, and sparse matrices times vectors against SciPy, in one run:
//
//   pnpm bench:package linalg sparse [products] [plans] [growth] [balance] [accumulators] [vectors] [regret]
//
// One thread is measured in processor time on all sides, which other work on the machine disturbs less; two threads by the
// clock.
// SciPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Random } from '@infimum/core';
import type { Matrix } from 'mathjs';
import { all, create } from 'mathjs';
import { matmul } from '../src/dense/matmul.ts';
import { Workspace } from '../src/kernels.ts';
import type { CsrMatrix } from '../src/matrices.ts';
import { rmat } from '../src/products/rmat.ts';
import { banded, markovChain } from '../src/products/sparse-product-instances.ts';
import type { SpgemmOptions } from '../src/products/spgemm.ts';
import { spgemm } from '../src/products/spgemm.ts';
import { spgemmPlan } from '../src/products/spgemm-plan.ts';
import { estimateWork } from '../src/products/spgemm-tokens.ts';
import { CsrBuilder } from '../src/sparse/csr-builder.ts';
import { csrToDense } from '../src/sparse/csr-matrix.ts';
import { fivePointLaplacian } from '../src/sparse/grid-stencils.ts';
import { CompensatedSum } from '../src/streaming/streaming-method.ts';
import { linalgKernels } from '../src/webassembly/linalg-kernels.ts';
import { startThreads } from '../src/webassembly/thread-pool.ts';
import { file, python } from './python.ts';

/** Everything is measured in turn, several times, and the best counts. */
const ROUNDS = 7;

type Pair = readonly [CsrMatrix, CsrMatrix];

const twice = (matrix: CsrMatrix): Pair => [matrix, matrix];
const pairOf = (scale: number, edges: number, quarters: readonly [number, number, number]): Pair => [
  rmat({ scale, edges, quarters }, 1),
  rmat({ scale, edges, quarters }, 2),
];
const GRAPH500 = [0.57, 0.19, 0.19] as const;
const T14_SHARES = [0.4, 0.2, 0.2] as const;

const math = create(all, {});
/** Its constructor, which the types do not know. */
const { SparseMatrix } = math as unknown as { SparseMatrix: new (data: object) => Matrix };

const scipy = await startScipy();
await startThreads(2);
const load = loadavg()[0].toFixed(1);
console.log(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.versions.node}, ${scipy.version}, load ${load}\n`);
const chosen = process.argv.slice(2);
const wants = (part: string): boolean => chosen.length === 0 || chosen.includes(part);
if (wants('products')) await products();
if (wants('plans')) plans();
if (wants('growth')) await growth();
if (wants('balance')) await balance();
if (wants('accumulators')) accumulators();
if (wants('vectors')) await vectors();
if (wants('regret')) await regret();
scipy.stop();

async function products(): Promise<void> {
  const instances: readonly (readonly [string, () => Pair, boolean])[] = [
    ['G12', () => pairOf(12, 32_768, GRAPH500), true],
    ['T14', () => pairOf(14, 254_211, T14_SHARES), true],
    ['R-MAT 14, Graph 500', () => pairOf(14, 254_211, GRAPH500), false],
    ['uniform 16', () => pairOf(16, 1_000_000, [0.25, 0.25, 0.25]), false],
    ['band of 27', () => twice(banded(100_000, 13, 1)), false],
    ['Laplacian 1000 x 1000', () => twice(fivePointLaplacian(1000)), false],
    ['Markov clustering', () => twice(markovChain(500, 50, 20, 1)), false],
  ];
  console.log(
    '| product | P | entries | ours | unsorted | two threads | SciPy | SciPy, sorted | ratio | ratio, two threads | mathjs, plain / typed | mathjs / ours |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const [name, make, withMathjs] of instances) {
    const pair = make();
    const found = await compare(pair, ROUNDS);
    const [typed, mathjs] = (['number', undefined] as const).map((datatype) =>
      withMathjs ? mathjsSeconds(pair, datatype) : Number.NaN,
    );
    const cells = [
      name,
      found.products.toLocaleString('en'),
      found.entries.toLocaleString('en'),
      ...[found.sorted, found.unsorted, found.parallel, found.scipy, found.scipySorted].map(milliseconds),
      ratio(found.sorted / found.scipySorted),
      ratio(found.parallel / found.scipySorted),
      `${milliseconds(mathjs)} / ${milliseconds(typed)}`,
      `${ratio(mathjs / found.sorted)} / ${ratio(typed / found.sorted)}`,
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log();
}

/** Whole products, and planned ones in fresh memory and over an earlier product. */
function plans(): void {
  console.log('| product | whole | planned | overwriting an earlier one |');
  console.log('| --- | ---: | ---: | ---: |');
  for (const [name, [a, b]] of [
    ['T14', pairOf(14, 254_211, T14_SHARES)],
    ['uniform 16', pairOf(16, 1_000_000, [0.25, 0.25, 0.25])],
    ['Laplacian 1000 x 1000', twice(fivePointLaplacian(1000))],
  ] as const) {
    using plan = spgemmPlan(a, b);
    const earlier = plan.numeric(a.values, b.values);
    const calls = [
      () => void spgemm(a, b),
      () => void plan.numeric(a.values, b.values),
      () => void plan.numeric(a.values, b.values, earlier),
    ];
    const best = calls.map(() => Infinity);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [k, call] of calls.entries()) best[k] = Math.min(best[k], processorSeconds(call));
    }
    console.log(`| ${[name, ...best.map(milliseconds)].join(' | ')} |`);
  }
  console.log();
}

/** From a million to a hundred million products: by more edges on the same rows, and by more rows. */
async function growth(): Promise<void> {
  const series: readonly (readonly [string, readonly (readonly [string, () => Pair])[]])[] = [
    [
      'more entries, 16 384 rows',
      [32_000, 57_000, 100_000, 180_000, 330_000].map((edges) => [`${edges} entries`, () => pairOf(14, edges, GRAPH500)]),
    ],
    [
      'more rows, 15.5 entries a row',
      [11, 13, 15, 17].map((scale) => [`2^${scale} rows`, () => pairOf(scale, Math.round(15.516 * 2 ** scale), T14_SHARES)]),
    ],
  ];
  console.log('| growth | instance | P | ours, ns a product | two threads | SciPy, sorted |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: |');
  for (const [title, instances] of series) {
    for (const [name, make] of instances) {
      const { products, sorted, parallel, scipySorted } = await compare(make(), 3);
      const each = [sorted, parallel, scipySorted].map((seconds) => ((seconds * 1e9) / products).toFixed(1));
      console.log(`| ${[title, name, products.toLocaleString('en'), ...each].join(' | ')} |`);
    }
  }
  console.log();
}

/** How evenly two threads are busy: with tokens, measured; with the rows cut in two halves, by their products. */
async function balance(): Promise<void> {
  console.log('| two threads | busiest / mean, with tokens | products, busiest / mean, with halves of the rows | speed-up |');
  console.log('| --- | ---: | ---: | ---: |');
  for (const [name, [a, b]] of [
    ['G12', pairOf(12, 32_768, GRAPH500)],
    ['T14', pairOf(14, 254_211, T14_SHARES)],
    ['R-MAT 14, Graph 500', pairOf(14, 254_211, GRAPH500)],
  ] as const) {
    let [imbalance, one, two] = [Infinity, Infinity, Infinity];
    for (let round = 0; round < ROUNDS; round++) {
      const busy = (threads: number) => spgemm(a, b, { threads }).profile?.threads.map(({ busySeconds }) => busySeconds) ?? [];
      const pair = busy(2);
      imbalance = Math.min(imbalance, (2 * Math.max(...pair)) / (pair[0] + pair[1]));
      two = Math.min(two, Math.max(...pair));
      one = Math.min(one, ...busy(1));
    }
    const halves = [0, 0];
    for (let i = 0; i < a.rows; i++) {
      for (let p = a.rowPointers[i]; p < a.rowPointers[i + 1]; p++) {
        const k = a.columnIndices[p];
        halves[i < a.rows / 2 ? 0 : 1] += b.rowPointers[k + 1] - b.rowPointers[k];
      }
    }
    const fixed = (2 * Math.max(...halves)) / (halves[0] + halves[1]);
    console.log(`| ${[name, imbalance.toFixed(3), fixed.toFixed(2), ratio(one / two)].join(' | ')} |`);
  }
  console.log();
}

/**
 * Every accumulator and order of the loops on one thread, in processor time, which other work disturbs less; tokens against
 * shares of the rows on two threads, and dense products, by the clock.
 */
function accumulators(): void {
  const instances: readonly (readonly [string, () => Pair])[] = [
    ['R-MAT 11', () => pairOf(11, 31_776, T14_SHARES)],
    ['G12', () => pairOf(12, 32_768, GRAPH500)],
    ['T14', () => pairOf(14, 254_211, T14_SHARES)],
    ['uniform 16', () => pairOf(16, 1_000_000, [0.25, 0.25, 0.25])],
    ['uniform 16, 4 entries a row', () => pairOf(16, 2 ** 18, [0.25, 0.25, 0.25])],
    ['uniform 17, 6 entries a row', () => pairOf(17, 6 * 2 ** 17, [0.25, 0.25, 0.25])],
    ['uniform 18, 2 entries a row', () => pairOf(18, 2 ** 19, [0.25, 0.25, 0.25])],
    ['uniform 18, 4 entries a row', () => pairOf(18, 2 ** 20, [0.25, 0.25, 0.25])],
    ['uniform 18, 8 entries a row', () => pairOf(18, 2 ** 21, [0.25, 0.25, 0.25])],
    ['uniform 20, 4 entries a row', () => pairOf(20, 2 ** 22, [0.25, 0.25, 0.25])],
    ['band of 27', () => twice(banded(100_000, 13, 1))],
    ['Laplacian 1000 x 1000', () => twice(fivePointLaplacian(1000))],
    ['Markov clustering', () => twice(markovChain(500, 50, 20, 1))],
  ];
  const kernels = ['auto', 'dense', 'hash', 'heap', 'esc', 'gustavson', 'outer', 'inner'] as const;
  console.log(`| product | P / entries | ${kernels.join(' | ')} | tokens, 2 | static, 2 | dense gemm |`);
  console.log(`| --- | ---: | ${kernels.map(() => '---:').join(' | ')} | ---: | ---: | ---: |`);
  for (const [name, make] of instances) {
    const [a, b] = make();
    const { compression, products } = spgemm(a, b);
    const calls: (() => void)[] = kernels.map((kernel) => () => void spgemm(a, b, { kernel }));
    for (const schedule of ['tokens', 'static'] as const) {
      calls.push(() => void spgemm(a, b, { threads: 2, schedule }));
    }
    calls.push(() => void matmul(csrToDense(a), csrToDense(b)));
    // The last orders of the loops are for study, and take the memory or the time of all partial products.
    const isLeftOut = (k: number): boolean =>
      (kernels[k] === 'inner' && a.rows > 4096) ||
      (kernels[k] === 'outer' && products > 2 ** 24) ||
      (k === calls.length - 1 && a.rows > 2048);
    const times = calls.map((_, k) => (isLeftOut(k) ? Number.NaN : Infinity));
    for (let round = 0; round < 5; round++) {
      for (const [k, call] of calls.entries()) {
        if (isLeftOut(k) || (round > 1 && times[k] > 0.5)) continue;
        times[k] = Math.min(times[k], k < kernels.length ? processorSeconds(call) : meanSeconds(call, 1));
      }
    }
    console.log(`| ${[name, compression.toFixed(2), ...times.map(milliseconds)].join(' | ')} |`);
  }
  console.log();
}

/** A sparse matrix whose rows have `length` entries each, in columns drawn alike. */
function uniform(rows: number, cols: number, length: number, random: Random): CsrMatrix {
  const builder = new CsrBuilder(rows, cols);
  for (let i = 0; i < rows; i++) {
    const columns = new Set<number>();
    while (columns.size < Math.min(length, cols)) columns.add(random.integer(cols));
    for (const j of Int32Array.from(columns).sort()) builder.push(j, random.normal());
    builder.endRow();
  }
  return builder.matrix();
}

/** Instances of five kinds, each of them drawn anew, of 10^4 to 2 10^6 products. */
function drawnPairs(count: number, seed: number): (readonly [string, Pair])[] {
  const random = new Random(seed);
  const between = (low: number, high: number): number => Math.round(low * (high / low) ** random.uniform());
  const kinds: Record<string, () => readonly [string, Pair]> = {
    'R-MAT'() {
      const [scale, mean] = [between(9, 18), between(1, 16)];
      const edges = Math.min(2 ** (2 * scale - 4), mean * 2 ** scale);
      return [`2^${scale} rows, ${mean} a row`, pairOf(scale, edges, random.uniform() < 0.5 ? GRAPH500 : T14_SHARES)];
    },
    uniform() {
      const [size, length] = [between(500, 500_000), between(1, 24)];
      return [`${size} rows, ${length} a row`, [uniform(size, size, length, random), uniform(size, size, length, random)]];
    },
    Laplacian() {
      const side = between(30, 450);
      return [`${side}^2 points`, twice(fivePointLaplacian(side))];
    },
    banded() {
      const [size, halfWidth] = [between(1000, 100_000), between(1, 25)];
      return [`${size} rows, ${2 * halfWidth + 1} a row`, twice(banded(size, halfWidth, 1))];
    },
    tall() {
      const [rows, inner, cols] = [between(5000, 300_000), between(50, 5000), between(50, 300_000)];
      const [left, right] = [between(1, 10), between(1, 40)];
      const pair = [uniform(rows, inner, left, random), uniform(inner, cols, right, random)] as const;
      return [`${rows} x ${inner} of ${left}, times x ${cols} of ${right}`, pair];
    },
  };
  const drawn: (readonly [string, Pair])[] = [];
  while (drawn.length < count) {
    for (const [kind, draw] of Object.entries(kinds)) {
      for (;;) {
        const [title, pair] = draw();
        const { products } = estimateWork(...pair);
        if (products < 1e4 || products > 2e6) continue;
        drawn.push([`${kind} ${title}`, pair]);
        break;
      }
    }
  }
  return drawn;
}

/**
 * How much longer \`auto\` takes than the best accumulator for all rows, by turns in one process, on drawn products; and SciPy. A processor
 * with caches half as large has with half the columns what this one has: the last table is by bytes of a sum for every column.
 */
async function regret(): Promise<void> {
  const kernels = ['auto', 'dense', 'hash', 'heap', 'esc'] as const;
  console.log(`| drawn product | P | sorted | ${kernels.join(' | ')} | regret | SciPy | SciPy / auto |`);
  console.log(`| --- | ---: | --- | ${kernels.map(() => '---:').join(' | ')} | ---: | ---: | ---: |`);
  const rows: { sorted: boolean; bytes: number; regret: number; speed: number }[] = [];
  for (const [name, [a, b]] of drawnPairs(Number(process.env['INFIMUM_DRAWN'] ?? 40), 7)) {
    await scipy.load('a', a);
    await scipy.load('b', b);
    const { products } = estimateWork(a, b);
    const repeats = Math.ceil(1e6 / products);
    const times = [true, false].map(() => kernels.map(() => Infinity));
    const peer = { multiply: Infinity, sorted: Infinity };
    for (let round = 0; round < 5; round++) {
      for (const [s, sorted] of [true, false].entries()) {
        for (let turn = 0; turn < kernels.length; turn++) {
          const k = (turn + round) % kernels.length;
          const kernel = kernels[k];
          // The order of the others is the same, and so is their time.
          const isKnown = !sorted && kernel !== 'auto' && kernel !== 'hash';
          if (isKnown) times[s][k] = times[0][k];
          if (isKnown || (k > 0 && round > 0 && times[s][k] > 2 * Math.min(...times[s]))) continue;
          times[s][k] = Math.min(
            times[s][k],
            leastSeconds(() => void spgemm(a, b, { kernel, sorted }), repeats),
          );
        }
      }
      const { multiply, sort } = await scipy.multiply();
      peer.multiply = Math.min(peer.multiply, multiply);
      peer.sorted = Math.min(peer.sorted, multiply + sort);
    }
    for (const [s, sorted] of [true, false].entries()) {
      const best = Math.min(...times[s]);
      const theirs = sorted ? peer.sorted : peer.multiply;
      const row = { sorted, bytes: 8 * b.cols, regret: times[s][0] / best, speed: theirs / times[s][0] };
      rows.push(row);
      const cells = [name, products.toLocaleString('en'), sorted ? 'yes' : 'no', ...times[s].map(milliseconds)];
      console.log(`| ${[...cells, row.regret.toFixed(2), milliseconds(theirs), ratio(row.speed)].join(' | ')} |`);
    }
  }
  console.log('\n| order | a sum a column takes | products | within 1.2 | worst | median of SciPy / auto |');
  console.log('| --- | --- | ---: | ---: | ---: | ---: |');
  const sizes: readonly (readonly [string, number, number])[] = [
    ['any', 0, Infinity],
    ['at most 32 kB', 0, 2 ** 15],
    ['at most 256 kB', 2 ** 15, 2 ** 18],
    ['at most 1 MB', 2 ** 18, 2 ** 20],
    ['more', 2 ** 20, Infinity],
  ];
  for (const sorted of [true, false]) {
    for (const [title, above, most] of sizes) {
      const some = rows.filter((row) => row.sorted === sorted && row.bytes > above && row.bytes <= most);
      if (some.length === 0) continue;
      const within = some.filter(({ regret }) => regret <= 1.2).length / some.length;
      const speeds = some.map(({ speed }) => speed).sort((x, y) => x - y);
      const worst = Math.max(...some.map(({ regret }) => regret));
      const cells = [sorted ? 'sorted' : 'unsorted', title, some.length, `${(100 * within).toFixed(0)} %`, worst.toFixed(2)];
      console.log(`| ${[...cells, ratio(speeds[speeds.length >>> 1])].join(' | ')} |`);
    }
  }
  console.log();
}

async function compare([a, b]: Pair, rounds: number) {
  await scipy.load('a', a);
  await scipy.load('b', b);
  const best = { sorted: Infinity, unsorted: Infinity, parallel: Infinity, scipy: Infinity, scipySorted: Infinity };
  let [products, entries] = [0, 0];
  for (let round = 0; round < rounds; round++) {
    const ours = (options: SpgemmOptions, clock = processorSeconds) => {
      const outcomes: ReturnType<typeof spgemm>[] = [];
      const seconds = clock(() => void outcomes.push(spgemm(a, b, options)));
      return { ...outcomes[0], seconds };
    };
    const one = ours({});
    products = one.products;
    entries = one.matrix.values.length;
    best.sorted = Math.min(best.sorted, one.seconds);
    best.unsorted = Math.min(best.unsorted, ours({ sorted: false }).seconds);
    const two = ours({ threads: 2 }, (call) => meanSeconds(call, 1));
    best.parallel = Math.min(best.parallel, two.seconds);
    const { multiply, sort, entries: peerEntries, sum: peerSum } = await scipy.multiply();
    if (round === 0) {
      checkSameBits(one.matrix, two.matrix);
      if (!Number.isNaN(multiply)) checkSum(one.matrix, peerEntries, peerSum);
    }
    best.scipy = Math.min(best.scipy, multiply);
    best.scipySorted = Math.min(best.scipySorted, multiply + sort);
  }
  return { ...best, products, entries };
}

/** One thread and two must give the same bits. */
function checkSameBits(one: CsrMatrix, two: CsrMatrix): void {
  for (const part of ['rowPointers', 'columnIndices', 'values'] as const) {
    const other = two[part];
    if (other.length !== one[part].length || !one[part].every((value, k) => Object.is(value, other[k]))) {
      throw new Error(`two threads give other ${part} than one`);
    }
  }
}

/** SciPy must have as many entries and, up to rounding, the same sum. */
function checkSum({ values }: CsrMatrix, entries: number, peerSum: number): void {
  const total = new CompensatedSum();
  let magnitude = 0;
  for (const value of values) {
    total.add(value);
    magnitude += Math.abs(value);
  }
  const sum = total.value;
  // NumPy adds in pairs: what it loses is the logarithm of the entries in rounding errors.
  if (entries === values.length && Math.abs(sum - peerSum) <= 1e-13 * magnitude) return;
  throw new Error(`SciPy has ${entries} entries of sum ${peerSum}, we have ${values.length} of sum ${sum}`);
}

/**
 * The better of two products of mathjs, on matrices that are told to hold numbers, or not, as `math.sparse` makes them.
 * Its matrices are in compressed columns, so B' A' in its columns is A B in rows.
 */
function mathjsSeconds([a, b]: Pair, datatype: 'number' | undefined): number {
  const columns = ({ rows, cols, rowPointers, columnIndices, values }: CsrMatrix) => {
    const [index, ptr] = [columnIndices, rowPointers].map((array) => Array.from(array));
    return new SparseMatrix({ values: Array.from(values), index, ptr, size: [cols, rows], datatype });
  };
  const [left, right] = [columns(b), columns(a)];
  let best = Infinity;
  for (let round = 0; round < 2; round++) {
    best = Math.min(
      best,
      processorSeconds(() => math.multiply(left, right)),
    );
  }
  return best;
}

async function vectors(): Promise<void> {
  const matrices: readonly (readonly [string, () => CsrMatrix])[] = [
    ['Laplacian 1000 x 1000', () => fivePointLaplacian(1000)],
    ['band of 27', () => banded(100_000, 13, 1)],
    ['T14', () => rmat({ scale: 14, edges: 254_211, quarters: T14_SHARES }, 1)],
    ['R-MAT 18', () => rmat({ scale: 18, edges: 2_000_000, quarters: GRAPH500 }, 1)],
  ];
  console.log('| matrix times vector | entries | ours | two threads | SciPy | ratio of speeds | ratio, two threads |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: |');
  for (const [name, make] of matrices) {
    const matrix = make();
    await scipy.load('a', matrix);
    const repeats = Math.max(3, Math.ceil(3e7 / matrix.values.length));
    const best = [Infinity, Infinity, Infinity];
    const calls = [1, 2].map((threads) => multiplication(matrix, threads));
    for (let round = 0; round < ROUNDS; round++) {
      const alone = processorSeconds(() => meanSeconds(calls[0], repeats)) / repeats;
      best[0] = Math.min(best[0], alone);
      best[1] = Math.min(best[1], meanSeconds(calls[1], repeats));
      best[2] = Math.min(best[2], await scipy.matvec(repeats));
    }
    const speeds = best.map((seconds) => (2 * matrix.values.length) / seconds / 1e9);
    const cells = [
      name,
      matrix.values.length.toLocaleString('en'),
      ...speeds.map((speed) => (Number.isNaN(speed) ? '-' : `${speed.toFixed(2)} GFLOP/s`)),
      ratio(speeds[0] / speeds[2]),
      ratio(speeds[1] / speeds[2]),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
  console.log();
}

/** A matrix on a workspace, as an iterative solver has it. */
function multiplication(matrix: CsrMatrix, threads: number): () => void {
  const { rows, cols, rowPointers, columnIndices, values } = matrix;
  const workspace = Workspace.for(
    { float64: [values.length, cols, rows], int32: [rowPointers.length, columnIndices.length] },
    { threads },
  );
  const [pointers, columns] = [rowPointers, columnIndices].map((array) => workspace.int32From(array).byteOffset);
  const entries = workspace.float64From(values).byteOffset;
  const x = workspace.float64(cols).fill(1).byteOffset;
  const y = workspace.float64(rows).byteOffset;
  const block = threads === 1 ? rows : 4096;
  return () =>
    workspace.parallel(linalgKernels, 'csrGemv', { items: rows, block }, (from, to) => {
      return [from, to, pointers, columns, entries, x, y];
    });
}

/** Processor time of this thread. */
function processorSeconds(call: () => void): number {
  const before = process.threadCpuUsage();
  call();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1e6;
}

/** The shortest time of a call by the clock; where calls are long enough to be interrupted, the mean of what the processor spent. */
function leastSeconds(call: () => void, repeats: number): number {
  let wall = Infinity;
  const processor = processorSeconds(() => {
    for (let repeat = 0; repeat < repeats; repeat++) wall = Math.min(wall, meanSeconds(call, 1));
  });
  return wall * repeats < 0.02 ? wall : Math.min(wall, processor / repeats);
}

function meanSeconds(call: () => void, repeats: number): number {
  const start = performance.now();
  for (let k = 0; k < repeats; k++) call();
  return (performance.now() - start) / 1000 / repeats;
}

function milliseconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  return `${(seconds * 1000).toFixed(seconds < 0.01 ? 1 : 0)} ms`;
}

function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 0) : '-';
}

interface Scipy {
  readonly version: string;
  load(name: 'a' | 'b', matrix: CsrMatrix): Promise<void>;
  multiply(): Promise<{ multiply: number; sort: number; entries: number; sum: number }>;
  matvec(repeats: number): Promise<number>;
  stop(): void;
}

async function startScipy(): Promise<Scipy> {
  if (!python) {
    const nothing = { multiply: Number.NaN, sort: Number.NaN, entries: Number.NaN, sum: Number.NaN };
    return {
      version: 'no SciPy',
      load: async () => {},
      multiply: async () => nothing,
      matvec: async () => Number.NaN,
      stop: () => {},
    };
  }
  const folder = mkdtempSync(join(tmpdir(), 'infimum-sparse-'));
  const child = spawn(python, [file('scipy_sparse.py')], { env: { ...process.env, OPENBLAS_NUM_THREADS: '1' } });
  child.stderr.pipe(process.stderr);
  const answers = answersOf(child);
  const { scipy: version } = JSON.parse(await answers());
  const ask = async (request: object) => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    return JSON.parse(await answers());
  };
  return {
    version: `SciPy ${version}`,
    async load(name, { rows, cols, rowPointers, columnIndices, values }) {
      const paths = Object.entries({ pointers: rowPointers, columns: columnIndices, values }).map(([part, array]) => {
        const path = join(folder, `${name}-${part}`);
        writeFileSync(path, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
        return [part, path];
      });
      await ask({ operation: 'load', name, rows, cols, ...Object.fromEntries(paths) });
    },
    multiply: () => ask({ operation: 'multiply', a: 'a', b: 'b' }),
    matvec: async (repeats) => (await ask({ operation: 'matvec', a: 'a', repeats })).seconds,
    stop: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true });
    },
  };
}

function answersOf(child: ChildProcessWithoutNullStreams): () => Promise<string> {
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the Python process ended');
    return value;
  };
}
