// Adversarial decision processes: losses may change from episode to episode, and only those along the path are seen.
import type { Iterate } from '@infimum/core';
import { checkInteger, checkVector, defineFamily, defineProblem, fault, Random } from '@infimum/core';
import { readObject, readVector } from '@infimum/core/data';
import type { LinearMdp } from './mdp.ts';
import { bestPolicy, checkMdp, linearTable, riverSwim, simplexLinearMdp, tableSize } from './mdp.ts';

/** A process with losses of 0 or 1 whose means are linear in the features and change at given episodes. */
export interface LinearMdpInstance extends LinearMdp {
  /** Episodes to be played. */
  readonly episodes: number;
  /** First episodes of the phases, rising, the first of them 0. */
  readonly phases: Int32Array;
  /** Mean losses are φ·θ: one θ of `dimension` numbers a layer a phase. */
  readonly theta: Float64Array;
  /** Seed of the losses and of the transitions that are drawn. */
  readonly noiseSeed: number;
}

/** What happened. */
export interface LinearMdpPlay {
  /** State and action as s A + a, `horizon` entries an episode. */
  readonly visits: Int32Array;
  /** The policy as it is now, a probability for every (h, s, a). */
  readonly policy: Float64Array;
  /** The smallest estimate of an action value so far, of methods that estimate them. */
  readonly leastEstimate: number;
}

/** Some episodes later. */
export interface LinearMdpIterate extends Iterate<LinearMdpPlay> {
  /** Sum over the episodes of the expected loss of the policy that was played, by the known process. */
  readonly expectedLoss: number;
}

/** Mean losses of the phases as tables. */
export function lossTables(instance: LinearMdpInstance): Float64Array[] {
  const { horizon, dimension, phases, theta } = instance;
  return Array.from(phases, (_, phase) => linearTable(instance, theta, phase * horizon * dimension));
}

/** The best fixed policy's expected loss over the first episodes. Time O(H S² A). */
export function bestFixedLoss(instance: LinearMdpInstance, episodes: number): number {
  const tables = lossTables(instance);
  const total = new Float64Array(tableSize(instance));
  for (const [phase, table] of tables.entries()) {
    const from = instance.phases[phase];
    const to = phase + 1 < tables.length ? instance.phases[phase + 1] : Infinity;
    const share = Math.max(0, Math.min(episodes, to) - from);
    for (let entry = 0; entry < total.length; entry++) total[entry] -= share * table[entry];
  }
  return -bestPolicy(instance, total).value;
}

const sizes = {
  horizon: { type: 'integer', min: 1, max: 100, default: 3, description: 'Layers' },
  states: { type: 'integer', min: 1, max: 1000, default: 6, description: 'States' },
  actions: { type: 'integer', min: 1, max: 1000, default: 5, description: 'Actions' },
  dimension: { type: 'integer', min: 1, max: 100, default: 4, description: 'Features' },
  episodes: { type: 'integer', min: 1, max: 10_000_000, default: 2000, description: 'Episodes' },
} as const;

