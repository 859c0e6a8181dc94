// Sums over samples: a loss for every row of some tables, batches, and products with Fisher and Gauss-Newton matrices.
import type { FiniteSum, FloatArray, MatrixLike } from '@infimum/core';
import { asMatrix, checkFunction, checkInteger, checkObject, fault } from '@infimum/core';
import { gradients, jacobianVector, vectorJacobian } from '../derivatives/gradient.ts';
import type { Program } from '../expressions/program.ts';
import { compile, compileParts } from '../expressions/program.ts';
import type { Releasable, Tensor } from '../expressions/tensor.ts';
import { checkTensor, describeShape, variable } from '../expressions/tensor.ts';
import { mul } from '../operations/arithmetic.ts';
import { mean } from '../operations/reductions.ts';
import { checkLength, programs } from './objective.ts';

/** A finite sum from an expression. */
export interface SampledObjective extends FiniteSum, Releasable {
  /** Writes the product of the mean of the chosen terms' Hessians with v. */
  hessianVector(x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** The mean of the chosen terms at x; writes its gradient, and keeps intermediate results for `productThere`. */
  evaluate(x: Float64Array, out: Float64Array, indices?: Int32Array): number;
  /**
   * Writes the product with v of the Hessian at the point and for the terms of the last `evaluate`, without evaluating the
   * losses again.
   *
   * @throws {InvalidInputError} before any `evaluate`
   */
  productThere(v: Float64Array, out: Float64Array): void;
  /** Writes the gradients of the chosen terms, one a row: as many times d numbers. */
  sampleGradients(x: Float64Array, out: FloatArray, indices?: Int32Array): void;
  /** Writes (1/n) sum_i g_i (g_i . v) for the gradients g_i of the chosen terms: the empirical Fisher matrix times v. */
  fisherVector(x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
}

/** The definition of a `finiteSum`. */
export interface FiniteSumDefinition {
  /** Number of variables d. */
  readonly dimension: number;
  /** Tables with a row for every term; a column for one number a term. */
  readonly tables: readonly MatrixLike[];
  /**
   * Computes the losses of n terms, a vector of length n, from the variables, a vector of length d, and the n rows of each table.
   */
  readonly losses: (x: Tensor, ...rows: Tensor[]) => Tensor;
  /**
   * Terms that are computed at a time, which bounds the memory; more are cut into pieces of so many. All of them by default.
   */
  readonly mostAtOnce?: number;
}

/**
 * The mean of losses of samples, f(x) = (1/n) sum_i f_i(x), with batches. Expressions are built once for every size of batch,
 * of which the last eight are kept.
 *
 * A product with the empirical Fisher matrix costs as much as one with the Hessian, and stores no gradients of samples.
 *
 * @param definition - dimension, tables and losses
 * @throws {InvalidInputError} for tables of unequal numbers of rows, and losses that are no vector of that length
 *
 * @example
 * ```ts
 * import { finiteSum, matmul, mul, neg, reshape, softplus } from '@infimum/autodiff';
 *
 * const logistic = finiteSum({
 *   dimension: 1,
 *   tables: [[[1], [2], [-1]], [[1], [1], [-1]]],
 *   losses: (x, a, y) => softplus(neg(mul(reshape(y, [y.shape[0]]), matmul(a, x)))),
 * });
 * console.log(logistic.value(Float64Array.of(0)).toFixed(6)); // 0.693147
 * ```
 */
export function finiteSum(definition: FiniteSumDefinition): SampledObjective {
  checkObject(definition, 'definition');
  const { dimension, losses, mostAtOnce = Infinity } = definition;
  checkFunction(losses, 'losses');
  checkInteger(dimension, 'dimension', { min: 1 });
  const tables = asTables(definition.tables, (k) => `tables[${k}]`);
  const terms = tables[0].rows;
  if (mostAtOnce !== Infinity) checkInteger(mostAtOnce, 'mostAtOnce', { min: 1 });
  const batch = (samples: number) => {
    const x = variable(dimension);
    const rows = tables.map(({ cols }) => variable(samples, cols));
    const each = losses(x, ...rows);
    checkTensor(each, 'losses');
    if (each.shape.length !== 1 || each.shape[0] !== samples) {
      throw fault(`must give a vector of ${samples} losses, gives the shape ${describeShape(each.shape)}`, 'losses', 'shape');
    }
    return { x, rows, each };
  };
  batch(Math.min(terms, mostAtOnce));

  const values = programs((samples) => {
    const { x, rows, each } = batch(samples);
    return compile([mean(each)], [x, ...rows]);
  });
  const slopes = programs((samples) => {
    const { x, rows, each } = batch(samples);
    return compile(gradients(mean(each), [x]), [x, ...rows]);
  });
  const products = programs((samples) => {
    const { x, rows, each } = batch(samples);
    const v = variable(dimension);
    const [gradient] = gradients(mean(each), [x]);
    return compile(vectorJacobian(gradient, [x], v), [x, v, ...rows]);
  });
  const fishers = programs((samples) => {
    const { x, rows, each } = batch(samples);
    const v = variable(dimension);
    const shares = mul(jacobianVector(each, [x], [v]), 1 / samples);
    return compile(vectorJacobian(each, [x], shares), [x, v, ...rows]);
  });

  const steps = programs((samples) => {
    const { x, rows, each } = batch(samples);
    const v = variable(dimension);
    const value = mean(each);
    const [gradient] = gradients(value, [x]);
    const product = vectorJacobian(gradient, [x], v);
    return compileParts({ outputs: [value, gradient], variables: [x, ...rows] }, { outputs: product, variables: [v] });
  });

  const room = rowsOf(tables);
  const countOf = (indices: Int32Array | undefined) => indices?.length ?? terms;
  /** The mean of a program's results for the chosen terms, in several pieces if there are too many. */
  const average = (
    program: (samples: number) => Program,
    values: readonly Float64Array[],
    out: Float64Array,
    indices: Int32Array | undefined,
  ): void => {
    const count = countOf(indices);
    values.forEach((each, k) => {
      checkLength(each, k === 0 ? 'x' : 'v', dimension);
    });
    const run = (part: Int32Array | undefined) => {
      const rows = room(part);
      return program(countOf(part)).run([...values, ...rows])[0];
    };
    if (count <= mostAtOnce) {
      out.set(run(indices));
      return;
    }
    out.fill(0);
    for (const part of pieces(indices, count, mostAtOnce)) {
      const [result, share] = [run(part), part.length / count];
      for (let i = 0; i < out.length; i++) out[i] += share * result[i];
    }
  };
  const single = new Float64Array(1);
  let there: ((v: Float64Array, out: Float64Array) => void) | undefined;
  const sampled: SampledObjective = {
    dimension,
    terms,
    value: (x, indices) => {
      average(values, [x], single, indices);
      return single[0];
    },
    gradient: (x, out, indices) => {
      checkLength(out, 'out', dimension);
      average(slopes, [x], out, indices);
    },
    hessianVector: (x, v, out, indices) => {
      checkLength(out, 'out', dimension);
      average(products, [x, v], out, indices);
    },
    evaluate: (x, out, indices) => {
      checkLength(x, 'x', dimension);
      checkLength(out, 'out', dimension);
      if (countOf(indices) > mostAtOnce) {
        const [point, chosen] = [x.slice(), indices?.slice()];
        there = (v, product) => sampled.hessianVector(point, v, product, chosen);
        sampled.gradient(x, out, indices);
        return sampled.value(x, indices);
      }
      const rows = room(indices);
      const program = steps(countOf(indices));
      const [[value], gradient] = program.run([x, ...rows]);
      there = (v, product) => product.set(program.proceed([v])[0]);
      out.set(gradient);
      return value;
    },
    productThere: (v, out) => {
      if (!there) throw fault('asks for a point: call evaluate first', 'v', 'empty');
      checkLength(v, 'v', dimension);
      checkLength(out, 'out', dimension);
      there(v, out);
    },
    sampleGradients: (x, out, indices) => {
      checkLength(x, 'x', dimension);
      const wanted = countOf(indices) * dimension;
      if (!(out.length >= wanted)) checkLength(out, 'out', wanted);
      const one = new Int32Array(1);
      for (let k = 0; k < countOf(indices); k++) {
        one[0] = indices ? indices[k] : k;
        out.set(slopes(1).run([x, ...room(one)])[0], k * dimension);
      }
    },
    fisherVector: (x, v, out, indices) => {
      checkLength(out, 'out', dimension);
      average(fishers, [x, v], out, indices);
    },
    release: () => {
      there = undefined;
      for (const each of [values, slopes, products, fishers, steps]) each.release();
    },
  };
  return sampled;
}

/** Runs of so many of the chosen terms. */
function pieces(indices: Int32Array | undefined, count: number, length: number): Int32Array[] {
  const all = indices ?? Int32Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: Math.ceil(count / length) }, (_, k) => all.subarray(k * length, (k + 1) * length));
}

