// A small model of language: predicts the next character of a play. Its derivatives are those of an expression.
import type { Tensor } from '@infimum/autodiff';
import {
  add,
  constant,
  finiteSum,
  logSumExp,
  matmul,
  mean,
  mul,
  parameters,
  reshape,
  softmax,
  sub,
  take,
  tanh,
  transpose,
} from '@infimum/autodiff';
import { importData } from '@infimum/core/data';
import type { DenseMatrix } from '@infimum/linalg';
import type { TrainingObjective } from './training-model.ts';

/** Width of the embedding, characters that are seen, and units of the hidden layer. */
const [WIDTH, CONTEXT, HIDDEN] = [32, 32, 64];

/** Windows of the text that are trained with; those after them are held out. */
const TRAINING_WINDOWS = 4928;

/** Windows that are computed at a time. */
const MOST_AT_ONCE = 64;

/** Added to the scores of characters that are still to come. */
const NEVER = -1e9;

/** The mean cross-entropy of the next characters, with the shapes of its parameters. */
interface CharacterObjective extends TrainingObjective {
  readonly shapes: readonly (readonly number[])[];
}

/** A model on the windows to train with and on those that are held out. */
export interface CharacterModel {
  readonly objective: CharacterObjective;
  readonly heldOut: CharacterObjective;
}

/**
 * The model on the text of Hamlet, cut into windows of 32 characters, each of which is predicted from those before it in the
 * window: an embedding, a block of causal attention with one head, a hidden layer of tanh units, and the embedding again as
 * the softmax's weights. A term is the mean cross-entropy of a window, in nats.
 *
 * @param samples - windows to train with, at most 4928; as many are held out, at most 507
 */
export async function characterModel(samples: number): Promise<CharacterModel> {
  const { loadHamlet } = await importData(() => import('@infimum/datasets/hamlet'));
  const { characters, alphabet } = loadHamlet();
  const windows = Math.floor((characters.length - 1) / CONTEXT);
  const part = (from: number, to: number): CharacterObjective => {
    const table = (shift: number): DenseMatrix => ({
      rows: to - from,
      cols: CONTEXT,
      values: Float64Array.from(characters.subarray(from * CONTEXT + shift, to * CONTEXT + shift)),
    });
    return characterObjective(table(0), table(1), alphabet.length);
  };
  // A small sample is to be judged as quickly as it is trained with.
  const heldOut = Math.min(samples, windows - TRAINING_WINDOWS);
  return { objective: part(0, samples), heldOut: part(TRAINING_WINDOWS, TRAINING_WINDOWS + heldOut) };
}

/** Contexts and the characters that follow each of theirs, as numbers from 0, a window a row. */
export function characterObjective(contexts: DenseMatrix, targets: DenseMatrix, characters: number): CharacterObjective {
  // Matrices are units by inputs: a row is what one unit has, as in the other models.
  const layout = parameters({
    embedding: [characters, WIDTH],
    positions: [contexts.cols, WIDTH],
    queries: [WIDTH, WIDTH],
    keys: [WIDTH, WIDTH],
    values: [WIDTH, WIDTH],
    mixing: [WIDTH, WIDTH],
    hidden: [HIDDEN, WIDTH],
    hiddenBias: [HIDDEN],
    output: [WIDTH, HIDDEN],
    outputBias: [WIDTH],
  });
  const length = contexts.cols;
  const mask = constant(
    Float64Array.from({ length: length * length }, (_, k) => (k % length > Math.floor(k / length) ? NEVER : 0)),
    [length, length],
  );
  const objective = finiteSum({
    dimension: layout.dimension,
    tables: [contexts, targets],
    mostAtOnce: MOST_AT_ONCE,
    losses: (x, seen, next) => {
      const windows = seen.shape[0];
      const weights = layout.unpack(x);
      /** Rows of the windows through a matrix. */
      const through = (rows: Tensor, matrix: Tensor) => matmul(rows, transpose(matrix));
      const stacked = (rows: Tensor) => reshape(rows, [windows, length, WIDTH]);
      const flat = (stack: Tensor) => reshape(stack, [windows * length, WIDTH]);

      const embedded = flat(add(stacked(rowsOf(weights.embedding, seen)), weights.positions));
      const [queries, keys, values] = [weights.queries, weights.keys, weights.values].map((matrix) =>
        stacked(through(embedded, matrix)),
      );
      const scores = mul(matmul(queries, transpose(keys)), 1 / Math.sqrt(WIDTH));
      const attended = flat(matmul(softmax(add(scores, mask)), values));
      const mixed = add(embedded, through(attended, weights.mixing));
      const units = tanh(add(through(mixed, weights.hidden), weights.hiddenBias));
      const final = add(mixed, add(through(units, weights.output), weights.outputBias));
      return mean(reshape(crossEntropy(through(final, weights.embedding), next), [windows, length]), 1);
    },
  });
  return { ...objective, shapes: Object.values(layout.shapes) };
}

/** The rows of a matrix that a table of numbers names, one below the other. */
function rowsOf(matrix: Tensor, numbers: Tensor): Tensor {
  const [count, width] = [numbers.shape[0] * numbers.shape[1], matrix.shape[1]];
  const columns = constant(
    Float64Array.from({ length: width }, (_, j) => j),
    [1, width],
  );
  return take(matrix, add(mul(reshape(numbers, [count, 1]), width), columns));
}

/** -log of the probability of the class that the table names, for every row of scores. */
function crossEntropy(scores: Tensor, numbers: Tensor): Tensor {
  const [count, classes] = scores.shape;
  const starts = constant(Float64Array.from({ length: count }, (_, row) => row * classes));
  return sub(logSumExp(scores), take(scores, add(starts, reshape(numbers, [count]))));
}
