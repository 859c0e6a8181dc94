import { describeContract } from '../testing/contract.ts';

describeContract('optim/equality-constrained');
describeContract('optim/constrained');
