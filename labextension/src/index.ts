/** All that kumo-magic adds to JupyterLab, but for the record of a run (`mime.ts`). */

import { queryColours } from './plugin';

export default [queryColours];
