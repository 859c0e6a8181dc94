// A claim: what a paper says that its algorithm achieves, and the experiment that checks it on this machine. The experiment
// measures one seed; seeds, intervals, the null's run and the verdict are the same for all claims.
import type { Paper } from './solver.ts';

/** A verdict: `inconclusive` where intervals contain their bars, or where the null clears them too. */
export type ClaimVerdict = 'reproduced' | 'partly reproduced' | 'not reproduced' | 'inconclusive';

/** The two disjoint sets of seeds that a claim can be run on: 1, 2, 3, … and 1001, 1002, 1003, … */
export type SeedSet = 'A' | 'B';

/** The result of a rerun of an experiment. */
export interface ClaimResult {
  /** Our figures, with intervals of 95 % and their bars. */
  readonly measured: string;
  /** Whether they support the claim. */
  readonly verdict: ClaimVerdict;
  /** Means over the seeds, by name; `name@x` is the point of a curve. */
  readonly figures: Readonly<Record<string, number>>;
  /** Intervals of 95 % of the figures that have a bar. */
  readonly intervals?: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** The verdict of the same rule on the null, which must not be `reproduced`. */
  readonly null?: Pick<ClaimResult, 'measured' | 'verdict'>;
  /** Seeds that were run. */
  readonly seeds?: number;
}

/** What the experiment gets. */
export interface ClaimContext {
  /** Ends the experiment early. */
  readonly signal?: AbortSignal;
  /** Reports progress. */
  readonly onProgress?: (message: string) => void;
  /** Which seeds are drawn; `A` unless told otherwise. */
  readonly seeds?: SeedSet;
}

/** What a figure's interval must clear as a whole: that of its mean over the seeds by Student's t, unless `scale` says otherwise. */
export interface Bar {
  /** Its name. */
  readonly figure: string;
  /** Smallest value. */
  readonly atLeast?: number;
  /** Largest value. */
  readonly atMost?: number;
  /** `log` for ratios: the interval of the geometric mean; `share` for successes, each 0 or 1: Wilson's interval of their share. */
  readonly scale?: 'log' | 'share';
  /** The source of the bar: the paper, a theorem, or the statement itself. Never a figure that we measured before. */
  readonly source: string;
}

/** Figures of one seed, by name: the paper's method, and the null by the same rule. */
export interface Trial {
  /** The paper's method. */
  readonly ours: Readonly<Record<string, number>>;
  /** What replaces it. */
  readonly null: Readonly<Record<string, number>>;
}

/** A paper's claim. */
export interface Claim {
  /** `package/name`. */
  readonly id: string;
  /** The paper. */
  readonly paper: Paper;
  /** The claim in one sentence. */
  readonly statement: string;
  /** The figure as published, or `none published`. */
  readonly published: string;
  /** Processor seconds that the rerun is designed for. */
  readonly budget: number;
  /** What the figures must clear. */
  readonly bars?: readonly Bar[];
  /** What replaces the method and must fail: chance, a baseline, a broken solver. */
  readonly null?: string;
  /** Seeds: 10 or more, which is also what is drawn unless told otherwise. */
  readonly seeds?: number;
  /** Why the experiment cannot show the whole statement: the verdict is then `partly reproduced` at best. */
  readonly limit?: string;
  /** Runs the experiment on one seed; instances, starts and noise are drawn from it. */
  measure?(seed: number, context: ClaimContext): Trial | Promise<Trial>;
  /** Repeats the experiment. */
  run(context: ClaimContext): Promise<ClaimResult>;
}

/** A claim by the rule for claims: `run` follows from the experiment for one seed. */
export type MeasuredClaim = Omit<Claim, 'run'> & Required<Pick<Claim, 'bars' | 'null' | 'measure'>>;

/** Defines a claim with its types checked; one that measures seeds gets its `run`. */
export function defineClaim(claim: Claim | MeasuredClaim): Claim {
  return 'run' in claim ? claim : { ...claim, run: (context) => runMeasured(claim, context) };
}

