/** A call of one of the caller's tools. */
export interface Call {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the model says in one answer. */
export interface Turn {
  readonly thought: string | null;
  readonly text: string;
  readonly calls: readonly Call[];
  /** A step of the script; else the client asked something of its own, a title say. */
  readonly scripted: boolean;
}

/** A request, as far as the answer depends on it. */
export interface Asked {
  /** What the user said last. */
  readonly userText: string;
  readonly tools: ReadonlySet<string>;
  /** Answers with calls since then. */
  readonly steps: number;
  /** Results of all calls since then, in their order. */
  readonly results: readonly string[];
  readonly thinks: boolean;
}

/** Cut at every fourth character it has cuts inside words, and its bytes are not all ASCII. */
export const TEXT = 'Seven foxes — “Füchse”, 狐, 🦊 — crossed the river twice before it rained.';
const THOUGHT = 'The user wants an answer, so I think about one: first this, then that.';

/** Of every answer. Both dialects count otherwise; this is how OpenAI's dialect says it. */
export const USAGE = { prompt: 50, cached: 10, completion: 21, reasoning: 6 } as const;

/** Each step is a list of calls that are made at once. */
type Script = readonly (readonly Call[])[];

/** Tells the model in the user's text what to call. Clients quote what they are given, so there are no quotes in it. */
export const scriptOf = (steps: Script): string => `script:${Buffer.from(JSON.stringify(steps)).toString('base64url')}`;

const SCRIPT = /script:([\w-]+)/;

function readScript(text: string): Script {
  const script = SCRIPT.exec(text)?.[1];
  return script === undefined ? [] : JSON.parse(Buffer.from(script, 'base64url').toString());
}

/** Follows the script of the user's text while its tools are there, and tells their results at the end. */
export function nextTurn(asked: Asked): Turn {
  const thought = asked.thinks ? THOUGHT : null;
  const script = readScript(asked.userText);
  const scripted = script.flat().some(({ name }) => asked.tools.has(name));
  const calls = scripted ? (script[asked.steps] ?? []) : [];
  if (calls.length > 0) return { thought, text: asked.steps === 0 ? 'Let me look. ' : '', calls, scripted };
  const text = asked.results.length > 0 ? `Done: ${asked.results.join(' | ')}` : TEXT;
  return { thought, text, calls: [], scripted };
}

/** Pieces of four characters, none cut in two. */
export const pieces = (text: string): readonly string[] => text.match(/.{1,4}/gsu) ?? [];

/** What was wrong with a request. */
export class Refused extends Error {}

export function demand(holds: unknown, complaint: string): asserts holds {
  if (!holds) throw new Refused(complaint);
}
