// Prints what is proved of the answers of all solvers on quick and hard instances:
//
//   node apps/bench/scripts/certificates.ts [problem …]
//
// A row a kind: of the runs that converged the share that is proved, the median of the figure that comes first (its upper end),
// and the processor time of checking over that of solving; finding is not counted. At the end the problems of which nothing is
// proved, and false successes: a proved lower end above the bound of success.
import { certify } from '@infimum/core/certificate';
import { answersOf } from '@infimum/core/testing';
import { createInfimumRegistry } from 'infimum';

const { problems, solvers } = createInfimumRegistry();
const chosen = process.argv.slice(2);
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
const format = (value: number | undefined): string => (value === undefined ? '' : Number(value.toPrecision(2)).toString());
const faults: string[] = [];

console.log('| problem | kind | statement | converged | proved | median | check/solve | refused |');
console.log('|---|---|---|--:|--:|--:|--:|---|');
for (const problem of problems) {
  const kinds = Object.entries(problem.certificates ?? {});
  if (kinds.length === 0 || (chosen.length > 0 && !chosen.includes(problem.id))) continue;
  const rows = new Map(
    kinds.map(([kind]) => [kind, { runs: 0, uppers: [] as number[], ratios: [] as number[], refused: [] as string[] }]),
  );
  const own = solvers.filter((solver) => solver.problem === problem);
  for await (const { solver, place, instance, outcome, seconds } of answersOf(problem, own, 2)) {
    if (outcome.status !== 'converged') continue;
    for (const [kind, { figures, declines }] of kinds) {
      if (declines?.(instance, outcome) !== undefined) continue;
      const row = rows.get(kind)!;
      row.runs++;
      const { verdict, certificate } = await certify(problem, instance, outcome, kind);
      if (!verdict.proved) {
        row.refused.push(`${verdict.reason} (${solver.id}, ${place})`);
        continue;
      }
      // The first check compiles the checker: the second is measured.
      const checker = await problem.certificates![kind].checker();
      const before = process.cpuUsage();
      checker.check(instance, outcome, certificate?.witness);
      const { user, system } = process.cpuUsage(before);
      row.uppers.push(verdict.figures[figures[0]].upper);
      row.ratios.push((user + system) / 1e6 / seconds);
      const { success } = problem;
      const figure = success && success.certificate === kind ? verdict.figures[success.metric] : undefined;
      const options = Object.fromEntries(Object.entries(solver.options).map(([name, { default: value }]) => [name, value]));
      const bound = success?.bound(instance, { variant: solver.variant, options });
      if (figure && bound !== undefined && figure.lower > bound)
        faults.push(`${solver.id} on ${place}: ${success?.metric} of at least ${figure.lower}, beyond ${bound}`);
    }
  }
  for (const [kind, { title, figures }] of kinds) {
    const { runs, uppers, ratios, refused } = rows.get(kind)!;
    const share = `${uppers.length}${runs > 0 ? ` (${Math.round((100 * uppers.length) / runs)} %)` : ''}`;
    const most = [...new Set(refused.map((reason) => reason.replace(/ \(.*/, '')))].slice(0, 3).join('; ');
    console.log(
      `| ${problem.id} | ${kind} | ${title} | ${runs} | ${share} | ${figures[0]} ${format(median(uppers))} | ${format(median(ratios))} | ${most} |`,
    );
  }
}
for (const { id, unproved } of problems)
  if (unproved && (chosen.length === 0 || chosen.includes(id))) console.log(`\n${id}: ${unproved}`);
console.log(`\nfalse successes: ${faults.length}`);
for (const fault of faults) console.log(`- ${fault}`);
