// The claims of the paper on auxiliary-loss-free load balancing, and the experiments that check them.
import type { Claim } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import { powerExponent } from '@infimum/core/claim';
import type { DenseMatrix } from '@infimum/linalg';
import type { AlfLbStepsOptions } from './expert-alf-lb.ts';
import { alfLbPaper, alfLbSteps } from './expert-alf-lb.ts';
import { targetLoads } from './expert-assignment.ts';
import { linearMeans, moeInstance, scoreStream, spacedScores } from './expert-instances.ts';
import { onlineRegret } from './expert-regret.ts';
import type { TrainingOptions, TrainingResult } from './expert-training.ts';
import { trainExperts } from './expert-training.ts';

const monotone = defineClaim({
  id: 'ot/alf-lb-monotone',
  paper: alfLbPaper,
  statement: 'The Lagrangian objective improves in every iteration in which no expert crosses its target load.',
  published: 'a theorem; none published',
  budget: 20,
  null: 'iterations in which some expert crosses it',
  bars: [{ figure: 'iterations in which it does not improve', atMost: 0, source: 'theorem: none' }],
  measure: (seed) => {
    const found = { ours: [0, 0], null: [0, 0] };
    for (const { before, after, targets } of signPairs(seed)) {
      const isCrossed = targets.some((target, k) => (after.loads[k] - target) * (before.loads[k] - target) < 0);
      const counts = found[isCrossed ? 'null' : 'ours'];
      counts[0]++;
      if (after.dualValue > before.dualValue + 1e-11 * Math.abs(before.dualValue)) counts[1]++;
    }
    const figures = ([cases, wrong]: readonly number[]) => ({ 'iterations in which it does not improve': wrong, cases });
    return { ours: figures(found.ours), null: figures(found.null) };
  },
});

const preference = defineClaim({
  id: 'ot/alf-lb-preference',
  paper: alfLbPaper,
  statement:
    'With sign steps, tokens move only from more loaded to less loaded experts, in the order overloaded, balanced, underloaded.',
  published: 'a theorem; none published',
  budget: 30,
  null: 'steps in proportion to the overload',
  bars: [{ figure: 'moves in another direction', atMost: 0, source: 'theorem: none' }],
  measure: (seed) => {
    const figures = (pairs: Iterable<Pair>) => {
      const found = { moves: 0, 'moves in another direction': 0 };
      for (const { before, after, targets, expertsPerToken } of pairs) {
        const overloaded = (k: number) => Math.sign(before.loads[k] - targets[k]);
        for (let at = 0; at < before.experts.length; at += expertsPerToken) {
          const left = before.experts.subarray(at, at + expertsPerToken);
          const joined = after.experts.subarray(at, at + expertsPerToken);
          for (const from of left.filter((expert) => !joined.includes(expert))) {
            for (const to of joined.filter((expert) => !left.includes(expert))) {
              found.moves++;
              if (overloaded(from) <= overloaded(to)) found['moves in another direction']++;
            }
          }
        }
      }
      return found;
    };
    return { ours: figures(signPairs(seed)), null: figures(signPairs(seed, { update: 'proportional', stepSize: 1e-4 })) };
  },
});

/** A routing, as far as the theorems speak of it. */
interface Snapshot {
  readonly loads: Int32Array;
  readonly experts: Int32Array;
  readonly dualValue: number;
}

/** Two routings one after the other. */
interface Pair {
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly targets: Float64Array;
  readonly expertsPerToken: number;
}

/** Routings one after the other, of 400 sign steps on three random instances. */
function* signPairs(seed: number, options: AlfLbStepsOptions = { stepSize: 1e-3 }): Generator<Pair> {
  for (const [tokens, experts, expertsPerToken] of [
    [64, 8, 2],
    [256, 16, 1],
    [512, 16, 2],
  ]) {
    const problem = { scores: moeInstance(tokens, experts, seed), expertsPerToken };
    const targets = targetLoads(problem);
    let before: Snapshot | undefined;
    for (const after of snapshots(problem, { ...options, center: false, tolerance: 0, patience: 1e6 }, 400)) {
      if (before) yield { before, after, targets, expertsPerToken };
      before = after;
    }
  }
}

