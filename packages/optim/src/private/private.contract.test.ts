import { describeContract } from '../testing/contract.ts';

describeContract('optim/private-stationary-point');
