// The table at the end of a run: a race after the other, a solver a row.
import type { ProofResult } from './cell/messages.ts';
import { formatNumber, formatRatio, formatSeconds, formatSpread, formatTable, formatTarget, wrap } from './format.ts';
import type { MetricInfo, Race, Racer } from './race.ts';
import { bestTimes, describeInstance, variantsOf } from './race.ts';
import { styled, styledStatus } from './style.ts';
import { verdictTexts } from './verdicts.ts';

/** All races as text of the given width. */
export function formatRaces(races: readonly Race[], width: number): string {
  return races.map((race) => formatRace(race, width)).join('\n\n\n');
}

/** Which solver to take, problem by problem: the verdicts that the report has. */
export function formatVerdicts(races: readonly Race[], width: number): string {
  const lines = [...Map.groupBy(races, ({ problem }) => problem).values()].flatMap((own) =>
    verdictTexts(own).map(({ title, accuracy, take, caveat, reached, next, peer }) => {
      const others = [`next: ${next}`, ...(peer === '–' ? [] : [`elsewhere: ${peer}`])].join('; ');
      return wrap(`${title}, ${accuracy}: ${take}${caveat && ` (${caveat})`}, ${reached}; ${others}`, width, '  ');
    }),
  );
  return [styled('bold', 'Which solver to take'), ...lines].join('\n');
}

function formatRace(race: Race, width: number): string {
  const { primary, metrics, racers } = race;
  const head = [
    'solver',
    ...(variantsOf(race).length > 0 ? ['solves'] : []),
    'status',
    'seconds',
    'iterations',
    ...metrics.map(metricHead),
    ...primary.targets.map((target) => targetHead(primary, target)),
  ];
  const variants = variantsOf(race);
  const rows = racers.map((racer) => [
    racer.label,
    ...(variants.length > 0 ? [racer.variant || '–'] : []),
    racer.unconfirmed ? styled('bad', UNCONFIRMED) : styledStatus(racer.status),
    formatSpread(racer),
    formatNumber(racer.iterations),
    ...metrics.map(({ name }) => formatNumber(racer.metrics[name])),
    ...racer.timeTo.map((seconds, index) => timeCell(seconds, bestTimes(race, racer.variant)[index])),
  ]);
  const parts = [
    styled('bold', wrap(describeInstance(race), width, '  ')),
    formatTable(head, rows, width, head.length - primary.targets.length),
  ];
  if (primary.targets.length > 0) parts.push(wrap(legend(primary, variants), width));
  parts.push(...racers.flatMap((racer) => remarksOf(racer).map((remark) => wrap(remark, width, '  '))));
  parts.push(...racers.filter(didNotRun).map((racer) => wrap(`${racer.label}: ${racer.reason}`, width, '  ')));
  return parts.join('\n\n');
}

/** The status of a solver that says `converged` where the problem's own metric does not. */
export const UNCONFIRMED = 'converged?';

/** Shares of a run from which on they are worth a word. */
const WORTH_A_WORD = 0.2;

/** What a reader of the row must know: a success that no metric confirms, and work outside the iterations. */
function remarksOf({ label, unconfirmed, proof, seconds, setupSeconds, solutionSeconds }: Racer): string[] {
  const outside = (part: number | null | undefined) => (part ?? 0) > WORTH_A_WORD * (seconds ?? Infinity) && (part ?? 0) > 1e-3;
  return [
    ...(unconfirmed ? [`${label}: reports that it converged, but the problem's own metric shows that it did not`] : []),
    ...(proof ? [`${label}: ${describeProof(proof)}`] : []),
    ...(outside(setupSeconds)
      ? [`${label}: ${formatSeconds(setupSeconds)} of its time was spent before the first iterate, in declines() or steps()`]
      : []),
    ...(outside(solutionSeconds) ? [`${label}: ${formatSeconds(solutionSeconds)} of its time was spent in solution()`] : []),
  ];
}

/** `proved (separability): 0 ≤ errors ≤ 0`. */
function describeProof(proof: ProofResult): string {
  if (!proof.proved) return `no proof: ${proof.reason}`;
  const figures = Object.entries(proof.figures).map(([name, [lower, upper]]) =>
    lower === upper ? `${name} = ${formatNumber(lower)}` : `${formatNumber(lower)} ≤ ${name} ≤ ${formatNumber(upper)}`,
  );
  return `proved (${proof.kind}): ${figures.join(', ')}`;
}

/** Whether a row needs its reason told. */
export function didNotRun({ status }: Pick<Racer, 'status'>): boolean {
  return ['failed', 'absent', 'declined', 'skipped'].includes(status);
}

function timeCell(seconds: number | null, best: number | null): string {
  if (seconds === null || best === null) return '–';
  return seconds === best
    ? styled('good', `${formatSeconds(seconds)} best`)
    : `${formatSeconds(seconds)} ${formatRatio(seconds / best)}`;
}

function metricHead({ title, unit }: MetricInfo): string {
  const lower = /^[A-Z][a-z]/.test(title) ? title[0].toLowerCase() + title.slice(1) : title;
  return unit ? `${lower} [${unit}]` : lower;
}

function targetHead({ direction }: MetricInfo, target: number): string {
  return `${direction === 'minimize' ? '≤' : '≥'} ${formatTarget(target)}`;
}

function legend({ title, direction }: MetricInfo, variants: readonly string[]): string {
  const sign = direction === 'minimize' ? '≤' : '≥';
  const among = variants.length > 0 ? ' Only solvers of the same variant are compared.' : '';
  return `Columns ${sign}: time until the ${title.toLowerCase()} reached it, and its ratio to the best solver's.${among}`;
}
