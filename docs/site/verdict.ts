// The verdict on a problem: which solver to take, by kind and accuracy, how much slower the next one is, and the time of packages in other
// languages. If no solver reached a target, solvers are ranked by their final results. All of it is computed from the committed
// measurements.
import type { AnyProblem } from '@infimum/core';
import type { JudgedRace, Standing, ValueStanding, ValueVerdict, Verdict } from '../../apps/bench/src/verdict.ts';
import { describeBehind, describeFirst, verdictsByValue, verdictsOf } from '../../apps/bench/src/verdict.ts';
import { escapeText, formatNumber, formatSeconds, table } from './markdown.ts';
import { environment, instanceName } from './measured.ts';
import { registry } from './registry.ts';
import type { Race, ResultCell, Results } from './results.ts';
import { BUDGET, racesOf, readResults, variantOf } from './results.ts';

/** The base of links in HTML; VitePress adds it to those in Markdown. */
const BASE = (process.env['DOCS_BASE'] ?? '/').replace(/\/$/, '');

/** Rows of the ranked chart. */
const SHOWN = 8;

/** A line of the page of all results. */
export interface VerdictRow {
  readonly problem: string;
  readonly title: string;
  /** The variant of the problem; empty if there is only one. */
  readonly kind: string;
  readonly accuracy: string;
  readonly take: string;
  readonly takeTitle: string;
  /** The number of instances on which it reached the target, or was the best. */
  readonly reached: number;
  readonly instances: number;
  /** The caveats of its first place: solvers level with it, or too few instances; empty if none. */
  readonly caveat: string;
  /** The gap to the next one. */
  readonly next?: { readonly id: string; readonly title: string; readonly behind: string };
  readonly peer?: { readonly name: string; readonly behind: string };
}

/** The verdicts on all problems, and the problems without one. */
export function allVerdicts(results = readResults()): {
  readonly rows: readonly VerdictRow[];
  readonly unknown: readonly { readonly problem: string; readonly title: string }[];
  readonly about: string;
} {
  const rows = registry.problems.flatMap((problem) => {
    const verdicts = verdictsFor(problem, results);
    const byValue = valueVerdictsFor(problem, results, verdicts);
    return [...verdicts.map((verdict) => rowOf(problem, verdict)), ...byValue.map((verdict) => valueRowOf(problem, verdict))];
  });
  const unknown = registry.problems
    .filter(({ id }) => !rows.some((row) => row.problem === id))
    .map(({ id, title }) => ({ problem: id, title }));
  return {
    rows,
    unknown,
    about: environment(
      results,
      registry.problems.map(({ id }) => id),
    ),
  };
}

function rowOf(problem: AnyProblem, verdict: Verdict): VerdictRow {
  const { variant, target, ranking, peers, instances } = verdict;
  const [first, second] = ranking;
  const [peer] = peers;
  return {
    problem: problem.id,
    title: problem.title,
    kind: variant,
    accuracy: accuracyOf(problem, target),
    take: first.solver,
    takeTitle: titleOf(first.solver),
    reached: first.reached,
    instances,
    caveat: named(describeFirst(verdict)),
    ...(second?.reached > 0 && {
      next: { id: second.solver, title: titleOf(second.solver), behind: describeBehind(second, instances) },
    }),
    ...(peer && { peer: { name: peer.solver, behind: describeBehind(peer, instances) } }),
  };
}

function valueRowOf(problem: AnyProblem, verdict: ValueVerdict): VerdictRow {
  const { variant, ranking, peers, instances } = verdict;
  const [first, second] = ranking;
  const [peer] = peers;
  return {
    problem: problem.id,
    title: problem.title,
    kind: variant,
    accuracy: `${wantedOf(problem)} at the end`,
    take: first.solver,
    takeTitle: titleOf(first.solver),
    reached: first.best,
    instances,
    caveat: named(describeFirst(verdict)),
    ...(second && { next: { id: second.solver, title: titleOf(second.solver), behind: `${wayOf(second)} from the best` } }),
    ...(peer && { peer: { name: peer.solver, behind: `${wayOf(peer)} from the best` } }),
  };
}

/** Ids of solvers as their titles. */
const named = (text: string): string => text.replaceAll(/[\w-]+\/[\w-]+/g, (id) => titleOf(id));

const wayOf = ({ gap }: ValueStanding): string => `${(100 * gap).toFixed(0)} %`;

/** What is best of the primary metric. */
function wantedOf({ metrics, primaryMetric }: AnyProblem): string {
  const { title, direction } = metrics[primaryMetric];
  return `${direction === 'minimize' ? 'least' : 'greatest'} ${title.toLowerCase()}`;
}

