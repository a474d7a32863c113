import type { Seeded } from '../support/seeded.ts';
import type { Fields } from './generated-requests.ts';

/** What a provider answers, as its whole body and as the chunks of a stream that says the same. */
export interface GeneratedAnswer {
  readonly whole: Fields;
  readonly chunks: readonly Fields[];
}

const words = [
  'Hello',
  ' 🌍',
  'größe',
  '你',
  '\n\ndata: [DONE]\n\n',
  '"usage":{"a":1}',
  '\\',
  '',
  '\u2028',
  '\ud83d',
  ' ok',
];
const text = (random: Seeded): string => Array.from({ length: random.below(6) }, () => random.pick(words)).join('');

/** One choice: its message, and the deltas that say it in pieces. */
interface Choice {
  readonly message: Fields;
  readonly deltas: readonly Fields[];
  readonly logprobs: readonly Fields[];
  readonly finish: string;
}

export function generatedAnswer(random: Seeded, choices: number): GeneratedAnswer {
  const all = Array.from({ length: choices }, () => choice(random));
  const usage = random.chance(0.8) ? usageOf(random) : null;
  const head = {
    id: `chatcmpl-${random.below(1e9)}`,
    created: 1_700_000_000 + random.below(1e6),
    model: 'provider-model-2025',
    ...(random.chance(0.3) && { system_fingerprint: 'fp_1', vendor: { region: 'eu', list: [1, { a: null }] } }),
  };
  return { whole: wholeOf(head, all, usage), chunks: chunksOf(head, all, usage, random) };
}

function wholeOf(head: Fields, all: readonly Choice[], usage: Fields | null): Fields {
  return {
    ...head,
    object: 'chat.completion',
    choices: all.map(({ message, finish, logprobs }, index) => ({
      index,
      message,
      logprobs: logprobs.length === 0 ? null : { content: logprobs, refusal: null },
      finish_reason: finish,
    })),
    ...(usage !== null && { usage }),
  };
}

