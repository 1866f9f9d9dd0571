/** Text of a magic, line by line → what each run of characters is. The same patterns as `kumo_magic/query/tokens.py`. */

import { StreamLanguage, type StreamParser, type StringStream } from '@codemirror/language';
import { type Tag, tags } from '@lezer/highlight';

import { type Magic, OPTIONS, WORDS } from './vocabulary';

/** What a run of characters is, and which of the theme's colours it has. */
export const COLOURS = {
  magic: tags.meta,
  option: tags.attributeName,
  keyword: tags.keyword,
  operatorWord: tags.keyword,
  function: tags.standard(tags.variableName),
  unit: tags.atom,
  constant: tags.atom,
  table: tags.special(tags.variableName),
  column: tags.propertyName,
  parameter: tags.labelName,
  text: tags.string,
  number: tags.number,
  date: tags.number,
  operator: tags.operator,
  comment: tags.comment
} satisfies Record<string, Tag>;

export type Kind = keyof typeof COLOURS;

/** Where the reader is: before the magic's name, on its line, or in what follows. */
export interface Place {
  part: 'start' | 'arguments' | 'query';
  magic: Magic;
  isInColumn: boolean;
}

const NAME = '(?:[A-Za-z_][A-Za-z0-9_]*|`[^`]+`)';
const TABLE = new RegExp(`^${NAME}(?=\\s*\\.\\s*(?:${NAME}|\\*))`);
const COLUMN = new RegExp(`^(?:${NAME}|\\*)`);
const WORD = new RegExp(`^${NAME}`);
const TEXT = /^(?:'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")/;
const DATE = /^[0-9]{4}([-/.])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])(?:\s+[0-9]{1,2}:[0-9]{2}:[0-9]{2})?/;
const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_])/;
const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*/;
const OPERATOR = /^(?:<=|>=|!=|=|<|>)/;
const MAGIC = /^%%?(predict|graph|runs)\b/;
const ARGUMENT = /^(?:[^\s"']|"[^"]*"|'[^']*')+/;

export function startOf(): Place {
  return { part: 'start', magic: 'predict', isInColumn: false };
}

/** Moves the stream past the next run of characters, and tells what it is; null for what has no colour. */
export function readRun(stream: StringStream, place: Place): Kind | null {
  if (stream.sol() && place.part !== 'start' && place.magic === 'predict') {
    place.part = 'query';
  }
  if (stream.eatSpace()) {
    return null;
  }
  switch (place.part) {
    case 'start':
      return readMagic(stream, place);
    case 'arguments':
      return readArgument(stream, place);
    case 'query':
      return readQuery(stream, place);
  }
}

function readMagic(stream: StringStream, place: Place): Kind | null {
  const found = stream.match(MAGIC);
  if (found === null || found === true || found === false) {
    stream.skipToEnd();
    return null;
  }
  place.magic = found[1] as Magic;
  place.part = 'arguments';
  return 'magic';
}

function readArgument(stream: StringStream, place: Place): Kind | null {
  if (place.magic === 'graph' && stream.match(/^#.*/)) {
    return 'comment';
  }
  if (place.magic === 'predict' && stream.match(/^predict(?=\s|$)/i, false)) {
    place.part = 'query';
    return readQuery(stream, place);
  }
  const option = stream.match(/^--[\w-]+/);
  if (option !== null && typeof option !== 'boolean') {
    return OPTIONS[place.magic].has(option[0]) ? 'option' : null;
  }
  if (stream.match(/^=/)) {
    return 'operator';
  }
  if (stream.match(TEXT)) {
    return 'text';
  }
  if (!stream.match(ARGUMENT)) {
    stream.next();
  }
  return null;
}

function readQuery(stream: StringStream, place: Place): Kind | null {
  if (stream.match(/^(?:#|--).*/)) {
    return 'comment';
  }
  if (place.isInColumn) {
    if (stream.eat('.')) {
      return null;
    }
    place.isInColumn = false;
    if (stream.match(COLUMN)) {
      return 'column';
    }
  }
  if (stream.match(TABLE)) {
    place.isInColumn = true;
    return 'table';
  }
  const word = stream.match(WORD);
  if (word !== null && typeof word !== 'boolean') {
    return WORDS.get(word[0].toUpperCase()) ?? null;
  }
  if (stream.match(TEXT)) {
    return 'text';
  }
  if (stream.match(DATE)) {
    return 'date';
  }
  if (stream.match(NUMBER)) {
    return 'number';
  }
  if (stream.match(PARAMETER)) {
    return 'parameter';
  }
  if (stream.match(OPERATOR)) {
    return 'operator';
  }
  stream.next();
  return null;
}

const parser: StreamParser<Place> = {
  name: 'kumo-magic',
  startState: startOf,
  copyState: place => ({ ...place }),
  token: readRun,
  tokenTable: COLOURS,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', "'", '"', '`'] } }
};

/** A whole cell of ours as a language. */
export const language = StreamLanguage.define(parser);
