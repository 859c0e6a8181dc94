// The verdicts of a run as rows of text, which the report and the terminal show alike.
import { formatTarget } from './format.ts';
import type { MetricInfo, Race, Racer } from './race.ts';
import type { JudgedRace, ValueVerdict, Verdict } from './verdict.ts';
import { describeBehind, describeFirst, verdictsByValue, verdictsOf } from './verdict.ts';

/** What a verdict says, in words. */
export interface VerdictText {
  readonly title: string;
  readonly accuracy: string;
  /** The solver to take, and what limits its first place. */
  readonly take: string;
  readonly caveat: string;
  readonly reached: string;
  readonly next: string;
  readonly peer: string;
}

/** The verdicts on one problem: by times to targets, and by the metric at the end if no solver reached one. */
export function verdictTexts(races: readonly Race[]): VerdictText[] {
  const [race] = races;
  const judged = judgedOf(races);
  const byTime = verdictsOf(judged, race.primary.targets.length);
  const valued = races.map(({ racers, primary }) =>
    racers.map((racer) => ({ ...racer, isPeer: racer.role === 'peer', value: lossOf(primary, racer) })),
  );
  const byValue = verdictsByValue(valued).filter(({ variant }) => !byTime.some((verdict) => verdict.variant === variant));
  return [...byTime.map((verdict) => timeText(race, verdict)), ...byValue.map((verdict) => valueText(race, verdict))];
}

/** What verdicts need of races. */
export const judgedOf = (races: readonly Race[]): JudgedRace[] =>
  races.map(({ racers }) => racers.map((racer) => ({ ...racer, isPeer: racer.role === 'peer' })));

function timeText({ problemTitle, primary }: Race, verdict: Verdict): VerdictText {
  const { variant, target, ranking, peers, instances } = verdict;
  const [first, second] = ranking;
  const [peer] = peers;
  const sign = primary.direction === 'minimize' ? '≤' : '≥';
  return {
    title: titleOf(problemTitle, variant),
    accuracy: `${primary.title.toLowerCase()} ${sign} ${formatTarget(primary.targets[target])}`,
    take: first.solver,
    caveat: describeFirst(verdict),
    reached: `${first.reached} of ${instances}`,
    next: second?.reached > 0 ? `${second.solver} ${describeBehind(second, instances)}` : '–',
    peer: peer ? `${peer.solver} ${describeBehind(peer, instances)}` : '–',
  };
}

function valueText({ problemTitle, primary }: Race, verdict: ValueVerdict): VerdictText {
  const [first, second] = verdict.ranking;
  const [peer] = verdict.peers;
  const named = ({ solver, gap, isLevel }: ValueVerdict['ranking'][number]) =>
    `${solver} ${(100 * gap).toFixed(0)} % behind${isLevel && verdict.instances > 2 ? ', level' : ''}`;
  return {
    title: titleOf(problemTitle, verdict.variant),
    accuracy: `${primary.direction === 'minimize' ? 'least' : 'greatest'} ${primary.title.toLowerCase()} at the end`,
    take: first.solver,
    caveat: describeFirst(verdict),
    reached: `best on ${first.best} of ${verdict.instances}`,
    next: second ? named(second) : '–',
    peer: peer ? named(peer) : '–',
  };
}

const titleOf = (title: string, variant: string) => `${title}${variant && `, ${variant}`}`;

/** The primary metric such that less is better; null where it is no number. */
function lossOf({ name, direction }: MetricInfo, { metrics }: Racer): number | null {
  const value = metrics[name];
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return direction === 'minimize' ? value : -value;
}
