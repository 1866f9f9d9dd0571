/** What a user types as a value → how the language writes it, as `kumo_magic/query/formatter.py` does. */

const NUMBER = /^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t'
};

/** The number; null where it is none. */
export function numberLiteral(typed: string): string | null {
  const text = typed.trim();
  return NUMBER.test(text) ? text : null;
}

/** The text in single quotes, with the escapes of JSON. */
export function textLiteral(typed: string): string {
  return `'${[...typed].map(escaped).join('')}'`;
}

function escaped(sign: string): string {
  const half = sign >= '\ud800' && sign <= '\udfff' && sign.length === 1;
  const code = sign.charCodeAt(0).toString(16).padStart(4, '0');
  return ESCAPES[sign] ?? (sign < ' ' || half ? `\\u${code}` : sign);
}
