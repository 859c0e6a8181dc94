// The claims of the paper on auxiliary-loss-free load balancing, and the experiments that check them.
import { type Claim, type ClaimContext, type ClaimResult, defineClaim, type Paper } from '@infimum/core';
import { type AlfLbOptions, alfLbSteps } from './expert-alf-lb.ts';
import { targetLoads } from './expert-assignment.ts';
import { linearMeans, moeInstance, scoreStream } from './expert-instances.ts';
import { onlineRegret } from './expert-regret.ts';
import { type TrainingOptions, type TrainingResult, trainExperts } from './expert-training.ts';

/** The paper of `ot/alf-lb`. */
export const alfLbPaper: Paper = {
  title:
    'A theoretical framework for auxiliary-loss-free load balancing of sparse mixture-of-experts in large-scale AI models',
  arxiv: '2512.03915',
  year: 2025,
};

const monotone = defineClaim({
  id: 'ot/alf-lb-monotone',
  paper: alfLbPaper,
  statement:
    'The Lagrangian objective improves in every iteration in which no expert crosses its target load.',
  published: 'a theorem; none published',
  budget: 20,
  run: (context) =>
    Promise.resolve(
      countViolations(
        context,
        'iterations in which no expert crossed its target',
        ({ before, after, targets }) => {
          const crossed = targets.some(
            (target, k) => (after.loads[k] - target) * (before.loads[k] - target) < 0,
          );
          if (crossed) return [0, 0];
          const rounding = 1e-11 * Math.abs(before.dualValue);
          return [1, after.dualValue > before.dualValue + rounding ? 1 : 0];
        },
      ),
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
      for (const after of snapshots(
        problem,
        { step: 1e-3, center: false, tolerance: 0, patience: 1e6 },
        400,
      )) {
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
  options: AlfLbOptions,
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
    'With one expert a token and sign steps small enough, every load comes within E - 1 tokens of its target and stays there.',
  published: 'a theorem; none published',
  budget: 20,
  run: ({ signal, onProgress }) => {
    let reached = 0;
    let left = 0;
    const runs = 10;
    for (let seed = 1; seed <= runs; seed++) {
      signal?.throwIfAborted();
      onProgress?.(`instance ${seed} of ${runs}`);
      const experts = 8;
      const problem = { scores: moeInstance(128, experts, seed), expertsPerToken: 1 };
      const step = separatingStep(problem.scores);
      // What is at most as far as the scores reach takes so many steps.
      const iterations = Math.min(400_000, Math.ceil(2 / step));
      const targets = targetLoads(problem);
      const steps = alfLbSteps(problem, { step, center: false, tolerance: 0, patience: 1e6 });
      let inside = false;
      for (let at = steps.next(); !at.done && at.value.iteration <= iterations; at = steps.next()) {
        const { maxViolation } = at.value;
        // The largest load alone is cheap; the others are looked at when it is inside.
        const mayBeInside = maxViolation * targets[0] <= experts - 1;
        const isInside =
          mayBeInside &&
          at.value.solution().loads.every((load, k) => Math.abs(load - targets[k]) <= experts - 1);
        if (inside && !isInside) left++;
        inside = isInside;
        if (inside && at.value.iteration % 1000 === 999) break;
      }
      steps.return(undefined as never);
      if (inside) reached++;
    }
    return Promise.resolve({
      measured: `${reached} of ${runs} runs reached the band; it was left ${left} times`,
      verdict: reached === runs && left === 0 ? 'reproduced' : 'not reproduced',
      figures: { runs, reached, left },
    });
  },
});

/** A step u so small that no two tokens have differences of scores within 2u, for any pair of experts. */
function separatingStep({
  rows,
  cols,
  values,
}: {
  rows: number;
  cols: number;
  values: Float64Array;
}): number {
  let least = Infinity;
  const differences = new Float64Array(rows);
  for (let k = 0; k < cols; k++) {
    for (let j = k + 1; j < cols; j++) {
      for (let i = 0; i < rows; i++) differences[i] = values[i * cols + k] - values[i * cols + j];
      differences.sort();
      for (let i = 1; i < rows; i++) least = Math.min(least, differences[i] - differences[i - 1]);
    }
  }
  return Math.max(least / 2.001, 1e-5);
}

const SEEDS = [1, 2, 3, 4, 5, 6];

const logarithmicRegret = defineClaim({
  id: 'ot/alf-lb-logarithmic-regret',
  paper: alfLbPaper,
  statement:
    'Online, steps that shrink as one over the strong convexity times the iteration have logarithmic regret; constant steps do not.',
  published: 'a bound; none published',
  budget: 30,
  run: ({ signal, onProgress }) => {
    const batches = 2000;
    const mean = (options: AlfLbOptions & { readonly step: number }) => {
      const sum = new Float64Array(batches);
      for (const seed of SEEDS) {
        signal?.throwIfAborted();
        onProgress?.(`${options.schedule} steps, seed ${seed}`);
        const stream = scoreStream({ tokens: 64, batches, means: linearMeans(8) }, seed);
        const { schedule, ...rest } = options;
        const { regret } = onlineRegret(stream, {
          experts: 8,
          expertsPerToken: 2,
          ...rest,
          update: 'proportional',
          ...(schedule !== 'polyak' && { schedule }),
        });
        for (let n = 0; n < batches; n++) sum[n] += regret[n] / SEEDS.length;
      }
      return sum;
    };
    // The modulus of strong convexity of these instances is about 87.
    const harmonic = mean({ schedule: 'harmonic', step: 1 / 87 });
    const constant = mean({ schedule: 'constant', step: 0.002 });
    const slope = (regret: Float64Array, from: number, to: number) =>
      (regret[to - 1] - regret[from - 1]) / Math.log(to / from);
    const [early, late] = [slope(harmonic, 100, 500), slope(harmonic, 500, batches)];
    const growth = (constant[batches - 1] - constant[999]) / (constant[999] - constant[499]);
    return Promise.resolve({
      measured:
        `regret after ${batches} batches ${harmonic[batches - 1].toFixed(1)}, ` +
        `${early.toFixed(2)} and ${late.toFixed(2)} per unit of ln n early and late; ` +
        `constant steps ${constant[batches - 1].toFixed(1)}, the last 1000 batches ${growth.toFixed(2)} times the 500 before`,
      // A logarithm keeps its slope, up to the noise of six runs; linear growth doubles over twice the batches.
      verdict: late < 2 * early + 0.2 && growth > 1.6 ? 'reproduced' : 'not reproduced',
      figures: {
        harmonicRegret: harmonic[batches - 1],
        earlySlope: early,
        lateSlope: late,
        constantRegret: constant[batches - 1],
        constantGrowth: growth,
      },
    });
  },
});

const training = defineClaim({
  id: 'ot/alf-lb-training',
  paper: alfLbPaper,
  statement:
    'In training, biases balance the loads at a lower loss than an auxiliary loss whose weight is large enough to balance.',
  published:
    'runs of language models of a billion parameters, which cannot be repeated here; none published for this model',
  budget: 60,
  run: ({ signal, onProgress }) => {
    const seeds = [1, 2, 3];
    const mean = (name: string, options: Partial<TrainingOptions>): TrainingResult => {
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
    const sign = mean('sign steps', { balancer: { step: 1e-3 } });
    const exact = mean('coordinate dual', { balancer: { method: 'coordinate-dual' } });
    const show = ({ loss, maxViolation }: TrainingResult) =>
      `loss ${loss.toFixed(3)}, violation ${maxViolation.toFixed(2)}`;
    const balances = sign.maxViolation <= strong.maxViolation && sign.maxViolation < greedy.maxViolation / 2;
    return Promise.resolve({
      measured:
        `sign steps: ${show(sign)}; auxiliary loss of weight 0.1: ${show(strong)}, of 0.01: ${show(weak)}; ` +
        `greedy: ${show(greedy)}; coordinate dual: ${show(exact)}`,
      verdict: balances && sign.loss < strong.loss ? 'reproduced' : 'not reproduced',
      figures: {
        signLoss: sign.loss,
        signViolation: sign.maxViolation,
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
export const alfLbClaims: readonly Claim[] = [
  monotone,
  preference,
  approximateBalance,
  logarithmicRegret,
  training,
];
