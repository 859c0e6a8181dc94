// The registry's problems and solvers, for lists.
import { type ListedProblem, listedProblems } from './site/listing.ts';

declare const data: ListedProblem[];

export { data };

export default { load: listedProblems };
