// Pólya-Gamma numbers.
import type { Random } from '@infimum/core';
import { probitLink } from './preference-link.ts';

/** Where the two series of the Jacobi density meet. */
const TRUNCATION = 0.64;

/**
 * A Pólya-Gamma number PG(1, z), exactly, by Devroye's alternating series (N. Polson, J. Scott, J. Windle: Bayesian inference
 * for logistic models using Pólya-Gamma latent variables, arXiv 1205.0310).
 */
export function drawPolyaGamma(random: Random, tilt: number): number {
  const z = Math.abs(tilt) / 2;
  const k = (Math.PI * Math.PI) / 8 + (z * z) / 2;
  const right = (Math.PI / (2 * k)) * Math.exp(-k * TRUNCATION);
  const left = 2 * Math.exp(-z) * inverseGaussianBelow(TRUNCATION, z);
  for (;;) {
    const x =
      random.uniform() < right / (right + left)
        ? TRUNCATION - Math.log(1 - random.uniform()) / k
        : truncatedInverseGaussian(random, z);
    let sum = coefficient(0, x);
    const y = random.uniform() * sum;
    for (let n = 1; ; n++) {
      if (n % 2 === 1) {
        sum -= coefficient(n, x);
        if (y <= sum) return x / 4;
      } else {
        sum += coefficient(n, x);
        if (y > sum) break;
      }
    }
  }
}

function coefficient(n: number, x: number): number {
  const half = n + 0.5;
  if (x > TRUNCATION) return Math.PI * half * Math.exp((-half * half * Math.PI * Math.PI * x) / 2);
  return Math.PI * half * (2 / (Math.PI * x)) ** 1.5 * Math.exp((-2 * half * half) / x);
}

/** The distribution function of the inverse Gaussian distribution with mean 1/z and shape 1, at t. */
function inverseGaussianBelow(t: number, z: number): number {
  const root = 1 / Math.sqrt(t);
  const normal = (x: number) => Math.exp(probitLog(x));
  return normal(root * (t * z - 1)) + Math.exp(2 * z + probitLog(-root * (t * z + 1)));
}

/** An inverse Gaussian number with mean 1/z and shape 1 below the truncation. */
function truncatedInverseGaussian(random: Random, z: number): number {
  if (z < 1 / TRUNCATION) {
    for (;;) {
      let [first, second] = [0, 0];
      do {
        first = -Math.log(1 - random.uniform());
        second = -Math.log(1 - random.uniform());
      } while (first * first > (2 * second) / TRUNCATION);
      const x = TRUNCATION / (1 + TRUNCATION * first) ** 2;
      if (random.uniform() <= Math.exp((-z * z * x) / 2)) return x;
    }
  }
  const mean = 1 / z;
  for (;;) {
    const square = random.normal() ** 2;
    const x = mean + 0.5 * mean * mean * square - 0.5 * mean * Math.sqrt(4 * mean * square + (mean * square) ** 2);
    const chosen = random.uniform() <= mean / (mean + x) ? x : (mean * mean) / x;
    if (chosen < TRUNCATION) return chosen;
  }
}

function probitLog(x: number): number {
  return probitLink.logProbability(x);
}
