// C0, DEL and C1 steer a terminal; marks of direction, joiners and line separators forge what a line seems to say.
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text as a terminal may show it: callers choose some names, so what is invisible stands as `\u001b`. */
export const printable = (text: string): string => text.replace(UNSAFE, escaped);

/** JSON for people and programs. What `printable` would escape is escaped here too, and stays valid JSON. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).split('\n').map(printable).join('\n');
