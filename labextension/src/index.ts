/** All that kumo-magic adds to JupyterLab, but for what it draws in outputs (`mime.ts`). */

import { interrupts } from './interrupts';
import { queries } from './plugin';
import { views } from './views/link';

export default [queries, views, interrupts];
