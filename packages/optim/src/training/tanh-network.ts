// A network with one hidden layer of tanh units and a softmax over classes, with exact products with its Hessian.
//
// B. Pearlmutter: Fast exact multiplication by the Hessian (1994).
import { checkInteger, InvalidInputError, portableExp, portableExpm1, portableLog } from '@infimum/core';
import type { FeatureLayer } from './feature-layer.ts';
import { type SampleLoss, sizeOf } from './training-model.ts';

/** Classes of the samples: integers from 0. */
export type ClassLabels = Uint8Array | Int32Array;

/**
 * The cross-entropy of softmax(W phi + b), where phi are the pooled tanh(u) of the layer's units u. In the notation of the
 * R-operator, R is the derivative along v; p are the probabilities, and the error delta = p - (the label's unit vector)
 * goes backwards as e = W' delta.
 */
export function tanhNetwork(layer: FeatureLayer, labels: Int32Array, classes: number): SampleLoss {
  const { units, features, featureOf } = layer;
  const weights = sizeOf(layer.shapes);
  const biases = weights + classes * features;
  const share = features / units;
  // State of a sample: activations, features, probabilities.
  const [featuresAt, classesAt] = [units, units + features];
  const along = new Float64Array(units);
  const back = new Float64Array(units);
  const featuresAlong = new Float64Array(features);
  const errors = new Float64Array(features);
  const errorsAlong = new Float64Array(features);
  const delta = new Float64Array(classes);
  const deltaAlong = new Float64Array(classes);

  /** delta and e of a sample. */
  const backwards = (x: Float64Array, sample: number, state: Float64Array, at: number) => {
    for (let c = 0; c < classes; c++) delta[c] = state[at + classesAt + c];
    delta[labels[sample]] -= 1;
    errors.fill(0);
    for (let c = 0, k = weights; c < classes; c++) {
      for (let f = 0; f < features; f++, k++) errors[f] += delta[c] * x[k];
    }
  };

  return {
    shapes: [...layer.shapes, [classes, features], [classes]],
    terms: layer.samples,
    stateSize: units + features + classes,
    forward: (x, sample, state, at) => {
      layer.apply(x, sample, state, at);
      for (let unit = at; unit < at + units; unit++) state[unit] = tanh(state[unit]);
      pool(state, at, featureOf, share, state, at + featuresAt, features);
      const scores = at + classesAt;
      for (let c = 0, k = weights; c < classes; c++) {
        let sum = x[biases + c];
        for (let f = at + featuresAt; f < scores; f++, k++) sum += x[k] * state[f];
        state[scores + c] = sum;
      }
      return softmaxLoss(state, scores, classes, labels[sample]);
    },
    isRight: (sample, state, at) => {
      const label = state[at + classesAt + labels[sample]];
      for (let c = 0; c < classes; c++) {
        // A tie is no decision, and NaN is none.
        if (c !== labels[sample] && !(state[at + classesAt + c] < label)) return false;
      }
      return true;
    },
    addGradient: (x, sample, state, at, scale, out, outAt) => {
      backwards(x, sample, state, at);
      for (let unit = 0; unit < units; unit++) {
        const a = state[at + unit];
        back[unit] = share * errors[featureOf[unit]] * (1 - a * a);
      }
      layer.addAdjoint(back, sample, scale, out, outAt);
      for (let c = 0, k = outAt + weights; c < classes; c++) {
        const factor = scale * delta[c];
        for (let f = 0; f < features; f++, k++) out[k] += factor * state[at + featuresAt + f];
        out[outAt + biases + c] += factor;
      }
    },
    addProduct: (x, v, sample, state, at, scale, out) => {
      backwards(x, sample, state, at);
      layer.apply(v, sample, along, 0);
      for (let unit = 0; unit < units; unit++) {
        const a = state[at + unit];
        along[unit] *= 1 - a * a;
      }
      pool(along, 0, featureOf, share, featuresAlong, 0, features);
      let mean = 0;
      for (let c = 0, k = weights; c < classes; c++) {
        let sum = v[biases + c];
        for (let f = 0; f < features; f++, k++)
          sum += x[k] * featuresAlong[f] + v[k] * state[at + featuresAt + f];
        deltaAlong[c] = sum;
        mean += state[at + classesAt + c] * sum;
      }
      for (let c = 0; c < classes; c++) deltaAlong[c] = state[at + classesAt + c] * (deltaAlong[c] - mean);
      errorsAlong.fill(0);
      for (let c = 0, k = weights; c < classes; c++) {
        for (let f = 0; f < features; f++, k++) {
          errorsAlong[f] += deltaAlong[c] * x[k] + delta[c] * v[k];
          out[k] += scale * (deltaAlong[c] * state[at + featuresAt + f] + delta[c] * featuresAlong[f]);
        }
        out[biases + c] += scale * deltaAlong[c];
      }
      for (let unit = 0; unit < units; unit++) {
        const [a, feature] = [state[at + unit], featureOf[unit]];
        back[unit] = share * (errorsAlong[feature] * (1 - a * a) - 2 * a * along[unit] * errors[feature]);
      }
      layer.addAdjoint(back, sample, scale, out, 0);
    },
  };
}

/**
 * Checks class labels, and gives them as 32-bit integers.
 *
 * @throws {InvalidInputError} naming `labels` and the first index at fault, or `classes`
 */
export function checkClassLabels(labels: ClassLabels, samples: number, classes: number): Int32Array {
  checkInteger(classes, 'classes', { min: 2 });
  const problem =
    labels instanceof Uint8Array || labels instanceof Int32Array
      ? labels.length === samples
        ? undefined
        : `expected ${samples} entries, got ${labels.length}`
      : 'expected a Uint8Array or Int32Array';
  if (problem) throw new InvalidInputError(problem, { argument: 'labels', code: 'shape' });
  const bad = labels.findIndex((label) => label < 0 || label >= classes);
  if (bad >= 0) {
    const found = `must be below ${classes}, is ${labels[bad]} at index ${bad}`;
    throw new InvalidInputError(found, { argument: 'labels', code: 'out-of-range', index: bad });
  }
  return Int32Array.from(labels);
}

/** Features as means of units: every unit adds its share. */
function pool(
  units: Float64Array,
  at: number,
  featureOf: Int32Array,
  share: number,
  out: Float64Array,
  outAt: number,
  features: number,
): void {
  out.fill(0, outAt, outAt + features);
  for (let unit = 0; unit < featureOf.length; unit++)
    out[outAt + featureOf[unit]] += share * units[at + unit];
}

/** Turns scores into probabilities in place; the cross-entropy of the label. */
function softmaxLoss(scores: Float64Array, at: number, classes: number, label: number): number {
  let most = -Infinity;
  for (let c = at; c < at + classes; c++) most = Math.max(most, scores[c]);
  const own = scores[at + label] - most;
  let sum = 0;
  for (let c = at; c < at + classes; c++) {
    scores[c] = portableExp(scores[c] - most);
    sum += scores[c];
  }
  for (let c = at; c < at + classes; c++) scores[c] /= sum;
  return portableLog(sum) - own;
}

/** The hyperbolic tangent, with the same bits in every engine. */
function tanh(t: number): number {
  const power = portableExpm1(-2 * Math.abs(t));
  const size = -power / (2 + power);
  return t < 0 ? -size : size;
}
