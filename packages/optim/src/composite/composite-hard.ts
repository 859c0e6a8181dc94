// Hard instances of `optim/composite`.
import type { HardInstance } from '@infimum/core';
import { matrixFromRows } from '@infimum/linalg';
import { blockLeastSquares } from '../losses/block-margin-loss.ts';
import { blockQuadratic } from '../losses/block-quadratic-loss.ts';
import type { CompositeProblem } from './composite-instance.ts';

/** Composite functions on which a false success is likely. */
export function* hardComposites(): Iterable<HardInstance<CompositeProblem>> {
  const quadratic = (a: number, b: number, c: number, linear: readonly [number, number]) =>
    blockQuadratic(
      matrixFromRows([
        [a, b],
        [b, c],
      ]),
      Float64Array.from(linear),
    );
  for (const scale of [1e-150, 1e150]) {
    yield {
      hardness: `a quadratic times ${scale}`,
      instance: { loss: quadratic(2 * scale, scale, 3 * scale, [scale, 2 * scale]) },
    };
    yield {
      hardness: `a quadratic with l1 times ${scale}`,
      instance: { loss: quadratic(2 * scale, scale, 3 * scale, [scale, 2 * scale]), l1: scale / 2 },
    };
    yield {
      hardness: `targets times ${scale}`,
      instance: {
        loss: blockLeastSquares(
          matrixFromRows([
            [1, 2],
            [3, 5],
            [1, 1],
          ]),
          Float64Array.of(scale, -scale, 2 * scale),
        ),
        l1: scale / 30,
      },
    };
  }
  yield { hardness: 'an indefinite quadratic', instance: { loss: quadratic(1, 3, 1, [1, 2]) } };
  yield { hardness: 'a singular quadratic without a minimum', instance: { loss: quadratic(1, 1, 1, [1, 2]) } };
  yield { hardness: 'a singular quadratic', instance: { loss: quadratic(1, 1, 1, [1, 1]) } };
  yield {
    hardness: 'a column of zeros',
    instance: {
      loss: blockLeastSquares(
        matrixFromRows([
          [0, 1],
          [0, 2],
        ]),
        Float64Array.of(1, 3),
      ),
    },
  };
  yield { hardness: 'a denormal curvature', instance: { loss: quadratic(1e-310, 0, 1e-310, [1e-310, 1e-310]) } };
  yield {
    hardness: 'columns that are the same',
    instance: {
      loss: blockLeastSquares(
        matrixFromRows([
          [1, 1],
          [2, 2],
        ]),
        Float64Array.of(1, 3),
      ),
      l1: 0.05,
    },
  };
  yield { hardness: 'bounds that leave a single point', instance: { loss: quadratic(2, 1, 3, [1, 2]), lower: 1, upper: 1 } };
  yield {
    hardness: 'a start at 1e300',
    instance: { loss: quadratic(2, 1, 3, [1, 2]), initial: Float64Array.of(1e300, -1e300) },
  };
}
