/** A sign for the rows of each table: a colour and a shape, as in `kumo_magic/report/neighbourhood.py`. */

import { svg } from '../../report/elements';

const COLOURS = ['#2b6cb0', '#b0620b', '#1f7a53', '#a3427a', '#6a5acd', '#6b7a1f', '#a0562f', '#2b7f93'];
/** Zero is a circle. */
const CORNERS = [0, 4, 3, 8, 5, 6, 7, 9];

/** The sign around the corner of the coordinates. */
export function sign(table: number, radius: number): SVGElement {
  const fill = COLOURS[table % COLOURS.length] ?? 'currentcolor';
  const corners = CORNERS[table % CORNERS.length] ?? 0;
  if (corners === 0) {
    return svg('circle', { r: radius, fill });
  }
  const points = Array.from({ length: corners }, (_, corner) => {
    const turn = (2 * Math.PI * corner) / corners - Math.PI / 2 + (corners === 4 ? Math.PI / 4 : 0);
    return `${(1.15 * radius * Math.cos(turn)).toFixed(1)},${(1.15 * radius * Math.sin(turn)).toFixed(1)}`;
  });
  return svg('polygon', { points: points.join(' '), fill });
}
