import { type Call, scriptOf } from './upstream/scenario.ts';

export interface Target {
  readonly name: string;
  readonly model: string;
}

export interface Client {
  readonly name: string;
  /** Whose version is told. Where it is not installed, its cases are left out. */
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
  /** Where a client can be told: the name under which it sends thoughts back, and the package that it asks with. */
  readonly interleaved?: string;
  readonly adapter?: string;
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
  { name: 'opencode', package: `opencode-${process.platform}-${process.arch}`, streamsOnly: true, tool: read },
];

const reasoning: Case = { name: 'tool round trip, reasoning', mode: 'stream', tools: true, effort: 'medium' };

const cases: readonly Case[] = [
  { name: 'stream', mode: 'stream', tools: false },
  { name: 'tool round trip', mode: 'stream', tools: true },
  reasoning,
  { name: 'tool round trip, whole answers', mode: 'whole', tools: true },
];

/** What opencode brings with it besides: its own way of sending thoughts back, and a package that keeps their proofs. */
const ofOpencode: readonly Case[] = [
  { ...reasoning, name: 'tool round trip, reasoning_details as text', interleaved: 'reasoning_details' },
  { ...reasoning, name: 'tool round trip, reasoning_details as sent', adapter: '@openrouter/ai-sdk-provider' },
];

export const casesOf = (client: Client): readonly Case[] =>
  client.streamsOnly ? [...cases.filter(({ mode }) => mode === 'stream'), ...ofOpencode] : cases;

export const CITIES = ['Paris', 'Oslo', 'Rome'] as const;

/** Two calls at once, then one more, then the answer. */
export function promptOf({ tools }: Case, { tool }: Client, folder: string): string {
  if (!tools) return 'Tell me something.';
  const [first, second, third] = CITIES.map(city => tool(folder, city));
  return `How is the weather? ${scriptOf([[first!, second!], [third!]])}`;
}
