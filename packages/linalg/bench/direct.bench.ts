// Sparse direct solvers against SuperLU (SciPy) and CHOLMOD (scikit-sparse, where it is installed), in processor time and by turns: grids,
// random matrices, and some like those of the SuiteSparse collection that are made here:
//
//   pnpm bench:package linalg direct          # all of them, the Laplacian of 1000 x 1000 points at last
//   pnpm bench:package linalg direct 400      # just the Laplacian of so many points a side
//
// The factorization; the same with its analysis kept; the solution for one right-hand side, and for 16. SciPy is taken from
// INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out. It reads the matrices from binary files in a
// temporary folder.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@infimum/core';
import type { CsrMatrix, SparseLdl, SparseLu } from '../src/index.ts';
import { csrFromTriplets, solveSparseLdl, solveSparseLu, sparseCholesky, sparseLu } from '../src/index.ts';
import { convectionDiffusion, fivePointLaplacian } from '../src/sparse/grid-stencils.ts';
import { file, python } from './python.ts';

interface Measured {
  readonly factor: number;
  readonly again: number | null;
  readonly solve: number;
  readonly many: number;
  readonly entries: number;
  readonly error: number;
}

const side = process.argv[2] === undefined ? undefined : Number(process.argv[2]);
const made: [string, () => CsrMatrix][] = [
  ['grid of 200 x 200 points', () => fivePointLaplacian(200)],
  ['grid of 300 x 300 points', () => fivePointLaplacian(300)],
  ['grid of 400 x 400 points', () => fivePointLaplacian(400)],
  ['grid of 20 x 20 x 20 points', () => cube(20)],
  ['grid of 28 x 28 x 28 points', () => cube(28)],
  ['convection on 150 x 150 points', () => convectionDiffusion(150, 300)],
  ['convection on 200 x 200 points', () => convectionDiffusion(200, 400)],
  ['random: 4 entries in 2000 rows', () => uniform(2000, 4)],
  ['truss: blocks of 3 on a tube', () => truss(24, 160)],
  ['circuit: 30 000 nodes, a few of high degree', () => circuit(30_000)],
  ['chemical plant: 200 stages without symmetry', () => plant(200, 40)],
  ['economics: random blocks, 6 000 rows', () => economics(6000)],
];
const large = side ?? 1000;
const grid: [string, () => CsrMatrix] = [`grid of ${large} x ${large} points`, () => fivePointLaplacian(large)];
const matrices = side === undefined ? [...made, grid] : [grid];
console.log(`${cpus()[0].model}, Node ${process.versions.node}, load ${loadavg()[0].toFixed(1)}\n`);
console.log(
  '| matrix | rows | solver | fill, millions | factor | again | solve | 16 sides | backward error | factor, of ours |',
);
console.log('| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
const folder = mkdtempSync(join(tmpdir(), 'infimum-direct-'));
try {
  for (const [name, make] of matrices) row(name, make());
} finally {
  rmSync(folder, { recursive: true });
}

function row(name: string, a: CsrMatrix): void {
  const b = new Float64Array(a.rows).fill(1);
  const best = new Map<string, Measured>();
  const { method, call } = chosen(a, b);
  for (let round = 0; round < (a.rows < 200_000 ? 4 : 1); round++) {
    for (const [solver, measured] of [[method, call()], ...Object.entries(peers(a))] as [string, Measured][]) {
      best.set(solver, better(best.get(solver), measured));
    }
  }
  const ours = best.get(method);
  if (!ours) return;
  const milliseconds = (value: number | null): string =>
    value === null ? '-' : `${(1000 * value).toFixed(value < 0.01 ? 1 : 0)} ms`;
  for (const [solver, { factor, again, solve, many, entries, error }] of best) {
    const times = [factor, again, solve, many].map(milliseconds);
    const cells = [(entries / 1e6).toFixed(2), ...times, error.toExponential(1), (factor / ours.factor).toFixed(2)];
    console.log(`| ${[name, a.rows, solver, ...cells].join(' | ')} |`);
  }
}

function better(best: Measured | undefined, next: Measured): Measured {
  if (!best) return next;
  const least = (key: 'factor' | 'solve' | 'many'): number => Math.min(best[key], next[key]);
  const again = best.again === null || next.again === null ? null : Math.min(best.again, next.again);
  return { ...next, factor: least('factor'), again, solve: least('solve'), many: least('many') };
}

/** Cholesky for symmetric matrices, LU for all others. */
function chosen(a: CsrMatrix, b: Float64Array): { method: string; call: () => Measured } {
  const many = { rows: a.rows, cols: 16, values: new Float64Array(16 * a.rows).fill(1) };
  const measured = <Factor>(
    factored: (like?: Factor) => Factor,
    solved: (factor: Factor, side: Float64Array | typeof many) => { readonly backwardError: number },
    entries: (factor: Factor) => number,
  ): Measured => {
    const [found, factor] = timed(() => factored());
    const [, again] = timed(() => factored(found));
    const [{ backwardError }, solve] = timed(() => solved(found, b));
    const [, sixteen] = timed(() => solved(found, many));
    return { factor, again, solve, many: sixteen, entries: entries(found), error: backwardError };
  };
  try {
    sparseCholeskyOf(a);
    const call = () =>
      measured(
        (like?: SparseLdl) => sparseCholesky(a, { like }),
        solveSparseLdl,
        ({ lower }) => lower.values.length,
      );
    return { method: 'Cholesky', call };
  } catch {
    const call = () =>
      measured(
        (like?: SparseLu) => sparseLu(a, { like }),
        solveSparseLu,
        ({ lower, upper }) => lower.values.length + upper.values.length,
      );
    return { method: 'LU', call };
  }
}

/** Refuses what is not symmetric; small enough matrices are factored to see whether they are definite. */
function sparseCholeskyOf(a: CsrMatrix): void {
  const entries = new Map<number, number>();
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
      const j = a.columnIndices[k];
      if (j < i) entries.set(i * a.rows + j, a.values[k]);
    }
  }
  for (let i = 0; i < a.rows; i++) {
    for (let k = a.rowPointers[i]; k < a.rowPointers[i + 1]; k++) {
      const j = a.columnIndices[k];
      if (j > i && entries.get(j * a.rows + i) !== a.values[k]) throw new Error('not symmetric');
    }
  }
  if (a.rows < 200_000) sparseCholesky(a);
}

