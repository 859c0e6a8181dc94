// The packages and their problems, for navigation: small, for all pages of problems and solvers have it.
import type { ListedPackage } from './site/packages.ts';
import { listedPackages } from './site/packages.ts';

declare const data: ListedPackage[];

export { data };

export default { load: listedPackages };
