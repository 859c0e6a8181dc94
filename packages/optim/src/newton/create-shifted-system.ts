// Chooses the form of the shifted systems for an objective.
import type { Objective } from '@infimum/core';
import { fault } from '@infimum/core';
import type { DenseApproximation, HessianApproximation } from '../objectives/hessian-approximation.ts';
import { checkApproximation } from '../objectives/hessian-approximation.ts';
import type { Metric } from '../smooth/metric.ts';
import type { CountedObjective } from '../smooth-minimization.ts';
import { ConjugateGradientSystem } from './conjugate-gradient-system.ts';
import { DenseSystem } from './dense-system.ts';
import { DiagonalSystem } from './diagonal-system.ts';
import { GradientSystem } from './gradient-system.ts';
import { LowRankSystem } from './low-rank-system.ts';
import { PencilSystem } from './pencil-system.ts';
import type { Factorization, HessianChoice, ShiftedSystem } from './shifted-system.ts';
import { TridiagonalSystem } from './tridiagonal-system.ts';

const DENSE_SYSTEMS = { cholesky: DenseSystem, eigen: PencilSystem, tridiagonal: TridiagonalSystem };

/** Dimensions up to which a Hessian is written out when it can be had both ways. */
const MOST_DENSE = 2000;

/**
 * The systems of an objective in the form that costs least.
 *
 * @param calls - where Hessians and products are counted
 * @throws {InvalidInputError} naming `hessian` when the objective has none, or `factorization`
 */
export function createShiftedSystem(
  objective: Objective,
  calls: CountedObjective['calls'],
  metric: Metric,
  choice: HessianChoice,
  factorization: Factorization,
): ShiftedSystem {
  const { dimension } = objective;
  const hessian = choice === 'exact' ? exactHessian(objective) : choice;
  if (hessian === 'none') return new LowRankSystem(dimension, metric);
  checkApproximation(hessian, 'hessian');
  switch (hessian.kind) {
    case 'dense': {
      const matrix = (x: Float64Array, out: Float64Array) => {
        calls.hessian++;
        hessian.matrix(x, out);
      };
      return new DENSE_SYSTEMS[factorization](dimension, metric, matrix);
    }
    case 'diagonal':
      return new DiagonalSystem(dimension, metric, (x, out) => {
        calls.hessian++;
        hessian.diagonal(x, out);
      });
    case 'gradient':
      return new GradientSystem(dimension, (x) => {
        calls.hessian++;
        return hessian.weight(x);
      });
    case 'low-rank':
      return new LowRankSystem(dimension, metric, {
        rank: hessian.rank,
        terms: (x, vectors, weights) => {
          calls.hessian++;
          hessian.terms(x, vectors, weights);
        },
      });
    case 'product':
      return new ConjugateGradientSystem(dimension, metric, (x, v, out) => {
        calls.hessianVector++;
        hessian.product(x, v, out);
      });
  }
}

/**
 * A Hessian that is written out, the objective's own or an approximation.
 *
 * @throws {InvalidInputError} naming `hessian` when there is none
 */
export function denseHessian(objective: Objective, choice: HessianChoice): DenseApproximation {
  if (choice === 'exact' && objective.hessian) {
    return { kind: 'dense', matrix: (x, out) => objective.hessian?.(x, out) };
  }
  if (typeof choice === 'object') {
    checkApproximation(choice, 'hessian');
    if (choice.kind === 'dense') return choice;
  }
  const problem = "must be explicit: 'exact' for an objective with hessian, or an approximation of kind 'dense'";
  throw fault(problem, 'hessian', 'unsupported');
}

/** The objective's own Hessian. */
function exactHessian(objective: Objective): HessianApproximation {
  const { dimension, hessian, hessianVector } = objective;
  if (hessian && (dimension <= MOST_DENSE || !hessianVector)) {
    return { kind: 'dense', matrix: (x, out) => hessian.call(objective, x, out) };
  }
  if (hessianVector) {
    return { kind: 'product', product: (x, v, out) => hessianVector.call(objective, x, v, out) };
  }
  const problem = "'exact' needs an objective with hessian or hessianVector; give an approximation, or 'none'";
  throw fault(problem, 'hessian', 'unsupported');
}
