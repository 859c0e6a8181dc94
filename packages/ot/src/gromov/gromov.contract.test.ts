import { describeContract } from '../testing/contract.ts';
import { gromov } from './gromov-problem.ts';
import { gromovSolvers } from './solvers.ts';

describeContract(gromov, gromovSolvers);
