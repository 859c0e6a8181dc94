// The local Lipschitz constant of a small ReLU network as a mixed integer program in the LP format, for any solver.
//
// A binary a neuron gives its side, and four inequalities an entry make its product with the gradient. Bounds of the gradient
// are sums of magnitudes, so that the program shares no code with branch and bound.
import { checkInteger, describeValue, fault } from '@infimum/core';
import type { NeuronBounds } from '../bounds/output-bounds.ts';
import { outputBounds } from '../bounds/output-bounds.ts';
import type { Region } from '../bounds/region.ts';
import { rowsOf } from '../networks/layer-rows.ts';
import type { Network } from '../networks/network.ts';
import { activationOf, inputsOfLayer, outputsOf } from '../networks/network.ts';
import type { LipschitzInstanceLike } from './local-lipschitz.ts';
import { asLipschitzInstance } from './local-lipschitz.ts';

/** Terms of a linear expression, variable by coefficient. */
export type Terms = [number, string][];

const write = (terms: Terms): string =>
  terms.map(([a, name]) => `${a < 0 ? '-' : '+'} ${Math.abs(a)} ${name}`).join(' ') || '0 zero';

/** Writes programs line by line. */
export class ProgramWriter {
  readonly rows: string[] = [];
  readonly bounds: string[] = ['0 <= zero <= 0'];
  readonly binaries: string[] = [];

  atMost(terms: Terms, limit: number): void {
    this.rows.push(`${write(terms)} <= ${limit}`);
  }

  equal(terms: Terms, value: number): void {
    this.rows.push(`${write(terms)} = ${value}`);
  }

  between(name: string, low: number, high: number): void {
    this.bounds.push(`${low} <= ${name} <= ${high}`);
  }

  text(sense: 'Maximize' | 'Minimize', objective: Terms): string {
    const parts = [sense, write(objective), 'Subject To', ...this.rows, 'Bounds', ...this.bounds];
    if (this.binaries.length > 0) parts.push('Binary', this.binaries.join('\n'));
    return `${parts.join('\n')}\nEnd`;
  }
}

/** Variables x, z, a and binaries d (d = 1 where z >= 0) of a ReLU network over a box. */
export function writeNetwork(
  writer: ProgramWriter,
  { layers }: Network,
  { lower, upper }: Region,
  hidden: readonly NeuronBounds[],
): void {
  lower.forEach((low, j) => {
    writer.between(`x${j}`, low, upper[j]);
  });
  layers.slice(0, -1).forEach((layer, k) => {
    const before = (j: number) => (k === 0 ? `x${j}` : `a${k - 1}_${j}`);
    rowsOf(layer).forEach(({ entries, bias = 0 }, i) => {
      const [z, a, d] = [`z${k}_${i}`, `a${k}_${i}`, `d${k}_${i}`];
      const l = hidden[k].lower[i] - 1e-6;
      const u = hidden[k].upper[i] + 1e-6;
      writer.between(z, l, u);
      const sum: Terms = [[1, z]];
      for (const [j, w] of entries) sum.push([-w, before(j)]);
      writer.equal(sum, bias);
      if (activationOf(layer, i) === 'linear') {
        writer.between(a, l, u);
        writer.equal(
          [
            [1, z],
            [-1, a],
          ],
          0,
        );
        return;
      }
      writer.between(a, 0, Math.max(0, u));
      writer.binaries.push(d);
      writer.atMost(
        [
          [1, z],
          [-1, a],
        ],
        0,
      );
      writer.atMost(
        [
          [1, a],
          [-1, z],
          [-l, d],
        ],
        -l,
      );
      writer.atMost(
        [
          [1, a],
          [-Math.max(0, u), d],
        ],
        0,
      );
      // The sign itself: z >= 0 where d = 1, z <= 0 where d = 0.
      writer.atMost(
        [
          [1, z],
          [-Math.max(0, u), d],
        ],
        0,
      );
      writer.atMost(
        [
          [-1, z],
          [-l, d],
        ],
        -l,
      );
    });
  });
}

