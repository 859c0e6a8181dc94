// One page for every registered solver.
import { solverRoutes } from '../../site/pages.ts';

export default { paths: solverRoutes };
