// The methods for few-shot tasks that are registered.
import { anilSolver } from './anil.ts';
import { boRepTasksSolver } from './bo-rep-tasks.ts';
import { mamlSolver } from './maml.ts';

/** Methods for tasks that share their features. */
export const fewShotSolvers = [boRepTasksSolver, anilSolver, mamlSolver];
