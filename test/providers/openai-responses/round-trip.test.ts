import fc from 'fast-check';
import { expect, test } from 'vitest';
import { responsesChat } from '../../../providers/openai-responses/index.ts';
import { toNeutral } from '../../../src/gateway/dialects/openai-chat/neutral/index.ts';
import type { ChatRequest } from '../../../src/spec/chat/chat-request.ts';
import type { Media, Message, Part } from '../../../src/spec/chat/parts.ts';
import { chatRequest } from '../../gateway/dialects/openai-chat/neutral/requests.ts';

type Fields = Readonly<Record<string, unknown>>;
/** What one part says, in a form that both sides are read into. */
type Said = readonly unknown[];

const codec = responsesChat();
const NO_RESULT = 'No result was given for this call.';

const placeOf = (media: Media): string => {
  if (media.type === 'id') return media.id;
  return media.type === 'url' ? media.url : `data:${media.mediaType};base64,${media.data}`;
};

function saidOf(part: Part, role: string): readonly Said[] {
  switch (part.type) {
    case 'text':
      return part.text === '' ? [] : [[role, 'text', part.text]];
    case 'refusal':
      return [[role, 'refusal', part.text]];
    case 'image':
      return role === 'assistant' ? [] : [[role, 'image', placeOf(part.media)]];
    case 'file':
      return role === 'assistant' ? [] : [[role, 'file', placeOf(part.media)]];
    case 'tool-call':
      return [
        [
          'call',
          part.custom === true,
          part.id,
          part.name,
          part.input.trim() === '' && !part.custom ? '{}' : part.input,
        ],
      ];
    default:
      return [];
  }
}

/** What the request says, message by message; results of calls that are not there are words of the user. */
function saidBefore(messages: readonly Message[]): readonly Said[] {
  const called = new Set<string>();
  return messages.flatMap(({ role, parts }) => {
    const results = parts.flatMap(part => {
      if (part.type !== 'tool-result') return [];
      const inner = part.parts.flatMap(each => saidOf(each, 'user'));
      return called.has(part.callId) ? [['result', part.callId, inner]] : inner;
    });
    const rest = parts.flatMap(part => saidOf(part, role === 'tool' ? 'user' : role));
    for (const part of parts) if (part.type === 'tool-call') called.add(part.id);
    return [...results, ...rest];
  });
}

function contentSaid(content: unknown, role: string): readonly Said[] {
  if (typeof content === 'string') return content === '' ? [] : [[role, 'text', content]];
  return (content as readonly Fields[]).flatMap(part => {
    if (part.type === 'refusal') return [[role, 'refusal', part.refusal]];
    if (part.type === 'input_image') return [[role, 'image', part.image_url ?? part.file_id]];
    if (part.type === 'input_file') return [[role, 'file', part.file_id ?? part.file_url ?? part.file_data]];
    return part.text === '' ? [] : [[role, 'text', part.text]];
  });
}

function saidAfter(input: readonly Fields[]): readonly Said[] {
  return input.flatMap((item): readonly Said[] => {
    switch (item.type) {
      case 'message':
        return contentSaid(item.content, String(item.role));
      case 'function_call':
        return [['call', false, item.call_id, item.name, item.arguments]];
      case 'custom_tool_call':
        return [['call', true, item.call_id, item.name, item.input]];
      case 'function_call_output':
      case 'custom_tool_call_output':
        return item.output === NO_RESULT ? [] : [['result', item.call_id, contentSaid(item.output, 'user')]];
      default:
        return [];
    }
  });
}

const members = ({ temperature, topP, user, metadata, serviceTier, cacheKey, stream }: ChatRequest) => ({
  ...{ temperature, top_p: topP, user, metadata, service_tier: serviceTier, prompt_cache_key: cacheKey },
  stream: stream ? true : undefined,
});

test('a request of the chat dialect says the same in this one', () => {
  fc.assert(
    fc.property(chatRequest, chat => {
      const { request } = toNeutral(structuredClone(chat));
      const { body } = codec.toProvider(request, 'gpt-5');
      const json = JSON.parse(JSON.stringify(body)) as Fields;

      expect(saidAfter(json.input as readonly Fields[])).toEqual(saidBefore(request.messages));
      expect(json).toMatchObject(JSON.parse(JSON.stringify(members(request))));
      const functions = (request.tools ?? []).flatMap(tool => (tool.type === 'function' ? [tool.name] : []));
      const offered = (json.tools ?? []) as readonly Fields[];
      expect(offered.flatMap(tool => (tool.type === 'function' ? [tool.name] : []))).toEqual(functions);
    }),
    { numRuns: 300 },
  );
});
