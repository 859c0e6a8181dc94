// The least payoffs and the ranges of payoffs by vectors of two: large games are solved in less time than plain loops read them.
import { layout, scratch } from '@infimum/linalg/kernels';
import { basisKernels } from './basis-kernels.ts';
import type { PayoffScale } from './normal-form-game.ts';
import { MAX_PAYOFF } from './normal-form-game.ts';

/** Payoffs that are copied at a time: the size of the first-level cache. */
const BLOCK = 2048;

/** The scales of tables of payoffs, none of them empty; nothing if a payoff is beyond `MAX_PAYOFF` or NaN. */
export function scalesByKernels(tables: readonly Float64Array[]): PayoffScale[] | undefined {
  using memory = layout({ block: scratch(BLOCK), bounds: scratch(2) });
  const { workspace, block, bounds } = memory;
  const { widen } = workspace.kernels(basisKernels);
  const scales: PayoffScale[] = [];
  for (const table of tables) {
    bounds.fill(table[0]);
    for (let from = 0; from < table.length; from += BLOCK) {
      const part = table.subarray(from, from + BLOCK);
      block.set(part);
      if (!widen(part.length, block.byteOffset, MAX_PAYOFF, bounds.byteOffset)) return undefined;
    }
    scales.push({ least: bounds[0], range: bounds[1] - bounds[0] });
  }
  return scales;
}
