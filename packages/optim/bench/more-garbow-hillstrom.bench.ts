// The 35 problems of Moré, Garbow and Hillstrom and the 54 runs of NIST's: solved and evaluations, by `leastSquares` and
// `minimize` at their defaults. `--scipy PYTHON` runs SciPy's at its defaults on the same functions, which this process
// evaluates for it, so that calls are counted alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { differenceJacobian } from '../src/differences/finite-differences.ts';
import { leastSquares, type Residuals } from '../src/least-squares/least-squares.ts';
import { minimize } from '../src/minimize.ts';
import { mghProblems } from '../src/testing/more-garbow-hillstrom.ts';
import { nistProblems } from '../src/testing/nist-models.ts';

interface Task {
  readonly name: string;
  readonly residuals: Residuals;
  readonly start: Float64Array;
  readonly isSolved: (x: Float64Array, sum: number) => boolean;
}

const mgh: Task[] = mghProblems.map(({ minima, ...problem }) => ({
  ...problem,
  isSolved: (_, sum) => minima.some((minimum) => Math.abs(sum - minimum) <= 1e-6 * minimum + 1e-9),
}));

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
    isSolved: (x: Float64Array) =>
      certified.every((value, i) => Math.abs(x[i] - value) <= 1e-6 * Math.abs(value)),
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

function ours(tasks: readonly Task[], label: string): void {
  let [solved, calls, claimed] = [0, 0, 0];
  for (const { residuals, start, isSolved } of tasks) {
    const { counter, counted } = counting(residuals);
    const { x, value, status } = leastSquares(counted, start);
    const isRight = isSolved(x, 2 * value);
    if (isRight) solved++;
    if (status === 'converged' && !isRight) claimed++;
    calls += counter.calls;
  }
  console.log(
    `${label}, leastSquares: ${solved} of ${tasks.length} solved, ${claimed} false successes, ${calls} residual calls`,
  );
  [solved, calls, claimed] = [0, 0, 0];
  for (const { residuals, start, isSolved } of tasks) {
    const { counter, counted } = counting(residuals);
    const { x, value, status } = minimize(sumOfSquares(counted), start);
    const isRight = isSolved(x, value);
    if (isRight) solved++;
    if (status === 'converged' && !isRight) claimed++;
    calls += counter.calls;
  }
  console.log(
    `${label}, minimize: ${solved} of ${tasks.length} solved, ${claimed} converged elsewhere, ${calls} residual calls`,
  );
}

async function scipy(python: string): Promise<void> {
  const script = fileURLToPath(new URL('scipy-least-squares.py', import.meta.url));
  for (const [tasks, label] of [
    [mgh, 'MGH'],
    [nist, 'NIST'],
  ] as const) {
    for (const method of ['trf', 'lm', 'dogbox']) {
      let [solved, calls, claimed] = [0, 0, 0];
      for (const { residuals, start, isSolved } of tasks) {
        if (method === 'lm' && residuals.count < residuals.dimension) continue;
        const child = spawn(python, [script, method, JSON.stringify([...start])], {
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        const out = new Float64Array(residuals.count);
        for await (const line of createInterface({ input: child.stdout })) {
          const message = JSON.parse(line) as { x: number[]; done?: boolean; success?: boolean };
          const x = Float64Array.from(message.x);
          residuals.residuals(x, out);
          if (message.done) {
            const isRight = isSolved(
              x,
              out.reduce((sum, entry) => sum + entry * entry, 0),
            );
            if (isRight) solved++;
            else if (message.success) claimed++;
            break;
          }
          calls++;
          child.stdin.write(
            `${JSON.stringify([...out].map((entry) => (Number.isFinite(entry) ? entry : String(entry))))}\n`,
          );
        }
        child.stdin.end();
        await once(child, 'exit');
      }
      console.log(
        `${label}, scipy.optimize.least_squares(method='${method}'): ${solved} of ${tasks.length} solved, ${claimed} false successes, ${calls} residual calls`,
      );
    }
  }
}

ours(mgh, 'MGH');
ours(nist, 'NIST');
const at = process.argv.indexOf('--scipy');
if (at > 0) await scipy(process.argv[at + 1] ?? 'python3');
