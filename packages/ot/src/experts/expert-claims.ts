// The claims of the paper on auxiliary-loss-free load balancing, and the experiments that check them.
import type { Claim, ClaimContext, ClaimResult } from '@infimum/core';
import { defineClaim } from '@infimum/core';
import type { DenseMatrix } from '@infimum/linalg';
import type { AlfLbStepsOptions } from './expert-alf-lb.ts';
import { alfLbPaper, alfLbSteps } from './expert-alf-lb.ts';
import { targetLoads } from './expert-assignment.ts';
import { linearMeans, moeInstance, scoreStream, spacedScores } from './expert-instances.ts';
import { onlineRegret, regretFits } from './expert-regret.ts';
import type { TrainingOptions, TrainingResult } from './expert-training.ts';
import { trainExperts } from './expert-training.ts';

const monotone = defineClaim({
  id: 'ot/alf-lb-monotone',
  paper: alfLbPaper,
  statement: 'The Lagrangian objective improves in every iteration in which no expert crosses its target load.',
  published: 'a theorem; none published',
  budget: 20,
  run: (context) =>
    Promise.resolve(
      countViolations(context, 'iterations in which no expert crossed its target', ({ before, after, targets }) => {
        const crossed = targets.some((target, k) => (after.loads[k] - target) * (before.loads[k] - target) < 0);
        if (crossed) return [0, 0];
        const rounding = 1e-11 * Math.abs(before.dualValue);
        return [1, after.dualValue > before.dualValue + rounding ? 1 : 0];
      }),
    ),
});

