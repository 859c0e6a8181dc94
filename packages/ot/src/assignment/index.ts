// `@infimum/ot/assignment`: linear assignment.

export type { LinearAssignment } from './assignment-transport.ts';
export type { AuctionAssignmentOptions } from './auction.ts';
export { auctionAssignment } from './auction.ts';
export type { LinearAssignmentOptions } from './linear-assignment.ts';
export { linearAssignment } from './linear-assignment.ts';
