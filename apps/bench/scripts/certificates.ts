// Prints what is proved of the answers of all solvers on quick and hard instances:
//
//   node apps/bench/scripts/certificates.ts [problem …] [goals] [refused]
//
// A row a kind: of the runs that converged and of which the kind does not decline the share that is proved, the median of the figure that comes first (its upper end),
// and the processor time of checking over that of solving; finding is not counted. `goals` adds larger instances, `refused` what was refused. At the end the problems of which nothing is
// proved, and false successes: a proved lower end above the bound of success.
import { parseWith, Random, solve } from '@infimum/core';
import { certify } from '@infimum/core/certificate';
import { answersOf } from '@infimum/core/testing';
import { createInfimumRegistry } from 'infimum';

const { problems, solvers } = createInfimumRegistry();
const chosen = process.argv.slice(2);
const isChosen = (id: string): boolean => !chosen.some((word) => word.includes('/')) || chosen.includes(id);
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];
const format = (value: number | undefined): string => (value === undefined ? '' : Number(value.toPrecision(2)).toString());
const faults: string[] = [];
const refusals: string[] = [];

console.log('| problem | kind | statement | converged | declined | proved | median | check/solve | refused |');
console.log('|---|---|---|--:|--:|--:|--:|--:|---|');
for (const problem of problems) {
  const kinds = Object.entries(problem.certificates ?? {});
  if (kinds.length === 0 || !isChosen(problem.id)) continue;
  const rows = new Map(
    kinds.map(([kind]) => [
      kind,
      { runs: 0, declined: 0, uppers: [] as number[], ratios: [] as number[], refused: [] as string[] },
    ]),
  );
  const own = solvers.filter((solver) => solver.problem === problem);
  for await (const { solver, place, instance, outcome, seconds } of answersOf(problem, own, 2)) {
    if (outcome.status !== 'converged') continue;
    for (const [kind, { figures, declines }] of kinds) {
      const row = rows.get(kind)!;
      if (declines?.(instance, outcome) !== undefined) {
        row.declined++;
        continue;
      }
      row.runs++;
      const { verdict, certificate } = await certify(problem, instance, outcome, kind);
      if (!verdict.proved) {
        row.refused.push(verdict.reason);
        refusals.push(`${problem.id} ${kind}: ${verdict.reason} (${solver.id}, ${place})`);
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
      const options = parseWith(solver.options, {}, 'options') as Record<string, unknown>;
      const bound = success?.bound(instance, { variant: solver.variant, options });
      if (figure && bound !== undefined && figure.lower > bound)
        faults.push(`${solver.id} on ${place}: ${success?.metric} of at least ${figure.lower}, beyond ${bound}`);
    }
  }
  for (const [kind, { title, figures }] of kinds) {
    const { runs, declined, uppers, ratios, refused } = rows.get(kind)!;
    const share = `${uppers.length}${runs > 0 ? ` (${Math.round((100 * uppers.length) / runs)} %)` : ''}`;
    const reasons = Map.groupBy(refused, (reason) => reason.replace(/\d+/g, 'n'));
    const most = Array.from(reasons, ([reason, { length }]) => `${length} ${reason}`).join('; ');
    console.log(
      `| ${problem.id} | ${kind} | ${title} | ${runs} | ${declined} | ${share} | ${figures[0]} ${format(median(uppers))} | ${format(median(ratios))} | ${most} |`,
    );
  }
}
if (chosen.includes('refused')) for (const line of refusals) console.log(`- ${line}`);
for (const { id, unproved } of problems) if (unproved && isChosen(id)) console.log(`\n${id}: ${unproved}`);
console.log(`\nfalse successes: ${faults.length}`);
for (const fault of faults) console.log(`- ${fault}`);

/** Processor seconds of what a function does. */
async function timed<T>(work: () => T | Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

/** Solves, finds, and checks twice, of which the second time counts. */
async function goal(title: string, solverId: string, instance: unknown, options: object = {}): Promise<void> {
  const solver = solvers.find(({ id }) => id === solverId)!;
  const { problem } = solver;
  const [outcome, seconds] = await timed(() => solve(solver, instance, { options } as never));
  const { certificate, verdict } = await certify(problem, instance, outcome);
  const checker = await problem.certificates![certificate?.kind ?? ''].checker();
  const [, checking] = await timed(() => checker.check(instance, outcome, certificate?.witness));
  const figures = verdict.proved
    ? Object.entries(verdict.figures).map(([name, { lower, upper }]) => `${name} ${format(lower)}…${format(upper)}`)
    : [verdict.reason];
  const known = (instance as { truth?: Float64Array }).truth;
  const error = known?.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (outcome as unknown as { x: Float64Array }).x[i])),
    0,
  );
  const actual = error === undefined ? '' : `, actual error ${error.toExponential(1)}`;
  console.log(
    `- ${title}: ${figures.join(', ')}${actual}; solve ${seconds.toFixed(3)} s, check ${checking.toFixed(4)} s, ${(checking / seconds).toFixed(3)}`,
  );
}

if (chosen.includes('goals')) {
  const familyOf = (id: string, name: string) => problems.find((problem) => problem.id === id)!.families[name];
  const random = new Random(5);
  const transports = familyOf('ot/transport', 'assignment');
  const transport = await transports.generate(parseWith(transports.params, { n: 2000 }, 'params'), 1);
  for (const id of ['ot/network-simplex', 'ot/sinkhorn']) await goal(`transport n = 2000, ${id}`, id, transport);
  for (const offset of [0, 2e5 + 1, 1e9]) {
    const values = random.normals(new Float64Array(20_000)).map((value, k) => value + (k % 20 === 3 ? offset : 0));
    const plane = random.normals(new Float64Array(20));
    const side = (i: number) => plane.reduce((sum, p, j) => sum + p * (values[i * 20 + j] - (j === 3 ? offset : 0)), 0);
    for (const flipped of [0, 5]) {
      const labels = Int8Array.from({ length: 1000 }, (_, i) => (side(i) > 0 === i >= flipped ? 1 : -1));
      const instance = { points: { rows: 1000, cols: 20, values }, labels, fitIntercept: true };
      await goal(`1000 x 20, offset ${offset}, ${flipped} labels turned`, 'learn/max-margin', instance);
    }
  }
  const n = 300;
  const entries = Float64Array.from(
    { length: n * n },
    (_, k) => random.integer(2001) - 1000 + (k % (n + 1) === 0 ? 30_000 : 0),
  );
  const truth = Float64Array.from({ length: n }, () => random.integer(201) - 100);
  const b = Float64Array.from({ length: n }, (_, i) => truth.reduce((sum, x, j) => sum + entries[i * n + j] * x, 0));
  await goal(
    'linear system n = 300',
    'linalg/gmres',
    { a: { rows: n, cols: n, values: entries }, b, truth, structure: 'general' },
    { tolerance: 1e-14 },
  );
  const plants = familyOf('bandits-rl/optimal-control', 'linear');
  await goal(
    'Riccati n = 100',
    'bandits-rl/riccati-schur',
    await plants.generate(parseWith(plants.params, { states: 100 }, 'params'), 1),
  );
  const games = familyOf('games/normal-form', 'uniform');
  await goal('normal-form game', 'games/lemke-howson', await games.generate(parseWith(games.params, {}, 'params'), 1));
}
