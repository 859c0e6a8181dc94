// Code shared by optimisers that take one step at a time, for your own training loop.
import type { FloatArray } from '@infimum/core';
import { checkNumber, fault } from '@infimum/core';
import type { StepMemory } from './step-memory.ts';
import { sizeOf } from './training-model.ts';

/** Writes the product of a Hessian with v. */
export type HessianVector = (v: Float64Array, out: Float64Array) => void;

/** All that an optimiser remembers. It can be structured-cloned and sent to a worker. */
export interface OptimizerState {
  /** Which optimiser it belongs to. */
  readonly method: string;
  /** Counters and products, by name. */
  readonly numbers: { [name: string]: number };
  /** Averages and similar vectors, by name. */
  readonly vectors: { readonly [name: string]: FloatArray };
}

/** A method that moves x by one step for every gradient it is given. */
export interface StochasticOptimizer {
  /** Number of parameters d. */
  readonly dimension: number;
  /** Factor of the steps; may be changed between steps. */
  learningRate: number;
  /** What it remembers, to look at. */
  readonly state: OptimizerState;
  /**
   * Moves x, d numbers, in place.
   *
   * @param x - the parameters
   * @param gradient - of the batch's loss at x; is not kept
   * @param hessianVector - products with the Hessian of the same batch at the same x, for methods that use curvature
   * @throws {InvalidInputError} for arrays of another length, and for missing products where they are needed
   */
  step(x: Float64Array, gradient: Float64Array, hessianVector?: HessianVector): void;
  /** A copy of all that it remembers. */
  serialize(): OptimizerState;
  /**
   * Goes back to what `serialize` gave: the same steps follow, bit for bit.
   *
   * @throws {InvalidInputError} for the state of another method or size
   */
  restore(state: OptimizerState): void;
}

/** Parameters as a number of them, or as the shapes of the tensors that they consist of. */
export type ParameterShapes = number | readonly (readonly number[])[];

/** The parts of an optimiser. */
interface OptimizerDefinition<Name extends string> {
  readonly method: string;
  readonly learningRate: number;
  /** Numbers to remember, with their first values. */
  readonly numbers?: { [name: string]: number };
  /** Names of the vectors to remember: zeros, as many as there are parameters. */
  readonly vectors: readonly Name[];
  /** Where they lie; on the heap by default. */
  readonly memory?: StepMemory;
  /** Further arrays to remember. */
  readonly arrays?: { readonly [name: string]: FloatArray };
  /** Whether products with the Hessian are needed. */
  readonly needsProducts?: boolean;
  /** Called after `restore`, to rebuild what is derived from the state. */
  readonly restored?: () => void;
  readonly update: (
    x: Float64Array,
    gradient: Float64Array,
    learningRate: number,
    vectors: Readonly<Record<Name, Float64Array>>,
    hessianVector: HessianVector,
  ) => void;
}

/** Puts state, checks and serialisation around the update of a method. */
export function defineOptimizer<Name extends string>(
  parameters: ParameterShapes,
  definition: OptimizerDefinition<Name>,
): StochasticOptimizer {
  const { method, learningRate, numbers = {}, arrays = {}, needsProducts = false, update, memory } = definition;
  checkNumber(learningRate, 'learningRate', { min: 0 });
  const dimension = dimensionOf(parameters);
  const own = Object.fromEntries(definition.vectors.map((name) => [name, memory?.vector() ?? new Float64Array(dimension)]));
  const vectors = { ...own, ...arrays };
  const state: OptimizerState = { method, numbers, vectors };
  return {
    dimension,
    learningRate,
    state,
    step(x, gradient, hessianVector) {
      checkLength(x, 'x', dimension);
      checkLength(gradient, 'gradient', dimension);
      if (needsProducts && typeof hessianVector !== 'function') {
        throw fault(`${method} needs a function hessianVector(v, out)`, 'hessianVector', 'type');
      }
      update(x, gradient, this.learningRate, own as Record<Name, Float64Array>, hessianVector as HessianVector);
    },
    serialize: () => ({
      method,
      numbers: { ...numbers },
      vectors: Object.fromEntries(Object.entries(vectors).map(([name, vector]) => [name, vector.slice()])),
    }),
    restore: (saved) => {
      checkState(saved, state);
      Object.assign(numbers, saved.numbers);
      for (const [name, vector] of Object.entries(vectors)) vector.set(saved.vectors[name]);
      definition.restored?.();
    },
  };
}

/**
 * Checks shapes, and gives the number of parameters.
 *
 * @throws {InvalidInputError} naming `parameters` and the first tensor at fault
 */
export function dimensionOf(parameters: ParameterShapes): number {
  const shapes = typeof parameters === 'number' ? [[parameters]] : parameters;
  const isLength = (length: unknown) => Number.isInteger(length) && (length as number) >= 1;
  const bad = Array.isArray(shapes) ? shapes.findIndex((shape) => !Array.isArray(shape) || !shape.every(isLength)) : 0;
  if (bad >= 0 || shapes.length === 0) {
    const problem = 'expected a number of parameters, or shapes made of positive integers';
    throw fault(problem, 'parameters', 'shape', bad >= 0 ? bad : undefined);
  }
  const size = sizeOf(shapes);
  if (size <= MOST_PARAMETERS) return size;
  throw fault(`needs ${8 * size} bytes, more than there is room for`, 'parameters', 'too-large');
}

/** Every vector of a method is of so many numbers: 4 GB. */
const MOST_PARAMETERS = 2 ** 29;

function checkLength(vector: Float64Array, argument: string, length: number): void {
  if (vector instanceof Float64Array && vector.length === length) return;
  const found = vector instanceof Float64Array ? `${vector.length} entries` : 'something else';
  throw fault(`expected a Float64Array of ${length} entries, got ${found}`, argument, 'shape');
}

function checkState(saved: OptimizerState, state: OptimizerState): void {
  const problem =
    saved?.method !== state.method
      ? `is of ${saved?.method}, not of ${state.method}`
      : Object.keys(state.numbers).some((name) => typeof saved.numbers?.[name] !== 'number')
        ? 'lacks a number'
        : Object.entries(state.vectors).some(([name, vector]) => saved.vectors?.[name]?.length !== vector.length)
          ? 'has vectors of another size'
          : undefined;
  if (problem) throw fault(problem, 'state', 'shape');
}
