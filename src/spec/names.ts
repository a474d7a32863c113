import { limits } from './limits.ts';

const NAME = /^[A-Za-z0-9._:/@+~=-]+$/;

/** A model or alias name: at most 256 of a fixed alphabet, no segment empty, `.` or `..`. */
export function isModelName(name: string): boolean {
  if (name.length > limits.modelNameLength || !NAME.test(name)) return false;
  return name.split('/').every(segment => segment !== '' && segment !== '.' && segment !== '..');
}

/** A name of a team, consumer, key or provider in the configuration. */
export const isResourceName = (name: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name);

/** A virtual key as a caller may present it: 20 to 512 visible ASCII characters. */
export function isKeyText(text: string): boolean {
  return text.length >= limits.keyMinLength && text.length <= limits.keyMaxLength && /^[\x21-\x7e]+$/.test(text);
}

/**
 * Matches a name against a glob in which `*` stands for any run of characters. Linear in practice: one backtrack point,
 * no regular expression is built from configuration or caller text.
 */
export function matchesGlob(glob: string, name: string): boolean {
  let g = 0;
  let n = 0;
  let star = -1;
  let mark = 0;
  while (n < name.length) {
    if (glob[g] === '*') {
      star = g++;
      mark = n;
    } else if (glob[g] === name[n]) {
      g++;
      n++;
    } else if (star >= 0) {
      g = star + 1;
      n = ++mark;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}
