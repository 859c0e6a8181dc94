// Random networks with residual sums and pools, for tests.
import type { Chain } from '../networks/chains.ts';
import { activated, mapped, maxima, merged, product, sideBySide } from '../networks/chains.ts';
import type { Network } from '../networks/network.ts';
import { randomDenseNetwork } from '../networks/random-network.ts';

/** The network of a chain. */
export const networkOf = ({ layers }: Chain): Network => ({ layers: merged(layers) });

/** A chain of random dense layers behind another. */
export function behind(chain: Chain, dims: readonly number[], seed: number, activation: 'relu' | 'tanh' | 'linear'): Chain {
  const { layers } = randomDenseNetwork([product(chain.shape), ...dims], seed, activation);
  return { layers: [...chain.layers, ...layers], shape: [dims[dims.length - 1]] };
}

/** An identity chain of a given number of inputs. */
export const input = (length: number): Chain => ({ layers: [], shape: [length] });
/** The sum of the two halves of a chain's outputs. */
export const sum = (chain: Chain, n: number): Chain =>
  mapped(
    chain,
    Array.from({ length: n }, (_, i) => ({
      entries: [
        [i, 1],
        [n + i, 1],
      ] as const,
    })),
    [n],
  );

/** Three inputs, a block of six neurons with a residual sum, pools of pairs, and two outputs. */
export function residualPool(seed: number): Network {
  const hidden = activated(behind(input(3), [6], seed, 'relu'), 'relu');
  const block = sum(sideBySide(hidden, behind(hidden, [4, 6], seed + 50, 'relu')), 6);
  const pairs = [
    [0, 1],
    [2, 3],
    [4, 5],
  ];
  return networkOf(behind(maxima(block, pairs, [3]), [2], seed + 90, 'linear'));
}