/** The problem. */
export const linearMdpProblem = /* @__PURE__ */ defineProblem({
  id: 'bandits-rl/linear-mdp',
  title: 'Adversarial decision process',
  statement:
    'In episode $k$ choose a policy $\\pi_k$, walk from $s_1$ through $H$ layers by the known $P$, and see the losses on the way, whose means are $\\varphi_h(s,a)\\cdot\\theta_{k,h}$. Minimise $\\sum_k V^{\\pi_k}_k(s_1) - \\min_\\pi \\sum_k V^{\\pi}_k(s_1)$.',
  families: {
    simplex: defineFamily({
      title: 'Features on the simplex',
      description:
        'Dirichlet features and next-state distributions; mean losses from 0.1 to 0.9 along the features, the same in all episodes.',
      real: false,
      params: sizes,
      suites: {
        quick: [{ horizon: 2, states: 2, actions: 2, dimension: 2, episodes: 30 }, { episodes: 2000 }],
        full: [{ episodes: 16_000 }],
      },
      generate: (params, seed) => simplexInstance(params, seed, 'stationary'),
    }),
    switching: defineFamily({
      title: 'Losses that switch',
      description: 'As before, but the losses are turned round after a third of the episodes.',
      real: false,
      params: sizes,
      suites: { quick: [{ states: 2, actions: 2, episodes: 40 }, { episodes: 2000 }], full: [{ episodes: 16_000 }] },
      generate: (params, seed) => simplexInstance(params, seed, 'switching'),
    }),
    doubling: defineFamily({
      title: 'Losses that switch in doubling phases',
      description: 'As before, turned round after 64, 128, 256, … episodes.',
      real: false,
      params: sizes,
      suites: { quick: [{ states: 2, actions: 2, episodes: 40 }, { episodes: 2000 }], full: [{ episodes: 16_000 }] },
      generate: (params, seed) => simplexInstance(params, seed, 'doubling'),
    }),
    river: defineFamily({
      title: 'RiverSwim',
      description: 'Swim against the stream: no loss but at both ends is below one. One feature a pair of state and action.',
      real: false,
      params: {
        horizon: { ...sizes.horizon, default: 8 },
        states: { ...sizes.states, default: 4, min: 2 },
        episodes: sizes.episodes,
      },
      suites: {
        quick: [{ horizon: 3, states: 3, episodes: 40 }, { episodes: 1000 }],
        full: [{ horizon: 12, states: 6, episodes: 10_000 }],
      },
      generate: ({ horizon = 8, states = 4, episodes = 2000 }, seed): LinearMdpInstance => {
        const mdp = riverSwim(horizon, states);
        const theta = new Float64Array(horizon * mdp.dimension).fill(1);
        for (let h = 0; h < horizon; h++) {
          theta[h * mdp.dimension] = 0.95; // drifting at the near end
          theta[h * mdp.dimension + mdp.dimension - 1] = 0; // swimming at the far end
        }
        return { ...mdp, episodes, phases: Int32Array.of(0), theta, noiseSeed: seed };
      },
    }),
  },
  metrics: {
    regret: {
      title: 'Regret',
      description:
        'Mean over the episodes of the expected losses of the pairs that were visited, less the best fixed policy’s; negative where losses change and the policies follow them.',
      unit: 'loss',
      direction: 'minimize',
      compute: (instance: LinearMdpInstance, { visits }: LinearMdpPlay) => {
        const episodes = visits.length / instance.horizon;
        if (episodes === 0) return instance.horizon;
        return (visitedLoss(instance, visits) - bestFixedLoss(instance, episodes)) / episodes;
      },
    },
    final: {
      title: 'Loss of the final policy',
      description: 'Expected loss of the final policy in the last phase, less the best policy’s.',
      unit: 'loss',
      direction: 'minimize',
      targets: [0.3, 0.1, 0.03],
      compute: (instance: LinearMdpInstance, { policy }: LinearMdpPlay) => {
        const losses = lossTables(instance).at(-1) as Float64Array;
        return (
          valueOfPolicy(instance, losses, policy) +
          bestPolicy(
            instance,
            losses.map((loss) => -loss),
          ).value
        );
      },
    },
  },
  primaryMetric: 'regret',
  unproved: 'Rewards are drawn: the regret of a run is counted, and bounds on it hold with a probability.',
  validate,
  badInstances: () => {
    const good = small();
    return [
      { fault: 'features of another number', instance: { ...good, features: new Float64Array(3) }, argument: 'features' },
      { fault: 'features longer than one', instance: { ...good, features: good.features.map(() => 1) }, argument: 'features' },
      {
        fault: 'a probability below zero',
        instance: { ...good, transitions: good.transitions.map((p, i) => (i === 0 ? -p : p)) },
        argument: 'transitions',
      },
      {
        fault: 'probabilities that do not sum to one',
        instance: { ...good, transitions: good.transitions.map((p) => p / 2) },
        argument: 'transitions',
      },
      {
        fault: 'a probability that is no number',
        instance: { ...good, transitions: good.transitions.map(() => Number.NaN) },
        argument: 'transitions',
      },
      { fault: 'a loss above one', instance: { ...good, theta: good.theta.map(() => 3) }, argument: 'theta' },
      { fault: 'no episodes', instance: { ...good, episodes: 0 }, argument: 'episodes' },
      {
        fault: 'phases that do not begin with the first episode',
        instance: { ...good, phases: Int32Array.of(1) },
        argument: 'phases',
      },
      { fault: 'a start that is no state', instance: { ...good, start: 9 }, argument: 'start' },
    ];
  },
  hardInstances: () => {
    const good = small();
    return [
      {
        hardness: 'features of zero',
        instance: { ...good, features: good.features.map(() => 0), theta: good.theta.map(() => 0) },
      },
      { hardness: 'features that are all the same', instance: { ...good, features: good.features.map(() => 0.5) } },
      { hardness: 'denormal features', instance: { ...good, features: good.features.map(() => 5e-324) } },
      { hardness: 'no loss ever', instance: { ...good, theta: good.theta.map(() => 0) } },
      { hardness: 'full losses', instance: { ...good, theta: good.theta.map(() => 1) } },
      { hardness: 'one episode', instance: { ...good, episodes: 1 } },
      {
        hardness: 'one state, one action, one layer',
        instance: {
          horizon: 1,
          states: 1,
          actions: 1,
          dimension: 1,
          features: Float64Array.of(1),
          transitions: Float64Array.of(1),
          start: 0,
          episodes: 20,
          phases: Int32Array.of(0),
          theta: Float64Array.of(0.5),
          noiseSeed: 0,
        },
      },
    ];
  },
  instanceFile: {
    description:
      'A JSON object: `horizon`, `states`, `actions`, `dimension`, `start`, `episodes`; `features` (dimension numbers for every layer, state and action), `transitions` (probabilities of the next states in the same order), `theta` (dimension numbers a layer: mean losses are their products with the features).',
    example: {
      horizon: 1,
      states: 1,
      actions: 2,
      dimension: 2,
      start: 0,
      episodes: 100,
      features: [1, 0, 0, 1],
      transitions: [1, 1],
      theta: [0.2, 0.8],
    },
    parse: (json): LinearMdpInstance => {
      const numbers = ['horizon', 'states', 'actions', 'dimension', 'start', 'episodes'] as const;
      const given = readObject(json, 'instance', [...numbers, 'features', 'transitions', 'theta']);
      const entries = numbers.map((name) => {
        checkInteger(given[name], name, { min: 0 });
        return [name, given[name]];
      });
      return {
        ...(Object.fromEntries(entries) as Record<(typeof numbers)[number], number>),
        features: readVector(given['features'], 'features'),
        transitions: readVector(given['transitions'], 'transitions'),
        theta: readVector(given['theta'], 'theta'),
        phases: Int32Array.of(0),
        noiseSeed: 0,
      };
    },
  },
});

