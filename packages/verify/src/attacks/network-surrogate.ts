// Minimisation through a network, or any simulation: instances, requests and evaluation of points, and the common part of the methods.
import type { Conclusion, Iterate, Listed, OptionSpecs, Paper, Steps, VectorLike } from '@infimum/core';
import {
  asVector,
  checkFunction,
  checkInteger,
  checkMethods,
  checkNumber,
  checkNumbers,
  checkObject,
  converged,
  fault,
  stalled,
} from '@infimum/core';

/** A map of vectors to vectors; with products with the transposed Jacobian if known. */
export interface SimulationMap {
  /** Number of inputs. */
  readonly inputs: number;
  /** Number of outputs. */
  readonly outputs: number;
  /** The outputs at x. */
  evaluate(x: Float64Array): Float64Array;
  /** J(x)' u, if the map is white-box. */
  pullBack?(x: Float64Array, u: Float64Array): Float64Array;
}

/** A function of a vector, with its gradient. */
export interface ScalarFunction {
  /** The value at y. */
  value(y: Float64Array): number;
  /** The gradient at y. */
  gradient(y: Float64Array): Float64Array;
}

/** Inequalities c(v) <= 0, whose scaling is their weight. */
export interface Inequalities {
  /** c(v). */
  value(v: Float64Array): Float64Array;
  /** The gradient of w · c at v. */
  pullBack(v: Float64Array, w: Float64Array): Float64Array;
}

/** min F(map(x)) subject to inequalities on inputs and outputs. */
export interface SurrogateInstance {
  /** The network or simulation. */
  readonly map: SimulationMap;
  /** F, a function of the outputs. */
  readonly objective: ScalarFunction;
  /** Inequalities on the inputs. */
  readonly onInputs?: Inequalities;
  /** Inequalities on the outputs. */
  readonly onOutputs?: Inequalities;
  /** Where methods start. */
  readonly initial: Float64Array;
  /** The length of first steps, in units of `scale`. */
  readonly radius: number;
  /** A unit for every input; 1 by default. */
  readonly scale?: Float64Array;
}

/** The best point found. */
export interface SurrogateSolution {
  /** The point. */
  readonly x: Float64Array;
  /** F + |max(c, 0)|² there, the minimised function. */
  readonly value: number;
  /** |max(c, 0)|, in the scaling of the inequalities. */
  readonly violation: number;
  /** Evaluations of the map, and products with the transposed Jacobian. */
  readonly evaluations: SurrogateCounts;
}

/** Questions by kind. */
export interface SurrogateCounts {
  /** Evaluations of the map. */
  readonly value: number;
  /** Products with the transposed Jacobian. */
  readonly pullBack: number;
}

/** A request to the map, and the progress of a method. */
export interface SurrogateIterate extends Iterate<SurrogateSolution> {
  /** The request: outputs at `x`, or the product of the transposed Jacobian there with `weights`. */
  readonly question: 'evaluate' | 'pull-back';
  /** The point. */
  readonly x: Float64Array;
  /** The vector that the transposed Jacobian is multiplied with. */
  readonly weights?: Float64Array;
  /** The best value so far. */
  readonly value: number;
  /** Requests so far, without the current one. */
  readonly evaluations: SurrogateCounts;
  /** The length of steps at present. */
  readonly radius: number;
}

/** Outputs or a product; undefined for a failed evaluation and for a map that is not white-box. */
export type SurrogateAnswer = Float64Array | undefined;

/** A method. */
export type SurrogateSteps = Steps<SurrogateSolution, SurrogateIterate, SurrogateAnswer>;

/** A part of a method: makes requests, returns a result. */
export type Asking<Result> = Generator<SurrogateIterate, Result, SurrogateAnswer>;

/** A point with its values. */
export interface Evaluated {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly value: number;
  readonly violation: number;
  /** max(c, 0) for inputs and outputs. */
  readonly onInputs: Float64Array;
  readonly onOutputs: Float64Array;
}

/** An instance whose start and scale may be any lists, and whose functions may return any lists. */
export interface SurrogateInstanceLike extends Omit<Listed<SurrogateInstance>, 'objective'> {
  /** F, whose gradient may be any list. */
  readonly objective: Pick<ScalarFunction, 'value'> & {
    /** The gradient at y. */
    gradient(y: Float64Array): VectorLike;
  };
}

/** An instance in typed arrays, checked: @throws {InvalidInputError} naming the field. */
export function asSurrogateInstance(instance: SurrogateInstanceLike): SurrogateInstance {
  checkObject(instance, 'instance');
  const { map, objective, radius, scale: given, ...rest } = instance;
  checkMethods(map, 'map', ['evaluate']);
  if (map.pullBack !== undefined) checkFunction(map.pullBack, 'map.pullBack');
  for (const name of ['onInputs', 'onOutputs'] as const) {
    if (rest[name] !== undefined) checkMethods(rest[name], name, ['value', 'pullBack']);
  }
  checkInteger(map.inputs, 'map.inputs', { min: 1 });
  checkInteger(map.outputs, 'map.outputs', { min: 1 });
  checkMethods(objective, 'objective', ['value', 'gradient']);
  const initial = asVector(instance.initial, 'initial', map.inputs);
  checkNumber(radius, 'radius', { above: 0 });
  const scale = given && asVector(given, 'scale', map.inputs);
  const index = scale?.findIndex((unit) => !(unit > 0)) ?? -1;
  if (index >= 0) throw fault('must be above 0', 'scale', 'out-of-range', index);
  return { ...rest, map, objective: objective as ScalarFunction, radius, initial, ...(scale && { scale }) };
}