/** The routings of the first iterations. */
function* snapshots(
  problem: Parameters<typeof alfLbSteps>[0],
  options: AlfLbStepsOptions,
  iterations: number,
): Generator<Snapshot> {
  const steps = alfLbSteps(problem, options);
  for (let step = steps.next(); !step.done && step.value.iteration <= iterations; step = steps.next()) {
    const { loads, experts } = step.value.solution();
    yield { loads, experts, dualValue: step.value.dualValue };
  }
  steps.return(undefined as never);
}

const approximateBalance = defineClaim({
  id: 'ot/alf-lb-approximate-balance',
  paper: alfLbPaper,
  statement:
    'With one expert per token and steps small enough for the spacing of the scores, every load comes within E - 1 of its target and stays there.',
  published: 'a theorem; none published',
  budget: 40,
  null: 'steps of a hundred times what the spacing allows',
  bars: [
    { figure: 'runs that do not reach the band', atMost: 0, source: 'theorem: none' },
    { figure: 'times that the band is left', atMost: 0, source: 'theorem: none' },
    { figure: 'moves between two experts beyond one a step', atMost: 0, source: 'the lemma behind it: none' },
  ],
  measure: (seed) => {
    const figures = (times: number) => {
      const found = {
        'runs that do not reach the band': 0,
        'times that the band is left': 0,
        'moves between two experts beyond one a step': 0,
        // Such a run is at its end: nothing else can come.
        'runs that repeat themselves': 0,
      };
      for (const [tokens, experts, step] of [
        [64, 4, 2e-4],
        [64, 8, 5e-5],
        [128, 8, 2e-5],
      ]) {
        // The premise: for every pair of experts, no two tokens have differences of scores within 2u.
        const run = followSigns(spacedScores(tokens, experts, 2.0001 * step, seed), times * step);
        if (!run.reached) found['runs that do not reach the band']++;
        found['times that the band is left'] += run.left;
        found['moves between two experts beyond one a step'] += run.crowded;
        if (run.repeats) found['runs that repeat themselves']++;
      }
      return found;
    };
    return { ours: figures(1), null: figures(100) };
  },
});

/** Iterations after which a run that has not repeated itself is given up. */
const LONGEST_RUN = 200_000;

/**
 * Follows the sign update, one expert a token, until its biases are where they were before but for a common shift: from
 * there on it repeats itself.
 */
function followSigns(
  scores: DenseMatrix,
  stepSize: number,
): { reached: boolean; left: number; crowded: number; repeats: boolean } {
  const problem = { scores, expertsPerToken: 1 };
  const targets = targetLoads(problem);
  const steps = alfLbSteps(problem, { stepSize, center: false, tolerance: 0, patience: LONGEST_RUN });
  const seen = new Set<string>();
  const ups = new Int32Array(scores.cols);
  let inside = false;
  let left = 0;
  let crowded = 0;
  let before: Int32Array | undefined;
  for (let at = steps.next(); ; at = steps.next()) {
    // Loads that all meet their targets end the run: no sign is left.
    if (at.done) return { reached: inside, left, crowded, repeats: true };
    if (at.value.iteration > LONGEST_RUN) break;
    const { loads, experts } = at.value.solution();
    if (before) crowded += crowdedMoves(before, experts, scores.cols);
    before = experts;
    const isInside = loads.every((load, k) => Math.abs(load - targets[k]) <= scores.cols - 1);
    if (inside && !isInside) left++;
    inside = isInside;
    const least = ups.reduce((low, value) => Math.min(low, value), Infinity);
    const state = ups.map((value) => value - least).join();
    if (seen.has(state)) {
      steps.return(undefined as never);
      return { reached: inside, left, crowded, repeats: true };
    }
    seen.add(state);
    for (let k = 0; k < ups.length; k++) ups[k] += Math.sign(targets[k] - loads[k]);
  }
  steps.return(undefined as never);
  return { reached: inside, left, crowded, repeats: false };
}

