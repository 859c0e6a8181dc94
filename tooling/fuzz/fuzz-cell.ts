// The process in which solvers, or the functions of one package, are fuzzed, one after the other. Tells its parent before
// every attempt which one it is, so that a loop without an end is found from outside, and in the end what it found.
// Blocks of all workspaces lie between canaries: a kernel that writes beyond its own is found.
import { type FuzzFailure, fuzzSolver } from '@infimum/core/testing';
import { guardWorkspaces } from '@infimum/linalg/testing';
import { createInfimumRegistry } from 'infimum';
import { callFunctions } from './calls.ts';

/** What the parent asks for. */
export interface Request {
  /** Id of a solver, or the address of a module. */
  readonly subject: string;
  /** Whether the subject is a module. */
  readonly calls: boolean;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
  readonly maxSeconds: number;
}

/** What came of the attempts. */
export interface Tally {
  readonly tried: number;
  readonly rejected: number;
  readonly converged: number;
  readonly failures: readonly FuzzFailure[];
}

/** What the parent hears. */
export type Message = { readonly attempt: number } | Tally;

const registry = createInfimumRegistry();
const tell = (message: Message) => process.send?.(message);

async function work({ subject, calls, ...settings }: Request): Promise<Message> {
  const onMutation = (attempt: number) => tell({ attempt });
  if (calls) return callFunctions(subject, { ...settings, onMutation });
  return fuzzSolver(registry.solver(subject), { ...settings, onMutation });
}

guardWorkspaces(true);
process.on('message', async (request: Request) => tell(await work(request)));
