// Data profiles of methods that see values alone, as Moré and Wild have them (Benchmarking derivative-free optimization algorithms,
// 2009): the share of problems whose value has come down by all but a part tau of what the best method gains, within so many values a
// variable and one. The problems are the sums of squares of Moré, Garbow and Hillstrom with up to 12 variables, the same with noise of
// 1e-3 of the value that depends on the point, and the sums of magnitudes, which have kinks.
//
//   INFIMUM_PYTHON=python3 pnpm bench:package optim data-profile [most values a variable]
import type { Residuals } from '../src/least-squares/least-squares.ts';
import { minimize } from '../src/minimize.ts';
import { mghProblems } from '../src/testing/more-garbow-hillstrom.ts';
import { startPeers } from './scipy-minimizers.ts';

type Values = (x: Float64Array) => number;
type Method = (value: Values, start: Float64Array) => unknown;

const most = Number(process.argv[2] ?? 200);
const TAUS = [1e-1, 1e-3, 1e-5];
const BUDGETS = [10, 25, 50, 100, 200].filter((budget) => budget <= most);

const kinds: Readonly<Record<string, (residuals: Residuals) => Values>> = {
  smooth: summed((entry) => entry * entry),
  noisy: (residuals) => {
    const sum = summed((entry) => entry * entry)(residuals);
    return (x) => sum(x) * (1 + 1e-3 * noise(x));
  },
  kinks: summed(Math.abs),
};

function summed(of: (entry: number) => number) {
  return ({ count, residuals }: Residuals): Values => {
    const f = new Float64Array(count);
    return (x) => {
      residuals(x, f);
      return f.reduce((sum, entry) => sum + of(entry), 0);
    };
  };
}

/** Their noise: a cubic Chebyshev polynomial of what is fast in the point, between -1 and 1. */
function noise(x: Float64Array): number {
  const size = (power: number) => x.reduce((sum, entry) => sum + Math.abs(entry) ** power, 0);
  const phase =
    0.9 * Math.sin(100 * size(1)) * Math.cos(100 * Math.max(...x.map(Math.abs))) + 0.1 * Math.cos(Math.sqrt(size(2)));
  return phase * (4 * phase * phase - 3);
}

class Enough extends Error {}

/** The least value so far by the number of values. */
async function historyOf(method: Method, value: Values, start: Float64Array): Promise<number[]> {
  const history: number[] = [];
  const budget = most * (start.length + 1);
  const watched: Values = (x) => {
    if (history.length >= budget) throw new Enough();
    const found = value(x);
    history.push(Math.min(history.at(-1) ?? Infinity, Number.isNaN(found) ? Infinity : found));
    return found;
  };
  try {
    await method(watched, start);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return history;
}

const methods: Record<string, Method> = {
  '`minimize`': (value, start) => minimize(value, start),
  '`nelderMead`': (value, start) => minimize(value, start, { method: 'nelder-mead' }),
};
const python = process.env['INFIMUM_PYTHON'];
if (python) {
  const run = startPeers(python);
  for (const name of ['COBYQA', 'Py-BOBYQA', 'Nelder-Mead', 'Powell']) {
    const label = name === 'Py-BOBYQA' ? name : `SciPy, ${name}`;
    methods[label] = (value, start) =>
      run(name, start, {
        value: (x) => {
          try {
            return [value(x)];
          } catch (error) {
            if (error instanceof Enough) return undefined;
            throw error;
          }
        },
      });
  }
}

for (const [kind, valuesOf] of Object.entries(kinds)) {
  const runs: { size: number; histories: Record<string, number[]> }[] = [];
  for (const { residuals, start } of mghProblems) {
    const value = valuesOf(residuals);
    if (start.length > 12 || !Number.isFinite(value(start))) continue;
    const histories: Record<string, number[]> = {};
    for (const [name, method] of Object.entries(methods)) histories[name] = await historyOf(method, value, start);
    runs.push({ size: start.length + 1, histories });
  }
  console.log(`\n${kind}: ${runs.length} problems\n`);
  console.log(`| Method | tau | ${BUDGETS.map((budget) => `${budget} (n + 1)`).join(' | ')} |`);
  console.log(`| --- | ---: |${' ---: |'.repeat(BUDGETS.length)}`);
  for (const tau of TAUS) {
    for (const name of Object.keys(methods)) {
      const shares = BUDGETS.map((budget) => {
        const solved = runs.filter(({ size, histories }) => {
          const first = Math.max(...Object.values(histories).map((history) => history[0]));
          const least = Math.min(...Object.values(histories).map((history) => history.at(-1) as number));
          const history = histories[name];
          return history[Math.min(history.length, Math.floor(budget * size)) - 1] <= least + tau * (first - least);
        });
        return (solved.length / runs.length).toFixed(2);
      });
      console.log(`| ${name} | ${tau} | ${shares.join(' | ')} |`);
    }
  }
}
process.exit();