function timed<Result>(call: () => Result): [Result, number] {
  const start = process.cpuUsage();
  const result = call();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1e6];
}

function peers(a: CsrMatrix): Record<string, Measured> {
  if (!python) return {};
  writeFileSync(join(folder, 'pointers'), a.rowPointers);
  writeFileSync(join(folder, 'columns'), a.columnIndices);
  writeFileSync(join(folder, 'values'), a.values);
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  try {
    const { missing, ...found } = JSON.parse(
      execFileSync(python, [file('scipy_direct.py'), folder], { env, encoding: 'utf8' }),
    );
    if (missing) console.error(missing);
    return found;
  } catch {
    return {}; // out of memory
  }
}

function fromPlaces(rows: number, places: ReadonlyMap<number, number>): CsrMatrix {
  const keys = [...places.keys()].sort((x, y) => x - y);
  return csrFromTriplets({
    rows,
    cols: rows,
    rowIndices: keys.map((key) => Math.floor(key / rows)),
    columnIndices: keys.map((key) => key % rows),
    values: keys.map((key) => places.get(key) ?? 0),
  });
}

/** The seven-point Laplacian. */
function cube(side: number): CsrMatrix {
  const rows = side ** 3;
  const places = new Map<number, number>();
  for (let k = 0; k < rows; k++) {
    places.set(k * rows + k, 6);
    for (const step of [1, side, side ** 2]) {
      if (Math.floor(k / step) % side === side - 1) continue;
      places.set(k * rows + k + step, -1);
      places.set((k + step) * rows + k, -1);
    }
  }
  return fromPlaces(rows, places);
}

/** Entries anywhere, beside a diagonal that is not larger than they are. */
function uniform(rows: number, perRow: number): CsrMatrix {
  const random = new Random(4);
  const places = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    places.set(i * rows + i, random.normal());
    for (let t = 1; t < perRow; t++) places.set(i * rows + Math.floor(random.uniform() * rows), random.normal());
  }
  return fromPlaces(rows, places);
}