/** The definition of a `supervised` objective. */
export interface SupervisedDefinition {
  /** Number of variables d. */
  readonly dimension: number;
  /** A row for every sample. */
  readonly inputs: MatrixLike;
  /** The values to predict, a row for every sample. */
  readonly targets: MatrixLike;
  /** Computes the outputs for n samples, n rows, from the variables and the samples' inputs. */
  readonly model: (x: Tensor, inputs: Tensor) => Tensor;
  /** Computes n losses from n rows of outputs and of targets. */
  readonly losses: (outputs: Tensor, targets: Tensor) => Tensor;
}

/** A finite sum of losses of a model's outputs. */
export interface SupervisedObjective extends SampledObjective {
  /**
   * Writes (1/n) sum_i J_i' H_i J_i v, with J_i the Jacobian of the outputs of sample i and H_i the Hessian of its loss in the
   * outputs: the generalised Gauss-Newton matrix times v, positive semidefinite where the loss is convex in the outputs.
   */
  gaussNewtonVector(x: Float64Array, v: Float64Array, out: Float64Array, indices?: Int32Array): void;
  /** The outputs of all samples, or of the chosen ones, row by row. */
  outputs(x: Float64Array, indices?: Int32Array): Float64Array;
}

/**
 * The mean loss of a model on samples with targets: a `finiteSum` with Gauss-Newton products, which cost as much as
 * those with the Hessian.
 *
 * @param definition - dimension, samples, model and losses
 * @throws {InvalidInputError} for unequal numbers of inputs and targets, and losses that are no vector of that length
 *
 * @example
 * ```ts
 * import { matmul, reshape, square, sub, sum, supervised } from '@infimum/autodiff';
 *
 * const line = supervised({
 *   dimension: 2,
 *   inputs: [[1, 0], [1, 1], [1, 2]],
 *   targets: [[1], [3], [5]],
 *   model: (x, inputs) => reshape(matmul(inputs, x), [inputs.shape[0], 1]),
 *   losses: (outputs, targets) => sum(square(sub(outputs, targets)), 1),
 * });
 * console.log(line.value(Float64Array.of(1, 2)), line.outputs(Float64Array.of(1, 2)).join(' ')); // 0 1 3 5
 * ```
 */
