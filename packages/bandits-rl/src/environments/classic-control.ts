// The five tasks of classic control, with the dynamics of Gymnasium's environments in double precision.
//
// A. Barto, R. Sutton, C. Anderson: Neuronlike adaptive elements that can solve difficult learning control problems (1983);
// A. Moore (1990) for the car; R. Sutton (1996) for the acrobot.
import { layout } from '@infimum/linalg/kernels';
import { cartPoleTable, controlKernels } from '../kernels.ts';
import type { Dynamics, MoveMany } from './environment.ts';

const discrete = (count: number) => ({ kind: 'discrete', count }) as const;
const box = (reach: number) => ({ kind: 'box', low: Float64Array.of(-reach), high: Float64Array.of(reach) }) as const;

function copy(state: Float64Array, at: number, out: Float64Array, outAt: number, size: number): void {
  for (let i = 0; i < size; i++) out[outAt + i] = state[at + i];
}

const clip = (value: number, reach: number) => Math.min(reach, Math.max(-reach, value));

/** sin x for |x| < 0.3 to the last digit or two, in a third of the time. */
function smallSine(x: number): number {
  if (!(x < 0.3 && x > -0.3)) return Math.sin(x);
  const s = x * x;
  const tail = 1 / 362_880 + s * (-1 / 39_916_800 + s * (1 / 6_227_020_800));
  return x * (1 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * tail))));
}

/** As `smallSine`. */
function smallCosine(x: number): number {
  if (!(x < 0.3 && x > -0.3)) return Math.cos(x);
  const s = x * x;
  const tail = 1 / 40_320 + s * (-1 / 3_628_800 + s * (1 / 479_001_600));
  return 1 + s * (-1 / 2 + s * (1 / 24 + s * (-1 / 720 + s * tail)));
}

/**
 * A pole on a cart, to be kept upright by pushes to the left (0) or right (1): state x, x', θ, θ'; a reward of 1 a step; the end at
 * |x| > 2.4 or |θ| > 12°.
 *
 * @param timeLimit - steps after which an episode is cut
 *
 * @example
 * ```ts
 * import { cartPole, environmentOf } from '@infimum/bandits-rl';
 *
 * const environment = environmentOf(cartPole());
 * environment.reset(1);
 * console.log(environment.step(Float64Array.of(1)).reward); // 1
 * ```
 */
export function cartPole(timeLimit = 500): Dynamics {
  const limit = (12 * 2 * Math.PI) / 360;
  const dynamics: Dynamics = {
    stateSize: 4,
    observationSize: 4,
    actions: discrete(2),
    timeLimit,
    begin(random, state, at) {
      for (let i = 0; i < 4; i++) state[at + i] = 0.1 * random.uniform() - 0.05;
    },
    move(state, at, action, actionAt, flags, flag) {
      const force = action[actionAt] === 1 ? 10 : -10;
      const x = state[at];
      const speed = state[at + 1];
      const angle = state[at + 2];
      const turn = state[at + 3];
      const cosine = smallCosine(angle);
      const sine = smallSine(angle);
      const temp = (force + 0.05 * (turn * turn) * sine) * (1 / 1.1);
      const turning = (9.8 * sine - cosine * temp) / (2 / 3 - (0.05 / 1.1) * (cosine * cosine));
      const pull = temp - (0.05 / 1.1) * turning * cosine;
      const nextX = x + 0.02 * speed;
      const nextAngle = angle + 0.02 * turn;
      state[at] = nextX;
      state[at + 1] = speed + 0.02 * pull;
      state[at + 2] = nextAngle;
      state[at + 3] = turn + 0.02 * turning;
      if (nextX > 2.4 || nextX < -2.4 || nextAngle > limit || nextAngle < -limit) flags[flag] = 1;
      return 1;
    },
    seesState: true,
    moveMany: (count) => manyCarts(dynamics, count),
    observe: (state, at, out, outAt) => copy(state, at, out, outAt, 4),
  };
  return dynamics;
}