const preference = defineClaim({
  id: 'ot/alf-lb-preference',
  paper: alfLbPaper,
  statement:
    'With sign steps tokens move only from experts that are more loaded to less loaded ones, in the order overloaded, balanced, underloaded.',
  published: 'a theorem; none published',
  budget: 20,
  run: (context) =>
    Promise.resolve(
      countViolations(context, 'moves of tokens', ({ before, after, targets, expertsPerToken }) => {
        let moves = 0;
        let wrong = 0;
        const overloaded = (k: number) => Math.sign(before.loads[k] - targets[k]);
        for (let at = 0; at < before.experts.length; at += expertsPerToken) {
          const left = before.experts.subarray(at, at + expertsPerToken);
          const joined = after.experts.subarray(at, at + expertsPerToken);
          for (const from of left) {
            if (joined.includes(from)) continue;
            for (const to of joined) {
              if (left.includes(to)) continue;
              moves++;
              if (overloaded(from) <= overloaded(to)) wrong++;
            }
          }
        }
        return [moves, wrong];
      }),
    ),
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

/** Runs the sign update over random instances; `judge` gives how many cases there are in a pair, and violations. */
function countViolations(
  { signal, onProgress }: ClaimContext,
  cases: string,
  judge: (pair: Pair) => readonly [cases: number, violations: number],
): ClaimResult {
  let total = 0;
  let violations = 0;
  for (let seed = 1; seed <= 20; seed++) {
    signal?.throwIfAborted();
    onProgress?.(`instance ${seed} of 20`);
    for (const [tokens, experts, expertsPerToken] of [
      [64, 8, 2],
      [256, 16, 1],
      [512, 16, 2],
    ]) {
      const problem = { scores: moeInstance(tokens, experts, seed), expertsPerToken };
      const targets = targetLoads(problem);
      let before: Snapshot | undefined;
      for (const after of snapshots(problem, { stepSize: 1e-3, center: false, tolerance: 0, patience: 1e6 }, 400)) {
        if (before) {
          const [count, wrong] = judge({ before, after, targets, expertsPerToken });
          total += count;
          violations += wrong;
        }
        before = after;
      }
    }
  }
  return {
    measured: `${violations} violations in ${total} ${cases}`,
    verdict: violations === 0 && total > 0 ? 'reproduced' : 'not reproduced',
    figures: { cases: total, violations },
  };
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
    'With one expert a token and steps small enough for the spacing of the scores, every load comes within E - 1 of its target and stays there.',
  published: 'a theorem; none published',
  budget: 20,
  run: ({ signal, onProgress }) => {
    let [runs, reached, left, crowded, endless] = [0, 0, 0, 0, 0];
    for (const [tokens, experts, step] of [
      [64, 4, 2e-4],
      [64, 8, 5e-5],
      [128, 8, 2e-5],
    ]) {
      for (let seed = 1; seed <= 10; seed++) {
        signal?.throwIfAborted();
        onProgress?.(`${tokens} tokens, ${experts} experts, seed ${seed} of 10`);
        // The premise: for every pair of experts, no two tokens have differences of scores within 2u.
        const run = followSigns(spacedScores(tokens, experts, 2.0001 * step, seed), step);
        runs++;
        if (run.reached) reached++;
        left += run.left;
        crowded += run.crowded;
        if (run.repeats) endless++;
      }
    }
    return Promise.resolve({
      measured:
        `${reached} of ${runs} runs reached the band, which was left ${left} times; ${endless} were followed until they ` +
        `repeated themselves, so that nothing else can come; ${crowded} times more than one token moved between two experts`,
      verdict: reached === runs && endless === runs && left === 0 && crowded === 0 ? 'reproduced' : 'not reproduced',
      figures: { runs, reached, left, repeating: endless, crowdedMoves: crowded },
    });
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

const SEEDS = [1, 2, 3, 4, 5, 6];

/** Step rules and the laws of their regret: step sizes for a modulus of strong convexity of 87. */
const regretLaws = [
  { rule: 'harmonic', law: 'logarithmic', options: { schedule: 'harmonic', stepSize: 1 / 87 } },
  { rule: 'squareRoot', law: 'squareRoot', options: { schedule: 'square-root', stepSize: 0.005 } },
  { rule: 'constant', law: 'linear', options: { schedule: 'constant', stepSize: 0.002 } },
] as const;

const logarithmicRegret = defineClaim({
  id: 'ot/alf-lb-logarithmic-regret',
  paper: alfLbPaper,
  statement:
    'Online, steps that shrink as one over the strong convexity times the iteration have logarithmic regret; larger ones do not.',
  published: 'a bound; none published',
  budget: 60,
  run: ({ signal, onProgress }) => {
    const batches = 4000;
    const results = regretLaws.map(({ rule, law, options }) => {
      const mean = new Float64Array(batches);
      for (const seed of SEEDS) {
        signal?.throwIfAborted();
        onProgress?.(`${rule} steps, seed ${seed}`);
        const stream = scoreStream({ tokens: 64, batches, means: linearMeans(8) }, seed);
        const sizes = { experts: 8, expertsPerToken: 2, update: 'proportional' as const };
        const { regret } = onlineRegret(stream, { ...sizes, ...options });
        for (let n = 0; n < batches; n++) mean[n] += regret[n] / SEEDS.length;
      }
      const fits = regretFits(mean);
      const others = (['logarithmic', 'squareRoot', 'linear'] as const).filter((other) => other !== law);
      return { rule, regret: mean[batches - 1], fit: fits[law], others: others.map((name) => fits[name].r2), fits };
    });
    const show = ({ rule, regret, fits: { logarithmic, squareRoot, linear } }: (typeof results)[number]) =>
      `${rule} steps ${regret.toFixed(1)} (r² of ln n ${logarithmic.r2.toFixed(3)}, of the root ${squareRoot.r2.toFixed(3)}, of n ${linear.r2.toFixed(3)})`;
    const fitting = results.every(({ fit, others }) => others.every((r2) => r2 < fit.r2));
    return Promise.resolve({
      measured: `regret after ${batches} batches, mean of ${SEEDS.length} runs: ${results.map(show).join(', ')}`,
      // Each rule has its own law: the one that fits the growth over the last nine tenths best.
      verdict: fitting ? 'reproduced' : 'not reproduced',
      figures: Object.fromEntries(
        results.flatMap(({ rule, regret, fits }) => [
          [`${rule}Regret`, regret],
          [`${rule}Slope`, fits.logarithmic.slope],
          [`${rule}LogarithmicR2`, fits.logarithmic.r2],
          [`${rule}SquareRootR2`, fits.squareRoot.r2],
          [`${rule}LinearR2`, fits.linear.r2],
        ]),
      ),
    });
  },
});

type Means = Pick<TrainingResult, 'loss' | 'maxViolation'>;

const training = defineClaim({
  id: 'ot/alf-lb-training',
  paper: alfLbPaper,
  statement:
    'In training, biases balance the loads at a lower loss than an auxiliary loss whose weight is large enough to balance.',
  published: 'runs of language models of a billion parameters, which cannot be repeated here; none published for this model',
  budget: 60,
  run: ({ signal, onProgress }) => {
    const seeds = [1, 2, 3];
    const mean = (name: string, options: Partial<TrainingOptions>): Means => {
      let loss = 0;
      let maxViolation = 0;
      for (const seed of seeds) {
        signal?.throwIfAborted();
        onProgress?.(`${name}, seed ${seed}`);
        const sizes = { experts: 16, expertsPerToken: 2, tokens: 512, steps: 600 };
        const result = trainExperts({ ...sizes, ...options }, seed);
        loss += result.loss / seeds.length;
        maxViolation += result.maxViolation / seeds.length;
      }
      return { loss, maxViolation };
    };
    const greedy = mean('greedy routing', {});
    const weak = mean('auxiliary loss, weight 0.01', { auxiliaryWeight: 0.01 });
    const strong = mean('auxiliary loss, weight 0.1', { auxiliaryWeight: 0.1 });
    const sign = mean('sign steps', { balancer: { stepSize: 1e-3 } });
    const shrinking = mean('sign steps that shrink', { balancer: { schedule: 'square-root', stepSize: 0.02 } });
    const exact = mean('coordinate dual', { balancer: { method: 'coordinate-dual' } });
    const show = ({ loss, maxViolation }: Means) => `loss ${loss.toFixed(3)}, violation ${maxViolation.toFixed(2)}`;
    const balancing = [sign, shrinking].filter(
      ({ maxViolation }) => maxViolation <= strong.maxViolation && maxViolation < greedy.maxViolation / 2,
    );
    const better = balancing.filter(({ loss }) => loss < strong.loss).length;
    return Promise.resolve({
      measured:
        `sign steps: ${show(sign)}; that shrink: ${show(shrinking)}; ` +
        `auxiliary loss of weight 0.1: ${show(strong)}, of 0.01: ${show(weak)}; ` +
        `greedy: ${show(greedy)}; coordinate dual: ${show(exact)}`,
      verdict: better === 2 ? 'reproduced' : better === 1 ? 'partly reproduced' : 'not reproduced',
      figures: {
        signLoss: sign.loss,
        signViolation: sign.maxViolation,
        shrinkingLoss: shrinking.loss,
        shrinkingViolation: shrinking.maxViolation,
        strongLoss: strong.loss,
        strongViolation: strong.maxViolation,
        weakLoss: weak.loss,
        weakViolation: weak.maxViolation,
        greedyLoss: greedy.loss,
        greedyViolation: greedy.maxViolation,
        coordinateDualLoss: exact.loss,
        coordinateDualViolation: exact.maxViolation,
      },
    });
  },
});

/** The claims of the paper. */
export const alfLbClaims: readonly Claim[] = [monotone, preference, approximateBalance, logarithmicRegret, training];
