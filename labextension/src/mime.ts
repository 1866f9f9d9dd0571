/** The renderer of a run's record. Safe: it needs neither a trusted notebook nor a kernel. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { MIME_TYPE } from './report/data';
import { RecordView } from './report/view';

const extension: IRenderMime.IExtension = {
  id: 'kumo-magic:record',
  description: 'The record of a run: scores that can be sorted, a threshold that can be moved.',
  rendererFactory: {
    safe: true,
    mimeTypes: [MIME_TYPE],
    createRenderer: options => new RecordView(options.sanitizer)
  },
  // Before text/html, which has 50.
  rank: 0,
  dataType: 'json'
};

export default extension;
