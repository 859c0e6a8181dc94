// BO-REP and the methods with which it is compared, as registered.
import { amigoSolver } from './amigo.ts';
import { boRepSolver } from './bo-rep.ts';
import { sabaSolver } from './saba.ts';
import { maSobaSolver, sobaSolver } from './soba.ts';
import { ttsaSolver } from './ttsa.ts';

/** Methods that move both levels together. */
export const unboundedSolvers = [boRepSolver, maSobaSolver, sobaSolver, sabaSolver, ttsaSolver, amigoSolver];
