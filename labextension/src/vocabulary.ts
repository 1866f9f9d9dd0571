/** The words of the language, as `write_vocabulary.py` reads them from the Python side. */

import vocabulary from './vocabulary.json';

export type Magic = 'predict' | 'graph' | 'runs';

/** What a word is, by its spelling in upper case. */
export const WORDS: ReadonlyMap<string, 'keyword' | 'operatorWord' | 'function' | 'unit' | 'constant'> = new Map([
  ...vocabulary.keywords.map(word => [word, 'keyword'] as const),
  ...vocabulary.operators.map(word => [word, 'operatorWord'] as const),
  ...vocabulary.functions.map(word => [word, 'function'] as const),
  ...vocabulary.units.map(word => [word.toUpperCase(), 'unit'] as const),
  ...vocabulary.constants.map(word => [word, 'constant'] as const)
]);

export const OPTIONS: Readonly<Record<Magic, ReadonlySet<string>>> = {
  predict: new Set(vocabulary.options.predict),
  graph: new Set(vocabulary.options.graph),
  runs: new Set(vocabulary.options.runs)
};