/** The verdict as a section of the problem's page. */
export function verdictSection(problem: AnyProblem, results = readResults()): string {
  const races = racesOf(results, problem.id);
  const verdicts = verdictsFor(problem, results);
  const byValue = valueVerdictsFor(problem, results, verdicts);
  if (verdicts.length + byValue.length === 0) {
    const why = races.length === 0 ? 'No solver of this problem was measured yet' : 'No solver had a result';
    return `${why}, so there is no verdict; see ‘When to use it’ on each solver’s page.`;
  }
  const kinds = [...Map.groupBy(verdicts, ({ variant }) => variant).values()];
  const parts = kinds.flatMap((own) => {
    const tight = own.at(-1) as Verdict;
    const racesOfKind = races.filter((race) => race.some((cell) => variantOf(cell) === tight.variant));
    return [
      ...own.map((verdict) => sentence(problem, verdict)),
      chart(problem, tight, racesOfKind),
      details(problem, tight, racesOfKind),
    ];
  });
  const partsByValue = byValue.flatMap((verdict) => [
    valueSentence(problem, verdict),
    ...(verdict.ranking.length > 1 ? [valueRanking(problem, verdict)] : []),
  ]);
  return [...parts, ...partsByValue, unmeasured(problem, races), environment(results, [problem.id])]
    .filter(Boolean)
    .join('\n\n');
}

/** The verdicts on a problem, kind by kind, at the loosest and the tightest target that was reached. */
export function verdictsFor(problem: AnyProblem, results: Results | undefined): Verdict[] {
  const races = racesOf(results, problem.id).map(
    (race): JudgedRace =>
      race.map((cell) => ({
        solver: cell.solver,
        isPeer: cell.role === 'peer',
        variant: variantOf(cell),
        timeTo: timesOf(problem, cell),
        budget: results?.budget ?? BUDGET,
      })),
  );
  return verdictsOf(races, Math.max(1, targetsOf(problem).length));
}

/** Solvers named by verdicts on a problem: the first of each kind at each accuracy, and those level with it. */
export function namedByVerdicts(problem: AnyProblem, results = readResults()): ReadonlySet<string> {
  const verdicts = verdictsFor(problem, results);
  const all = [...verdicts, ...valueVerdictsFor(problem, results, verdicts)];
  return new Set(
    all.flatMap(({ ranking }) =>
      ranking.filter(({ isLevel }, place) => place === 0 || isLevel).map(({ solver }: { readonly solver: string }) => solver),
    ),
  );
}

/** Verdicts by value on the kinds that have none by time. */
function valueVerdictsFor(problem: AnyProblem, results: Results | undefined, verdicts: readonly Verdict[]): ValueVerdict[] {
  const known = new Set(verdicts.map(({ variant }) => variant));
  const races = racesOf(results, problem.id).map((race) =>
    race.map((cell) => ({
      solver: cell.solver,
      isPeer: cell.role === 'peer',
      variant: variantOf(cell),
      value: lossOf(problem, cell),
    })),
  );
  return verdictsByValue(races).filter(({ variant }) => !known.has(variant));
}

/** The primary metric such that less is better; null if it is not a number. */
function lossOf({ metrics: own, primaryMetric }: AnyProblem, { metrics }: ResultCell): number | null {
  const value = metrics?.[primaryMetric];
  if (typeof value !== 'number') return null;
  return own[primaryMetric].direction === 'minimize' ? value : -value;
}

const targetsOf = ({ metrics, primaryMetric }: AnyProblem): readonly number[] => metrics[primaryMetric].targets ?? [];

/**
 * Seconds to each target; of a problem without targets, to the end of a run that converged. Measurements without times to
 * targets have those of whole runs, which are no shorter. A solver that converged to something else does not count as having reached a
 * target that it met on the way, such as a picture that is half drawn.
 */
function timesOf(problem: AnyProblem, { timeTo, status, seconds, metrics }: ResultCell): readonly (number | null)[] {
  const targets = targetsOf(problem);
  if (targets.length === 0) return [status === 'converged' ? seconds : null];
  const { direction } = problem.metrics[problem.primaryMetric];
  const value = metrics?.[problem.primaryMetric];
  return targets.map((target, place) => {
    const isMet = typeof value === 'number' && (direction === 'minimize' ? value <= target : value >= target);
    if (timeTo) return status === 'converged' && !isMet ? null : timeTo[place];
    return isMet ? seconds : null;
  });
}

function accuracyOf(problem: AnyProblem, target: number): string {
  const { title, direction, unit } = problem.metrics[problem.primaryMetric];
  const bound = targetsOf(problem)[target];
  if (bound === undefined) return 'converged';
  return `${title.toLowerCase()} ${direction === 'minimize' ? '≤' : '≥'} ${formatNumber(bound)}${unit && ` ${unit}`}`;
}

