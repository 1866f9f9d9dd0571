/** Labelled controls of a form. They know what is chosen, not what it is for. */

import { html } from '../report/elements';

let numFields = 0;

interface Control {
  node: HTMLElement;
}

/** One of a list that changes; what was chosen stays chosen while the list has it. */
export class Pick<T> implements Control {
  readonly node: HTMLElement;
  private readonly select = html('select');
  private items = new Map<string, T>();

  constructor(label: string) {
    this.node = field(label, this.select);
  }

  /** The choices in order, by a key that tells them apart. The control hides where there is nothing to choose. */
  fill(items: readonly (readonly [key: string, words: string, item: T])[]): void {
    const chosen = this.select.value;
    const options = [...this.select.options];
    const isSame =
      items.length === options.length &&
      items.every(([key, words], place) => options[place]?.value === key && options[place]?.text === words);
    this.items = new Map(items.map(([key, , item]) => [key, item]));
    if (!isSame) {
      this.select.replaceChildren(...items.map(([key, words]) => html('option', { value: key }, words)));
      if (this.items.has(chosen)) {
        this.select.value = chosen;
      }
    }
    this.node.hidden = items.length === 0;
  }

  get chosen(): T | null {
    return this.items.get(this.select.value) ?? null;
  }
}

/** A line to type in. */
export class Entry implements Control {
  readonly node: HTMLElement;
  private readonly input: HTMLInputElement;

  constructor(label: string, value: string) {
    this.input = html('input', { type: 'text', value, spellcheck: 'false', autocomplete: 'off' });
    this.node = field(label, this.input);
  }

  get value(): string {
    return this.input.value.trim();
  }

  /** The whole number that is typed; null where it is none. */
  get whole(): number | null {
    return /^[0-9]{1,9}$/.test(this.value) ? Number(this.value) : null;
  }

  show(isShown: boolean): void {
    this.node.hidden = !isShown;
  }
}

/** Yes or no. */
export class Check implements Control {
  readonly node: HTMLElement;
  private readonly input = html('input', { type: 'checkbox' });

  constructor(label: string) {
    this.node = field(label, this.input);
    this.node.classList.add('kumo-magic-check');
  }

  get isChecked(): boolean {
    return this.input.checked;
  }

  show(isShown: boolean): void {
    this.node.hidden = !isShown;
  }
}

/** Controls that belong together, under words of their own. */
export function group(words: string, ...controls: readonly Control[]): HTMLFieldSetElement {
  return html('fieldset', {}, html('legend', {}, words), ...controls.map(({ node }) => node));
}

function field(label: string, control: HTMLElement): HTMLElement {
  const id = `kumo-magic-field-${++numFields}`;
  control.id = id;
  return html('div', { class: 'kumo-magic-field' }, html('label', { for: id }, label), control);
}
