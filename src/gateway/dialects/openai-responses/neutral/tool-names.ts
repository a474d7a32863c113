import { createHash } from 'node:crypto';

/** A tool as the client knows it, where a model of another dialect knows it by another name or in another form. */
export interface ClientTool {
  readonly name: string;
  readonly namespace?: string;
  /** Its input is free text, which the model writes as the one member of an object. */
  readonly custom?: boolean;
}

/** By the name that the model knows. */
export type ToolNames = ReadonlyMap<string, ClientTool>;

const LONGEST = 64;
const BESIDE = /[^A-Za-z0-9_-]/g;

/** The name of a tool in a namespace, as one that every provider takes; the same one each time. */
export function flatName(namespace: string, name: string): string {
  const apart = namespace.endsWith('__') ? '' : '__';
  const flat = `${namespace}${apart}${name}`.replace(BESIDE, '_');
  if (flat.length <= LONGEST && flat === `${namespace}${apart}${name}`) return flat;
  const mark = createHash('sha256')
    .update(JSON.stringify([namespace, name]))
    .digest('hex')
    .slice(0, 8);
  return `${flat.slice(0, LONGEST - mark.length - 1)}_${mark}`;
}

/** Free text as the object that a function takes. */
export const wrapText = (text: string): string => JSON.stringify({ input: text });

/** The free text in what a model wrote for such a function; what it wrote otherwise is the text itself. */
export function unwrapText(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'string') return value;
    const input = (value as { readonly input?: unknown } | null)?.input;
    return typeof input === 'string' ? input : json;
  } catch {
    return json;
  }
}
