// Biodiesel in a microwave reactor: the transesterification of triglycerides, its differential equations, and a network fitted to them. The
// offline analogue of the third experiment of arXiv 2510.01461.
import type { Network } from '../networks/network.ts';
import { preActivations, prepareNetwork, pullBack } from '../networks/network.ts';
import { trainNetwork } from '../networks/train-network.ts';
import type { SimulationMap, SurrogateInstance } from './network-surrogate.ts';

/** Rate constants at 50 °C, L / (mol min), and activation energies, cal / mol. */
const RATES = [0.05, 0.11, 0.215, 1.228, 0.242, 0.007];
const ENERGIES = [13145, 9932, 19860, 14639, 6421, 9588];
const GAS = 1.987;

/** TG, DG, MG, M, ME, G in mol / L, and the temperature in °C. */
const STATES = 7;
const START = /* @__PURE__ */ Float64Array.of(0.8, 0, 0, 4.8, 0, 0, 20);

/** Scales of the states, so that the network learns numbers of order one. */
const SCALES = /* @__PURE__ */ Float64Array.of(0.8, 0.3, 0.1, 2.4, 2.4, 0.8, 60);

/** Times at which the outputs are evaluated. */
const TIMES = 100;

/** d state / dt under a power. */
function reactorSlope(state: Float64Array, power: number, out: Float64Array): void {
  const [tg, dg, mg, m, me, g, temperature] = state;
  const kelvin = temperature + 273.15;
  const k = RATES.map((rate, i) => rate * Math.exp((-ENERGIES[i] / GAS) * (1 / kelvin - 1 / 323.15)));
  const first = k[0] * tg * m - k[1] * dg * me;
  const second = k[2] * dg * m - k[3] * mg * me;
  const third = k[4] * mg * m - k[5] * g * me;
  out[0] = -first;
  out[1] = first - second;
  out[2] = second - third;
  out[3] = -(first + second + third);
  out[4] = first + second + third;
  out[5] = third;
  out[6] = 0.25 * power - 0.05 * (temperature - 20);
}

/** States at `count` equal steps of time up to `end` minutes, by the classical method of Runge and Kutta. */
export function simulateReactor(power: number, end: number, count: number, substeps: number): Float64Array {
  const states = new Float64Array((count + 1) * STATES);
  const state = START.slice();
  states.set(state);
  const h = end / count / substeps;
  const slopes = [0, 1, 2, 3].map(() => new Float64Array(STATES));
  const moved = new Float64Array(STATES);
  for (let i = 1; i <= count; i++) {
    for (let s = 0; s < substeps; s++) {
      reactorSlope(state, power, slopes[0]);
      for (let stage = 1; stage < 4; stage++) {
        const length = stage === 3 ? h : h / 2;
        for (let j = 0; j < STATES; j++) moved[j] = state[j] + length * slopes[stage - 1][j];
        reactorSlope(moved, power, slopes[stage]);
      }
      for (let j = 0; j < STATES; j++) {
        state[j] += (h / 6) * (slopes[0][j] + 2 * slopes[1][j] + 2 * slopes[2][j] + slopes[3][j]);
      }
    }
    states.set(state, i * STATES);
  }
  return states;
}

/** A network (time / 120, power / 20) -> scaled states, fitted on a grid of powers and times. */
function fitReactor(width: number, epochs: number, seed: number, fineness: number): Network {
  const { inputs, targets } = trainingGrid(12 * fineness, 30 * fineness ** 2);
  return trainNetwork({ rows: inputs.length / 2, cols: 2, values: inputs }, targets, {
    hidden: [width, width],
    outputs: STATES,
    activation: 'tanh',
    loss: 'values',
    epochs,
    batch: 13,
    rate: 0.01,
    seed,
  });
}

/** `powers` + 1 powers 0 … 12 by `times` + 1 times up to 120 minutes, simulated. */
function trainingGrid(powers: number, times: number) {
  const inputs = new Float64Array((powers + 1) * (times + 1) * 2);
  const targets = new Float64Array((powers + 1) * (times + 1) * STATES);
  for (let p = 0, row = 0; p <= powers; p++) {
    const power = (12 * p) / powers;
    const states = simulateReactor(power, 120, times, 60);
    for (let i = 0; i <= times; i++, row++) {
      inputs[2 * row] = i / times;
      inputs[2 * row + 1] = power / 20;
      for (let j = 0; j < STATES; j++) targets[row * STATES + j] = states[i * STATES + j] / SCALES[j];
    }
  }
  return { inputs, targets };
}

