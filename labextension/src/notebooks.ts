/** The notebook that has the focus, and what is written into it. Read by shape, which Lab and Notebook 7 share. */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Widget } from '@lumino/widgets';

import type { SessionShape } from './sessions';

interface Cell {
  model: CodeEditor.IModel & { type: string };
  /** Absent while the cell is out of sight. */
  editor: CodeEditor.IEditor | null;
}

export interface Notebook extends Widget {
  content: {
    widgets: readonly Cell[];
    activeCell: Cell | null;
    activeCellIndex: number;
    mode: 'command' | 'edit';
    model: {
      sharedModel: {
        insertCell(place: number, cell: { cell_type: string; source: string; metadata: object }): unknown;
      };
    } | null;
  };
  sessionContext: SessionShape;
}

/** The notebook in the middle of the window; null where something else is there. */
export function currentNotebook(app: JupyterFrontEnd): Notebook | null {
  const widget = app.shell.currentWidget;
  return widget !== null && isNotebook(widget) ? widget : null;
}

/** Writes at the cursor of the active cell, in place of what is selected; false where the active cell has no code. */
export function writeAtCursor(app: JupyterFrontEnd, notebook: Notebook, text: string): boolean {
  const { activeCell } = notebook.content;
  if (activeCell === null || activeCell.model.type !== 'code') {
    return false;
  }
  const { editor, model } = activeCell;
  if (editor?.replaceSelection === undefined) {
    const { length } = model.sharedModel.getSource();
    model.sharedModel.updateSource(length, length, text);
  } else {
    editor.replaceSelection(text);
  }
  edit(app, notebook);
  return true;
}

/** The text before the cursor of the active cell, on its line. */
export function beforeCursor(notebook: Notebook): string {
  const editor = notebook.content.activeCell?.editor ?? null;
  if (editor === null) {
    return '';
  }
  const { line, column } = editor.getCursorPosition();
  return (editor.getLine(line) ?? '').slice(0, column);
}

/** Puts a code cell below the active one and the cursor into it; nothing runs. */
export function insertBelow(app: JupyterFrontEnd, notebook: Notebook, source: string): void {
  const { content } = notebook;
  const place = Math.min(content.activeCellIndex + 1, content.widgets.length);
  content.model?.sharedModel.insertCell(place, { cell_type: 'code', source, metadata: { trusted: true } });
  content.activeCellIndex = place;
  edit(app, notebook);
}

function edit(app: JupyterFrontEnd, notebook: Notebook): void {
  app.shell.activateById(notebook.id);
  notebook.content.mode = 'edit';
  notebook.content.activeCell?.editor?.focus();
}

function isNotebook(widget: Widget): widget is Notebook {
  const { content, sessionContext } = widget as unknown as Partial<Notebook>;
  return content !== undefined && Array.isArray(content.widgets) && sessionContext !== undefined;
}
