import { describeContract } from '../testing/contract.ts';

describeContract('optim/pruning');
