/** The drawing of a schema: boxes to move and to choose, lines that follow, a zoom. */

import { html, OWN_KEYS, svg } from '../../report/elements';
import { scroller } from '../scroller';
import type { GraphAnswer, SchemaTable } from './answer';
import { boxShape } from './box';
import { lineShape } from './line';
import { Placement, type Point } from './placement';

const STEP = 16;
const STILL = 4;
const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -STEP, y: 0 },
  ArrowRight: { x: STEP, y: 0 },
  ArrowUp: { x: 0, y: -STEP },
  ArrowDown: { x: 0, y: STEP }
};

export interface Canvas {
  element: HTMLElement;
  /** No table is chosen any more; this one is where the keyboard is. */
  release: (table: SchemaTable) => void;
}

/** The drawing under its buttons; `choose` hears which table is wanted, and says which one is shown then. */
export function schemaCanvas(graph: GraphAnswer, choose: (table: SchemaTable) => SchemaTable | null): Canvas {
  const placement = new Placement(graph);
  const lines = svg('g', {});
  const boxes = new Map(graph.tables.map(table => [table, boxShape(table)]));
  const drawing = svg(
    'svg',
    { role: 'group', 'aria-label': `The tables of ${graph.name}`, class: 'kumo-schema' },
    lines,
    ...boxes.values()
  );
  const tables = new Map(graph.tables.map(table => [table.name, table]));
  const show = (): void => {
    const { width, height } = placement.size;
    drawing.setAttribute('viewBox', `0 0 ${width} ${height}`);
    // A style, because JupyterLab's own shrinks pictures.
    drawing.setAttribute('style', `width: ${width * placement.zoom}px; height: ${height * placement.zoom}px`);
    for (const [table, box] of boxes) {
      const { x, y } = placement.at(table);
      box.setAttribute('transform', `translate(${x} ${y})`);
    }
    const shapes = graph.links.flatMap(link => {
      const [child, parent] = [tables.get(link.table), tables.get(link.parent)];
      return child === undefined || parent === undefined ? [] : [lineShape(link, child, parent, placement)];
    });
    lines.replaceChildren(...shapes);
  };
  const press = (pressed: SchemaTable | null): void => {
    for (const [table, box] of boxes) {
      box.setAttribute('aria-pressed', String(table === pressed));
    }
  };
  for (const [table, box] of boxes) {
    onDrag(box, () => placement.zoom, {
      begins: () => placement.at(table),
      moves: place => {
        if (drawing.lastChild !== box) {
          drawing.append(box); // above the others
          box.focus();
        }
        placement.put(table, place);
        show();
      },
      clicks: () => press(choose(table))
    });
    box.addEventListener('keydown', event => {
      const arrow = ARROWS[event.key];
      if (arrow !== undefined) {
        const { x, y } = placement.at(table);
        placement.put(table, { x: x + arrow.x, y: y + arrow.y });
        show();
      } else if (event.key === 'Enter' || event.key === ' ') {
        press(choose(table));
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }
  const holder = scroller(`Drawing of ${graph.name}`, drawing);
  holder.addEventListener(
    'wheel',
    event => {
      if (event.ctrlKey || event.metaKey) {
        event.preventDefault();
        placement.zoomBy(event.deltaY < 0 ? 1 : -1);
        show();
      }
    },
    { passive: false }
  );
  show();
  const change = (act: () => void) => () => {
    act();
    show();
  };
  const element = html(
    'div',
    {},
    html(
      'div',
      { class: 'kumo-view-controls' },
      button(
        '+',
        'Zoom in',
        change(() => placement.zoomBy(1))
      ),
      button(
        '−',
        'Zoom out',
        change(() => placement.zoomBy(-1))
      ),
      button(
        'Reset',
        'Reset zoom and places',
        change(() => placement.reset())
      ),
      html(
        'span',
        { class: 'kumo-view-hint' },
        'Click a table for its facts. Drag it, or move it with the arrow keys. Ctrl and the wheel zoom.'
      )
    ),
    holder
  );
  const release = (table: SchemaTable): void => {
    press(null);
    boxes.get(table)?.focus();
  };
  return { element, release };
}

function button(sign: string, label: string, act: () => void): HTMLButtonElement {
  const made = html('button', { type: 'button', 'aria-label': label, title: label, ...OWN_KEYS }, sign);
  made.addEventListener('click', act);
  return made;
}

interface Drag {
  begins: () => Point;
  moves: (place: Point) => void;
  clicks: () => void;
}

/** A pointer that goes down and up in one place clicks; one that moves drags. */
function onDrag(element: SVGGElement, zoom: () => number, drag: Drag): void {
  element.addEventListener('pointerdown', down => {
    if (down.button !== 0) {
      return;
    }
    const begin = drag.begins();
    let isDragged = false;
    element.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent): void => {
      const [x, y] = [event.clientX - down.clientX, event.clientY - down.clientY];
      isDragged ||= Math.hypot(x, y) > STILL;
      if (isDragged) {
        drag.moves({ x: begin.x + x / zoom(), y: begin.y + y / zoom() });
      }
    };
    const end = (event: PointerEvent): void => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', end);
      element.removeEventListener('pointercancel', end);
      if (!isDragged && event.type === 'pointerup') {
        drag.clicks();
      }
    };
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', end);
    element.addEventListener('pointercancel', end);
  });
}
