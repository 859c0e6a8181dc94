// A million unknowns from end to end: the five-point Laplacian of a 1000 x 1000 grid is assembled, written as Matrix
// Market, read back, and solved to 1e-8 by preconditioned conjugate gradients, next to SciPy's:
//
//   pnpm bench:package linalg laplacian [side]
//
// SciPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { CsrMatrix } from '../src/index.ts';
import { conjugateGradient, incompleteCholesky } from '../src/index.ts';
import { fivePointLaplacian } from '../src/sparse/grid-stencils.ts';
import { readMatrixMarket, writeMatrixMarket } from '../src/sparse.ts';
import { file, python } from './python.ts';

const TOLERANCE = 1e-8;

const side = Number(process.argv[2] ?? 1000);
const folder = mkdtempSync(join(tmpdir(), 'infimum-laplacian-'));
const matrixFile = join(folder, 'laplacian.mtx');
console.log(`${cpus()[0].model}, Node ${process.versions.node}, ${side} x ${side} points\n`);
console.log('| step | seconds | |');
console.log('| --- | ---: | --- |');
try {
  const assembled = await row('assembled', () => fivePointLaplacian(side), entries);
  await row(
    'written as Matrix Market',
    () => pipeline(writeMatrixMarket(assembled, { symmetry: 'symmetric' }), createWriteStream(matrixFile)),
    () => `${(statSync(matrixFile).size / 1e6).toFixed(0)} MB`,
  );
  const market = await row(
    'read back',
    () => readMatrixMarket(createReadStream(matrixFile)),
    ({ matrix }) => entries(matrix),
  );
  if (market.format !== 'coordinate') throw new Error('a sparse matrix was written');
  const { matrix } = market;
  if (!isEqual(matrix, assembled)) throw new Error('what was read is not what was written');
  const b = new Float64Array(matrix.rows).fill(1);
  const options = { tolerance: TOLERANCE };
  const solved = ({ status, iterations }: { status: string; iterations: number }) => `${status}, ${iterations} iterations`;
  const first = await row('conjugate gradients', () => conjugateGradient(matrix, b, options), solved);
  await row(
    'the same on two threads',
    () => conjugateGradient(matrix, b, { ...options, threads: 2 }),
    (second) => `${solved(second)}, ${second.x.every((x, i) => x === first.x[i]) ? 'the same bits' : 'OTHER BITS'}`,
  );
  const preconditioner = await row(
    'incomplete Cholesky',
    () => incompleteCholesky(matrix),
    () => '',
  );
  await row('with it', () => conjugateGradient(matrix, b, { ...options, preconditioner }), solved);
  console.log(`| peak memory of the process | | ${(process.resourceUsage().maxRSS / 1e6).toFixed(1)} GB |`);
  scipy();
} finally {
  rmSync(folder, { recursive: true });
}

/** Does a step and prints how long it took. */
async function row<Result>(
  title: string,
  step: () => Result | Promise<Result>,
  remark: (result: Result) => string,
): Promise<Result> {
  const start = performance.now();
  const result = await step();
  const seconds = (performance.now() - start) / 1000;
  console.log(`| ${title} | ${seconds.toFixed(2)} | ${remark(result)} |`);
  return result;
}

function entries(matrix: { readonly values: ArrayLike<number> }): string {
  return `${matrix.values.length} entries`;
}

function isEqual(a: CsrMatrix, b: CsrMatrix): boolean {
  return (['rowPointers', 'columnIndices', 'values'] as const).every(
    (key) => a[key].length === b[key].length && a[key].every((value, k) => value === b[key][k]),
  );
}

/** SciPy's reader and its conjugate gradients on the same file. */
function scipy(): void {
  if (!python) return;
  const command = [file('scipy_laplacian.py'), matrixFile, String(TOLERANCE)];
  process.stdout.write(execFileSync(python, command, { encoding: 'utf8' }));
}