/** Moves between two experts in the same direction beyond the first. */
function crowdedMoves(before: Int32Array, after: Int32Array, experts: number): number {
  const moves = new Uint8Array(experts * experts);
  let crowded = 0;
  for (let i = 0; i < after.length; i++) {
    if (after[i] !== before[i] && moves[before[i] * experts + after[i]]++ > 0) crowded++;
  }
  return crowded;
}

const logarithmicRegret = defineClaim({
  id: 'ot/alf-lb-logarithmic-regret',
  paper: alfLbPaper,
  statement: 'Online, steps of one over the strong convexity times the iteration have logarithmic regret; larger ones do not.',
  published: 'a bound; none published',
  budget: 60,
  null: 'constant steps',
  bars: [
    {
      figure: 'exponent in n of the regret, from n = 100 to 1000',
      atMost: 0.34,
      source: 'theorem: ln n, which is 0.18; a root is 0.5, and the bar is half-way',
    },
  ],
  measure: (seed) => {
    const at = [100, 178, 316, 562, 1000];
    const figures = (options: { schedule: 'harmonic' | 'constant'; stepSize: number }) => {
      const stream = scoreStream({ tokens: 64, batches: 1000, means: linearMeans(8) }, seed);
      const { regret } = onlineRegret(stream, { experts: 8, expertsPerToken: 2, update: 'proportional', ...options });
      // A regret may be negative by luck.
      const values = at.map((n) => Math.max(1e-3, regret[n - 1]));
      return {
        'exponent in n of the regret, from n = 100 to 1000': powerExponent(at, values),
        ...Object.fromEntries(at.map((n, k) => [`regret@${n}`, values[k]])),
      };
    };
    // 87 is the modulus of strong convexity.
    return {
      ours: figures({ schedule: 'harmonic', stepSize: 1 / 87 }),
      null: figures({ schedule: 'constant', stepSize: 0.002 }),
    };
  },
});

const training = defineClaim({
  id: 'ot/alf-lb-training',
  paper: alfLbPaper,
  statement:
    'In training, biases balance the loads at a lower loss than an auxiliary loss with a weight large enough to balance.',
  published: 'runs of language models of a billion parameters, which cannot be repeated here; none published for this model',
  budget: 90,
  seeds: 40,
  null: 'greedy routing',
  limit: 'a mixture of linear experts, not a language model',
  bars: [
    { figure: 'loss over that with the auxiliary loss', atMost: 1, scale: 'log', source: 'the statement: lower' },
    { figure: 'violation over that with the auxiliary loss', atMost: 1, scale: 'log', source: 'the statement: balance' },
    {
      figure: 'violation over that of greedy routing',
      atMost: 0.5,
      scale: 'log',
      source: 'to balance is to halve it, at least',
    },
  ],
  measure: (seed) => {
    const train = (options: Partial<TrainingOptions>) =>
      trainExperts({ experts: 16, expertsPerToken: 2, tokens: 512, steps: 400, ...options }, seed);
    const [greedy, auxiliary, sign] = [{}, { auxiliaryWeight: 0.1 }, { balancer: { stepSize: 1e-3 } }].map(train);
    const figures = ({ loss, maxViolation }: TrainingResult) => ({
      'loss over that with the auxiliary loss': loss / auxiliary.loss,
      'violation over that with the auxiliary loss': maxViolation / auxiliary.maxViolation,
      'violation over that of greedy routing': maxViolation / greedy.maxViolation,
    });
    return { ours: figures(sign), null: figures(greedy) };
  },
});

/** The claims of the paper. */
export const alfLbClaims: readonly Claim[] = [monotone, preference, approximateBalance, logarithmicRegret, training];