export function supervised(definition: SupervisedDefinition): SupervisedObjective {
  checkObject(definition, 'definition');
  const { dimension, model, losses } = definition;
  checkFunction(model, 'model');
  checkFunction(losses, 'losses');
  const tables = asTables([definition.inputs, definition.targets], (k) => ['inputs', 'targets'][k]);
  const [inputs, targets] = tables;
  const sampled = finiteSum({ dimension, tables, losses: (x, a, y) => losses(model(x, a), y) });
  const predictions = programs((samples) => {
    const [x, a] = [variable(dimension), variable(samples, inputs.cols)];
    return compile([model(x, a)], [x, a]);
  });
  const products = programs((samples) => {
    const [x, v] = [variable(dimension), variable(dimension)];
    const [a, y] = [variable(samples, inputs.cols), variable(samples, targets.cols)];
    const outputs = model(x, a);
    const [slopes] = gradients(mean(losses(outputs, y)), [outputs]);
    const [curved] = vectorJacobian(slopes, [outputs], jacobianVector(outputs, [x], [v]));
    return compile(vectorJacobian(outputs, [x], curved), [x, v, a, y]);
  });
  const room = rowsOf(tables);
  const rowsOfInputs = rowsOf([inputs]);
  return {
    ...sampled,
    gaussNewtonVector: (x, v, out, indices) => {
      checkLength(x, 'x', dimension);
      checkLength(v, 'v', dimension);
      checkLength(out, 'out', dimension);
      const rows = room(indices);
      out.set(products(indices?.length ?? inputs.rows).run([x, v, ...rows])[0]);
    },
    outputs: (x, indices) => {
      checkLength(x, 'x', dimension);
      const rows = rowsOfInputs(indices);
      return predictions(indices?.length ?? inputs.rows)
        .run([x, ...rows])[0]
        .slice();
    },
    release: () => {
      for (const each of [sampled, predictions, products]) each.release();
    },
  };
}

/** A table as programs read it. */
type Table = ReturnType<typeof asMatrix>;

/** Tables with as many rows each. */
function asTables(tables: readonly MatrixLike[], argumentOf: (k: number) => string): Table[] {
  if (!Array.isArray(tables) || tables.length === 0) throw fault('must be a list of matrices', 'tables', 'empty');
  const all = tables.map((table: MatrixLike, k) => asMatrix(table, argumentOf(k)));
  for (const [k, { rows }] of all.entries()) {
    if (rows === all[0].rows) continue;
    throw fault(`has ${rows} rows, ${argumentOf(0)} has ${all[0].rows}`, argumentOf(k), 'shape');
  }
  return all;
}

/** The chosen rows of tables, in memory that is kept, and grows to the largest batch. */
function rowsOf(tables: readonly Table[]): (indices?: Int32Array) => Float64Array[] {
  let rooms = tables.map(() => new Float64Array(0));
  let most = 0;
  return (indices) => {
    if (!indices) return tables.map(({ values }) => values);
    checkIndices(indices, tables[0].rows);
    if (indices.length > most) {
      most = indices.length;
      rooms = tables.map(({ cols }) => new Float64Array(cols * most));
    }
    return tables.map(({ cols, values }, k) => {
      const room = rooms[k];
      for (let i = 0; i < indices.length; i++) {
        const from = indices[i] * cols;
        for (let j = 0; j < cols; j++) room[i * cols + j] = values[from + j];
      }
      return room.subarray(0, cols * indices.length);
    });
  };
}

/** Throws for batches that are empty or contain indices out of range. */
function checkIndices(indices: Int32Array, terms: number): void {
  if (indices.length === 0) throw fault('must name at least one term', 'indices', 'empty');
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= 0 && indices[i] < terms && Number.isInteger(indices[i])) continue;
    throw fault(`is ${indices[i]} at index ${i}, must be a term below ${terms}`, 'indices', 'out-of-range', i);
  }
}
