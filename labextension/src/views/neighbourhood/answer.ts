/** What the kernel says of a row's neighbourhood, as `kumo_magic/views/neighbourhood.py` writes it. */

import type { RowName } from '../explorer/answer';

/** As of the row's own anchor, or as of an earlier day where `at` is one. */
export type NeighbourhoodQuestion =
  | { type: 'neighbourhood'; row: RowName }
  | { type: 'neighbourhood'; row: RowName; at: string | null; hops: number; fan_out: number };

export interface NeighbourhoodAnswer {
  type: 'neighbourhood';
  row: RowName;
  key: string;
  entity_key: string;
  hops: number;
  fan_out: number;
  /** Whether it is as of an earlier day than the row's own anchor. */
  is_earlier: boolean;
  /** The side of the square in which the places are, in pixels. */
  size: number;
  radii: number[];
  anchor: string;
  zone: string | null;
  /** Where the slider can stand; the last one is the anchor. */
  moments: string[];
  tables: { name: string; columns: string[] }[];
  links: { table: string; column: string; parent: string }[];
  nodes: Node[];
  /** "child,parent,link" with blanks between, by places in the lists. */
  edges: string;
  notes: string[];
}

export interface Node {
  table: number;
  hop: number;
  /** The node that it hangs on; -1 of the row itself, which comes first. */
  parent: number;
  x: number;
  y: number;
  /** The first moment at which it was known. */
  from: number;
  /** Rows that point at it and are not drawn. */
  left_out: number;
  age: string | null;
  time: string | null;
  key: string;
  /** One per column of its table. */
  values: string[];
  /** Place of a column → the first moment at which its value was known, where that is later. */
  late: Record<string, number>;
}
