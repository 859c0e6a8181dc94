// The Python peers, started and asked from TypeScript.
export type { PeerLimits, PeerResult, PeerSolver, Peers, StartOptions } from './client.ts';
export { PeerProcess, startPeers } from './client.ts';
export type { PeerValue } from './protocol.ts';