/** Carts that move two at a time; those that lean so far that the series do not hold, one by one. */
function manyCarts(dynamics: Dynamics, count: number): MoveMany {
  const memory = layout({ table: cartPoleTable, states: 4 * count, pushes: count, ends: Math.ceil(count / 8) });
  const { workspace, table, states, pushes, ends } = memory;
  const terminated = new Uint8Array(ends.buffer, ends.byteOffset, count);
  const { cartPoleSteps } = workspace.kernels(controlKernels);
  return {
    states,
    terminated,
    move(actions, rewards, random) {
      pushes.set(actions.length === count ? actions : actions.subarray(0, count));
      for (let i = 0; i < count; ) {
        i = cartPoleSteps(i, count, states.byteOffset, pushes.byteOffset, ends.byteOffset, table.byteOffset);
        const last = Math.min(count, i + 2);
        for (; i < last; i++) {
          terminated[i] = 0;
          dynamics.move(states, 4 * i, pushes, i, terminated, i, random);
        }
      }
      rewards.fill(1);
    },
  };
}

/**
 * A car too weak to climb its hill directly: state x, x'; push left (0), not (1), right (2); -1 a step until x >= 0.5.
 *
 * @param timeLimit - steps after which an episode is cut
 */
export function mountainCar(timeLimit = 200): Dynamics {
  return {
    stateSize: 2,
    observationSize: 2,
    actions: discrete(3),
    timeLimit,
    begin: beginInValley,
    move(state, at, action, actionAt, flags, flag) {
      const push = (action[actionAt] - 1) * 0.001;
      rollOn(state, at, push + Math.cos(3 * state[at]) * -0.0025);
      if (state[at] >= 0.5 && state[at + 1] >= 0) flags[flag] = 1;
      return -1;
    },
    observe: (state, at, out, outAt) => copy(state, at, out, outAt, 2),
  };
}

/**
 * As `mountainCar` with a force between -1 and 1: 100 at the goal, x >= 0.45, less a tenth of the squared force that was requested, before
 * clipping.
 *
 * @param timeLimit - steps after which an episode is cut
 */
export function mountainCarContinuous(timeLimit = 999): Dynamics {
  return {
    stateSize: 2,
    observationSize: 2,
    actions: box(1),
    timeLimit,
    begin: beginInValley,
    move(state, at, action, actionAt, flags, flag) {
      const asked = action[actionAt];
      rollOn(state, at, clip(asked, 1) * 0.0015 - 0.0025 * Math.cos(3 * state[at]));
      const isThere = state[at] >= 0.45 && state[at + 1] >= 0;
      if (isThere) flags[flag] = 1;
      return (isThere ? 100 : 0) - asked * asked * 0.1;
    },
    observe: (state, at, out, outAt) => copy(state, at, out, outAt, 2),
  };
}

const beginInValley: Dynamics['begin'] = (random, state, at) => {
  state[at] = -0.6 + 0.2 * random.uniform();
  state[at + 1] = 0;
};

function rollOn(state: Float64Array, at: number, acceleration: number): void {
  let speed = clip(state[at + 1] + acceleration, 0.07);
  const x = Math.min(0.6, Math.max(-1.2, state[at] + speed));
  if (x === -1.2 && speed < 0) speed = 0;
  state[at] = x;
  state[at + 1] = speed;
}

/**
 * A pendulum to be swung up and held by a torque between -2 and 2: state θ (0 is up), θ'; seen cos θ, sin θ, θ'; the reward is
 * minus θ² + 0.1 θ'² + 0.001 u², with θ in [-π, π).
 *
 * @param timeLimit - steps after which an episode is cut
 */
