import { type Call, scriptOf } from './upstream/scenario.ts';

export interface Target {
  readonly name: string;
  readonly model: string;
}

export interface Client {
  readonly name: string;
  /** In `clients/`; several clients share one where they differ in the package that they ask with. */
  readonly file: string;
  readonly dialect?: string;
  /** Whose version is told. Where it is not installed, its cases are left out. */
  readonly package: string;
  /** It has no call that waits for a whole answer. */
  readonly streamsOnly?: boolean;
  /** It has no word for asking the model to think. */
  readonly thoughtless?: boolean;
  /** What it tells of usage is put together in a way of its own, in its streams or always. */
  readonly ownCounts?: 'streamed' | 'always';
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
  { name: 'openai', model: 'openai/gpt-5.2' },
  { name: 'anthropic', model: 'anthropic/claude-sonnet-4-5' },
  { name: 'gemini', model: 'gemini/gemini-3.5-flash' },
];

const weather = (_folder: string, city: string): Call => ({ name: 'weather', input: { city, unit: 'celsius' } });

/** A tool that reads a file: its name, and what it calls the path. */
const reads =
  (name: string, path: string) =>
  (folder: string, city: string): Call => ({ name, input: { [path]: `${folder}/${city}.txt` } });

const shell = (folder: string, city: string): Call => ({
  name: 'exec_command',
  input: { cmd: `cat ${folder}/${city}.txt` },
});

export const clients: readonly Client[] = [
  { name: 'openai', file: 'openai', dialect: 'chat', package: 'openai', tool: weather },
  { name: 'openai/responses', file: 'openai', dialect: 'responses', package: 'openai', tool: weather },
  { name: 'anthropic', file: 'anthropic', package: '@anthropic-ai/sdk', tool: weather },
  { name: 'google', file: 'google', package: '@google/genai', tool: weather },
  {
    name: 'google-older',
    file: 'google-older',
    package: '@google/generative-ai',
    thoughtless: true,
    tool: weather,
  },
  { name: 'mistral', file: 'mistral', package: '@mistralai/mistralai', tool: weather },
  { name: 'groq', file: 'groq', package: 'groq-sdk', tool: weather },
  ...[
    ['compatible', '@ai-sdk/openai-compatible'],
    ['chat', '@ai-sdk/openai'],
    ['responses', '@ai-sdk/openai'],
    ['anthropic', '@ai-sdk/anthropic'],
    ['google', '@ai-sdk/google'],
  ].map(([dialect, name]) => ({
    name: `ai-sdk/${dialect}`,
    file: 'ai-sdk',
    dialect: dialect!,
    package: name!,
    tool: weather,
  })),
  ...[
    ['chat', '@langchain/openai'],
    ['responses', '@langchain/openai'],
    ['anthropic', '@langchain/anthropic'],
    ['google', '@langchain/google'],
    ['google-older', '@langchain/google-genai'],
  ].map(([dialect, name]) => ({
    name: `langchain/${dialect}`,
    file: 'langchain',
    dialect: dialect!,
    package: name!,
    ...(dialect === 'anthropic' && { ownCounts: 'streamed' as const }),
    ...(dialect === 'google-older' && { ownCounts: 'always' as const }),
    tool: weather,
  })),
  ...[
    ['chat', '@llamaindex/openai'],
    ['responses', '@llamaindex/openai'],
    ['anthropic', '@llamaindex/anthropic'],
    ['google', '@llamaindex/google'],
  ].map(([dialect, name]) => ({
    name: `llamaindex/${dialect}`,
    file: 'llamaindex',
    dialect: dialect!,
    package: name!,
    thoughtless: true,
    tool: weather,
  })),
  ...['chat', 'responses'].map(dialect => ({
    name: `openai-agents/${dialect}`,
    file: 'openai-agents',
    dialect,
    package: '@openai/agents',
    tool: weather,
  })),
  {
    name: 'claude-code',
    file: 'claude-code',
    package: '@anthropic-ai/claude-code',
    streamsOnly: true,
    tool: reads('Read', 'file_path'),
  },
  { name: 'codex', file: 'codex', package: '@openai/codex', streamsOnly: true, tool: shell },
  {
    name: 'gemini-cli',
    file: 'gemini-cli',
    package: '@google/gemini-cli',
    streamsOnly: true,
    thoughtless: true,
    tool: reads('read_file', 'file_path'),
  },
  {
    name: 'opencode',
    file: 'opencode',
    package: `opencode-${process.platform}-${process.arch}`,
    streamsOnly: true,
    tool: reads('read', 'filePath'),
  },
];

const reasoning: Case = { name: 'tool round trip, reasoning', mode: 'stream', tools: true, effort: 'medium' };

const cases: readonly Case[] = [
  { name: 'whole', mode: 'whole', tools: false },
  { name: 'stream', mode: 'stream', tools: false },
  { name: 'tool round trip', mode: 'stream', tools: true },
  reasoning,
  { name: 'tool round trip, whole answers', mode: 'whole', tools: true },
];

/**
 * What opencode brings with it besides: its own way of sending thoughts back, and a package that keeps their proofs, but
 * sends members of OpenRouter's that OpenAI refuses.
 */
const ofOpencode: readonly Case[] = [
  { ...reasoning, name: 'tool round trip, reasoning_details as text', interleaved: 'reasoning_details' },
  { ...reasoning, name: 'tool round trip, reasoning_details as sent', adapter: '@openrouter/ai-sdk-provider' },
];

export const casesOf = ({ file, streamsOnly, thoughtless }: Client, target: Target): readonly Case[] => [
  ...cases.filter(({ mode, effort }) => !(streamsOnly && mode === 'whole') && !(thoughtless && effort)),
  ...(file === 'opencode' && target.name !== 'openai' ? ofOpencode : []),
];

export const CITIES = ['Paris', 'Oslo', 'Rome'] as const;

/** Two calls at once, then one more, then the answer. */
export function promptOf({ tools }: Case, { tool }: Client, folder: string): string {
  if (!tools) return 'Tell me something.';
  const [first, second, third] = CITIES.map(city => tool(folder, city));
  return `How is the weather? ${scriptOf([[first!, second!], [third!]])}`;
}
