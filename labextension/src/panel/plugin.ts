/** The plugin that puts the panel of graphs and runs at the left. */

import { type JupyterFrontEnd, type JupyterFrontEndPlugin, ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';

import { beforeCursor, currentNotebook, insertBelow, writeAtCursor } from '../notebooks';
import { ITalk, type Talk } from '../talk';
import { Follower } from './follower';
import { type Notepad, PanelView } from './view';

const COMMAND = 'kumo-magic:show-panel';
const RANK = 600;

export const panel: JupyterFrontEndPlugin<void> = {
  id: 'kumo-magic:panel',
  description: 'A side panel with the graphs and runs of the notebook, and a query builder.',
  autoStart: true,
  requires: [ITalk],
  optional: [ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    talk: Talk,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null
  ): void => {
    const view = new PanelView(notepadOf(app, talk));
    app.shell.add(view, 'left', { rank: RANK, type: 'Graphs and runs' });
    restorer?.add(view, view.id);
    app.commands.addCommand(COMMAND, {
      label: 'Show Graphs and Runs (kumo-magic)',
      execute: () => app.shell.activateById(view.id)
    });
    palette?.addItem({ command: COMMAND, category: 'Notebook Operations' });
    new Follower(app, talk, known => view.tell(known));
  }
};

function notepadOf(app: JupyterFrontEnd, talk: Talk): Notepad {
  return {
    write: name => {
      const notebook = currentNotebook(app);
      return notebook !== null && writeAtCursor(app, notebook, behind(beforeCursor(notebook), name))
        ? null
        : 'Choose a code cell first: the name is written at its cursor.';
    },
    insert: cell => {
      const notebook = currentNotebook(app);
      if (notebook !== null) {
        insertBelow(app, notebook, cell);
      }
    },
    check: async cell => {
      const session = currentNotebook(app)?.sessionContext ?? null;
      return session === null || talk.kernels.runsCell(session)
        ? null
        : talk.kernels.askIn(session, { type: 'check', cell });
    }
  };
}

/** The part of a name that is still to be written: behind `orders.` only the column of `orders.amount`. */
function behind(before: string, name: string): string {
  for (let length = name.length - 1; length > 0; length--) {
    if (name[length - 1] === '.' && before.endsWith(name.slice(0, length))) {
      return name.slice(length);
    }
  }
  return name;
}
