// Instances with many lower levels, and their oracles.
import type { AucBlocks } from './auc-blocks.ts';
import { aucBlocks } from './auc-blocks.ts';
import type { BlockModel } from './block-model.ts';
import type { FoldBlocks } from './fold-blocks.ts';
import { foldBlocks } from './fold-blocks.ts';
import type { MultiBlockProblem } from './multi-block-problem.ts';
import type { QuadraticBlocks } from './quadratic-blocks.ts';
import { quadraticBlocks } from './quadratic-blocks.ts';
import type { RankingBlocks } from './ranking-blocks.ts';
import { rankingBlocks } from './ranking-blocks.ts';
import type { SequenceBlocks } from './sequence-tasks.ts';
import { sequenceBlocks } from './sequence-tasks.ts';
import type { TemperatureBlocks } from './temperature-blocks.ts';
import { temperatureBlocks } from './temperature-blocks.ts';

/** Oracles that the caller wrote. */
export interface FunctionBlocks {
  /** Which model. */
  readonly kind: 'functions';
  /** The oracles. */
  readonly problem: MultiBlockProblem;
}

/** The data of a multi-block problem. */
export type MultiBlockSource =
  | QuadraticBlocks
  | TemperatureBlocks
  | AucBlocks
  | RankingBlocks
  | FoldBlocks
  | SequenceBlocks
  | FunctionBlocks;

/** A multi-block problem with a start. */
export interface MultiBlockInstance {
  /** Its data. */
  readonly source: MultiBlockSource;
  /** Where x starts; lower levels start at zero. */
  readonly initial: Float64Array;
}

/** The oracles of a valid instance, with closed forms and scores where they are known. */
export function blockModelOf({ source }: MultiBlockInstance): BlockModel {
  if (source.kind === 'functions') return { problem: source.problem };
  if (source.kind === 'quadratic') return quadraticBlocks(source);
  if (source.kind === 'temperatures') return temperatureBlocks(source);
  if (source.kind === 'auc') return aucBlocks(source);
  if (source.kind === 'ranking') return rankingBlocks(source);
  if (source.kind === 'sequences') return sequenceBlocks(source);
  return foldBlocks(source);
}
