import type { FlatRequest } from './flatten.ts';

/** Members whose names differ, as the client of OpenAI's chat dialect spells them and as the one of this dialect does. */
const names: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  reasoning_effort: 'reasoning.effort',
  response_format: 'text.format',
  'response_format.json_schema.schema': 'text.format.schema',
  verbosity: 'text.verbosity',
  logprobs: 'include',
};

type Placed = Pick<FlatRequest, 'request' | 'places' | 'toolPlaces'>;

/**
 * Codecs name members as a client of OpenAI's chat dialect spells them, and count messages; a client of this dialect is
 * told its own names and items.
 */
export function clientField(field: string, placed: Placed): string {
  if (Object.hasOwn(names, field)) return names[field]!;
  const tool = /^tools\[(\d+)\](?:\.function)?(.*)$/.exec(field);
  if (tool !== null) return (placed.toolPlaces[Number(tool[1])] ?? 'tools') + tool[2]!;
  const message = /^messages\[(\d+)\](?:\.(.*))?$/.exec(field);
  return message === null ? field : itemField(Number(message[1]), message[2] ?? '', placed);
}

function itemField(index: number, within: string, { request, places }: Placed): string {
  const message = request.messages[index];
  const of = places[index];
  if (message === undefined || of === undefined || of.length === 0) return 'input';
  const at = /^(tool_calls|content)\[(\d+)\](.*)$/.exec(within);
  const kind = at?.[1] ?? (/^reasoning/.test(within) ? 'reasoning' : 'content');
  const positions = message.parts.flatMap((part, position) => (kindOf(part.type) === kind ? [position] : []));
  const place = of[positions[Number(at?.[2] ?? 0)] ?? 0]!;
  return place + (at?.[3] ?? '').replace(/^\.(function|custom|image_url|input_audio|file)\b/, '');
}

function kindOf(type: string): string {
  if (type === 'tool-call') return 'tool_calls';
  return type === 'reasoning' ? 'reasoning' : 'content';
}
