import { printable } from '../spec/printable.ts';

export { printable };

/** JSON for people and programs. What `printable` would escape is escaped here too, and stays valid JSON. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).split('\n').map(printable).join('\n');
