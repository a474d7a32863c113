import fc from 'fast-check';
import { chatRequest } from '../gateway/dialects/openai-chat/neutral/requests.ts';
import { Seeded } from '../support/seeded.ts';
import { spellJson } from './spell-json.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** One client request: what it says, and the bytes that say it. */
export interface GeneratedRequest {
  readonly value: Fields;
  readonly bytes: Buffer;
}

/** Texts on which careless code breaks: quotes, event borders, pairs, halves of pairs, marks that look like members. */
const texts = [
  'Grüße 🌍 — 你好',
  '"model":"other","stream":true',
  '\\"}],"model":"x"',
  'data: [DONE]\n\n',
  '\ud83d alone',
  'alone \udc00',
  '\u2028\u2029\u0000\u001f\u007f',
  '</script>',
  '{"a":[1,2,{"b":"\\u0000"}]}',
  'x'.repeat(2_000),
];

/**
 * Requests of OpenAI's chat dialect in odd but valid spelling, without a member twice.
 *
 * @param prefix put before the names of their models
 */
export function generatedRequests(count: number, seed: number, prefix = ''): GeneratedRequest[] {
  const random = new Seeded(seed);
  return fc.sample(chatRequest, { seed, numRuns: count }).map(sample => {
    const value = { ...withMore(sample, random), model: `${prefix}${sample.model}` };
    return { value, bytes: Buffer.from(spellJson(value, random, { names: true })) };
  });
}

/** Members that the round trip of the neutral form has no place for in its own test, and larger contents. */
function withMore(sample: Fields, random: Seeded): Fields {
  const stream = random.chance(0.5);
  const { max_tokens: bound, stream: _stream, ...request } = sample;
  const messages = [...(request.messages as Fields[])];
  if (random.chance(0.5)) messages.push({ role: 'user', content: random.pick(texts) });
  if (random.chance(0.2)) messages.push({ role: 'user', content: [picture(random), { type: 'text', text: 'What?' }] });
  if (random.chance(0.2)) messages.push(...toolExchange(random));
  return {
    ...request,
    messages,
    ...(bound !== undefined && { [random.pick(['max_tokens', 'max_completion_tokens'])]: bound }),
    ...random.pick<Fields>([{}, {}, {}, { logprobs: false }, { logprobs: true, top_logprobs: random.below(6) }]),
    ...(random.chance(0.2) && { seed: null, stop: null, n: null }),
    ...(random.chance(0.2) && { vendor: { nested: [{ deep: random.pick(texts), none: null }], n: random.below(9) } }),
    ...streaming(stream, random),
  };
}

function streaming(stream: boolean, random: Seeded): Fields {
  if (!stream) return random.chance(0.3) ? { stream: false } : {};
  const options = random.pick<Fields | null | undefined>([
    undefined,
    null,
    {},
    { include_usage: true },
    { include_usage: true },
    { include_usage: false },
    { include_obfuscation: false },
    { include_obfuscation: false, include_usage: true },
  ]);
  return { stream: true, ...(options !== undefined && { stream_options: options }) };
}

const picture = (random: Seeded): Fields => ({
  type: 'image_url',
  image_url: {
    url: `data:image/png;base64,${Buffer.alloc(random.below(3_000), random.below(256)).toString('base64')}`,
  },
});

function toolExchange(random: Seeded): Fields[] {
  const id = `call_${random.below(1e9)}`;
  const input = JSON.stringify({ city: random.pick(texts), days: random.below(9) });
  return [
    {
      role: 'assistant',
      content: random.pick([null, 'Let me see.']),
      tool_calls: [{ id, type: 'function', function: { name: 'weather', arguments: input } }],
    },
    { role: 'tool', tool_call_id: id, content: random.pick(texts) },
  ];
}
