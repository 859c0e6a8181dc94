// Policies as networks with tanh layers and a softmax or a normal distribution at the end, with the score and products with the
// second derivative of the logarithm of the probability, which the gradient and its increments need.
//
// For the products: B. Pearlmutter, Fast exact multiplication by the Hessian (Neural Computation 6, 1994).
import type { Random } from '@infimum/core';
import { checkInteger, checkList, checkNumber } from '@infimum/core';
import { BLOCK, loadNetwork } from './network.ts';

/** A distribution over actions given an observation, differentiable in its parameters. */
export interface Policy {
  /** d, number of parameters. */
  readonly size: number;
  /** Numbers in an observation. */
  readonly observationSize: number;
  /** Actions to choose from, or numbers in an action. */
  readonly actionSize: number;
  /** Draws an action; the most likely one where there is no `random`. */
  act(parameters: Float64Array, observation: Float64Array, random: Random | undefined, action: Float64Array): void;
  /** log π(action | observation). */
  logProbability(parameters: Float64Array, observation: Float64Array, action: Float64Array): number;
  /** ∇ log π into out. */
  score(parameters: Float64Array, observation: Float64Array, action: Float64Array, out: Float64Array): void;
  /** Parameters to start at; zeros where there is no such function. */
  initial?(random: Random): Float64Array;
  /** The policy at parameters at which it will act many times; without it, `act` and `score` are called each time. */
  at?(parameters: Float64Array): PolicyAt;
  /** out += weight ∇² log π · v. */
  addCurvature(
    parameters: Float64Array,
    observation: Float64Array,
    action: Float64Array,
    v: Float64Array,
    weight: number,
    out: Float64Array,
  ): void;
}

/** A policy at fixed parameters; dispose of it after use. */
export interface PolicyAt extends Disposable {
  /** Draws an action; the most likely one where there is no `random`. */
  act(observation: Float64Array, random: Random | undefined, action: Float64Array): void;
  /** Adds Σ_h weights_h ∇ log π_h over rows of observations and actions to a sum. */
  addScores(observations: Float64Array, actions: Float64Array, weights: Float64Array): void;
  /** out += that sum. To be called once, at the end. */
  takeScores(out: Float64Array): void;
}

/** The distribution at the output of a network. */
interface Head {
  readonly outputs: number;
  readonly actionSize: number;
  /** Parameters of its own, behind the network's. */
  readonly extra: number;
  act(z: Float64Array, own: Float64Array, random: Random | undefined, action: Float64Array): void;
  logProbability(z: Float64Array, own: Float64Array, action: Float64Array): number;
  /** Derivatives by z and by the own parameters. */
  slope(z: Float64Array, own: Float64Array, action: Float64Array, byZ: Float64Array, byOwn: Float64Array): void;
  /** Directional derivatives of these along (vZ, vOwn). */
  curvature(
    z: Float64Array,
    own: Float64Array,
    action: Float64Array,
    vZ: Float64Array,
    vOwn: Float64Array,
    byZ: Float64Array,
    byOwn: Float64Array,
  ): void;
}

function softmaxHead(count: number): Head {
  const p = new Float64Array(count);
  const softmax = (z: Float64Array): number => {
    let largest = -Infinity;
    for (let i = 0; i < count; i++) largest = Math.max(largest, z[i]);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += p[i] = Math.exp(z[i] - largest);
    for (let i = 0; i < count; i++) p[i] /= sum;
    return largest + Math.log(sum);
  };
  return {
    outputs: count,
    actionSize: 1,
    extra: 0,
    act(z, _, random, action) {
      softmax(z);
      let chosen = 0;
      if (random) {
        for (let u = random.uniform(); chosen < count - 1 && u >= p[chosen]; chosen++) u -= p[chosen];
      } else {
        for (let i = 1; i < count; i++) if (p[i] > p[chosen]) chosen = i;
      }
      action[0] = chosen;
    },
    logProbability: (z, _, action) => z[action[0]] - softmax(z),
    slope(z, _, action, byZ) {
      softmax(z);
      for (let i = 0; i < count; i++) byZ[i] = (i === action[0] ? 1 : 0) - p[i];
    },
    curvature(z, _own, _action, vZ, _vOwn, byZ) {
      softmax(z);
      let mean = 0;
      for (let i = 0; i < count; i++) mean += p[i] * vZ[i];
      for (let i = 0; i < count; i++) byZ[i] = -p[i] * (vZ[i] - mean);
    },
  };
}