/**
 * The largest sum of magnitudes of the gradient of one output, at kinks over all slopes between the two sides, as a mixed
 * integer program: its optimum is the exact constant, for checks by solvers such as HiGHS, SCIP, Gurobi or CPLEX. A binary
 * a neuron and an input, O(weights) terms. Tolerances are those of the solver: scale networks whose weights are far from 1.
 *
 * @param instance - a ReLU network and a box; the norm must be `inf`
 * @param output - index of the output
 * @returns the program in the LP format, to be maximised
 * @throws {InvalidInputError} for activations other than ReLU, for balls, other norms, and an output that does not exist
 *
 * @example
 * ```ts
 * import { denseNetwork, writeLipschitzProgram } from '@infimum/verify';
 *
 * const network = denseNetwork([[1], [1]], [[0], [0]]);
 * const region = { lower: [-1], upper: [1] };
 * console.log(writeLipschitzProgram({ network, region }, 0).split('\n')[0]); // Maximize
 * ```
 */
export function writeLipschitzProgram(instance: LipschitzInstanceLike, output: number): string {
  const { network, region, norm = 'inf' } = asLipschitzInstance(instance);
  const { layers } = network;
  const refuse = (argument: string, problem: string) => {
    throw fault(problem, argument, 'unsupported');
  };
  checkInteger(output, 'output', { min: 0, max: outputsOf(layers[layers.length - 1]) - 1 });
  if (norm !== 'inf') refuse('norm', `is written for the norm inf, got ${norm}`);
  if (region.ball) refuse('region', 'is written for boxes');
  layers.forEach(({ activation }, k) => {
    if (activation !== 'linear' && (activation !== 'relu' || k === layers.length - 1))
      refuse(`network.layers[${k}].activation`, `is written for ReLUs between layers, got ${describeValue(activation)}`);
  });
  return lipschitzProgram(network, region, outputBounds(network, region).hidden, output);
}

/** The program of the largest l1 norm of the gradient of one output; bounds of J are sums of magnitudes. */
function lipschitzProgram(network: Network, region: Region, hidden: readonly NeuronBounds[], output: number): string {
  const writer = new ProgramWriter();
  writeNetwork(writer, network, region, hidden);
  const { layers } = network;
  const last = layers.length - 1;
  // J_k is a list of variables or constants; limits bound their magnitudes.
  let row: Terms[] = [];
  let constants: number[] = [];
  let limits: number[] = [];
  for (let i = 0; i < inputsOfLayer(layers[last]); i++) {
    row.push([]);
    constants.push(0);
    limits.push(0);
  }
  for (const [i, weight] of rowsOf(layers[last])[output].entries) {
    constants[i] += weight;
    limits[i] = Math.abs(constants[i]);
  }
  for (let k = last - 1; k >= 0; k--) {
    const layer = layers[k];
    const outputs = outputsOf(layer);
    for (let i = 0; i < outputs; i++) {
      const [y, d] = [`y${k}_${i}`, `d${k}_${i}`];
      const limit = limits[i];
      writer.between(y, -limit, limit);
      const minusJ: Terms = row[i].map(([a, name]) => [-a, name]);
      if (activationOf(layer, i) === 'linear') {
        writer.equal([[1, y], ...minusJ], constants[i]);
        continue;
      }
      writer.atMost(
        [
          [1, y],
          [-limit, d],
        ],
        0,
      );
      writer.atMost(
        [
          [-1, y],
          [-limit, d],
        ],
        0,
      );
      writer.atMost([[1, y], ...minusJ, [2 * limit, d]], constants[i] + 2 * limit);
      writer.atMost([[-1, y], ...row[i], [2 * limit, d]], -constants[i] + 2 * limit);
    }
    const next = Array.from({ length: inputsOfLayer(layer) }, (): Terms => []);
    const nextLimits = new Array<number>(next.length).fill(0);
    rowsOf(layer).forEach(({ entries }, i) => {
      for (const [j, w] of entries) {
        next[j].push([w, `y${k}_${i}`]);
        nextLimits[j] += limits[i] * Math.abs(w);
      }
    });
    row = next;
    constants = new Array<number>(next.length).fill(0);
    limits = nextLimits;
  }
  const objective: Terms = [];
  row.forEach((terms, j) => {
    const [t, e] = [`t${j}`, `e${j}`];
    writer.between(t, 0, limits[j]);
    writer.binaries.push(e);
    const minus: Terms = terms.map(([a, name]) => [-a, name]);
    writer.atMost([[1, t], ...minus, [2 * limits[j], e]], 2 * limits[j] + constants[j]);
    writer.atMost([[1, t], ...terms, [-2 * limits[j], e]], -constants[j]);
    objective.push([1, t]);
  });
  return writer.text('Maximize', objective);
}
