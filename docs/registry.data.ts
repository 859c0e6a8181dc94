// For every problem its solvers, with when to take them and when not.
import { choices, type ProblemChoice } from './site/listing.ts';

declare const data: ProblemChoice[];

export { data };

export default { load: choices };