/** Independent normals around z, of a fixed deviation or with the logarithms of the deviations as parameters. */
function normalHead(count: number, deviation: number | undefined): Head {
  const logOf = (own: Float64Array, i: number) =>
    deviation === undefined ? Math.max(own[i], Math.log(1e-3)) : Math.log(deviation);
  const isFree = (own: Float64Array, i: number) => deviation === undefined && own[i] > Math.log(1e-3);
  return {
    outputs: count,
    actionSize: count,
    extra: deviation === undefined ? count : 0,
    act(z, own, random, action) {
      for (let i = 0; i < count; i++) {
        action[i] = z[i] + (random ? Math.exp(logOf(own, i)) * random.normal() : 0);
      }
    },
    logProbability(z, own, action) {
      let sum = 0;
      for (let i = 0; i < count; i++) {
        const log = logOf(own, i);
        const t = (action[i] - z[i]) * Math.exp(-log);
        sum -= (t * t) / 2 + log + Math.log(2 * Math.PI) / 2;
      }
      return sum;
    },
    slope(z, own, action, byZ, byOwn) {
      for (let i = 0; i < count; i++) {
        const inverse = Math.exp(-2 * logOf(own, i));
        const off = action[i] - z[i];
        byZ[i] = off * inverse;
        if (deviation === undefined) byOwn[i] = isFree(own, i) ? off * off * inverse - 1 : 0;
      }
    },
    curvature(z, own, action, vZ, vOwn, byZ, byOwn) {
      for (let i = 0; i < count; i++) {
        const inverse = Math.exp(-2 * logOf(own, i));
        const off = action[i] - z[i];
        const along = isFree(own, i) ? vOwn[i] : 0;
        byZ[i] = -vZ[i] * inverse - 2 * off * inverse * along;
        if (deviation !== undefined) continue;
        byOwn[i] = isFree(own, i) ? -2 * off * inverse * (vZ[i] + off * along) : 0;
      }
    },
  };
}

