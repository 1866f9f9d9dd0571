/** Classes that happened against classes that were predicted: counts, or shares of each class that happened. */

import { html, OWN_KEYS } from '../../report/elements';
import { share } from '../../report/numbers';
import type { Classes } from './answer';

/** What a reader has chosen; it stays when other rows are shown. */
export interface MatrixChoice {
  areShares: boolean;
}

export function matrixPicture(classes: Classes, choice: MatrixChoice): HTMLElement {
  const holder = html('div', { class: 'kumo-matrices' });
  const draw = (): void =>
    holder.replaceChildren(
      ...classes.matrices.map(({ learner, counts }) => matrix(classes.classes, learner, counts, choice.areShares))
    );
  const box = html('input', { type: 'checkbox', ...OWN_KEYS });
  box.checked = choice.areShares;
  box.addEventListener('change', () => {
    choice.areShares = box.checked;
    draw();
  });
  draw();
  return html('div', {}, html('label', { class: 'kumo-way' }, box, 'as shares of the class that happened'), holder);
}

function matrix(classes: string[], learner: string, counts: number[][], areShares: boolean): HTMLElement {
  const head = ['happened ↓  predicted →', ...classes, 'rows'].map(title =>
    html('th', { scope: 'col' }, html('span', { class: 'kumo-cut', title }, title))
  );
  const body = counts.map((row, place) => {
    const whole = row.reduce((sum, each) => sum + each, 0);
    const cells = row.map((each, other) => {
      const part = whole === 0 ? 0 : each / whole;
      const cell = html(
        'td',
        { class: place === other ? 'kumo-cell kumo-right' : 'kumo-cell' },
        areShares ? share(each, whole) : each.toLocaleString('en-US')
      );
      cell.style.setProperty('--kumo-share', part.toFixed(3));
      return cell;
    });
    const name = classes[place] ?? '';
    return html(
      'tr',
      {},
      html('th', { scope: 'row' }, html('span', { class: 'kumo-cut', title: name }, name)),
      ...cells,
      html('td', { class: 'kumo-muted' }, whole.toLocaleString('en-US'))
    );
  });
  const shown = html(
    'table',
    { class: 'kumo-matrix' },
    html('caption', {}, learner),
    html('thead', {}, html('tr', {}, ...head)),
    html('tbody', {}, ...body)
  );
  return html(
    'div',
    { class: 'kumo-scroll', tabindex: 0, role: 'group', 'aria-label': `Confusion of ${learner}`, ...OWN_KEYS },
    shown
  );
}