const titleOf = (id: string): string => registry.solvers.find((solver) => solver.id === id)?.title ?? id;

const linkTo = ({ solver, isPeer }: Pick<Standing, 'solver' | 'isPeer'>): string =>
  isPeer ? escapeText(solver) : `[${escapeText(titleOf(solver))}](/solvers/${solver})`;

function sentence(problem: AnyProblem, verdict: Verdict): string {
  const { variant, target, ranking, peers, instances } = verdict;
  const [first, second] = ranking;
  const kind = variant ? `**${variant}**, ` : '';
  const where =
    first.reached === instances
      ? instances === 1
        ? 'the one instance'
        : `all ${instances} instances`
      : `${first.reached} of ${instances} instances`;
  const caveat = named(describeFirst(verdict));
  const next = second?.reached > 0 ? ` Next: ${linkTo(second)}, ${describeBehind(second, instances)}.` : '';
  const beside = peers
    .slice(0, 1)
    .map((peer) => ` Other packages: ${linkTo(peer)}, ${describeBehind(peer, instances)}.`)
    .join('');
  const won = `fastest on ${first.won}`;
  return `For ${kind}${accuracyOf(problem, target)}: use **${linkTo(first)}** (${[where, won, caveat].filter(Boolean).join(', ')}).${next}${beside}`;
}

function valueSentence(problem: AnyProblem, verdict: ValueVerdict): string {
  const { variant, ranking, peers, instances } = verdict;
  const caveat = named(describeFirst(verdict));
  const [first, second] = ranking;
  const [peer] = peers;
  const goal = targetsOf(problem).length > 0 ? ' (no solver reached a target)' : '';
  const kind = variant ? `**${variant}**, ` : '';
  const where = instances === 1 ? 'the one instance' : `${first.best} of ${instances} instances`;
  const rest = second
    ? ` (best on ${where}; on average ${wayOf(first)} of the way from the best result to the worst${caveat && `; ${caveat}`}). Next: ${linkTo(second)}, ${wayOf(second)}.`
    : ' (the only one of its kind).';
  const beside = peer ? ` Other packages: ${linkTo(peer)}, ${wayOf(peer)}.` : '';
  return `For ${kind}the ${wantedOf(problem)} at the end of a run${goal}: use **${linkTo(first)}**${rest}${beside}`;
}

/** A row a solver, a dot an instance: from the best result on the left to the worst on the right. */
function valueRanking(problem: AnyProblem, { ranking, peers, instances }: ValueVerdict): string {
  const lines = [...ranking.slice(0, SHOWN), ...peers.slice(0, 2)].map((standing, rank) => {
    const dots = standing.gaps.map((gap) =>
      gap === null
        ? ''
        : `<i style="left:${(100 * gap).toFixed(1)}%;width:9px;height:9px" title="${(100 * gap).toFixed(0)} %"></i>`,
    );
    const kind = standing.isPeer ? ' class="peer"' : rank === 0 ? ' class="first"' : '';
    return `<li${kind}>${nameIn(standing)}<span class="pace">${wayOf(standing)}</span><span class="track" aria-hidden="true">${dots.join('')}</span></li>`;
  });
  const axis = '<i style="left:0%">best</i><i style="left:100%">worst</i>';
  return [
    `<p class="chart-title">From the best ${escapeText(problem.metrics[problem.primaryMetric].title.toLowerCase())} to the worst, one dot for each of ${instances} instances; the number beside the name is the mean</p>`,
    `<ul class="ranked">${lines.join('')}<li class="axis" aria-hidden="true"><span></span><span class="pace"></span><span class="track">${axis}</span></li></ul>`,
  ].join('\n\n');
}

const nameIn = ({ solver, isPeer }: Pick<Standing, 'solver' | 'isPeer'>): string =>
  isPeer ? `<span>${escapeText(solver)}</span>` : `<a href="${BASE}/solvers/${solver}">${escapeText(titleOf(solver))}</a>`;

