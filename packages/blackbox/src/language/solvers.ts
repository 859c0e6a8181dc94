// The registered solvers of language models.
import { byteCountsSolver } from './byte-counts.ts';
import { eggLanguageSolver } from './egg-lm.ts';
import { languageBackpropagationSolver } from './language-backpropagation.ts';

/** All of them. */
export const languageSolvers = [eggLanguageSolver, languageBackpropagationSolver, byteCountsSolver];
