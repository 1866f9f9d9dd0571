/** Where the boxes of a schema stand, and how large it is drawn. Knows no elements. */

import type { GraphAnswer, SchemaTable } from './answer';

const MARGIN = 12;
/** Lines to boxes that were moved may go around their right side. */
const SLACK = 48;
const ZOOMS = [0.5, 0.6, 0.75, 0.9, 1, 1.25, 1.5, 2];

export interface Point {
  x: number;
  y: number;
}

export class Placement {
  zoom = 1;
  private places = new Map<string, Point>();

  constructor(private graph: GraphAnswer) {}

  at(table: SchemaTable): Point {
    return this.places.get(table.name) ?? { x: table.x, y: table.y };
  }

  isMoved(table: SchemaTable): boolean {
    return this.places.has(table.name);
  }

  /** Boxes can be put anywhere right of and below the corner; the drawing grows with them. */
  put(table: SchemaTable, { x, y }: Point): void {
    this.places.set(table.name, { x: Math.max(MARGIN, x), y: Math.max(MARGIN, y) });
  }

  /** The next zoom in that direction; the same at the end. */
  zoomBy(direction: 1 | -1): void {
    const steps = direction > 0 ? ZOOMS : ZOOMS.toReversed();
    this.zoom = steps.find(step => (step - this.zoom) * direction > 1e-6) ?? this.zoom;
  }

  reset(): void {
    this.zoom = 1;
    this.places.clear();
  }

  get size(): { width: number; height: number } {
    const slack = this.places.size > 0 ? SLACK : 0;
    const places = this.graph.tables.map(table => ({ table, ...this.at(table) }));
    return {
      width: Math.max(this.graph.width, ...places.map(({ table, x }) => x + table.width + MARGIN + slack)),
      height: Math.max(this.graph.height, ...places.map(({ table, y }) => y + table.height + MARGIN))
    };
  }
}
