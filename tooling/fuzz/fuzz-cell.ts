// The process in which solvers, or the functions of one package, are fuzzed, one after the other. Tells its parent before
// every attempt which one it is, so that a loop without an end is found from outside, and in the end what it found.
// Blocks of all workspaces lie between canaries: a kernel that writes beyond its own is found.
import type { FuzzFailure } from '@infimum/core/testing';
import { fuzzSolver } from '@infimum/core/testing';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { callEverywhere, callFunctions } from './calls.ts';

/** What the parent asks for. */
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

/** What the parent hears. */
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
