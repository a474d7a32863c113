import { type Call, scriptOf } from './upstream/scenario.ts';

export interface Target {
  readonly name: string;
  readonly model: string;
}

export interface Client {
  readonly name: string;
  /** Whose version is told. */
  readonly package: string;
  /** It has no call that waits for a whole answer. */
  readonly streamsOnly?: boolean;
  /** It has tools of its own, of which it is made to use this one. */
  readonly tool: (folder: string, city: string) => Call;
}

export interface Case {
  readonly name: string;
  readonly mode: 'stream' | 'whole';
  readonly tools: boolean;
  readonly effort?: string;
  /** The name under which the client is told to send thoughts back, where it can be told. */
  readonly interleaved?: string;
}

export const targets: readonly Target[] = [
  { name: 'anthropic', model: 'anthropic/claude-sonnet-4-5' },
  { name: 'gemini', model: 'gemini/gemini-3.5-flash' },
];

const weather = (_folder: string, city: string): Call => ({ name: 'weather', input: { city, unit: 'celsius' } });
const read = (folder: string, city: string): Call => ({ name: 'read', input: { filePath: `${folder}/${city}.txt` } });

export const clients: readonly Client[] = [
  { name: 'ai-sdk', package: 'ai', tool: weather },
  { name: 'langchain', package: '@langchain/openai', tool: weather },
  { name: 'openai-agents', package: '@openai/agents', tool: weather },
  { name: 'opencode', package: 'opencode-ai', streamsOnly: true, tool: read },
];

const cases: readonly Case[] = [
  { name: 'stream', mode: 'stream', tools: false },
  { name: 'tool round trip', mode: 'stream', tools: true },
  { name: 'tool round trip, reasoning', mode: 'stream', tools: true, effort: 'medium' },
  { name: 'tool round trip, whole answers', mode: 'whole', tools: true },
];

const details: Case = {
  name: 'tool round trip, reasoning_details',
  mode: 'stream',
  tools: true,
  effort: 'medium',
  interleaved: 'reasoning_details',
};

export const casesOf = (client: Client): readonly Case[] =>
  client.streamsOnly ? [...cases.filter(({ mode }) => mode === 'stream'), details] : cases;

export const CITIES = ['Paris', 'Oslo', 'Rome'] as const;

/** Two calls at once, then one more, then the answer. */
export function promptOf({ tools }: Case, { tool }: Client, folder: string): string {
  if (!tools) return 'Tell me something.';
  const [first, second, third] = CITIES.map(city => tool(folder, city));
  return `How is the weather? ${scriptOf([[first!, second!], [third!]])}`;
}
