// One page for every package.
import { packageRoutes } from '../site/pages.ts';

export default { paths: packageRoutes };
