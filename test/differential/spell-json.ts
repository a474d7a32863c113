import type { Seeded } from '../support/seeded.ts';

/** How freely one text is spelled. */
interface Style {
  readonly space: number;
  readonly escape: number;
  readonly shuffle: boolean;
  /** Letters of names are escaped too. */
  readonly names: boolean;
}

const styles: readonly Omit<Style, 'names'>[] = [
  { space: 0, escape: 0, shuffle: false },
  { space: 0, escape: 0, shuffle: true },
  { space: 0.3, escape: 0.05, shuffle: true },
  { space: 0.9, escape: 0.5, shuffle: true },
];

/**
 * The value as JSON that says the same in another spelling: white space, escapes, order of members, forms of numbers.
 * Clients may escape names; no provider's serializer does, and a stream's reader does not look for it.
 */
export function spellJson(value: unknown, random: Seeded, { names }: Pick<Style, 'names'>): string {
  const style = { ...random.pick(styles), names };
  return space(random, style) + spell(value, random, style) + space(random, style);
}

function spell(value: unknown, random: Seeded, style: Style): string {
  const gap = () => space(random, style);
  if (typeof value === 'string') return spellText(value, random, style);
  if (typeof value === 'number') return style.escape > 0 ? spellNumber(value, random) : JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${gap()}${value.map(inner => spell(inner, random, style)).join(`${gap()},${gap()}`)}${gap()}]`;
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const given = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const members = (style.shuffle ? random.shuffled(given) : given).map(
    ([name, inner]) =>
      `${style.names ? spellText(name, random, style) : JSON.stringify(name)}${gap()}:${gap()}${spell(inner, random, style)}`,
  );
  return `{${gap()}${members.join(`${gap()},${gap()}`)}${gap()}}`;
}

const space = (random: Seeded, style: Style): string =>
  style.space > 0 && random.chance(style.space) ? random.pick([' ', '\n', '\t', '\r\n', '  ', ' \n\t ']) : '';

const short: Readonly<Record<string, string>> = { '/': '\\/', '\b': '\\b', '\f': '\\f', '"': '\\"', '\\': '\\\\' };

function spellText(text: string, random: Seeded, style: Style): string {
  if (style.escape === 0) return JSON.stringify(text);
  let out = '"';
  // By unit, so that halves of a pair are escaped each for itself.
  for (let at = 0; at < text.length; at++) {
    const unit = text[at]!;
    const code = text.charCodeAt(at);
    if (code >= 0xd800 && code <= 0xdfff) {
      out += hex(code, random);
    } else if (random.chance(style.escape)) out += short[unit] ?? hex(code, random);
    else out += JSON.stringify(unit).slice(1, -1);
  }
  return `${out}"`;
}

function hex(code: number, random: Seeded): string {
  const digits = code.toString(16).padStart(4, '0');
  return `\\u${random.chance(0.5) ? digits.toUpperCase() : digits}`;
}

/** `7` is `7.0`, `7e0`, `70E-1`, `0.7e+1` as well. */
function spellNumber(value: number, random: Seeded): string {
  const plain = JSON.stringify(value);
  const short = /^-?[1-9]\d{0,5}$/.test(plain);
  if (!short) return plain;
  const forms = [plain, `${plain}.0`, `${plain}e0`, `${plain}0E-1`, `${plain}.00e+0`];
  return random.pick(forms);
}
