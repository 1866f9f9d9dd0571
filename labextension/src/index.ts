/** All that kumo-magic adds to JupyterLab, but for the record of a run (`mime.ts`). */

import { queries } from './plugin';

export default [queries];
