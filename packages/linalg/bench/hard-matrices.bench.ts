// Backward errors of all factorisations on matrices that are hard for them, in units of n eps |A|, beside LAPACK's:
//
//   pnpm bench:package linalg hard-matrices
//
// SciPy is taken from INFIMUM_PYTHON, or from the peers' environment (`pnpm peers:install`), or left out.
import { execFileSync } from 'node:child_process';
import { backwardErrors, FACTORIZATIONS, hardMatrices } from '../src/testing/hard-matrices.ts';
import { file, python } from './python.ts';

const matrices = hardMatrices();
const theirs = python
  ? (JSON.parse(
      execFileSync(python, [file('scipy_hard_matrices.py')], {
        input: JSON.stringify(
          Object.fromEntries(Object.entries(matrices).map(([name, a]) => [name, { ...a, values: Array.from(a.values) }])),
        ),
        env: { ...process.env, OPENBLAS_NUM_THREADS: '1' },
        encoding: 'utf8',
        maxBuffer: 2 ** 24,
      }),
    ) as Record<string, Record<string, number>>)
  : {};
console.log(`| matrix | n | ${FACTORIZATIONS.join(' | ')} |`);
console.log(`| --- | ---: |${' ---: |'.repeat(FACTORIZATIONS.length)}`);
for (const [name, a] of Object.entries(matrices)) {
  const ours = backwardErrors(a);
  const show = (value?: number): string => (value === undefined ? '-' : value.toFixed(2));
  const cells = FACTORIZATIONS.map((factorization) =>
    ours[factorization] === undefined && theirs[name]?.[factorization] === undefined
      ? '-'
      : `${show(ours[factorization])} / ${show(theirs[name]?.[factorization])}`,
  );
  console.log(`| ${name} | ${a.rows === a.cols ? a.rows : `${a.rows} x ${a.cols}`} | ${cells.join(' | ')} |`);
}