/** The layers of a policy: none is a linear one, and that has no constant term. */
function networkPolicy(observationSize: number, hidden: readonly number[], head: Head): Policy {
  const sizes = [observationSize, ...hidden, head.outputs];
  const layers = sizes.length - 1;
  const hasBias = hidden.length > 0;
  const offsets: number[] = [];
  let network = 0;
  for (let l = 0; l < layers; l++) {
    offsets.push(network);
    network += sizes[l + 1] * (sizes[l] + (hasBias ? 1 : 0));
  }
  const vectors = () => sizes.map((size) => new Float64Array(size));
  const [values, moved, slopes, movedSlopes] = [vectors(), vectors(), vectors(), vectors()];
  const [byOwn, movedOwn] = [new Float64Array(head.extra), new Float64Array(head.extra)];
  // Creating a view costs as much as evaluating a small policy.
  const none = new Float64Array(0);
  const ownOf = (parameters: Float64Array) => (head.extra === 0 ? none : parameters.subarray(network));

  const forward = (parameters: Float64Array, observation: Float64Array): Float64Array => {
    // Plain loops throughout: a call of `set` or `fill` takes as long as evaluating a small policy.
    const inputs = values[0];
    for (let i = 0; i < inputs.length; i++) inputs[i] = observation[i];
    for (let l = 0; l < layers; l++) {
      const [from, to] = [values[l], values[l + 1]];
      const biases = offsets[l] + to.length * from.length;
      for (let i = 0; i < to.length; i++) to[i] = hasBias ? parameters[biases + i] : 0;
      addProduct(parameters, offsets[l], from, to);
      if (l + 1 < layers) for (let i = 0; i < to.length; i++) to[i] = Math.tanh(to[i]);
    }
    return values[layers];
  };

  /** From slopes at the outputs to those at the inputs of every layer. */
  const backward = (parameters: Float64Array): void => {
    for (let l = layers - 1; l >= 1; l--) {
      const [from, to, value] = [slopes[l], slopes[l + 1], values[l]];
      from.fill(0);
      for (let i = 0, at = offsets[l]; i < to.length; i++) {
        const slope = to[i];
        for (let j = 0; j < from.length; j++, at++) from[j] += parameters[at] * slope;
      }
      for (let j = 0; j < from.length; j++) from[j] *= 1 - value[j] * value[j];
    }
  };

  function at(parameters: Float64Array): PolicyAt {
    const own = ownOf(parameters).slice();
    const ownScores = new Float64Array(head.extra);
    const net = loadNetwork({ sizes, offsets }, parameters);
    const { inputs, inputStride, outputs, outputSlopes, outputStride } = net;
    const [z, byZ] = [new Float64Array(head.outputs), new Float64Array(head.outputs)];
    const action = new Float64Array(head.actionSize);
    const taken = new Float64Array(BLOCK * head.actionSize);
    const factors = new Float64Array(BLOCK);
    let filled = 0;
    /** Goes through the steps of the block. */
    const flush = () => {
      net.forward(filled);
      for (let h = 0; h < filled; h++) {
        for (let i = 0; i < z.length; i++) z[i] = outputs[h * outputStride + i];
        for (let i = 0; i < action.length; i++) action[i] = taken[h * action.length + i];
        head.slope(z, own, action, byZ, byOwn);
        for (let i = 0; i < z.length; i++) outputSlopes[h * outputStride + i] = factors[h] * byZ[i];
        for (let i = 0; i < head.extra; i++) ownScores[i] += factors[h] * byOwn[i];
      }
      net.backward(filled);
      filled = 0;
    };
    return {
      act(observation, random, out) {
        if (filled > 0) flush();
        for (let i = 0; i < observationSize; i++) inputs[i] = observation[i];
        net.forward(1);
        for (let i = 0; i < z.length; i++) z[i] = outputs[i];
        head.act(z, own, random, out);
      },
      addScores(observations, actions, weights) {
        for (let h = 0; h < weights.length; h++) {
          const [row, from] = [filled * inputStride, h * observationSize];
          for (let i = 0; i < observationSize; i++) inputs[row + i] = observations[from + i];
          for (let i = 0; i < action.length; i++) taken[filled * action.length + i] = actions[h * action.length + i];
          factors[filled++] = weights[h];
          if (filled === BLOCK) flush();
        }
      },
      takeScores(out) {
        if (filled > 0) flush();
        net.addGradient(out);
        for (let i = 0; i < head.extra; i++) out[network + i] += ownScores[i];
      },
      [Symbol.dispose]: () => net[Symbol.dispose](),
    };
  }

  return {
    size: network + head.extra,
    observationSize,
    actionSize: head.actionSize,
    act(parameters, observation, random, action) {
      head.act(forward(parameters, observation), ownOf(parameters), random, action);
    },
    logProbability: (parameters, observation, action) =>
      head.logProbability(forward(parameters, observation), ownOf(parameters), action),
    score(parameters, observation, action, out) {
      head.slope(forward(parameters, observation), ownOf(parameters), action, slopes[layers], byOwn);
      backward(parameters);
      for (let l = 0; l < layers; l++) {
        const [from, to] = [values[l], slopes[l + 1]];
        const biases = offsets[l] + to.length * from.length;
        for (let i = 0, at = offsets[l]; i < to.length; i++) {
          const slope = to[i];
          for (let j = 0; j < from.length; j++, at++) out[at] = slope * from[j];
          if (hasBias) out[biases + i] = slope;
        }
      }
      for (let i = 0; i < head.extra; i++) out[network + i] = byOwn[i];
    },
    // 0 for a linear policy, else normal with variance 1/width of the layer before.
    initial(random) {
      const parameters = new Float64Array(network + head.extra);
      for (let l = 0; l + 1 < layers; l++) {
        const [inputs, outputs] = [sizes[l], sizes[l + 1]];
        for (let k = 0; k < outputs * inputs; k++) {
          parameters[offsets[l] + k] = random.normal() / Math.sqrt(inputs);
        }
      }
      return parameters;
    },
    // A linear policy is done before the matrix products begin.
    ...(hasBias && { at }),
    addCurvature(parameters, observation, action, v, weight, out) {
      const z = forward(parameters, observation);
      moved[0].fill(0);
      for (let l = 0; l < layers; l++) {
        const [from, to, change, next] = [values[l], values[l + 1], moved[l], moved[l + 1]];
        const biases = offsets[l] + to.length * from.length;
        for (let i = 0; i < to.length; i++) {
          let sum = hasBias ? v[biases + i] : 0;
          const row = offsets[l] + i * from.length;
          for (let j = 0; j < from.length; j++) sum += v[row + j] * from[j] + parameters[row + j] * change[j];
          next[i] = l + 1 < layers ? sum * (1 - to[i] * to[i]) : sum;
        }
      }
      const own = ownOf(parameters);
      head.slope(z, own, action, slopes[layers], byOwn);
      head.curvature(z, own, action, moved[layers], v.subarray(network), movedSlopes[layers], movedOwn);
      for (let l = layers - 1; l >= 0; l--) {
        const [from, to, movedTo] = [values[l], slopes[l + 1], movedSlopes[l + 1]];
        const biases = offsets[l] + to.length * from.length;
        for (let i = 0; i < to.length; i++) {
          const row = offsets[l] + i * from.length;
          for (let j = 0; j < from.length; j++) {
            out[row + j] += weight * (movedTo[i] * from[j] + to[i] * moved[l][j]);
          }
          if (hasBias) out[biases + i] += weight * movedTo[i];
        }
        if (l === 0) continue;
        for (let j = 0; j < from.length; j++) {
          let [sum, change] = [0, 0];
          for (let i = 0; i < to.length; i++) {
            const at = offsets[l] + i * from.length + j;
            sum += parameters[at] * to[i];
            change += v[at] * to[i] + parameters[at] * movedTo[i];
          }
          const flat = 1 - from[j] * from[j];
          slopes[l][j] = sum * flat;
          movedSlopes[l][j] = change * flat - 2 * sum * from[j] * moved[l][j];
        }
      }
      for (let i = 0; i < head.extra; i++) out[network + i] += weight * movedOwn[i];
    },
  };
}

