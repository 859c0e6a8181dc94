// Clicks of users on items from products of their factors: logistic matrix factorisation as a loss of its weights.
import { checkInteger, checkNumbers, checkObject, fault } from '@infimum/core';
import { sigmoid, softplus } from '../objectives/logistic-loss.ts';
import type { RidgeOption, TrainingModel } from './training-model.ts';
import { trainingModel } from './training-model.ts';

/** The log: which user was shown which item, and whether there was a click. */
export interface ClickLog {
  /** Number of users. */
  readonly users: number;
  /** Number of items. */
  readonly items: number;
  /** The user of every event. */
  readonly userOf: Int32Array;
  /** The item of every event. */
  readonly itemOf: Int32Array;
  /** 1 for a click, 0 for none. */
  readonly clicked: Uint8Array;
}

/** Options of the factor model. */
export interface FactorModelLossOptions extends RidgeOption {
  /** Factors of a user and of an item; 8 by default. */
  readonly factors?: number;
}

/**
 * The mean logistic loss of a factor model, P(click of user u on item i) = sigmoid(p_u . q_i + a_u + c_i), as a function of
 * P (users by factors), Q (items by factors), a and c, one after the other: recommendation with embeddings. Gradients and
 * products with the Hessian touch the rows of a batch only and are exact.
 *
 * O(factors) a sample, and O(dimension) a batch.
 *
 * @throws {InvalidInputError} for logs whose lengths differ, indices out of range and options out of range
 *
 * @example
 * ```ts
 * import { factorModelLoss } from '@infimum/optim/training';
 *
 * const log = { users: 2, items: 2, userOf: Int32Array.of(0, 1), itemOf: Int32Array.of(1, 0), clicked: Uint8Array.of(1, 0) };
 * const loss = factorModelLoss(log, { factors: 3 });
 * console.log(loss.dimension, loss.value(new Float64Array(16)).toFixed(4)); // 16 0.6931
 * ```
 */
export function factorModelLoss(log: ClickLog, options: FactorModelLossOptions = {}): TrainingModel {
  checkObject(log, 'log');
  checkObject(options, 'options');

  const { factors = 8 } = options;
  checkInteger(factors, 'factors', { min: 1 });
  checkClicks(log);
  const { users, items } = log;
  const [userOf, itemOf, clicked] = [log.userOf.slice(), log.itemOf.slice(), log.clicked.slice()];
  const itemFactors = users * factors;
  const userBiases = itemFactors + items * factors;
  const itemBiases = userBiases + users;
  return trainingModel(
    {
      shapes: [[users, factors], [items, factors], [users], [items]],
      terms: userOf.length,
      stateSize: 1,
      forward: (x, sample, state, at) => {
        const [p, q] = [userOf[sample] * factors, itemFactors + itemOf[sample] * factors];
        let score = x[userBiases + userOf[sample]] + x[itemBiases + itemOf[sample]];
        for (let k = 0; k < factors; k++) score += x[p + k] * x[q + k];
        state[at] = score;
        return softplus(clicked[sample] ? -score : score);
      },
      isRight: (sample, state, at) => (clicked[sample] === 1 ? state[at] > 0 : state[at] < 0),
      addGradient: (x, sample, state, at, scale, out, outAt) => {
        const [p, q] = [userOf[sample] * factors, itemFactors + itemOf[sample] * factors];
        const error = scale * (sigmoid(state[at]) - clicked[sample]);
        for (let k = 0; k < factors; k++) {
          out[outAt + p + k] += error * x[q + k];
          out[outAt + q + k] += error * x[p + k];
        }
        out[outAt + userBiases + userOf[sample]] += error;
        out[outAt + itemBiases + itemOf[sample]] += error;
      },
      addProduct: (x, v, sample, state, at, scale, out) => {
        const [p, q] = [userOf[sample] * factors, itemFactors + itemOf[sample] * factors];
        const [a, c] = [userBiases + userOf[sample], itemBiases + itemOf[sample]];
        const error = scale * (sigmoid(state[at]) - clicked[sample]);
        let along = v[a] + v[c];
        for (let k = 0; k < factors; k++) along += v[p + k] * x[q + k] + x[p + k] * v[q + k];
        along *= scale * sigmoid(state[at]) * sigmoid(-state[at]);
        for (let k = 0; k < factors; k++) {
          out[p + k] += along * x[q + k] + error * v[q + k];
          out[q + k] += along * x[p + k] + error * v[p + k];
        }
        out[a] += along;
        out[c] += along;
      },
    },
    options,
  );
}

function checkClicks({ users, items, userOf, itemOf, clicked }: ClickLog): void {
  checkInteger(users, 'users', { min: 1 });
  checkInteger(items, 'items', { min: 1 });
  checkIndices(userOf, 'userOf', users);
  checkIndices(itemOf, 'itemOf', items);
  checkNumbers(clicked, 'clicked');
  if (userOf.length === 0) throw fault('must not be empty', 'userOf', 'empty');
  if (itemOf.length !== userOf.length || clicked.length !== userOf.length) {
    const argument = itemOf.length !== userOf.length ? 'itemOf' : 'clicked';
    throw fault(`expected ${userOf.length} entries`, argument, 'shape');
  }
  const bad = clicked.findIndex((click) => click > 1);
  if (bad < 0) return;
  throw fault(`must be 0 or 1, is ${clicked[bad]} at index ${bad}`, 'clicked', 'out-of-range', bad);
}

function checkIndices(indices: Int32Array, argument: string, bound: number): void {
  checkNumbers(indices, argument);
  const bad = indices.findIndex((index) => index < 0 || index >= bound);
  if (bad < 0) return;
  throw fault(`must be from 0 to ${bound - 1}, is ${indices[bad]} at index ${bad}`, argument, 'out-of-range', bad);
}