function choice(random: Seeded): Choice {
  const deltas: Fields[] = [];
  const thoughts = random.chance(0.3) ? thinking(random, deltas) : {};
  const content = random.chance(0.8) ? text(random) : '';
  for (const piece of random.pieces(content, 5)) deltas.push({ content: piece });
  const refusal = content === '' && random.chance(0.3) ? 'I cannot do that.' : null;
  if (refusal !== null) for (const piece of random.pieces(refusal, 3)) deltas.push({ refusal: piece });
  const annotations = random.chance(0.2) ? [annotation(random), annotation(random)] : [];
  if (annotations.length > 0) deltas.push({ annotations });
  const calls = random.chance(0.3) ? toolCalls(random, deltas) : [];
  const audio = random.chance(0.05) ? { id: 'audio_1', data: 'AAAA', transcript: 'Hi', expires_at: 9 } : null;
  if (audio !== null) deltas.push({ audio });
  const message = {
    role: 'assistant',
    content: content === '' ? null : content,
    refusal,
    ...thoughts,
    ...(annotations.length > 0 && { annotations }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(audio !== null && { audio }),
  };
  const finish = calls.length > 0 ? 'tool_calls' : random.pick(['stop', 'stop', 'length', 'content_filter']);
  return { message, deltas, logprobs: random.chance(0.2) ? logprobs(random) : [], finish };
}

/** Thoughts under the names that servers use, some with a proof that comes at their end. */
function thinking(random: Seeded, deltas: Fields[]): Fields {
  const said = `Hm, ${text(random)}`;
  const pieces = random.pieces(said, 4);
  const name = random.pick(['reasoning_content', 'reasoning']);
  if (random.chance(0.5)) {
    for (const piece of pieces) deltas.push({ [name]: piece });
    return { [name]: said };
  }
  const format = 'anthropic-claude-v1';
  const type = 'reasoning.text';
  const signature = Buffer.from(said).toString('base64');
  for (const piece of pieces) {
    deltas.push({ [name]: piece, reasoning_details: [{ type, text: piece, format, index: 0 }] });
  }
  deltas.push({ reasoning_details: [{ type, signature, format, index: 0 }] });
  return { [name]: said, reasoning_details: [{ type, text: said, signature, format, index: 0 }] };
}

const annotation = (random: Seeded): Fields =>
  random.chance(0.8)
    ? {
        type: 'url_citation',
        url_citation: { url: 'https://example.com/a', title: 'A', start_index: random.below(5), end_index: 9 },
      }
    : { type: 'file_citation', file_citation: { file_id: 'f', quote: 'q' } };

function toolCalls(random: Seeded, deltas: Fields[]): Fields[] {
  const calls = Array.from({ length: 1 + random.below(3) }, (_, index) => toolCall(random, index));
  const streams = calls.map(call => [...call.deltas]);
  // Several calls may be written at once.
  const together = random.chance(0.3);
  while (streams.some(stream => stream.length > 0)) {
    const open = streams.filter(stream => stream.length > 0);
    const stream = together ? random.pick(open) : open[0]!;
    const said = [stream.shift()!];
    if (together && open.length > 1 && random.chance(0.3)) {
      const other = open.find(one => one !== stream && one.length > 0);
      if (other !== undefined) said.push(other.shift()!);
    }
    deltas.push({ tool_calls: said });
  }
  return calls.map(call => call.whole);
}

function toolCall(random: Seeded, index: number): { readonly whole: Fields; readonly deltas: readonly Fields[] } {
  const id = `call_${random.below(1e9)}_${index}`;
  const custom = random.chance(0.15);
  const type = custom ? 'custom' : 'function';
  const member = custom ? 'input' : 'arguments';
  const name = random.pick(['get_weather', 'search', 'a']);
  const input = random.pick(['', '{}', '{"cut', JSON.stringify({ city: text(random), n: 1 }), text(random)]);
  const pieces = random.pieces(input, 4);
  const first = random.chance(0.5) && pieces.length > 0 ? { name, [member]: pieces.shift()! } : { name, [member]: '' };
  // Some servers say id and type with every piece.
  const again = random.chance(0.2) ? { id, type } : {};
  return {
    whole: { id, type, [type]: { name, [member]: input } },
    deltas: [
      { index, id, type, [type]: first },
      ...pieces.map(piece => ({ index, ...again, [type]: { [member]: piece } })),
    ],
  };
}

const logprobs = (random: Seeded): Fields[] =>
  Array.from({ length: 1 + random.below(3) }, () => ({
    token: random.pick(words),
    logprob: -random.next(),
    bytes: [72, 101],
    top_logprobs: random.chance(0.5) ? [{ token: 'a', logprob: -1.5, bytes: null }] : [],
  }));

function usageOf(random: Seeded): Fields {
  const prompt = 1 + random.below(5_000);
  const completion = 1 + random.below(2_000);
  const details = random.chance(0.5);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    ...(details && {
      prompt_tokens_details: { cached_tokens: random.below(prompt + 1), audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: random.below(completion + 1) },
    }),
    ...(random.chance(0.2) && { cost: 0.25, vendor_count: 3 }),
  };
}

/** The chunks of all choices, some of them interleaved, with usage where servers put it. */
function chunksOf(head: Fields, all: readonly Choice[], usage: Fields | null, random: Seeded): readonly Fields[] {
  const placeholder = random.chance(0.3) ? { usage: null } : {};
  const withFinish = usage !== null && random.chance(0.2);
  const chunk = (choices: readonly Fields[], more: Fields = placeholder): Fields => ({
    ...head,
    object: 'chat.completion.chunk',
    choices,
    ...more,
  });
  const streams = all.map((one, index) => choiceChunks(one, index, random));
  const out: Fields[] = [];
  while (streams.some(stream => stream.length > 0)) {
    const open = streams.filter(stream => stream.length > 0);
    const next = (random.chance(0.5) ? open[0]! : random.pick(open)).shift()!;
    const last = streams.every(stream => stream.length === 0);
    out.push(chunk([next], withFinish && last ? { usage } : placeholder));
  }
  if (usage !== null && !withFinish) out.push(chunk([], { usage }));
  return out;
}

function choiceChunks({ deltas, logprobs: tokens, finish }: Choice, index: number, random: Seeded): Fields[] {
  const first = random.chance(0.7) ? [{ role: 'assistant', content: '' }] : [];
  const chunks: Fields[] = [...first, ...deltas].map(delta => ({ index, delta, finish_reason: null }));
  for (const token of tokens) {
    const logprobs = { content: [token], refusal: null };
    chunks.push({ index, delta: { content: '' }, logprobs, finish_reason: null });
  }
  chunks.push({ index, delta: {}, finish_reason: finish });
  return chunks;
}
