import { randomBytes } from 'node:crypto';
import { type ChatBody, textOf } from './chat-request.ts';
import type { SimulatedModel } from './model-name.ts';
import { Refusal } from './refusal.ts';
import { story } from './story.ts';
import { countTokens, firstTokens } from './tokens.ts';
import { toolArguments } from './tool-arguments.ts';

/** What the simulator says in each of its choices. */
export interface Completion {
  /** Text, a word at a time; empty where a tool is called. Can be read once per choice. */
  readonly words: () => Iterable<string>;
  readonly call: { readonly id: string; readonly name: string; readonly arguments: string } | null;
  /** Tokens of one choice. */
  readonly tokens: number;
  /** Pieces a stream of one choice comes in. */
  readonly chunks: number;
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

const PIECE = /\s{0,256}\S{1,256}|\s{1,256}/gu;

export async function complete(model: SimulatedModel, body: ChatBody): Promise<Completion> {
  const limit = body.max_completion_tokens ?? body.max_tokens ?? Number.POSITIVE_INFINITY;
  switch (model.kind) {
    case 'story':
      return tell(Math.min(model.number, limit), model.number > limit);
    case 'echo':
      return say(textOf(body.messages.findLast(message => message.role === 'user')), limit);
    case 'tool':
      return await useTool(body, limit);
    default:
      throw new Refusal(400, 'invalid_value', `${model.name} does not answer chat completions.`, 'model');
  }
}

const tell = (count: number, cut: boolean): Completion => ({
  words: () => story(count),
  call: null,
  tokens: count,
  chunks: count,
  finish: cut ? 'length' : 'stop',
});

async function say(whole: string, limit: number): Promise<Completion> {
  const { text, tokens, cut } = await firstTokens(whole, limit);
  const pieces = text.match(PIECE) ?? [];
  return { words: () => pieces, call: null, tokens, chunks: pieces.length, finish: cut ? 'length' : 'stop' };
}

/** Calls a tool, unless one has just answered, none is offered, or none may be called. The limit does not cut a call. */
async function useTool(body: ChatBody, limit: number): Promise<Completion> {
  const last = body.messages.at(-1);
  if (last?.role === 'tool' || last?.role === 'function') return say(`The tool answered: ${textOf(last)}`, limit);

  const tool = chosenTool(body);
  if (!tool) return say('No tool was offered.', limit);
  const call = {
    id: `call_sim_${randomBytes(12).toString('hex')}`,
    name: tool.name,
    arguments: JSON.stringify(toolArguments(tool.parameters)),
  };
  const tokens = await countTokens([call.name, call.arguments]);
  return { words: () => [], call, tokens, chunks: 1, finish: 'tool_calls' };
}

function chosenTool({ tools, tool_choice: choice }: ChatBody) {
  if (choice === 'none') return undefined;
  const offered = (tools ?? []).flatMap(tool => (tool.function ? [tool.function] : []));
  const named = typeof choice === 'object' ? choice?.function?.name : undefined;
  return offered.find(tool => tool.name === named) ?? offered[0];
}
