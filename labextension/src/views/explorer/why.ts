/** An explanation: in words, as bars to either side, single rows, what would flip it, and whether to believe it. */

import { html, OWN_KEYS, svg } from '../../report/elements';
import { number } from '../../report/numbers';
import type { Choice, Curve, Effect, WhyAnswer } from './answer';
import { nameShown } from './names';
import { answered, signed } from './numbers';

const MOST_BUTTONS = 12;
const MOST_NAMED = 20;
const [WIDTH, HEIGHT, LEFT, BOTTOM] = [260, 120, 8, 18];

/** The explanation; `ask` hears which other part of the row is asked about. */
export function whyView(why: WhyAnswer, ask: (part: string) => void): HTMLElement {
  const [first = '', ...more] = why.words;
  const unit = why.is_probability ? ', in points of the probability' : '';
  return html(
    'div',
    {},
    ...(why.choices.length > 1 ? [choicesOf(why.choices, ask)] : []),
    html('p', { class: 'kumo-why-first' }, first),
    ...more.map(words => html('p', {}, words)),
    ...why.notes.map(note => html('p', { class: 'kumo-view-problem' }, note)),
    html('div', { class: 'kumo-why-groups' }, ...why.groups.map(group => bars(group.title, group.effects, why))),
    html(
      'p',
      { class: 'kumo-explorer-note' },
      `Each effect is this answer, ${answered(why.prediction, why.is_probability)}, less that of the same model as if ` +
        `the part had never happened${unit}. Right and blue: it raises the answer; left and ochre: it lowers it. ` +
        'Effects do not add up: parts can stand in for one another.'
    ),
    ...(why.events.length > 0 ? [eventTable(why)] : []),
    ...(why.flip === null ? [] : [flipOf(why.flip)]),
    ...(why.channels.length > 0 ? [channels(why)] : []),
    ...(why.curve === null ? [] : [curvePicture(why.curve)])
  );
}

function choicesOf(choices: Choice[], ask: (part: string) => void): HTMLElement {
  if (choices.length > MOST_BUTTONS) {
    const options = choices.map(({ part, name }) => html('option', { value: `=${part}` }, nameShown(name)));
    const select = html('select', { ...OWN_KEYS }, ...options);
    select.value = `=${choices.find(choice => choice.is_chosen)?.part ?? ''}`;
    select.addEventListener('change', () => ask(select.value.slice(1)));
    return html('label', { class: 'kumo-why-choices' }, 'Explained ', select);
  }
  const buttons = choices.map(({ part, name, is_chosen: isChosen }) => {
    const button = html(
      'button',
      { type: 'button', 'aria-pressed': String(isChosen), title: name, class: 'kumo-explorer-cut', ...OWN_KEYS },
      nameShown(name)
    );
    button.addEventListener('click', () => ask(part));
    return button;
  });
  return html('div', { class: 'kumo-why-choices', role: 'group', 'aria-label': 'Explained' }, ...buttons);
}

/** A bar each, from the middle to the side of its sign; the number stands beside it. */
function bars(title: string, effects: Effect[], why: WhyAnswer): HTMLElement {
  const most = Math.max(...effects.map(({ effect }) => Math.abs(effect ?? 0))) || 1;
  const items = effects.map(({ name, effect, without }) => {
    const value = effect ?? 0;
    const bar = html('span', { class: value < 0 ? 'kumo-why-lowers' : 'kumo-why-raises' });
    bar.style.width = `${(50 * Math.abs(value)) / most}%`;
    return html(
      'li',
      { title: `${name}: without it ${answered(without, why.is_probability)}` },
      html('span', { class: 'kumo-explorer-cut' }, name),
      html('span', { class: 'kumo-why-track', 'aria-hidden': 'true' }, bar),
      html('span', { class: 'kumo-why-effect' }, signed(effect, why.is_probability))
    );
  });
  return html('section', {}, html('h4', {}, title), html('ul', { class: 'kumo-why-bars' }, ...items));
}

function eventTable({ events, is_probability: isProbability }: WhyAnswer): HTMLElement {
  const head = ['Row', 'Time', 'Without it', 'Effect'].map((title, place) =>
    html('th', { scope: 'col', class: place < 2 ? 'kumo-explorer-name' : 'kumo-explorer-number' }, title)
  );
  const rows = events.map(({ name, when, without, effect }) =>
    html(
      'tr',
      {},
      html(
        'th',
        { scope: 'row', class: 'kumo-explorer-name' },
        html('span', { class: 'kumo-explorer-cut', title: name }, name)
      ),
      html('td', { class: 'kumo-explorer-name' }, when ?? ''),
      html('td', { class: 'kumo-explorer-number' }, answered(without, isProbability)),
      html('td', { class: 'kumo-explorer-number' }, signed(effect, isProbability))
    )
  );
  return section(
    'The rows that moved it most',
    html('table', {}, html('thead', {}, html('tr', {}, ...head)), html('tbody', {}, ...rows))
  );
}

function flipOf({ changes, names }: { changes: string; names: string[] }): HTMLElement {
  const which = names.length === 1 ? 'Without this one' : `Without these ${names.length.toLocaleString('en-US')}`;
  const named = names.slice(0, MOST_NAMED).join(', ');
  const more = names.length > MOST_NAMED ? ` and ${(names.length - MOST_NAMED).toLocaleString('en-US')} more` : '';
  return section('What would flip it', html('p', {}, `${which} ${changes}: ${named}${more}.`));
}

function channels({ channels: listed }: WhyAnswer): HTMLElement {
  const items = listed
    .filter(channel => channel.has_brought)
    .map(({ says, place }) => html('li', {}, `${says} (place ${place.toLocaleString('en-US')})`));
  return section('What brought it', html('ul', {}, ...items));
}

/** How far the answer moves as more is hidden: by effect, and in random order as dashes. */
function curvePicture({ hidden, in_order: inOrder, random, ratio }: Curve): HTMLElement {
  const values = [...inOrder, ...random].filter(value => value !== null);
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const last = Math.max(1, ...hidden.map(value => value ?? 0));
  const points = (moved: (number | null)[]): string =>
    moved
      .map((value, place) => {
        const x = LEFT + ((WIDTH - 2 * LEFT) * (hidden[place] ?? 0)) / last;
        const y = 6 + (HEIGHT - BOTTOM - 6) * (1 - ((value ?? 0) - low) / (high - low || 1));
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  const words =
    ratio === null
      ? 'Hiding all of it does not move the answer.'
      : `Hiding what counts most first moves the answer ${number(ratio)} times as fast as a random order.`;
  const picture = svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': words },
    svg('line', { x1: LEFT, x2: WIDTH - LEFT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: 'kumo-explorer-axis' }),
    svg('polyline', { points: points(random), class: 'kumo-why-random' }),
    svg('polyline', { points: points(inOrder), class: 'kumo-explorer-line' }),
    svg('text', { x: WIDTH - LEFT, y: HEIGHT - 4, 'text-anchor': 'end' }, `${last.toLocaleString('en-US')} hidden`),
    svg('text', { x: LEFT, y: HEIGHT - 4 }, 'answer moved')
  );
  return section(
    'Do the effects name what counts?',
    html('p', {}, `${words} Solid: by effect; dashed: random.`),
    picture
  );
}

function section(title: string, ...children: Node[]): HTMLElement {
  return html('section', { class: 'kumo-why-part' }, html('h4', {}, title), ...children);
}
