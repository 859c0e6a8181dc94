// Checks of instances with many lower levels.
import { checkChoice, checkInteger, checkNumber, fault } from '@infimum/core';
import { checkDenseDoubles, checkDoubles, checkTargets } from '../models/instance.ts';
import type { AucBlocks } from './auc-blocks.ts';
import type { MultiBlockInstance } from './multi-block-instance.ts';
import { blockModelOf } from './multi-block-instance.ts';
import { checkMultiBlockProblem } from './multi-block-problem.ts';
import type { QuadraticBlocks } from './quadratic-blocks.ts';
import type { RankingBlocks } from './ranking-blocks.ts';
import type { Sequences } from './recurrent-encoder.ts';
import type { SequenceBlocks } from './sequence-tasks.ts';

/**
 * Checks an instance.
 *
 * @throws {InvalidInputError} naming the place at fault
 */
export function checkInstance(instance: MultiBlockInstance): void {
  const { source, initial } = instance ?? {};
  if (typeof source !== 'object' || source === null) throw fault('expected an object', 'source', 'type');
  checkChoice(source.kind, 'kind', ['quadratic', 'temperatures', 'auc', 'ranking', 'folds', 'sequences', 'functions'] as const);
  if (source.kind === 'functions') checkMultiBlockProblem(source.problem);
  else if (source.kind === 'quadratic') checkQuadratic(source);
  else if (source.kind === 'temperatures') {
    checkDoubles(source.temperatures, 'temperatures');
    const index = source.temperatures.findIndex((t) => !(t > 0));
    if (index >= 0) throw fault('must be positive', 'temperatures', 'out-of-range', index);
    checkNumber(source.ridge, 'ridge', { above: 0 });
    checkTargets(source.train, 'train', 'logistic');
    checkTargets(source.validation, 'validation', 'logistic', source.train.design.cols);
  } else if (source.kind === 'auc') checkAuc(source);
  else if (source.kind === 'ranking') checkRanking(source);
  else if (source.kind === 'sequences') checkSequences(source);
  else {
    checkChoice(source.loss, 'loss', ['logistic', 'squares'] as const);
    checkTargets(source.data, 'data', source.loss);
    checkInteger(source.folds, 'folds', { min: 2, max: source.data.design.rows });
  }
  checkDoubles(initial, 'initial', blockModelOf(instance).problem.dimX);
}

function checkQuadratic(source: QuadraticBlocks): void {
  const { blocks, dimX, dimY, a, b, c, t } = source;
  checkInteger(blocks, 'blocks', { min: 1, max: 2 ** 28 });
  checkInteger(dimX, 'dimX', { min: 1, max: 2 ** 28 });
  checkInteger(dimY, 'dimY', { min: 1, max: 2 ** 14 });
  checkDoubles(a, 'a', blocks * dimY * dimY);
  checkDoubles(b, 'b', blocks * dimY * dimX);
  checkDoubles(c, 'c', blocks * dimY);
  checkDoubles(t, 't', blocks * dimY);
  checkNumber(source.ridge, 'ridge', { min: 0 });
  checkNumber(source.noise, 'noise', { min: 0 });
  checkInteger(source.noiseSeed, 'noiseSeed', { min: 0, max: Number.MAX_SAFE_INTEGER });
}

function checkAuc({ design, labels, groups, ridge }: AucBlocks): void {
  checkDenseDoubles(design, 'design');
  checkInteger(groups, 'groups', { min: 1, max: design.rows });
  checkNumber(ridge, 'ridge', { above: 0 });
  if (!(labels instanceof Int32Array) || labels.length !== design.rows) {
    throw fault('expected an Int32Array with a label for every row', 'labels', 'shape');
  }
  const index = labels.findIndex((label) => label !== 0 && label !== 1);
  if (index >= 0) throw fault(`is ${labels[index]}, not 0 or 1`, 'labels', 'out-of-range', index);
  const counts = new Int32Array(2 * groups);
  for (let r = 0; r < labels.length; r++) counts[2 * (r % groups) + labels[r]]++;
  const missing = counts.indexOf(0);
  if (missing < 0) return;
  throw fault(`has no row of class ${missing % 2} in group ${Math.floor(missing / 2)}`, 'labels', 'out-of-range');
}

function checkSequences({ vocabulary, hidden, ridge, tasks, testTasks }: SequenceBlocks): void {
  checkInteger(vocabulary, 'vocabulary', { min: 1, max: 1e6 });
  checkInteger(hidden, 'hidden', { min: 1, max: 4096 });
  checkNumber(ridge, 'ridge', { above: 0 });
  for (const [name, list] of [
    ['tasks', tasks],
    ['testTasks', testTasks],
  ] as const) {
    if (!Array.isArray(list) || list.length === 0) throw fault('expected a list of tasks', name, 'type');
    for (const [i, task] of list.entries()) {
      for (const part of ['support', 'query'] as const) checkPart(task?.[part], `${name}[${i}].${part}`, vocabulary);
    }
  }
}

function checkPart(part: Sequences | undefined, argument: string, vocabulary: number): void {
  const { tokens, pointers, labels } = part ?? {};
  const typed = [tokens, pointers, labels].every((entries) => entries instanceof Int32Array);
  if (!typed || !tokens || !pointers || !labels) {
    throw fault('expected tokens, pointers and labels as Int32Array', argument, 'type');
  }
  const count = labels.length;
  const rising = pointers.length === count + 1 && labels.every((_, i) => pointers[i + 1] > pointers[i]);
  if (count === 0 || !rising || pointers[0] !== 0 || pointers[count] !== tokens.length) {
    throw fault('must rise from 0 to the number of tokens', `${argument}.pointers`, 'shape');
  }
  const token = tokens.findIndex((t) => t < 0 || t >= vocabulary);
  if (token >= 0) throw fault(`is ${tokens[token]}, beyond the vocabulary`, `${argument}.tokens`, 'out-of-range', token);
  const label = labels.findIndex((t) => t !== 0 && t !== 1);
  if (label >= 0) throw fault(`is ${labels[label]}, not 0 or 1`, `${argument}.labels`, 'out-of-range', label);
}

function checkRanking({ design, relevance, items, top }: RankingBlocks): void {
  checkDenseDoubles(design, 'design');
  checkDoubles(relevance, 'relevance', design.rows);
  checkInteger(items, 'items', { min: 1, max: design.rows });
  checkInteger(top, 'top', { min: 1, max: items });
  const index = relevance.findIndex((t) => !(t >= 0 && t <= 50));
  if (index >= 0) throw fault('must be from 0 to 50', 'relevance', 'out-of-range', index);
  if (design.rows % items === 0) return;
  throw fault(`has ${design.rows} rows, no multiple of ${items} items`, 'design', 'shape');
}
