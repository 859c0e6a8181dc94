// The probability of preferring one of two, as a function of how much better it is: logistic, or normal.
import { logNormalCdf, normalCdf } from '@infimum/linalg/numerics';

/** A link function Φ with Φ(x) + Φ(-x) = 1, by what likelihoods need. */
export interface PreferenceLink {
  /** Φ(x). */
  probability(x: number): number;
  /** ln Φ(x), without underflow. */
  logProbability(x: number): number;
  /** The derivative of ln Φ. */
  slope(x: number): number;
  /** Minus the second derivative of ln Φ, at least 0. */
  curvature(x: number): number;
}

/** Φ(x) = 1 / (1 + e^-x). */
export const logisticLink: PreferenceLink = {
  probability: logistic,
  logProbability: (x) => (x > 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x))),
  slope: (x) => logistic(-x),
  curvature: (x) => logistic(x) * logistic(-x),
};

/** The distribution function of the standard normal distribution. */
export const probitLink: PreferenceLink = {
  probability: normalCdf,
  logProbability: logNormalCdf,
  slope: millsRatio,
  curvature: (x) => Math.max(0, millsRatio(x) * (x + millsRatio(x))),
};

/** The link of a name. */
export function linkOf(name: 'logistic' | 'probit'): PreferenceLink {
  return name === 'logistic' ? logisticLink : probitLink;
}

function logistic(x: number): number {
  return x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** φ(x) / Φ(x). */
function millsRatio(x: number): number {
  return Math.exp(-0.5 * x * x - HALF_LOG_TAU - logNormalCdf(x));
}

const HALF_LOG_TAU: number = 0.5 * Math.log(2 * Math.PI);
