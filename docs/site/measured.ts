// The committed measurements in tables: the races of a problem, and a solver's place in them.
import type { AnyProblem, AnySolver } from '@infimum/core';
import type { Verdict } from '@infimum/core/certificate';
import { statusInWords } from '../demo/proof-words.ts';
import { solverHash } from './code-hash.ts';
import { escapeText, formatNumber, formatSeconds, table } from './markdown.ts';
import { registry } from './registry.ts';
import type { Race, ResultCell, Results } from './results.ts';
import { racesOf, readResults, variantOf } from './results.ts';

/** The text of an empty cell, as for a solver that declined the instance. */
const NOTHING = '–';

/** All races on a problem, a table an instance. */
export function problemRaces(problem: AnyProblem, results = readResults()): string {
  const races = racesOf(results, problem.id);
  if (races.length === 0) return 'Not measured yet.';
  const head = ['Solver', 'Time', 'Iterations', metricTitle(problem), 'Status'];
  const tables = races.map((race) => {
    const rows = race.map((cell) => [linkTo(cell), ...figures(problem, cell)]);
    return `${instanceName(problem, race[0])}\n\n${table(head, rows)}`;
  });
  return [LEGEND, ...tables, environment(results, [problem.id])].join('\n\n');
}

/** How to read the tables of a problem. */
const LEGEND =
  'One table per instance: solvers that converged come first, the fastest at the top. Time and iterations are those of the whole run; the metric is computed from the answer. `converged (measured)`: the solver’s own test passed in floating point. A dash: declined, or not a number.';

/** A solver's row in each of its races, with the fastest of its kind that converged. */
export function solverRaces({ id, problem }: AnySolver, results = readResults()): string {
  const rows = racesOf(results, problem.id).flatMap((race) => {
    const own = race.find(({ solver }) => solver === id);
    if (!own) return [];
    // An exact plan and an entropic one are different results: solvers of the other variant are not compared.
    const rivals = race.filter((cell) => variantOf(cell) === variantOf(own));
    return [[instanceName(problem, own), ...figures(problem, own), winner(rivals, own)]];
  });
  if (rows.length === 0) return 'Races on the registered instances: not measured yet.';
  const head = ['Instance', 'Time', 'Iterations', metricTitle(problem), 'Status', 'Fastest to converge'];
  const link = `[All solvers on these instances](/problems/${problem.id}#measured).`;
  return [table(head, rows), link, environment(results, [problem.id], { peers: false, solver: id })].join('\n\n');
}

function winner([best]: Race, own: ResultCell): string {
  if (best.status !== 'converged' || best.seconds === null) return NOTHING;
  if (best === own) return 'this solver';
  return `${linkTo(best)}, ${formatSeconds(best.seconds)}`;
}

function figures(problem: AnyProblem, { seconds, iterations, metrics, status, proof }: ResultCell): string[] {
  const { primaryMetric, certificates = {} } = problem;
  const metric = metrics?.[primaryMetric];
  return [
    seconds === null ? NOTHING : formatSeconds(seconds),
    iterations === null ? NOTHING : String(iterations),
    // A metric that is not finite is stored as null.
    typeof metric === 'number' ? formatNumber(metric) : NOTHING,
    statusInWords(status, proof?.proved ? { verdict: verdictOf(proof), about: certificates[proof.kind]?.about } : undefined),
  ];
}

const verdictOf = ({ figures }: { readonly figures: Readonly<Record<string, readonly [number, number]>> }): Verdict => ({
  proved: true,
  figures: Object.fromEntries(Object.entries(figures).map(([name, [lower, upper]]) => [name, { lower, upper }])),
});

const metricTitle = ({ metrics, primaryMetric }: AnyProblem): string => metrics[primaryMetric].title;

/** An instance in words. */
export function instanceName({ families }: AnyProblem, { family, params, seed }: ResultCell): string {
  const values = Object.entries(params).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`,
  );
  return `**${families[family]?.title ?? family}**, ${[...values, `seed ${seed}`].join(', ')}`;
}

/** Machine and date of the measurement, optionally the peers, and whether the code of the solvers, or of one of them, has changed since. */
export function environment(
  results: Results | undefined,
  problems: readonly string[],
  shown: { readonly peers: boolean; readonly solver?: string } = { peers: true },
): string {
  if (!results) return '';
  const { cpu, cores, system, node, peers } = results.environment;
  return `<p class="environment">Measured on ${results.date}: ${cpu}, ${cores} cores, ${system}, Node ${node}${peers && shown.peers ? `; ${escapeText(peers)}` : ''}. ${changes(results, problems, shown.solver)}</p>`;
}

function changes({ code, cells }: Results, problems: readonly string[], solver?: string): string {
  if (!code) return 'The version of the code was not recorded: it may have changed since.';
  const measured = new Set(cells.map((cell) => cell.solver));
  const all = problems.flatMap((id) => registry.solversOf(id)).filter(({ id }) => measured.has(id));
  const asked = solver === undefined ? all : all.filter(({ id }) => id === solver);
  const changed = asked.filter(({ id }) => code[id] !== solverHash(id));
  if (changed.length === 0) return 'The code has not changed since.';
  if (solver !== undefined) return 'Its code has changed since.';
  const which =
    changed.length > 3 ? `${changed.length} of ${asked.length} solvers` : changed.map(({ title }) => title).join(', ');
  return `The code of ${escapeText(which)} has changed since.`;
}

/** A solver of ours by its page, a peer by its name. */
const linkTo = ({ solver, role }: ResultCell): string => (role === 'peer' ? solver : `[${solver}](/solvers/${solver})`);
