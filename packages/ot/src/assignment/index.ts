// `@infimum/ot/assignment`: linear assignment.

export type { LinearAssignment } from './assignment-transport.ts';
export { type AuctionAssignmentOptions, auctionAssignment } from './auction.ts';
export { type LinearAssignmentOptions, linearAssignment } from './linear-assignment.ts';
