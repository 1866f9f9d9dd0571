/** The colours of tables and of what they are to a query, as in `kumo_magic/report/schema_shapes.py`. */

import type { SchemaTable } from './answer';

const HUES = [
  ...['#3b82c4', '#d9772e', '#2f9e8f', '#c4568a', '#7d6bc9'],
  ...['#7f9433', '#b3643f', '#4a93a8', '#a86bb0', '#5d8a4e']
];

export function hueOf(hue: number): string {
  return HUES[hue % HUES.length] ?? 'currentcolor';
}

export const ROLE_COLOURS: Record<NonNullable<SchemaTable['role']>, string> = {
  entity: '#2b6cb0',
  target: '#b0620b',
  'entity and target': '#2b6cb0',
  items: '#1f7a53',
  path: '#5d6572'
};
