/** A JSON object as a client sends it. */
export type Fields = Readonly<Record<string, unknown>>;

/** One thing that a client of OpenAI's dialect can send, to see what becomes of it. */
export interface Probe {
  /** What the reader of the page calls it: the member, and what it says where several were tried. */
  readonly name: string;
  /** The request with it. */
  readonly request: Fields;
  /** The same request without it. */
  readonly base: Fields;
  /** Paths that a warning about it may name; each stands for what is inside it, too. */
  readonly fields: readonly string[];
  /** It says what holds anyway, so that leaving it out changes nothing. */
  readonly isDefault: boolean;
}

export interface ProbeGroup {
  readonly title: string;
  readonly probes: readonly Probe[];
}

export const user: Fields = { role: 'user', content: 'Hello' };

interface More {
  /** Beside the member, in both requests. */
  readonly beside?: Fields;
  readonly isDefault?: boolean;
  readonly fields?: readonly string[];
}

/** Members beside `messages`. `name` says more than their names do. */
export function members(set: Fields, { beside = {}, isDefault = false, fields }: More = {}, name?: string): Probe {
  const base = { messages: [user], ...beside };
  const shown = Object.entries(set).map(([member, value]) => `\`${member}: ${JSON.stringify(value)}\``);
  return {
    name: name ?? shown.join(', '),
    request: { ...base, ...set },
    base,
    fields: fields ?? Object.keys(set),
    isDefault,
  };
}

/** Messages in place of others. */
export function messages(
  name: string,
  fields: readonly string[],
  sent: readonly Fields[],
  base: readonly Fields[] = [user],
  beside: Fields = {},
): Probe {
  return {
    name,
    request: { ...beside, messages: sent },
    base: { ...beside, messages: base },
    fields,
    isDefault: false,
  };
}

/** A part of a message of the user, behind a text. */
export function part(name: string, sent: Fields, without?: Fields, fields: readonly string[] = ['']): Probe {
  const text = { type: 'text', text: 'Hello' };
  const withPart = (parts: readonly Fields[]): readonly Fields[] => [{ role: 'user', content: [text, ...parts] }];
  const paths = fields.map(field => `messages[0].content[1]${field}`);
  return messages(name, paths, withPart([sent]), withPart(without === undefined ? [] : [without]));
}
