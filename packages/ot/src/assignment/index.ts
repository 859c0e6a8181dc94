// `@infimum/ot/assignment`: linear assignment, with the steps of every algorithm.

export {
  type AuctionIterate,
  type AuctionOptions,
  auctionAssignment,
  auctionAssignmentOptions,
  auctionAssignmentSteps,
} from './auction.ts';
export {
  type LinearAssignment,
  type LinearAssignmentIterate,
  type LinearAssignmentOptions,
  linearAssignment,
  linearAssignmentOptions,
  linearAssignmentSteps,
} from './linear-assignment.ts';
