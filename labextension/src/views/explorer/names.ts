/** Names of rows, items and classes: an empty one would leave nothing to press. */

export function nameShown(name: string): string {
  return name.trim() === '' ? '(empty)' : name;
}
