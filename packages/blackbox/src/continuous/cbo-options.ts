// Options of consensus-based optimisation.
import type { LimitOptions, OptionSpecs, OptionsOf } from '@infimum/core';
import type { BestPoint, Questions } from './black-box.ts';
import { maxEvaluations, seed } from './black-box.ts';

/** The best point, the consensus and the particles. */
export interface CboSolution extends BestPoint {
  /** The last consensus point. */
  consensus: Float64Array;
  /** The particles one after the other: near several minimizers with `polarization`. */
  particles: Float64Array;
}

/** Options of `cbo`. */
export const cboOptions = {
  population: { type: 'integer', min: 1, max: 10_000_000, default: 30, description: 'Particles N' },
  noiseForm: {
    type: 'choice',
    was: 'noise',
    choices: ['anisotropic', 'isotropic'],
    default: 'anisotropic',
    description: 'Whether the noise of a coordinate scales with its own distance from the consensus, or with the full distance',
  },
  sigma: {
    type: 'number',
    min: 0,
    description: 'Strength of the noise; 5.1 if anisotropic, 0.7 sqrt(2 drift / d) if isotropic',
  },
  drift: { type: 'number', min: 0, default: 1, description: 'Strength of the drift, lambda' },
  timeStep: { type: 'number', above: 0, default: 0.01, description: 'Time step' },
  schedule: {
    type: 'choice',
    choices: ['sample-size', 'fixed', 'multiply'],
    default: 'sample-size',
    description: 'Schedule of alpha: so that a share of the particles counts, constant, or 5 % more per step',
  },
  share: { type: 'number', above: 0, max: 1, default: 0.1, description: 'Share of the particles that counts, for sample-size' },
  alpha: {
    type: 'number',
    above: 0,
    default: 10,
    description: 'The inverse temperature: fixed, or the initial one of multiply',
  },
  maxAlpha: { type: 'number', above: 0, default: 1e5, description: 'Largest inverse temperature of multiply' },
  truncation: { type: 'number', above: 0, description: 'Distance beyond which noise stops growing; no limit by default' },
  heaviside: {
    type: 'number',
    above: 0,
    description: 'Width over which the drift is switched off for particles better than the consensus; always on by default',
  },
  memoryDrift: {
    type: 'number',
    min: 0,
    default: 0,
    description: 'Drift to each particle’s best point; the consensus then uses these points',
  },
  polarization: {
    type: 'number',
    was: 'polarisation',
    above: 0,
    description: 'Distance over which particles seek consensus, for several minimisers; unlimited by default',
  },
  batchSize: { type: 'integer', min: 1, description: 'Particles of a random batch; all by default' },
  batchUpdate: {
    type: 'choice',
    choices: ['partial', 'full'],
    default: 'partial',
    description: 'Whether a batch moves its own particles or all',
  },
  cooling: {
    type: 'integer',
    min: 0,
    default: 0,
    description: 'Steps after which alpha is doubled and sigma reduced; 0 is never',
  },
  reduction: {
    type: 'number',
    min: 0,
    max: 1,
    default: 0,
    description: 'Rate at which particles are dropped as their variance falls; 0 is never',
  },
  boundary: {
    type: 'choice',
    choices: ['clip', 'reflect'],
    default: 'clip',
    description: 'Treatment of particles beyond the bounds',
  },
  restarts: { type: 'boolean', default: true, description: 'Restart with twice the particles when all have met' },
  maxEvaluations,
  seed,
} as const satisfies OptionSpecs;

/** Options of `cbo`. */
export type CboOptions = OptionsOf<typeof cboOptions> & LimitOptions<Questions<CboSolution>>;