/** The expected losses of visited pairs. */
function visitedLoss(instance: LinearMdpInstance, visits: Int32Array): number {
  const { horizon, states, actions, phases } = instance;
  const tables = lossTables(instance);
  let sum = 0;
  let phase = 0;
  for (let k = 0; k < visits.length / horizon; k++) {
    while (phase + 1 < phases.length && k >= phases[phase + 1]) phase++;
    for (let h = 0; h < horizon; h++) sum += tables[phase][h * states * actions + visits[k * horizon + h]];
  }
  return sum;
}

/** The expected sum of a table under a policy, from the last layer up. */
export function valueOfPolicy(
  { horizon, states, actions, transitions, start }: LinearMdp,
  table: Float64Array,
  policy: Float64Array,
): number {
  let later = new Float64Array(states);
  for (let h = horizon - 1; h >= 0; h--) {
    const now = new Float64Array(states);
    for (let s = 0; s < states; s++) {
      for (let a = 0; a < actions; a++) {
        const entry = (h * states + s) * actions + a;
        let value = table[entry];
        if (h + 1 < horizon)
          for (let next = 0; next < states; next++) value += transitions[entry * states + next] * later[next];
        now[s] += policy[entry] * value;
      }
    }
    later = now;
  }
  return later[start];
}

function validate(instance: LinearMdpInstance): void {
  checkMdp(instance);
  const { episodes, phases, theta, horizon, dimension, noiseSeed } = instance;
  checkInteger(episodes, 'episodes', { min: 1, max: 100_000_000 });
  checkInteger(noiseSeed, 'noiseSeed', { min: 0 });
  if (!(phases instanceof Int32Array) || phases.length === 0) throw fault('expected an Int32Array', 'phases', 'type');
  const late = phases.findIndex((first, phase) => (phase === 0 ? first !== 0 : !(first > phases[phase - 1])));
  if (late >= 0) throw fault('must begin with 0 and rise', 'phases', 'out-of-range', late);
  checkVector(theta, 'theta', phases.length * horizon * dimension);
  for (const table of lossTables(instance)) {
    const index = table.findIndex((loss) => !(loss >= -1e-9 && loss <= 1 + 1e-9));
    if (index < 0) continue;
    throw fault(`makes the mean loss of entry ${index} ${table[index]}, outside [0, 1]`, 'theta', 'out-of-range', index);
  }
}

type Sizes = {
  readonly horizon: number;
  readonly states: number;
  readonly actions: number;
  readonly dimension: number;
  readonly episodes: number;
};

/** Mean losses linspace(.1, .9, d), in another order in each layer, on a simplex process. */
export function simplexInstance(given: Sizes, seed: number, kind: 'stationary' | 'switching' | 'doubling'): LinearMdpInstance {
  const { episodes, ...sizes } = given;
  const { horizon, dimension } = sizes;
  const random = new Random(seed);
  const mdp = simplexLinearMdp(sizes, 0.5, random);
  const starts = [0];
  if (kind === 'switching' && episodes >= 3) starts.push(Math.floor(episodes / 3));
  if (kind === 'doubling') for (let at = 64; at < episodes; at = 2 * at + 64) starts.push(at);
  const theta = new Float64Array(starts.length * horizon * dimension);
  for (let h = 0; h < horizon; h++) {
    const order = random.permutation(dimension);
    for (let i = 0; i < dimension; i++) {
      const loss = dimension > 1 ? 0.1 + (0.8 * order[i]) / (dimension - 1) : 0.5;
      for (let phase = 0; phase < starts.length; phase++) {
        theta[(phase * horizon + h) * dimension + i] = phase % 2 === 0 ? loss : 1 - loss;
      }
    }
  }
  return { ...mdp, episodes, phases: Int32Array.from(starts), theta, noiseSeed: seed };
}

function small(): LinearMdpInstance {
  return simplexInstance({ horizon: 2, states: 2, actions: 2, dimension: 2, episodes: 20 }, 1, 'stationary');
}