export function pendulum(timeLimit = 200): Dynamics {
  return {
    stateSize: 2,
    observationSize: 3,
    actions: box(2),
    timeLimit,
    begin(random, state, at) {
      state[at] = Math.PI * (2 * random.uniform() - 1);
      state[at + 1] = 2 * random.uniform() - 1;
    },
    move(state, at, action, actionAt) {
      const torque = clip(action[actionAt], 2);
      const [angle, turn] = [state[at], state[at + 1]];
      const turned = angle + Math.PI;
      const normal = turned - 2 * Math.PI * Math.floor(turned / (2 * Math.PI)) - Math.PI;
      const next = clip(turn + (15 * Math.sin(angle) + 3 * torque) * 0.05, 8);
      state[at + 1] = next;
      state[at] = angle + next * 0.05;
      return -(normal * normal + 0.1 * (turn * turn) + 0.001 * (torque * torque));
    },
    observe(state, at, out, outAt) {
      out[outAt] = Math.cos(state[at]);
      out[outAt + 1] = Math.sin(state[at]);
      out[outAt + 2] = state[at + 1];
    },
  };
}

/**
 * Two links, a torque of -1, 0 or 1 (actions 0, 1, 2) between them; the tip has to rise above the upper joint's length: -1 a step
 * until then. Seen: cosine and sine of both angles, and their speeds.
 *
 * @param timeLimit - steps after which an episode is cut
 */
export function acrobot(timeLimit = 500): Dynamics {
  const k = Array.from({ length: 4 }, () => new Float64Array(4));
  const trial = new Float64Array(4);
  return {
    stateSize: 4,
    observationSize: 6,
    actions: discrete(3),
    timeLimit,
    begin(random, state, at) {
      for (let i = 0; i < 4; i++) state[at + i] = 0.2 * random.uniform() - 0.1;
    },
    move(state, at, action, actionAt, flags, flag) {
      const torque = action[actionAt] - 1;
      const step = 0.2;
      for (let stage = 0; stage < 4; stage++) {
        const share = stage === 0 ? 0 : stage === 3 ? step : step / 2;
        for (let i = 0; i < 4; i++) {
          trial[i] = stage === 0 ? state[at + i] : state[at + i] + share * k[stage - 1][i];
        }
        acrobotRate(trial, torque, k[stage]);
      }
      for (let i = 0; i < 4; i++) {
        state[at + i] += (step / 6) * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
      }
      state[at] = wrapped(state[at]);
      state[at + 1] = wrapped(state[at + 1]);
      state[at + 2] = clip(state[at + 2], 4 * Math.PI);
      state[at + 3] = clip(state[at + 3], 9 * Math.PI);
      const isThere = -Math.cos(state[at]) - Math.cos(state[at + 1] + state[at]) > 1;
      if (isThere) flags[flag] = 1;
      return isThere ? 0 : -1;
    },
    observe(state, at, out, outAt) {
      out[outAt] = Math.cos(state[at]);
      out[outAt + 1] = Math.sin(state[at]);
      out[outAt + 2] = Math.cos(state[at + 1]);
      out[outAt + 3] = Math.sin(state[at + 1]);
      out[outAt + 4] = state[at + 2];
      out[outAt + 5] = state[at + 3];
    },
  };
}

function wrapped(angle: number): number {
  while (angle > Math.PI) angle -= 2 * Math.PI;
  while (angle < -Math.PI) angle += 2 * Math.PI;
  return angle;
}

/** The equations of Sutton's book: masses, lengths and inertias of 1, centres of mass at one half. */
function acrobotRate([first, second, turn1, turn2]: Float64Array, torque: number, out: Float64Array): void {
  const cosine = Math.cos(second);
  const sine = Math.sin(second);
  const d1 = 0.25 + (1 + 0.25 + cosine) + 2;
  const d2 = 0.25 + 0.5 * cosine + 1;
  const phi2 = 0.5 * 9.8 * Math.cos(first + second - Math.PI / 2);
  const phi1 = -0.5 * turn2 * turn2 * sine - turn2 * turn1 * sine + 1.5 * 9.8 * Math.cos(first - Math.PI / 2) + phi2;
  const second2 = (torque + (d2 / d1) * phi1 - 0.5 * turn1 * turn1 * sine - phi2) / (0.25 + 1 - (d2 * d2) / d1);
  out[0] = turn1;
  out[1] = turn2;
  out[2] = -(d2 * second2 + phi1) / d1;
  out[3] = second2;
}
