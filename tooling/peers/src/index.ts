// The peers in Python and from npm, started and asked from TypeScript.
export type {
  PeerFunctions,
  PeerLimits,
  PeerResult,
  PeerSample,
  PeerSolver,
  Peers,
  StartOptions,
} from './client.ts';
export { isNpmPeer, PeerProcess, startNpmPeers, startPeers } from './client.ts';
export type { PeerValue } from './protocol.ts';
