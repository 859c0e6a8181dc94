// The least margin of a small ReLU network over a box as a mixed integer program for HiGHS.
import type { NeuronBounds } from '../bounds/output-bounds.ts';
import type { Region } from '../bounds/region.ts';
import { ProgramWriter, writeNetwork } from '../lipschitz/lipschitz-program.ts';
import type { DenseLayer, Network } from '../networks/network.ts';

/** min row · f(x): the text of the program, and what has to be added to its value. */
export function marginProgram(
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
