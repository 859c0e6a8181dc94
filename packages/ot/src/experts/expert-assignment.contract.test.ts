import { describeContract } from '../testing/contract.ts';
import { expertAssignment } from './expert-problem.ts';
import { expertSolvers } from './solvers.ts';

describeContract(expertAssignment, expertSolvers);