/** The stiffness of bars between the points of a tube, three unknowns a point: symmetric and definite, as bcsstk and its like. */
function truss(around: number, along: number): CsrMatrix {
  const rows = 3 * around * along;
  const places = new Map<number, number>();
  const add = (i: number, j: number, value: number): void => {
    places.set(i * rows + j, (places.get(i * rows + j) ?? 0) + value);
  };
  const point = (u: number, w: number): readonly number[] => {
    const angle = (2 * Math.PI * u) / around;
    return [Math.cos(angle), Math.sin(angle), 0.2 * w];
  };
  const bar = (u: number, w: number, du: number, dw: number): void => {
    const [v, z] = [(u + du) % around, w + dw];
    if (z >= along) return;
    const [p, q] = [point(u, w), point(v, z)];
    const difference = p.map((value, k) => value - q[k]);
    const length = Math.hypot(...difference);
    const [i, j] = [3 * (w * around + u), 3 * (z * around + v)];
    for (let k = 0; k < 3; k++) {
      for (let l = 0; l < 3; l++) {
        const value = (difference[k] * difference[l]) / length ** 3;
        add(i + k, i + l, value);
        add(j + k, j + l, value);
        add(i + k, j + l, -value);
        add(j + k, i + l, -value);
      }
    }
  };
  for (let w = 0; w < along; w++) {
    for (let u = 0; u < around; u++) {
      for (const [du, dw] of [
        [1, 0],
        [0, 1],
        [1, 1],
        [around - 1, 1],
        [2, 0],
        [0, 2],
      ])
        bar(u, w, du, dw);
    }
  }
  for (let i = 0; i < rows; i++) add(i, i, 1e-3);
  return fromPlaces(rows, places);
}

/** Conductances between nodes of a tree with short cuts and supply rails, and controlled sources without symmetry, as circuits. */
function circuit(rows: number): CsrMatrix {
  const random = new Random(1);
  const places = new Map<number, number>();
  const add = (i: number, j: number, value: number): void => {
    places.set(i * rows + j, (places.get(i * rows + j) ?? 0) + value);
  };
  const connect = (i: number, j: number): void => {
    const conductance = Math.exp(2 * random.normal());
    add(i, i, conductance);
    add(j, j, conductance);
    add(i, j, -conductance);
    add(j, i, -conductance);
  };
  for (let i = 1; i < rows; i++) {
    connect(i, Math.max(0, i - 1 - Math.floor(random.uniform() * 20)));
    if (random.uniform() < 0.3) connect(i, Math.floor(random.uniform() * 4));
    if (random.uniform() < 0.1) add(i, Math.max(0, i - 1 - Math.floor(random.uniform() * 50)), random.normal());
  }
  for (let i = 0; i < rows; i++) add(i, i, 1e-2);
  return fromPlaces(rows, places);
}

/** Stages one after the other with recycles, full blocks without symmetry and zeros on the diagonal, as chemical plants. */
function plant(stages: number, width: number): CsrMatrix {
  const random = new Random(2);
  const rows = stages * width;
  const places = new Map<number, number>();
  for (let stage = 0; stage < stages; stage++) {
    for (let i = 0; i < width; i++) {
      const row = stage * width + i;
      for (let t = 0; t < 8; t++)
        places.set(row * rows + stage * width + Math.floor(random.uniform() * width), random.normal());
      places.set(row * rows + stage * width + ((i * 7 + 3) % width), 2 + random.uniform());
      if (stage > 0) places.set(row * rows + row - width, random.normal());
      if (stage + 1 < stages && random.uniform() < 0.3) places.set(row * rows + row + width, random.normal());
      if (random.uniform() < 0.01) places.set(row * rows + Math.floor(random.uniform() * rows), random.normal());
    }
  }
  return fromPlaces(rows, places);
}

/** Sectors that buy from some others, and a few that all buy from, as models of economies. */
function economics(rows: number): CsrMatrix {
  const random = new Random(3);
  const places = new Map<number, number>();
  for (let i = 0; i < rows; i++) {
    const sector = Math.floor(i / 50);
    for (let t = 0; t < 6; t++) places.set(i * rows + sector * 50 + Math.floor(random.uniform() * 50), -0.1 * random.uniform());
    if (random.uniform() < 0.2) places.set(i * rows + Math.floor(random.uniform() * rows), -0.1 * random.uniform());
    if (random.uniform() < 0.5) places.set(i * rows + Math.floor(random.uniform() * 10), -0.05 * random.uniform());
    places.set(i * rows + i, 1);
  }
  return fromPlaces(rows, places);
}
