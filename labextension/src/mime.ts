/** The renderers of outputs: a run's record, and views of runs and graphs. Safe: neither needs a trusted notebook. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { MIME_TYPE as RECORD } from './report/data';
import { RecordView } from './report/view';
import { MIME_TYPE as VIEW } from './views/answers';
import { ViewRenderer } from './views/renderer';

const extensions: IRenderMime.IExtension[] = [
  {
    id: 'kumo-magic:record',
    description: 'The record of a run: scores that can be sorted, a threshold that can be moved.',
    rendererFactory: {
      safe: true,
      mimeTypes: [RECORD],
      createRenderer: options => new RecordView(options.sanitizer)
    },
    // Before text/html, which has 50.
    rank: 0,
    dataType: 'json'
  },
  {
    id: 'kumo-magic:view',
    description: 'Views of a run or a graph, which ask the kernel for more.',
    rendererFactory: { safe: true, mimeTypes: [VIEW], createRenderer: () => new ViewRenderer() },
    // Before the widget in the same output, which has -10 and cannot be drawn once its kernel is gone.
    rank: -20,
    dataType: 'json'
  }
];

export default extensions;