/** A row a solver, a dot an instance: time to the target on a logarithmic line, larger dots for larger instances. */
function chart(problem: AnyProblem, { target, ranking, peers }: Verdict, races: readonly Race[]): string {
  const rows = [...ranking.slice(0, SHOWN), ...peers.slice(0, 2)].filter(({ reached }) => reached > 0);
  const all = rows.flatMap(({ times }) => times.flatMap((time) => (time === null ? [] : Math.log10(Math.max(time, 1e-9)))));
  const [low, high] = [Math.floor(Math.min(...all)), Math.max(Math.ceil(Math.max(...all)), Math.floor(Math.min(...all)) + 1)];
  const place = (time: number) => ((100 * (Math.log10(Math.max(time, 1e-9)) - low)) / (high - low)).toFixed(1);
  const hardness = races.map((_, k) => Math.min(...rows.flatMap(({ times }) => times[k] ?? [])));
  const order = hardness.toSorted((a, b) => a - b);
  const size = (k: number) => (7 + (7 * order.indexOf(hardness[k])) / Math.max(1, order.length - 1)).toFixed(1);
  const lines = rows.map((standing, rank) => {
    const dots = standing.times.map((time, k) =>
      time === null
        ? ''
        : `<i style="left:${place(time)}%;width:${size(k)}px;height:${size(k)}px" title="${escapeText(plainName(problem, races[k][0]))}: ${formatSeconds(time)}"></i>`,
    );
    const pace =
      standing.reached < races.length
        ? `${standing.reached} of ${races.length}`
        : rank === 0
          ? 'first'
          : `x ${formatNumber(standing.behind.ratio ?? 1)}`;
    const kind = standing.isPeer ? ' class="peer"' : rank === 0 ? ' class="first"' : '';
    return `<li${kind}>${nameIn(standing)}<span class="pace">${pace}</span><span class="track" aria-hidden="true">${dots.join('')}</span></li>`;
  });
  const decades = Array.from({ length: high - low + 1 }, (_, k) => low + k);
  const axis = decades
    .filter((_, k) => k % Math.ceil(decades.length / 6) === 0)
    .map((decade) => `<i style="left:${place(10 ** decade)}%">${formatSeconds(10 ** decade)}</i>`);
  return [
    `<p class="chart-title">Time to ${escapeText(accuracyOf(problem, target))}, one dot per instance, larger dots for harder ones. x 1.7: takes 1.7 times as long as the first (geometric mean over the instances that both solved); 5 of 8: instances solved</p>`,
    `<ul class="ranked">${lines.join('')}<li class="axis" aria-hidden="true"><span></span><span class="pace"></span><span class="track">${axis.join('')}</span></li></ul>`,
  ].join('\n\n');
}

function plainName(problem: AnyProblem, cell: ResultCell): string {
  return instanceName(problem, cell).replaceAll('**', '').replaceAll('"', '');
}

/** Instance by instance: the fastest solver, the next one, and the fastest from other packages. */
function details(problem: AnyProblem, { ranking, peers }: Verdict, races: readonly Race[]): string {
  const rows = races.map((race, k) => {
    const inOrder = (standings: readonly Standing[]) =>
      standings
        .flatMap((standing) => {
          const time = standing.times[k];
          return time === null || time === undefined ? [] : [{ standing, time }];
        })
        .sort((a, b) => a.time - b.time);
    const ours = inOrder(ranking);
    const [first, second] = ours;
    const [peer] = inOrder(peers);
    const behind = ({ standing, time }: { standing: Standing; time: number }) =>
      `${linkTo(standing)}, x ${formatNumber(time / (first?.time ?? time))}`;
    return [
      instanceName(problem, race[0]),
      first ? `${linkTo(first.standing)}, ${formatSeconds(first.time)}` : 'no solver',
      second ? behind(second) : '–',
      ...(peers.length > 0 ? [peer ? behind(peer) : '–'] : []),
      `${ours.length} of ${ranking.filter(({ raced }) => raced > 0).length}`,
    ];
  });
  const head = ['Instance', 'First', 'Next', ...(peers.length > 0 ? ['Other packages'] : []), 'Solved by'];
  return `<details>\n<summary>Instance by instance</summary>\n\n${table(head, rows)}\n\n</details>`;
}

/** Notes that prevent misreading a result as a defeat. */
function unmeasured({ id }: AnyProblem, races: readonly Race[]): string {
  const measured = new Set(races.flatMap((race) => race.map(({ solver }) => solver)));
  const missing = registry.solversOf(id).filter((solver) => !measured.has(solver.id));
  const hasPeers = races.some((race) => race.some(({ role }) => role === 'peer'));
  return [
    missing.length > 0 &&
      `Not measured: ${missing.map((solver) => `[${escapeText(solver.title)}](/solvers/${solver.id})`).join(', ')}.`,
    !hasPeers && 'No other packages were measured here.',
    'Times are compared in pairs, on the instances that both solvers solved; a solver that misses an instance is ranked as if it had taken twice the time limit. ‘Level’ means that the instances do not distinguish two solvers (95 % bootstrap interval).',
    'Instances are those of the quick suite: small, with half a second per solver. Larger instances were not measured here.',
  ]
    .filter(Boolean)
    .join(' ');
}
