// The least margin of a small ReLU network over a box as a mixed integer program for HiGHS, and random instances for it.
import type { Random } from '@infimum/core';
import type { NeuronBounds } from '../bounds/output-bounds.ts';
import { outputBounds } from '../bounds/output-bounds.ts';
import type { Region } from '../bounds/region.ts';
import { ProgramWriter, writeNetwork } from '../lipschitz/lipschitz-program.ts';
import type { DenseLayer, Network } from '../networks/network.ts';
import { evaluateNetwork } from '../networks/network.ts';
import { randomCenter, randomDenseNetwork } from '../networks/random-network.ts';
import { robustnessCases, verifyRobustness } from '../robustness/verify-robustness.ts';
import type { ProgramSolver } from './highs-solver.ts';

/** min row · f(x): the text of the program, and the constant to add to its value. */
function marginProgram(
  network: Network,
  region: Region,
  hidden: readonly NeuronBounds[],
  row: Float64Array,
): { readonly text: string; readonly constant: number } {
  const writer = new ProgramWriter();
  writeNetwork(writer, network, region, hidden);
  const last = network.layers[network.layers.length - 1] as DenseLayer;
  const k = network.layers.length - 2;
  const objective: [number, string][] = [];
  for (let j = 0; j < last.inputs; j++) {
    const a = row.reduce((sum, c, i) => sum + c * last.weight[i * last.inputs + j], 0);
    objective.push([a, k < 0 ? `x${j}` : `a${k}_${j}`]);
  }
  const constant = row.reduce((sum, c, i) => sum + c * last.bias[i], 0);
  return { text: writer.text('Minimize', objective), constant };
}

/** A random network, a point and a radius of the committed sets, with the result for its robustness. */
export interface VerifiedInstance {
  readonly network: Network;
  readonly x: Float64Array;
  readonly radius: number;
  /** The largest output at x. */
  readonly label: number;
  readonly outputs: number;
  readonly answer: ReturnType<typeof verifyRobustness>;
}

/** One of a set of small networks with two hidden layers: sizes and radius are drawn from as many. */
export function verifiedInstance(
  random: Random,
  seed: number,
  { sizes, radius: widest }: { readonly sizes: readonly [number, number, number, number]; readonly radius: number },
): VerifiedInstance {
  const [inputs, first, second, outputs] = sizes;
  const dims = [2 + random.integer(inputs), 4 + random.integer(first), 4 + random.integer(second), 2 + random.integer(outputs)];
  const network = randomDenseNetwork(dims, seed);
  const x = randomCenter(dims[0], seed);
  const radius = 0.05 + widest * random.uniform();
  const y = evaluateNetwork(network, x);
  return {
    network,
    x,
    radius,
    label: y.indexOf(Math.max(...y)),
    outputs: y.length,
    answer: verifyRobustness({ network, x, radius }),
  };
}

/** The least margin of the label over all others, by the programs of all of them. */
export function leastMargin({ network, x, radius, label, outputs }: VerifiedInstance, solve: ProgramSolver): number {
  const margins = robustnessCases({ x, radius }, label, outputs).map(({ region, rows }) => {
    const { text, constant } = marginProgram(network, region, outputBounds(network, region).hidden, rows);
    const { status, value } = solve(text);
    if (status !== 'Optimal') throw new Error(`a program of a margin ended as ${status}`);
    return value + constant;
  });
  return Math.min(...margins);
}
