import { nonlinearConstraints } from '../src/constrained/constraint-sets.ts';
import { programOf } from '../src/constrained/formula-program.ts';
import { minimize } from '../src/minimize.ts';
import { hockSchittkowski } from '../src/testing/hock-schittkowski.ts';

const only = process.argv.slice(2);
const mode = only[0] === 'gradients' ? only.shift() : 'values';
const names = only.length ? only : Object.keys(hockSchittkowski);
const counts: number[] = [];
const its: string[] = [];
let solved = 0,
  falses: string[] = [],
  unsolved: string[] = [];
const t0 = process.cpuUsage();
for (const name of names) {
  const p = hockSchittkowski[name];
  const program = programOf(p);
  let calls = 0,
    outside = 0;
  const value = (x: Float64Array) => {
    calls++;
    for (let i = 0; i < x.length; i++) if (x[i] < program.lower[i] || x[i] > program.upper[i]) outside++;
    return program.value(x);
  };
  const m = program.constraints;
  const f = mode === 'values' ? value : { value, gradient: program.gradient };
  const constraints = m
    ? nonlinearConstraints(
        { count: m, value: (x, out) => program.values(x, out), ...(mode === 'gradients' && { jacobian: program.jacobian }) },
        { lower: program.low, upper: program.high },
      )
    : undefined;
  const c = process.cpuUsage();
  let found: any;
  try {
    found = minimize(f as any, Float64Array.from(p.start), {
      lower: program.lower,
      upper: program.upper,
      ...(constraints && { constraints }),
      maxSeconds: 10,
    } as any);
  } catch (e) {
    console.log(name, 'threw', (e as Error).message);
    unsolved.push(name);
    counts.push(calls);
    continue;
  }
  const cpu = process.cpuUsage(c).user / 1e3;
  const violation = m
    ? (() => {
        const g = new Float64Array(m);
        program.values(found.x, g);
        return Math.max(0, ...g.map((v, j) => Math.max(program.low[j] - v, v - program.high[j])));
      })()
    : 0;
  const right =
    p.minima.some((v) => Math.abs(program.value(found.x) - v) <= 1e-6 * Math.max(1, Math.abs(v))) &&
    violation <= 1e-6 * Math.max(1, ...p.start.map(Math.abs));
  const ok = right && found.status === 'converged';
  if (ok) solved++;
  else unsolved.push(name);
  if (found.status === 'converged' && !right) falses.push(name);
  counts.push(calls);
  its.push(found.iterations + found.method[0]);
  if (only.length || !ok || calls > 300 || outside)
    console.log(
      name.padEnd(6),
      p.start.length,
      m,
      found.status.padEnd(10),
      right ? 'right' : 'WRONG',
      calls,
      outside ? `OUTSIDE ${outside}` : '',
      cpu.toFixed(0) + 'ms',
      program.value(found.x),
      p.minima[0],
      violation.toExponential(1),
      found.reason,
    );
}
if (process.env.ALL)
  console.log('ALL ' + names.map((n, i) => `${n}(${hockSchittkowski[n].start.length}):${counts[i]}/${its[i]}`).join(' '));
counts.sort((a, b) => a - b);
console.log({
  solved,
  of: names.length,
  median: counts[counts.length >> 1],
  falses,
  unsolved,
  seconds: process.cpuUsage(t0).user / 1e6,
});
