/** All that kumo-magic adds to JupyterLab, but for what it draws in outputs (`mime.ts`). */

import { interrupts } from './interrupts';
import { panel } from './panel/plugin';
import { queries } from './plugin';
import { talk } from './talk';
import { views } from './views/link';

export default [talk, queries, panel, views, interrupts];
