/** How a column's values are distributed, as bars and words. */

import { html, svg } from '../../report/elements';
import { count, share } from '../../report/numbers';
import type { Shape } from './answer';

const [WIDTH, HEIGHT] = [120, 26];

export function shapeOf(shape: Shape | null): Node {
  if (shape === null) {
    return html('span', { class: 'kumo-view-hint' }, 'no values');
  }
  switch (shape.form) {
    case 'bins':
      return bins(shape);
    case 'top':
      return top(shape);
    case 'lengths': {
      const words = `median ${count(shape.median, 'character')}, at most ${shape.greatest.toLocaleString('en-US')}`;
      return html('div', {}, html('div', {}, words), examples(shape.examples));
    }
    case 'examples':
      return examples(shape.examples);
  }
}

function bins({ counts, least, median, greatest }: Extract<Shape, { form: 'bins' }>): Node {
  const numbers = counts.split(' ').map(Number);
  const [most, wide] = [Math.max(...numbers, 1), WIDTH / numbers.length];
  const bars = numbers.map((number, place) => {
    const height = number === 0 ? 0 : Math.max(1.5, (HEIGHT * number) / most);
    return svg('rect', { x: place * wide, y: HEIGHT - height, width: Math.max(1, wide - 1.5), height });
  });
  const words = `from ${least} to ${greatest}, median ${median}`;
  return html(
    'div',
    { class: 'kumo-schema-bins' },
    svg(
      'svg',
      {
        width: WIDTH,
        height: HEIGHT,
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        role: 'img',
        'aria-label': `Histogram ${words}`
      },
      svg('line', { x1: 0, y1: HEIGHT, x2: WIDTH, y2: HEIGHT, class: 'kumo-schema-floor' }),
      ...bars
    ),
    html('div', { class: 'kumo-schema-words' }, words)
  );
}

function top({ distinct, top: values }: Extract<Shape, { form: 'top' }>): Node {
  const rows = values.map(([value, part]) =>
    html(
      'li',
      {},
      html('span', { class: 'kumo-schema-value', title: value }, value === '' ? '(empty)' : value),
      html('span', { class: 'kumo-schema-share' }, share(part, 1)),
      html('span', { class: 'kumo-schema-bar', 'aria-hidden': 'true', style: `width:${Math.round(60 * part)}px` })
    )
  );
  const more = distinct - values.length;
  return html(
    'div',
    {},
    html('ul', { class: 'kumo-schema-top' }, ...rows),
    more > 0 ? html('span', { class: 'kumo-view-hint' }, `and ${count(more, 'other value')}`) : ''
  );
}

function examples(values: string[]): Node {
  const shown = values.map(value => html('code', { title: value }, value === '' ? '(empty)' : value));
  return html('div', { class: 'kumo-schema-examples' }, ...shown);
}
