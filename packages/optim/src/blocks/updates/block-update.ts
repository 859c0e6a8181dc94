// The updates by name, and which of them fit a problem.
import { fault, InvalidInputError } from '@infimum/core';
import { ForestSolver } from '../forest/forest.ts';
import type { SelectionRule } from '../selection/block-selection.ts';
import type { BlockContext, BlockUpdate } from '../state/block-context.ts';
import { cubicUpdate } from './block-update-cubic.ts';
import { exactUpdate } from './block-update-exact.ts';
import { messageUpdate, sparseNewtonUpdate, twoMetricUpdate } from './block-update-face.ts';
import { backtrackingUpdate, lipschitzUpdate } from './block-update-gradient.ts';
import { matrixUpdate, newtonUpdate } from './block-update-newton.ts';
import { proximalUpdate } from './block-update-proximal.ts';

/**
 * Updates. Without g: gradient steps with L_b (`lipschitz`) or a constant found by trying (`backtracking`), steps with the
 * bound H_b (`matrix`) or the Hessian and a line search (`newton`), and with cubic regularisation (`cubic`). With g too:
 * `prox`, `two-metric` projection, the block's problem solved exactly (`exact`), `message` passing on forests, and the same
 * along an order of least degree on blocks with cycles (`sparse-newton`).
 */
export type UpdateRule = (typeof UPDATE_RULES)[number];

/** All updates. */
const UPDATE_RULES = [
  'lipschitz',
  'backtracking',
  'matrix',
  'newton',
  'cubic',
  'prox',
  'two-metric',
  'exact',
  'message',
  'sparse-newton',
] as const;

/** What an update needs to know besides the run. */
export interface UpdateOptions {
  readonly update: UpdateRule;
  readonly select: SelectionRule;
  readonly activeTolerance: number;
}

const SMOOTH_ONLY: readonly UpdateRule[] = ['lipschitz', 'backtracking', 'matrix', 'newton', 'cubic'];

/**
 * Checks that an update fits the problem and the blocks.
 *
 * @throws {InvalidInputError} `unsupported`, naming `update`
 */
export function checkUpdate(
  { loss, term }: BlockContext,
  { update, select }: UpdateOptions,
  blocks: readonly Int32Array[] | undefined,
): void {
  const fail = (problem: string, index?: number) => {
    throw fault(problem, 'update', 'unsupported', index);
  };
  if (!term.isZero && SMOOTH_ONLY.includes(update))
    fail(
      `'${update}' is for smooth problems; with l1 or bounds take 'prox', 'exact', 'two-metric', 'message' or 'sparse-newton'`,
    );
  if (update !== 'message' && update !== 'sparse-newton') return;
  const { graph } = loss;
  if (graph === undefined) {
    fail(`'${update}' needs a loss with a sparse Hessian`);
    return;
  }
  if (update === 'sparse-newton') return;
  if (!blocks && !select.startsWith('forest'))
    fail("'message' needs blocks that are forests: select 'forest-gs', 'tree-partition' or 'red-black'");
  const solver = new ForestSolver(loss.dimension);
  for (const [k, block] of (blocks ?? []).entries()) {
    const cycle = cycleIn(() => solver.solve(graph, block, new Float64Array(block.length)));
    if (cycle !== undefined) fail(`block ${k} of the partition ${cycle}`, k);
  }
}

/** The complaint about a block that is no forest. */
function cycleIn(solve: () => void): string | undefined {
  try {
    solve();
  } catch (error) {
    if (error instanceof InvalidInputError && error.code === 'unsupported') return error.message.replace(/^block: /, '');
    throw error;
  }
  return undefined;
}

/** The update of a rule. */
export function createUpdate(context: BlockContext, { update, activeTolerance }: UpdateOptions): BlockUpdate {
  switch (update) {
    case 'lipschitz':
      return lipschitzUpdate(context);
    case 'backtracking':
      return backtrackingUpdate(context);
    case 'matrix':
      return matrixUpdate(context);
    case 'newton':
      return newtonUpdate(context);
    case 'cubic':
      return cubicUpdate(context);
    case 'prox':
      return proximalUpdate(context);
    case 'two-metric':
      return twoMetricUpdate(context, activeTolerance);
    case 'exact':
      return exactUpdate(context);
    case 'message':
      return messageUpdate(context);
    case 'sparse-newton':
      return sparseNewtonUpdate(context);
  }
}
