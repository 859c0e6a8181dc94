import { libraryConfig } from '@infimum/tsup-config';

export default libraryConfig(['src/index.ts', 'src/plugin.ts', 'src/steps.ts', 'src/egg-worker.ts', 'src/webgpu.ts']);
