// From options to a method: which one, with all of its settings decided and checked.
import { checkChoice, checkInteger, checkNumber, InvalidInputError, portableLog } from '@infimum/core';
import { blockOja } from './streaming-block-oja.ts';
import { blockPower } from './streaming-block-power.ts';
import { covariance } from './streaming-covariance.ts';
import { frequentDirections } from './streaming-frequent-directions.ts';
import { krasulina } from './streaming-krasulina.ts';
import type { StreamPlan } from './streaming-method.ts';
import { oja } from './streaming-oja.ts';
import { ojaLadder } from './streaming-oja-ladder.ts';
import { STREAMING_METHODS, type StreamingMethod, type StreamingOptions } from './streaming-options.ts';
import { longestRow, rowSampling } from './streaming-row-sampling.ts';

/** Methods that follow a single vector. */
const SINGLE: readonly StreamingMethod[] = ['oja-ladder', 'krasulina', 'longest-row'];

/** The method with all of its settings decided and checked. */
export function planOf(options: StreamingOptions & { readonly dimension: number }): StreamPlan {
  const { dimension, components = 1, method = 'block-power', rows, learningRate = 1 } = options;
  checkChoice(method, 'method', STREAMING_METHODS);
  if (components > 1 && SINGLE.includes(method)) {
    const problem = `${method} follows one vector only`;
    throw new InvalidInputError(problem, { argument: 'components', code: 'unsupported' });
  }
  const size = (fallback: number): number => {
    const sketchSize = options.sketchSize ?? Math.max(fallback, components);
    checkInteger(sketchSize, 'sketchSize', { min: components });
    return sketchSize;
  };
  switch (method) {
    case 'block-power':
      return blockPower(blockPowerSettings(options), dimension, components);
    case 'oja-ladder':
      return ojaLadder(ladderSettings(options), dimension);
    case 'oja':
    case 'krasulina':
      checkNumber(learningRate, 'learningRate', { above: 0 });
      return method === 'oja' ? oja(learningRate, dimension, components) : krasulina(learningRate, dimension);
    case 'block-oja': {
      const { batchSize = dimension } = options;
      checkNumber(learningRate, 'learningRate', { above: 0 });
      checkInteger(batchSize, 'batchSize', { min: 1 });
      return blockOja({ learningRate, batchSize }, dimension, components);
    }
    case 'frequent-directions':
    case 'incremental-pca':
      return frequentDirections(
        { sketchSize: size(10), shrink: method === 'frequent-directions' },
        dimension,
      );
    case 'row-sampling':
    case 'uniform-sampling':
      return rowSampling({ sketchSize: size(64), weighting: method === 'row-sampling' ? 'norm' : 'uniform' });
    case 'longest-row':
      return longestRow();
    case 'covariance':
      return covariance(dimension);
  }

  function blockPowerSettings(given: StreamingOptions) {
    const { blocks = 'geometric', expectedGap = 2, finish = 'combine', storedPrecision = 64 } = given;
    const { heavyFactor = Math.max(20, 4 * portableLog(dimension)) } = given;
    const { maxHeavy = 64 + Math.ceil(dimension / 8), oversampling = Infinity } = given;
    if (typeof blocks === 'number') checkInteger(blocks, 'blocks', { min: 1 });
    else checkChoice(blocks, 'blocks', ['geometric', 'halves', 'theory']);
    checkNumber(expectedGap, 'expectedGap', { above: 1 });
    checkNumber(heavyFactor, 'heavyFactor', { above: 0 });
    checkInteger(maxHeavy, 'maxHeavy', { min: 0 });
    if (oversampling !== Infinity) checkNumber(oversampling, 'oversampling', { above: 0 });
    checkChoice(finish, 'finish', ['combine', 'max']);
    if (storedPrecision !== 64 && storedPrecision !== 32) {
      throw new InvalidInputError('expected 64 or 32', { argument: 'storedPrecision', code: 'unknown' });
    }
    return { rows, blocks, expectedGap, heavyFactor, maxHeavy, finish, storedPrecision, oversampling };
  }

  function ladderSettings(given: StreamingOptions) {
    const { update = 'linear', growth = 3, rates } = given;
    checkChoice(update, 'update', ['linear', 'exp']);
    checkNumber(growth, 'growth', { above: 0 });
    if (rates !== undefined && rates.length === 0) {
      throw new InvalidInputError('must not be empty', { argument: 'rates', code: 'empty' });
    }
    for (const rate of rates ?? []) checkNumber(rate, 'rates', { above: 0 });
    return { update, growth, rates, rows };
  }
}
