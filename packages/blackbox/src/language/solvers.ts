// The registered solvers of language models.
import { byteCountsSolver } from './byte-counts.ts';
import { eggLanguageSolver } from './egg-lm.ts';
import { floatLanguageSolver } from './float-lm.ts';

/** All of them. */
export const languageSolvers = [eggLanguageSolver, floatLanguageSolver, byteCountsSolver];
