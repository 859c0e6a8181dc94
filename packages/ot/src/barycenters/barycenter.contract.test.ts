import { describeContract } from '../testing/contract.ts';
import { barycenter } from './barycenter-problem.ts';
import { barycenterSolvers } from './solvers.ts';

describeContract(barycenter, barycenterSolvers);
