/** The rows on rings around the one they belong to: seen up to a moment, walked through by arrow keys. */

import { OWN_KEYS, svg } from '../../report/elements';
import type { NeighbourhoodAnswer, Node } from './answer';
import { sign } from './signs';

const [OWN, OTHERS, AROUND] = [9, 6, 11];

export interface Picture {
  element: SVGSVGElement;
  /** Leaves only what was known by that moment. */
  showUntil: (moment: number) => void;
}

/** The picture; `look` hears at which row someone looks. */
export function picture(answer: NeighbourhoodAnswer, look: (node: Node) => void): Picture {
  const { nodes, size } = answer;
  let moment = answer.moments.length - 1;
  let current = 0;
  const edges = answer.edges === '' ? [] : answer.edges.split(' ').map(edge => edgeOf(answer, edge));
  const shapes = nodes.map((node, place) => {
    const shape = nodeShape(answer, node);
    shape.addEventListener('pointerenter', () => look(node));
    shape.addEventListener('focus', () => select(place));
    shape.addEventListener('click', () => shape.focus());
    shape.addEventListener('keydown', event => {
      const next = nextOf(nodes, place, event.key, moment);
      if (next !== null) {
        event.preventDefault();
        event.stopPropagation();
        shapes[next]?.focus();
      }
    });
    return shape;
  });
  const select = (place: number): void => {
    const node = nodes[place];
    shapes[current]?.setAttribute('tabindex', '-1');
    shapes[place]?.setAttribute('tabindex', '0');
    current = place;
    if (node !== undefined) {
      look(node);
    }
  };
  shapes[0]?.setAttribute('tabindex', '0');
  const showUntil = (now: number): void => {
    moment = now;
    shapes.forEach((shape, place) => shape.classList.toggle('kumo-neighbourhood-unknown', !isKnown(nodes[place], now)));
    for (const { shape, child, parent } of edges) {
      shape.classList.toggle('kumo-neighbourhood-unknown', !isKnown(child, now) || !isKnown(parent, now));
    }
    if (!isKnown(nodes[current], now)) {
      select(0);
    }
  };
  const rings = answer.radii.map(r =>
    svg('circle', { cx: size / 2, cy: size / 2, r, class: 'kumo-neighbourhood-ring' })
  );
  const element = svg(
    'svg',
    {
      viewBox: `0 0 ${size} ${size}`,
      width: size,
      height: size,
      role: 'group',
      'aria-label': 'The rows. Arrow keys go from row to row: left and right on a ring, up and down between rings.',
      class: 'kumo-neighbourhood-picture'
    },
    ...rings,
    ...edges.map(({ shape }) => shape),
    ...shapes.toReversed() // the row itself above all others
  );
  return { element, showUntil };
}

export function isKnown(node: Node | undefined, moment: number): boolean {
  return node !== undefined && node.from <= moment;
}

function nodeShape(answer: NeighbourhoodAnswer, node: Node): SVGGElement {
  const name = `${answer.tables[node.table]?.name ?? ''} ${node.key}`;
  const radius = node.hop === 0 ? OWN : OTHERS;
  return svg(
    'g',
    {
      class: 'kumo-neighbourhood-node',
      transform: `translate(${node.x} ${node.y})`,
      role: 'img',
      tabindex: -1,
      'aria-label': [name, node.age].filter(part => part !== null).join(', '),
      ...OWN_KEYS
    },
    svg('title', {}, name),
    svg('circle', { r: node.hop === 0 ? AROUND + 3 : AROUND, class: 'kumo-neighbourhood-focus' }),
    sign(node.table, radius)
  );
}

interface Edge {
  shape: SVGElement;
  child: Node | undefined;
  parent: Node | undefined;
}

function edgeOf({ nodes, links }: NeighbourhoodAnswer, edge: string): Edge {
  const [from = 0, to = 0, number = 0] = edge.split(',').map(Number);
  const [child, parent, link] = [nodes[from], nodes[to], links[number]];
  const ends = { x1: child?.x ?? 0, y1: child?.y ?? 0, x2: parent?.x ?? 0, y2: parent?.y ?? 0 };
  const name = link === undefined ? '' : `${link.table}.${link.column} → ${link.parent}`;
  return { shape: svg('line', { ...ends, class: 'kumo-neighbourhood-edge' }, svg('title', {}, name)), child, parent };
}

/** Where an arrow key leads from a row; null for other keys and where there is nothing. */
function nextOf(nodes: Node[], place: number, key: string, moment: number): number | null {
  const here = nodes[place];
  if (here === undefined) {
    return null;
  }
  const known = nodes.map((node, other) => ({ node, other })).filter(({ node }) => isKnown(node, moment));
  switch (key) {
    case 'ArrowUp':
      return known.find(({ node }) => node.parent === place)?.other ?? null;
    case 'ArrowDown':
      return here.parent < 0 ? null : here.parent;
    case 'ArrowLeft':
    case 'ArrowRight': {
      const ring = known.filter(({ node }) => node.hop === here.hop).map(({ other }) => other);
      const step = key === 'ArrowRight' ? 1 : ring.length - 1;
      return ring[(ring.indexOf(place) + step) % ring.length] ?? null;
    }
    case 'Home':
      return 0;
    default:
      return null;
  }
}
