import { assignmentSolvers } from './assignment/solvers.ts';
import { entropicSolvers } from './entropic/solvers.ts';
import { networkSimplexSolver } from './exact/network-simplex.ts';
import { describeContract } from './testing/contract.ts';
import { transport } from './transport-problem.ts';

describeContract(transport, [...entropicSolvers, networkSimplexSolver, ...assignmentSolvers]);