/** Answers a request by the instance's own map. */
export function answerSurrogate({ map }: SurrogateInstance, question: SurrogateIterate): SurrogateAnswer {
  if (question.question === 'evaluate') return map.evaluate(question.x);
  return question.weights && map.pullBack?.(question.x, question.weights);
}

/** The complete state of a method: the instance, the counts and the best point. */
export class SurrogateSearch {
  readonly instance: SurrogateInstance;
  readonly scale: Float64Array;
  /** The length of steps, for iterates. */
  radius: number;
  best: Evaluated | undefined;
  #evaluations = 0;
  #pullBacks = 0;
  #iteration = 0;

  constructor(given: SurrogateInstanceLike) {
    const instance = asSurrogateInstance(given);
    this.instance = instance;
    this.radius = instance.radius;
    this.scale = instance.scale ?? new Float64Array(instance.map.inputs).fill(1);
  }

  get dimension(): number {
    return this.instance.map.inputs;
  }

  /** The best point; before the first evaluation the start, with the largest number for its value. */
  solution(): SurrogateSolution {
    const { best, instance } = this;
    const x = (best?.x ?? instance.initial).slice();
    const value = best && Number.isFinite(best.value) ? best.value : Number.MAX_VALUE;
    const violation = best && Number.isFinite(best.violation) ? best.violation : 0;
    return { x, value, violation, evaluations: this.#counts };
  }

  get #counts(): SurrogateCounts {
    return { value: this.#evaluations, pullBack: this.#pullBacks };
  }

  #ask(question: SurrogateIterate['question'], x: Float64Array, weights?: Float64Array): SurrogateIterate {
    return {
      iteration: this.#iteration++,
      question,
      x,
      ...(weights && { weights }),
      value: this.best && Number.isFinite(this.best.value) ? this.best.value : Number.MAX_VALUE,
      evaluations: this.#counts,
      radius: this.radius,
      solution: () => this.solution(),
    };
  }

  /** Evaluates a point; the best one is kept. A failed evaluation, or one with NaN, counts as infinitely bad. */
  *evaluate(x: Float64Array): Asking<Evaluated> {
    const y = yield this.#ask('evaluate', x.slice());
    this.#evaluations++;
    const found = this.judge(x, y);
    if (!this.best || found.value < this.best.value) this.best = found;
    return found;
  }

  /** F + |max(c, 0)|² at a point whose outputs are known. */
  judge(x: Float64Array, y: SurrogateAnswer): Evaluated {
    const none = new Float64Array(0);
    const { objective, onInputs, onOutputs } = this.instance;
    if (!y || y.length !== this.instance.map.outputs) {
      return { x: x.slice(), y: none, value: Infinity, violation: Infinity, onInputs: none, onOutputs: none };
    }
    const positive = (inequalities: Inequalities | undefined, at: Float64Array, name: string) => {
      if (!inequalities) return none;
      const values = inequalities.value(at);
      checkNumbers(values, `${name}.value`);
      return Float64Array.from(values, (c) => (c > 0 ? c : c <= 0 ? 0 : Infinity));
    };
    const zInputs = positive(onInputs, x, 'onInputs');
    const zOutputs = positive(onOutputs, y, 'onOutputs');
    let square = 0;
    for (const z of zInputs) square += z * z;
    for (const z of zOutputs) square += z * z;
    const value = objective.value(y) + square;
    return {
      x: x.slice(),
      y,
      value: Number.isNaN(value) ? Infinity : value,
      violation: Math.sqrt(square),
      onInputs: zInputs,
      onOutputs: zOutputs,
    };
  }

  /**
   * The gradient at `point` of u · (outputs, max(c, 0)) for the u that `base` has: the objective's gradient and twice the
   * violations. Inequalities that are not violated at `point` contribute nothing. If the map is not white-box, by forward differences if
   * `fallback` says so. Undefined if unavailable.
   */
  *gradient(point: Evaluated, base: Evaluated, fallback: 'differences' | 'none'): Asking<Float64Array | undefined> {
    if (point.y.length === 0 || base.y.length === 0) return undefined;
    const { objective, onInputs, onOutputs } = this.instance;
    const u = asVector(objective.gradient(base.y), 'objective.gradient', base.y.length).slice();
    if (onOutputs) {
      const weights = base.onOutputs.map((z, i) => (point.onOutputs[i] > 0 ? 2 * z : 0));
      if (weights.some((w) => w !== 0)) {
        const more = onOutputs.pullBack(point.y, weights);
        for (let i = 0; i < u.length; i++) u[i] += more[i];
      }
    }
    let gradient = yield* this.#pullBack(point, u, fallback);
    if (!gradient) return undefined;
    if (onInputs) {
      const weights = base.onInputs.map((z, i) => (point.onInputs[i] > 0 ? 2 * z : 0));
      if (weights.some((w) => w !== 0)) {
        const more = onInputs.pullBack(point.x, weights);
        gradient = gradient.map((g, j) => g + more[j]);
      }
    }
    return gradient.every(Number.isFinite) ? gradient : undefined;
  }

