import { describeContract } from '../testing/contract.ts';
import { unbalancedSolvers } from './solvers.ts';
import { unbalancedTransport } from './unbalanced-problem.ts';

describeContract(unbalancedTransport, unbalancedSolvers);
