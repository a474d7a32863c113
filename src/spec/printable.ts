// C0, DEL and C1 steer a terminal; marks of direction, joiners and line separators forge what a line seems to say.
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Text as a terminal or a log may show it: callers and providers choose some of it, so what is invisible stands as
 * `\u001b`. JSON of one line stays the same JSON.
 */
export const printable = (text: string): string => text.replace(UNSAFE, escaped);
