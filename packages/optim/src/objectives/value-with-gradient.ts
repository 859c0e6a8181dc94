// Values and gradients that share most of their work: methods request both at one point, one after the other.
import { atLastPoint } from './last-point.ts';

/** A function whose value and gradient are made in one go. */
export interface SharedWork {
  /** f(x); with `out` its gradient too. Leaves behind what `complete` needs. */
  evaluate(x: Float64Array, out?: Float64Array): number;
  /** Writes the gradient at the point of the last evaluation, with the same bits. */
  complete(out: Float64Array): void;
}

/** Value and gradient of which each point costs once. */
export interface ValueWithGradient {
  value(x: Float64Array): number;
  gradient(x: Float64Array, out: Float64Array): void;
  /** Evaluates at x, and keeps the intermediate results. */
  visit(x: Float64Array): void;
}

/**
 * A value is computed together with its gradient if the gradient was also requested after the previous value, as in line
 * searches for the Wolfe conditions; otherwise gradients are computed on request.
 */
export function valueWithGradient(dimension: number, { evaluate, complete }: SharedWork): ValueWithGradient {
  const slope = new Float64Array(dimension);
  let value = 0;
  let isComplete = false;
  let isWanted = true;
  const visit = atLastPoint(dimension, (x) => {
    isComplete = isWanted;
    isWanted = false;
    value = evaluate(x, isComplete ? slope : undefined);
  });
  return {
    visit,
    value: (x) => {
      visit(x);
      return value;
    },
    gradient: (x, out) => {
      isWanted = true; // at a new point both are made now
      visit(x);
      if (!isComplete) complete(slope);
      isComplete = true;
      isWanted = true; // and at the next one
      out.set(slope);
    },
  };
}
