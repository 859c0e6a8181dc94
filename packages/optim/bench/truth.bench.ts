// How often `converged` is false: drawn robust, bounded and constrained problems, roots beside poles and kinks, judged by exact derivatives
// that no method sees. Arguments: problems in all, first seed:
//
//   pnpm bench:package optim truth 20000
import { drawnKinds } from '../src/testing/drawn-truth.ts';

const [count = 20_000, first = 1] = process.argv.slice(2).map(Number);
/** Kinks take thousands of values each. */
const shares: Readonly<Record<string, number>> = { kinks: 0.02 };
console.log('| Problems | drawn | `converged` | false | processor seconds |');
console.log('| --- | ---: | ---: | ---: | ---: |');
for (const [name, run] of Object.entries(drawnKinds)) {
  const drawn = Math.ceil(count * (shares[name] ?? (1 - 0.02) / (Object.keys(drawnKinds).length - 1)));
  const before = process.cpuUsage();
  let successes = 0;
  const wrong: number[] = [];
  for (let seed = first; seed < first + drawn; seed++) {
    const { status, left, allowed } = run(seed);
    if (status !== 'converged') continue;
    successes++;
    if (!(left <= allowed)) wrong.push(seed);
  }
  const { user, system } = process.cpuUsage(before);
  console.log(`| ${name} | ${drawn} | ${successes} | ${wrong.length} | ${((user + system) / 1e6).toFixed(1)} |`);
  if (wrong.length > 0) console.error(`${name}: ${wrong.join(', ')}`);
}
