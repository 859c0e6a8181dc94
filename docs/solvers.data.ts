// Every solver with its summary, for the lists of all.
import type { SolverSummary } from './site/listing.ts';
import { solverSummaries } from './site/listing.ts';

declare const data: SolverSummary[];

export { data };

export default { load: solverSummaries };
