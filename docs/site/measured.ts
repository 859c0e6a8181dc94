// The committed measurements in tables: the races of a problem, and a solver's place in them.
import type { AnyProblem, AnySolver } from '@infimum/core';
import type { Verdict } from '@infimum/core/certificate';
import { statusInWords } from '../demo/proof-words.ts';
import { codeHash } from './code-hash.ts';
import { escapeText, formatNumber, formatSeconds, table } from './markdown.ts';
import { splitId } from './registry.ts';
import type { Race, ResultCell, Results } from './results.ts';
import { racesOf, readResults } from './results.ts';

/** What stands where nothing was measured, as for a solver that declined the instance. */
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
  return [...tables, environment(results, [problem.id])].join('\n\n');
}

/** A solver's own row in every race that it was in, beside the fastest that converged. */
export function solverRaces({ id, problem }: AnySolver, results = readResults()): string {
  const rows = racesOf(results, problem.id).flatMap((race) => {
    const own = race.find(({ solver }) => solver === id);
    return own ? [[instanceName(problem, own), ...figures(problem, own), winner(race, own)]] : [];
  });
  if (rows.length === 0) return 'Races on the registered instances: not measured yet.';
  const head = ['Instance', 'Time', 'Iterations', metricTitle(problem), 'Status', 'Fastest to converge'];
  const link = `[All solvers on these instances](/problems/${problem.id}#measured).`;
  return [table(head, rows), link, environment(results, [problem.id], { peers: false })].join('\n\n');
}

function winner([best]: Race, own: ResultCell): string {
  if (best.status !== 'converged' || best.seconds === null) return NOTHING;
  if (best === own) return 'this one';
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

/** Where, when and unless one leaves them out with which peers was measured, and whether the code of these problems' packages has changed since. */
export function environment(results: Results | undefined, problems: readonly string[], shown = { peers: true }): string {
  if (!results) return '';
  const { cpu, cores, system, node, peers } = results.environment;
  return `<p class="environment">Measured on ${results.date}: ${cpu}, ${cores} cores, ${system}, Node ${node}${peers && shown.peers ? `; ${escapeText(peers)}` : ''}. ${changes(results, problems)}</p>`;
}

function changes({ code }: Results, problems: readonly string[]): string {
  if (!code) return 'With which code was not noted then: it may have changed since.';
  const packages = [...new Set(problems.map((id) => splitId(id).pkg))];
  const changed = packages.filter((pkg) => code[pkg] !== codeHash(pkg));
  if (changed.length === 0) return 'The code is the same today.';
  return `The code of ${changed.map((pkg) => `@infimum/${pkg}`).join(', ')} has changed since.`;
}

/** A solver of ours by its page, a peer by its name. */
const linkTo = ({ solver, role }: ResultCell): string => (role === 'peer' ? solver : `[${solver}](/solvers/${solver})`);