/** The mean over the times of ME / (TG + DG + MG), and its gradient, from unscaled states. */
export function meanYield(y: Float64Array, gradient?: Float64Array): number {
  const count = y.length / STATES;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const at = i * STATES;
    const rest = y[at] + y[at + 1] + y[at + 2];
    sum += y[at + 4] / rest;
    if (!gradient) continue;
    gradient[at + 4] = 1 / rest / count;
    for (let j = 0; j < 3; j++) gradient[at + j] = -y[at + 4] / (rest * rest) / count;
  }
  return sum / count;
}

/** (t, Q) -> the states at t i / 100; maximise the yield with t <= 120, Q <= 20, Q t <= 500, 20 <= T <= 65. */
export function biodieselInstance(width: number, epochs: number, seed: number, fineness = 1): SurrogateInstance {
  const network = prepareNetwork(fitReactor(width, epochs, seed, fineness));
  const last = network.layers.length - 1;
  const inputAt = (x: Float64Array, i: number) => Float64Array.of((x[0] * (i + 1)) / TIMES / 120, x[1] / 20);
  const map: SimulationMap = {
    inputs: 2,
    outputs: TIMES * STATES,
    evaluate: (x) => {
      const y = new Float64Array(TIMES * STATES);
      for (let i = 0; i < TIMES; i++) {
        const states = preActivations(network, inputAt(x, i))[last];
        for (let j = 0; j < STATES; j++) y[i * STATES + j] = states[j] * SCALES[j];
      }
      return y;
    },
    pullBack: (x, u) => {
      const gradient = new Float64Array(2);
      for (let i = 0; i < TIMES; i++) {
        const values = preActivations(network, inputAt(x, i));
        const row = pullBack(
          network,
          values,
          SCALES.map((scale, j) => scale * u[i * STATES + j]),
        );
        gradient[0] += (row[0] * (i + 1)) / TIMES / 120;
        gradient[1] += row[1] / 20;
      }
      return gradient;
    },
  };
  const weight = 1000;
  return {
    map,
    objective: {
      value: (y) => -meanYield(y),
      gradient: (y) => {
        const gradient = new Float64Array(y.length);
        meanYield(y, gradient);
        return gradient.map((g) => -g);
      },
    },
    onInputs: {
      value: ([t, q]) => Float64Array.of(t / 120 - 1, q / 20 - 1, (q * t) / 500 - 1, -t / 120, -q / 20).map((c) => weight * c),
      pullBack: ([t, q], w) =>
        Float64Array.of(
          weight * (w[0] / 120 + (w[2] * q) / 500 - w[3] / 120),
          weight * (w[1] / 20 + (w[2] * t) / 500 - w[4] / 20),
        ),
    },
    onOutputs: {
      // Concentrations not below 0, temperatures from 20 to 65: a row a state and two a temperature.
      value: (y) => {
        const c = new Float64Array(TIMES * (STATES + 1));
        for (let i = 0; i < TIMES; i++) {
          for (let j = 0; j < STATES - 1; j++) c[i * (STATES + 1) + j] = -weight * Math.min(0, y[i * STATES + j] + 0.02);
          const temperature = y[i * STATES + 6];
          c[i * (STATES + 1) + 6] = (weight * (19 - temperature)) / 60;
          c[i * (STATES + 1) + 7] = (weight * (temperature - 65)) / 60;
        }
        return c;
      },
      pullBack: (y, w) => {
        const back = new Float64Array(y.length);
        for (let i = 0; i < TIMES; i++) {
          const at = i * (STATES + 1);
          for (let j = 0; j < STATES - 1; j++) back[i * STATES + j] = -weight * w[at + j];
          back[i * STATES + 6] = (weight * (w[at + 7] - w[at + 6])) / 60;
        }
        return back;
      },
    },
    initial: Float64Array.of(40, 6),
    radius: 1e-3,
    scale: Float64Array.of(120, 20),
  };
}
