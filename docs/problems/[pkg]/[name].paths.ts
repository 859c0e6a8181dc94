// One page for every registered problem.
import { problemRoutes } from '../../site/pages.ts';

export default { paths: problemRoutes };
