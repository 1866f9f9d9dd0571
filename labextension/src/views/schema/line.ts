/** A link → its way from the foreign key to the key, as a path. */

import { svg } from '../../report/elements';
import type { SchemaLink, SchemaTable } from './answer';
import { hueOf } from './hues';
import type { Placement, Point } from './placement';

const CORNER = 7;
const SLACK = 40;

/** The line with its dot and its arrowhead; drawn anew when one of its boxes moves. */
export function lineShape(
  link: SchemaLink,
  child: SchemaTable,
  parent: SchemaTable,
  placement: Placement
): SVGGElement {
  const corners = cornersOf(link);
  const isMoved = placement.isMoved(child) || placement.isMoved(parent);
  const way = isMoved ? curve(corners, child, parent, placement) : rounded(corners);
  const { start, end, side } = way;
  const colour = hueOf(link.hue);
  return svg(
    'g',
    { class: link.is_on_path ? 'kumo-schema-line kumo-schema-path' : 'kumo-schema-line' },
    svg('title', {}, `${link.table}.${link.column} → ${link.parent}`),
    svg('path', { d: way.path, fill: 'none', stroke: colour }),
    svg('circle', { cx: start.x, cy: start.y, r: 2.8, fill: colour }),
    svg('path', { d: `M${end.x} ${end.y}l${7 * side} -4.2v8.4z`, fill: colour })
  );
}

interface Way {
  path: string;
  start: Point;
  end: Point;
  /** On which side of the key the line comes in: 1 for the right one. */
  side: 1 | -1;
}

function cornersOf(link: SchemaLink): Point[] {
  return link.points.split(' ').map(point => {
    const [x = 0, y = 0] = point.split(',').map(Number);
    return { x, y };
  });
}

/** The kernel's way, its corners rounded. */
function rounded(all: Point[]): Way {
  const corners = all.filter(({ x, y }, place) => place === 0 || x !== all[place - 1]?.x || y !== all[place - 1]?.y);
  const [start, end] = endsOf(corners);
  const path = [`M${start.x} ${start.y}`];
  corners.slice(1, -1).forEach((corner, place) => {
    const enter = towards(corner, corners[place] ?? corner);
    const leave = towards(corner, corners[place + 2] ?? corner);
    path.push(`L${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`);
  });
  path.push(`L${end.x} ${end.y}`);
  const before = corners[corners.length - 2] ?? start;
  return { path: path.join(''), start, end, side: before.x > end.x ? 1 : -1 };
}

function towards(corner: Point, other: Point): Point {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}

/** A straight-forward curve between boxes that were moved; it may run behind other boxes. */
function curve(corners: Point[], child: SchemaTable, parent: SchemaTable, placement: Placement): Way {
  const [first, last] = endsOf(corners);
  const [from, to] = [placement.at(child), placement.at(parent)];
  const isRight = to.x > from.x + child.width;
  const isLeft = to.x + parent.width < from.x;
  const leaves = isLeft ? -1 : 1;
  const side: 1 | -1 = isRight ? -1 : 1;
  const start = { x: from.x + (leaves > 0 ? child.width : 0), y: from.y + first.y - child.y };
  const end = { x: to.x + (side > 0 ? parent.width : 0), y: to.y + last.y - parent.y };
  const slack = Math.max(SLACK, Math.abs(end.x - start.x) / 2);
  const path = `M${start.x} ${start.y}C${start.x + leaves * slack} ${start.y} ${end.x + side * slack} ${end.y} ${end.x} ${end.y}`;
  return { path, start, end, side };
}

function endsOf(corners: Point[]): [Point, Point] {
  const nowhere = { x: 0, y: 0 };
  return [corners[0] ?? nowhere, corners[corners.length - 1] ?? nowhere];
}
