// The process in which solvers, or the functions of one package, are fuzzed, one after the other. It reports every attempt to its
// parent in advance, so that an endless loop is detected from outside, and its findings at the end.
// Blocks of all workspaces lie between guard bytes, which detect a kernel that writes beyond its block.
import type { FuzzFailure } from '@infimum/core/testing';
import { fuzzSolver } from '@infimum/core/testing';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { callEverywhere, callFunctions } from './calls.ts';

/** A request of the parent. */
export interface Request {
  /** Id of a solver, or the address of a module. */
  readonly subject: string;
  /** The functions of the module, where the subject is one. */
  readonly names?: readonly string[];
  /** Whether to replace every field by every hostile value in turn, instead of drawing `count` mutations. */
  readonly everywhere?: boolean;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly maxSeconds: number;
  /** Seconds of processor time after which an attempt is taken for hung. */
  readonly patience: number;
}

/** What came of the attempts. */
export interface Tally {
  readonly tried: number;
  readonly rejected: number;
  readonly converged: number;
  readonly failures: readonly FuzzFailure[];
}

/** A message to the parent. */
export type Message = { readonly attempt: number; readonly mutation?: string } | { readonly failure: FuzzFailure } | Tally;

const registry = createInfimumRegistry();
const tell = (message: Message) => process.send?.(message);

async function work({ subject, names, everywhere, patience: _, ...settings }: Request): Promise<Message> {
  const onMutation = (attempt: number, mutation?: string) => tell({ attempt, mutation });
  const onFailure = (failure: FuzzFailure) => tell({ failure });
  if (names && everywhere) {
    return callEverywhere(subject, { ...settings, names, onMutation, onFailure });
  }
  if (names) return callFunctions(subject, { ...settings, names, onMutation, onFailure });
  return fuzzSolver(registry.solver(subject), { ...settings, onMutation, onFailure });
}

guardWorkspaces(true);
process.on('message', async (request: Request) => tell(await work(request)));
