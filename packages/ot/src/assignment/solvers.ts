// Solvers of `ot/transport` where it is an assignment.
import { auctionSolver } from './auction.ts';
import { jonkerVolgenantSolver } from './linear-assignment.ts';

/** All of them. */
export const assignmentSolvers = [jonkerVolgenantSolver, auctionSolver] as const;
