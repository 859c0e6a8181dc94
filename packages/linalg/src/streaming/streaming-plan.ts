// Chooses the method from the options, with all of its settings.
import { checkInteger, fault } from '@infimum/core';
import { portableLog } from '@infimum/core/portable-math';
import { blockOja } from './streaming-block-oja.ts';
import { blockPower } from './streaming-block-power.ts';
import { covariance } from './streaming-covariance.ts';
import { frequentDirections } from './streaming-frequent-directions.ts';
import { krasulina } from './streaming-krasulina.ts';
import type { StreamPlan } from './streaming-method.ts';
import { oja } from './streaming-oja.ts';
import { ojaLadder } from './streaming-oja-ladder.ts';
import type { ResolvedStreamingOptions, StreamingMethod } from './streaming-options.ts';
import { longestRow, rowSampling } from './streaming-row-sampling.ts';

/** Methods that follow a single vector. */
const SINGLE: readonly StreamingMethod[] = ['oja-ladder', 'krasulina', 'longest-row'];

/** The method with all of its settings. */
export function planOf(options: ResolvedStreamingOptions): StreamPlan {
  const { dimension, components, method, stepSize } = options;
  if (components > 1 && SINGLE.includes(method)) throw fault(`${method} follows one vector only`, 'components', 'unsupported');
  const size = (fallback: number): number => {
    const sketchSize = options.sketchSize ?? Math.max(fallback, components);
    checkInteger(sketchSize, 'sketchSize', { min: components });
    return sketchSize;
  };
  switch (method) {
    case 'block-power': {
      const { rows, blocks, expectedGap, finish, storedPrecision } = options;
      const { heavyFactor = Math.max(20, 4 * portableLog(dimension)) } = options;
      const { maxHeavy = 64 + Math.ceil(dimension / 8), oversampling = Infinity } = options;
      return blockPower(
        { rows, blocks, expectedGap, heavyFactor, maxHeavy, finish, storedPrecision, oversampling },
        dimension,
        components,
      );
    }
    case 'oja-ladder': {
      const { update, growth, stepSizes, rows } = options;
      return ojaLadder({ update, growth, rates: stepSizes, rows }, dimension);
    }
    case 'oja':
      return oja(stepSize, dimension, components);
    case 'krasulina':
      return krasulina(stepSize, dimension);
    case 'block-oja':
      return blockOja({ learningRate: stepSize, batchSize: options.batchSize ?? dimension }, dimension, components);
    case 'frequent-directions':
    case 'incremental-pca':
      return frequentDirections({ sketchSize: size(10), shrink: method === 'frequent-directions' }, dimension);
    case 'row-sampling':
    case 'uniform-sampling':
      return rowSampling({ sketchSize: size(64), weighting: method === 'row-sampling' ? 'norm' : 'uniform' });
    case 'longest-row':
      return longestRow();
    case 'covariance':
      return covariance(dimension);
  }
}
