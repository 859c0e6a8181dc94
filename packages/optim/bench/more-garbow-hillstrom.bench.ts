// The 35 problems of Moré, Garbow and Hillstrom from their starts and from ten and a hundred times as far, and the 54 runs of
// NIST's: solved and evaluations, by `leastSquares` and `minimize` at their defaults. `--scipy PYTHON` runs SciPy's at its
// defaults on the same functions, which this process evaluates for it, so that calls are counted alike.
import { differenceJacobian } from '../src/differences/finite-differences.ts';
import type { Residuals } from '../src/least-squares/least-squares.ts';
import { leastSquares } from '../src/least-squares/least-squares.ts';
import { minimize } from '../src/minimize.ts';
import { mghProblems } from '../src/testing/more-garbow-hillstrom.ts';
import { nistProblems } from '../src/testing/nist-models.ts';
import { startPeers } from './scipy-minimizers.ts';

interface Task {
  readonly name: string;
  readonly residuals: Residuals;
  readonly start: Float64Array;
  readonly isSolved: (x: Float64Array, sum: number) => boolean;
}

/** From so many times the start; where that is zero, from vectors of this number, as Moré, Garbow and Hillstrom have it. */
const mgh = (factor: number): Task[] =>
  mghProblems
    .map(({ minima, start, ...problem }) => ({
      ...problem,
      start: start.map((entry) => (start.every((other) => other === 0) && factor > 1 ? factor : factor * entry)),
      isSolved: (_: Float64Array, sum: number) => minima.some((minimum) => Math.abs(sum - minimum) <= 1e-6 * minimum + 1e-9),
    }))
    .filter(({ residuals, start }) => Number.isFinite(sumOfSquares(residuals).value(start)));

const nist: Task[] = nistProblems.flatMap(({ name, starts, certified, y, model }) =>
  starts.map((start) => ({
    name,
    residuals: {
      dimension: start.length,
      count: y.length,
      residuals: (b: Float64Array, out: Float64Array) => {
        for (let i = 0; i < y.length; i++) out[i] = model(b, i) - y[i];
      },
    },
    start: Float64Array.from(start),
    isSolved: (x: Float64Array) => certified.every((value, i) => Math.abs(x[i] - value) <= 1e-6 * Math.abs(value)),
  })),
);

/** Counts the evaluations of residuals. */
function counting({ dimension, count, residuals }: Residuals) {
  const counter = { calls: 0 };
  const counted: Residuals = {
    dimension,
    count,
    residuals: (x, out) => {
      counter.calls++;
      residuals(x, out);
    },
  };
  return { counter, counted };
}

function sumOfSquares({ dimension: n, count: m, residuals }: Residuals) {
  const [f, jacobian] = [new Float64Array(m), new Float64Array(m * n)];
  return {
    dimension: n,
    value: (x: Float64Array) => {
      residuals(x, f);
      return f.reduce((sum, entry) => sum + entry * entry, 0);
    },
    gradient: (x: Float64Array, out: Float64Array) => {
      residuals(x, f);
      differenceJacobian(residuals, x, m, jacobian);
      out.fill(0);
      for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j] += 2 * jacobian[i * n + j] * f[i];
    },
  };
}

interface Found {
  readonly x: Float64Array;
  readonly isSuccess: boolean;
}

type Method = (residuals: Residuals, start: Float64Array) => Found | Promise<Found>;

const own: Record<string, Method> = {
  leastSquares: (residuals, start) => said(leastSquares(residuals, start)),
  'minimize, by gradients': (residuals, start) => said(minimize(sumOfSquares(residuals), start)),
  'minimize, by values': (residuals, start) => {
    const { dimension, value } = sumOfSquares(residuals);
    return said(minimize({ dimension, value }, start));
  },
};

const said = ({ x, status }: { x: Float64Array; status: string }): Found => ({ x, isSuccess: status === 'converged' });

/** SciPy's methods, in one process. */
function scipy(python: string): Record<string, Method> {
  const run = startPeers(python);
  const method =
    (name: string): Method =>
    async (residuals, start) => {
      if (name === 'lm' && residuals.count < residuals.dimension) return { x: start, isSuccess: false };
      const sum = sumOfSquares(residuals);
      const written = (length: number, write: (out: Float64Array) => void) => {
        const out = new Float64Array(length);
        write(out);
        return out;
      };
      return run(name, start, {
        residuals: (x) => written(residuals.count, (out) => residuals.residuals(x, out)),
        value: (x) => [sum.value(x)],
        gradient: (x) => written(x.length, (out) => sum.gradient(x, out)),
      });
    };
  const names = ['trf', 'lm', 'dogbox', 'BFGS', 'L-BFGS-B', 'trust-constr', 'Nelder-Mead', 'Powell', 'COBYQA'];
  return Object.fromEntries(names.map((name) => [`SciPy, ${name}`, method(name)]));
}

const at = process.argv.indexOf('--scipy');
const methods = at > 0 ? { ...own, ...scipy(process.argv[at + 1] ?? 'python3') } : own;
const sets: Record<string, Task[]> = { 'x₀': mgh(1), '10 x₀': mgh(10), '100 x₀': mgh(100), NIST: nist };
console.log(
  Object.entries(sets)
    .map(([label, tasks]) => `${label}: ${tasks.length}`)
    .join(', '),
);
for (const [name, solve] of Object.entries(methods)) {
  const cells: string[] = [];
  for (const tasks of Object.values(sets)) {
    let [solved, elsewhere, calls] = [0, 0, 0];
    for (const { residuals, start, isSolved } of tasks) {
      const { counter, counted } = counting(residuals);
      const { x, isSuccess } = await solve(counted, start);
      calls += counter.calls;
      if (isSolved(x, sumOfSquares(residuals).value(x))) solved++;
      else if (isSuccess) elsewhere++;
    }
    cells.push(`${solved}, ${elsewhere}, ${calls}`);
  }
  console.log(`| ${[name, ...cells].join(' | ')} |`);
}
process.exit();