async function runMeasured(claim: MeasuredClaim, context: ClaimContext): Promise<ClaimResult> {
  const { bars, seeds = 10, limit } = claim;
  const trials: Trial[] = [];
  for (let k = 1; k <= seeds; k++) {
    context.signal?.throwIfAborted();
    context.onProgress?.(`seed ${k} of ${seeds}`);
    trials.push(await claim.measure(context.seeds === 'B' ? 1000 + k : k, context));
  }
  const ours = judge(
    bars,
    trials.map(({ ours }) => ours),
  );
  const { measured, verdict } = judge(
    bars,
    trials.map((trial) => trial.null),
  );
  const isCapped = ours.verdict === 'reproduced' && (limit !== undefined || verdict === 'reproduced');
  return {
    ...ours,
    measured: limit === undefined ? ours.measured : `${ours.measured}; ${limit}`,
    verdict: isCapped ? (verdict === 'reproduced' ? 'inconclusive' : 'partly reproduced') : ours.verdict,
    null: { measured, verdict },
    seeds,
  };
}

function judge(bars: readonly Bar[], trials: readonly Readonly<Record<string, number>>[]): ClaimResult {
  const figures: Record<string, number> = {};
  for (const name of Object.keys(trials[0])) figures[name] = meanOf(trials.map((trial) => trial[name]));
  const intervals: Record<string, readonly [number, number]> = {};
  const states = { holds: 0, fails: 0, open: 0 };
  const texts = bars.map(({ figure, atLeast = -Infinity, atMost = Infinity, scale }) => {
    const [low, mean, high] = intervalOf(
      trials.map((trial) => trial[figure] ?? Number.NaN),
      scale,
    );
    figures[figure] = mean;
    intervals[figure] = [low, high];
    states[low >= atLeast && high <= atMost ? 'holds' : high < atLeast || low > atMost ? 'fails' : 'open']++;
    const bar = [atLeast > -Infinity && `at least ${show(atLeast)}`, atMost < Infinity && `at most ${show(atMost)}`];
    return `${figure} ${show(mean)} [${show(low)}, ${show(high)}], to be ${bar.filter(Boolean).join(' and ')}`;
  });
  const verdict =
    states.holds === bars.length
      ? 'reproduced'
      : states.holds > 0
        ? 'partly reproduced'
        : states.fails > 0
          ? 'not reproduced'
          : 'inconclusive';
  return { measured: texts.join('; '), verdict, figures, intervals };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const show = (value: number): string =>
  Number.isInteger(value) || !Number.isFinite(value) ? String(value) : String(Number(value.toPrecision(3)));

/** Mean, and the ends of its interval of 95 %. What is not a number says nothing. */
function intervalOf(values: readonly number[], scale: Bar['scale']): readonly [low: number, mean: number, high: number] {
  if (scale === 'log') return intervalOf(values.map(Math.log), undefined).map(Math.exp) as [number, number, number];
  const n = values.length;
  const mean = meanOf(values);
  if (scale === 'share') {
    const z2 = 1.96 ** 2;
    const reach = 1.96 * Math.sqrt((mean * (1 - mean)) / n + z2 / (4 * n * n));
    const middle = mean + z2 / (2 * n);
    return [Math.max(0, (middle - reach) / (1 + z2 / n)), mean, Math.min(1, (middle + reach) / (1 + z2 / n))];
  }
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  // Student's quantile by its expansion, to three digits from nine degrees of freedom on.
  const [f, z] = [n - 1, 1.959964];
  const quantile =
    z +
    (z ** 3 + z) / (4 * f) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * f * f) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * f ** 3);
  const reach = (quantile * deviation) / Math.sqrt(n);
  return Number.isFinite(reach) ? [mean - reach, mean, mean + reach] : [-Infinity, mean, Infinity];
}

/**
 * The exponent b of y ≈ a x^b: the least-squares slope of ln y over ln x, for positive numbers and at least two different x.
 *
 * @example
 * ```ts
 * import { powerExponent } from '@infimum/core/claim';
 *
 * console.log(powerExponent([1, 2, 4], [3, 12, 48])); // 2
 * ```
 */
export function powerExponent(x: readonly number[], y: readonly number[]): number {
  const [u, v] = [x.map(Math.log), y.map(Math.log)];
  const [a, b] = [meanOf(u), meanOf(v)];
  return u.reduce((sum, t, k) => sum + (t - a) * (v[k] - b), 0) / u.reduce((sum, t) => sum + (t - a) ** 2, 0);
}

/** Processor seconds of this process so far, unaffected by the load of the machine; wall-clock seconds where they are unavailable. */
export function processorSeconds(): number {
  const usage = globalThis.process?.cpuUsage?.();
  return usage ? (usage.user + usage.system) / 1e6 : performance.now() / 1000;
}