  *#pullBack(point: Evaluated, u: Float64Array, fallback: 'differences' | 'none'): Asking<Float64Array | undefined> {
    const answer = yield this.#ask('pull-back', point.x.slice(), u);
    if (answer) {
      this.#pullBacks++;
      return answer;
    }
    if (fallback === 'none') return undefined;
    const gradient = new Float64Array(this.dimension);
    for (let j = 0; j < gradient.length; j++) {
      const step = 1e-6 * Math.max(this.scale[j], Math.abs(point.x[j]));
      const moved = point.x.slice();
      moved[j] += step;
      const { y } = yield* this.evaluate(moved);
      if (y.length === 0) return undefined;
      for (let i = 0; i < y.length; i++) gradient[j] += (u[i] * (y[i] - point.y[i])) / (moved[j] - point.x[j]);
    }
    return gradient;
  }

  /** x + d, with d in units of the scale. */
  moved(x: Float64Array, d: Float64Array): Float64Array {
    return x.map((value, j) => value + d[j] * this.scale[j]);
  }
}

/** The length of the poll with which methods confirm convergence, in units of the instance's scale. */
const CONFIRMING_RADIUS = 1e-5;

/**
 * Polls around the best point before a method reports convergence: `ended` if no step of the confirming radius along an
 * axis improves, `improved` if one does, `failed` if the best point itself gives another value than before, or no longer
 * gives it once a step has failed. Needs up to 2n + 2 evaluations.
 */
export function* confirmEnd(search: SurrogateSearch): Asking<'ended' | 'improved' | 'failed'> {
  const { best, dimension } = search;
  if (!best || !Number.isFinite(best.value)) return 'failed';
  const again = yield* search.evaluate(best.x);
  if (again.value !== best.value) return 'failed';
  const d = new Float64Array(dimension);
  let haveAllAnswered = true;
  for (let j = 0; j < dimension; j++) {
    for (const sign of [1, -1]) {
      d[j] = sign * CONFIRMING_RADIUS;
      const { value } = yield* search.evaluate(search.moved(best.x, d));
      if (value < best.value) return 'improved';
      haveAllAnswered &&= Number.isFinite(value);
    }
    d[j] = 0;
  }
  if (haveAllAnswered) return 'ended';
  // The map is undefined there, or no longer answers: the best point shows which.
  const last = yield* search.evaluate(best.x);
  return last.value === best.value ? 'ended' : 'failed';
}

/** The reason of a method whose convergence could not be confirmed. */
export const FAILED_REASON = 'the best point could not be evaluated again: evaluations fail, or are not repeatable';

/** The result of a method that has nothing left to try: confirmed, or with the better point that the confirmation found. */
export function* endOf(search: SurrogateSearch, ended: string, improved: string): Asking<Conclusion<SurrogateSolution>> {
  const end = yield* confirmEnd(search);
  if (end === 'ended') return converged(search.solution(), ended);
  return stalled(search.solution(), end === 'failed' ? FAILED_REASON : improved);
}

/** The paper of the hybrid. */
export const attacksPaper: Paper = {
  title: 'Optimization by Directional Attacks: Solving Problems with Neural Network Surrogates',
  arxiv: '2510.01461',
  year: 2025,
};

/** The options that all methods have. */
export const searchOptions = {
  seed: { type: 'integer', min: 0, default: 0, description: 'Seed of the random numbers' },
  maxIterations: {
    type: 'integer',
    min: 0,
    default: 5000,
    description: 'Limit on evaluations plus products with the Jacobian',
  },
} as const satisfies OptionSpecs;

/** The options of methods whose steps grow and shrink. */
export const radiusOptions = {
  minRadius: { type: 'number', above: 0, default: 1e-5, description: 'Step length at which to stop, in units of the scale' },
  maxRadius: { type: 'number', above: 0, default: 10, description: 'Largest step length' },
} as const satisfies OptionSpecs;

/** The largest gain of a step of the confirming radius along an axis. */
export function pollGain(instance: SurrogateInstance, x: Float64Array): number {
  const search = new SurrogateSearch(instance);
  const valueAt = (point: Float64Array) => search.judge(point, instance.map.evaluate(point)).value;
  const value = valueAt(x);
  if (!Number.isFinite(value)) return Number.MAX_VALUE;
  let gain = 0;
  const d = new Float64Array(x.length);
  for (let j = 0; j < x.length; j++) {
    for (const sign of [1, -1]) {
      d[j] = sign * CONFIRMING_RADIUS;
      gain = Math.max(gain, value - valueAt(search.moved(x, d)));
    }
    d[j] = 0;
  }
  return Math.min(gain, Number.MAX_VALUE);
}