/** to += W from, with the rows of W from `at` on: four rows side by side, since each sum must wait for its previous addition. */
function addProduct(weights: Float64Array, at: number, from: Float64Array, to: Float64Array): void {
  const { length } = from;
  let i = 0;
  for (; i + 4 <= to.length; i += 4) {
    let s0 = to[i];
    let s1 = to[i + 1];
    let s2 = to[i + 2];
    let s3 = to[i + 3];
    const row0 = at + i * length;
    const row1 = row0 + length;
    const row2 = row1 + length;
    const row3 = row2 + length;
    for (let j = 0; j < length; j++) {
      const value = from[j];
      s0 += weights[row0 + j] * value;
      s1 += weights[row1 + j] * value;
      s2 += weights[row2 + j] * value;
      s3 += weights[row3 + j] * value;
    }
    to[i] = s0;
    to[i + 1] = s1;
    to[i + 2] = s2;
    to[i + 3] = s3;
  }
  for (; i < to.length; i++) {
    let sum = to[i];
    const row = at + i * length;
    for (let j = 0; j < length; j++) sum += weights[row + j] * from[j];
    to[i] = sum;
  }
}

function checkSizes(observationSize: number, hidden: readonly number[]): void {
  checkInteger(observationSize, 'observationSize', { min: 1, max: 10_000_000 });
  checkList(hidden, 'hidden');
  for (let i = 0; i < hidden.length; i++) checkInteger(hidden[i], `hidden[${i}]`, { min: 1, max: 10_000 });
}

/**
 * A policy over `count` actions: softmax of a linear map of the observation, or of a network with tanh layers and constant terms.
 *
 * @param observationSize - length of an observation
 * @param count - number of actions
 * @param hidden - widths of the layers; none by default
 *
 * @example
 * ```ts
 * import { softmaxPolicy } from '@infimum/bandits-rl';
 *
 * const policy = softmaxPolicy(4, 2);
 * const odds = policy.logProbability(new Float64Array(policy.size), Float64Array.of(1, 2, 3, 4), Float64Array.of(0));
 * console.log(policy.size, Math.exp(odds).toFixed(3)); // 8 0.500
 * ```
 */
export function softmaxPolicy(observationSize: number, count: number, hidden: readonly number[] = []): Policy {
  checkSizes(observationSize, hidden);
  checkInteger(count, 'count', { min: 2 });
  return networkPolicy(observationSize, hidden, softmaxHead(count));
}

/**
 * A policy over vectors: normal around a linear map of the observation, or around a network with tanh layers.
 *
 * @param observationSize - length of an observation
 * @param actionSize - length of an action
 * @param deviation - of every entry; `'learned'` makes its logarithm a parameter, with deviations of at least 1e-3
 * @param hidden - widths of the layers; none by default
 *
 * @example
 * ```ts
 * import { normalPolicy } from '@infimum/bandits-rl';
 *
 * const policy = normalPolicy(2, 1, 0.5);
 * const action = new Float64Array(1);
 * policy.act(Float64Array.of(-1, -2), Float64Array.of(3, 1), undefined, action);
 * console.log(action[0]); // -5
 * ```
 */
export function normalPolicy(
  observationSize: number,
  actionSize: number,
  deviation: number | 'learned',
  hidden: readonly number[] = [],
): Policy {
  checkSizes(observationSize, hidden);
  checkInteger(actionSize, 'actionSize', { min: 1, max: 10_000_000 });
  if (deviation !== 'learned') checkNumber(deviation, 'deviation', { above: 0 });
  return networkPolicy(observationSize, hidden, normalHead(actionSize, deviation === 'learned' ? undefined : deviation));
}
