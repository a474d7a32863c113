import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cache } from './places.ts';

const sentences = [
  "The gateway receives a request, checks the caller's key, and picks a provider.",
  'Then it rewrites the model name, forwards the body and "meters" the tokens that come back.',
  "Latency added by each hop should stay far below the model's own time to first token.",
  'Naïve retries can double the bill — budgets must be enforced before the call, not after.',
  'Line one\nline two\twith a tab, a path C:\\tmp and a quote: "ok".',
];

function prose(length: number, from: number): string {
  let text = '';
  for (let at = from; text.length < length; at++) text += `${sentences[at % sentences.length]} `;
  return text.slice(0, length);
}

interface RequestPlan {
  readonly model: string;
  readonly bytes: number;
  readonly turn: number;
  readonly stream: boolean;
}

/** A conversation in turns of `turn` characters, until the body has this many bytes. */
function request({ model, bytes, turn, stream }: RequestPlan): string {
  const messages = [{ role: 'system', content: prose(400, 0) }];
  const body = {
    model,
    messages,
    temperature: 0.7,
    top_p: 1,
    max_tokens: 512,
    presence_penalty: 0,
    frequency_penalty: 0,
    user: 'user-4821',
    stream,
    ...(stream ? { stream_options: { include_usage: true } } : {}),
    metadata: { team: 'search', trace: '4bde0c2f5e6a47f8' },
  };
  for (let at = 0; JSON.stringify(body).length < bytes; at++) {
    messages.push({ role: at % 2 ? 'assistant' : 'user', content: prose(turn, at) });
  }
  if (messages.at(-1)?.role === 'assistant') messages.push({ role: 'user', content: prose(120, 0) });
  return JSON.stringify(body);
}

export interface Turn {
  readonly role: 'user' | 'assistant';
  readonly text: string;
}

/** The same conversation for every dialect: about so many bytes in turns of `turn` characters, the last of the user. */
export function conversation(
  bytes: number,
  turn: number,
): { readonly system: string; readonly turns: readonly Turn[] } {
  const system = prose(400, 0);
  const turns: Turn[] = [];
  for (let at = 0; system.length + turns.length * turn < bytes || at % 2 === 0; at++) {
    turns.push({ role: at % 2 ? 'assistant' : 'user', text: prose(turn, at) });
  }
  return { system, turns };
}

/** The alias that the gateway routes to the mock in OpenAI's dialect, and the one it translates for. */
export type Alias = 'gpt-4o-mini' | 'claude-bench';
export type Shape = '2k' | '2k-stream' | '100k';

const shapes: Readonly<Record<Shape, Omit<RequestPlan, 'model'>>> = {
  '2k': { bytes: 1800, turn: 330, stream: false },
  '2k-stream': { bytes: 1800, turn: 330, stream: true },
  '100k': { bytes: 100_000, turn: 1400, stream: false },
};

/** The text of every whole answer. */
export const answerText = prose(460, 1);

export const openaiAnswer = {
  id: 'chatcmpl-9xKq3mZb7WvT1cYd5RfLpE2sHuNoA',
  object: 'chat.completion',
  created: 1717171717,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: answerText, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 431,
    completion_tokens: 104,
    total_tokens: 535,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  },
  service_tier: 'default',
  system_fingerprint: 'fp_0f03d4f0ee',
};

const anthropicUsage = {
  input_tokens: 431,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: 104,
  service_tier: 'standard',
};

const anthropicMessage = {
  id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [{ type: 'text', text: answerText }],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: anthropicUsage,
};

/** Content events of a stream in either dialect; one write before them, one after. */
export const streamedDeltas = 50;
export const writesOfStream = streamedDeltas + 2;
export const words = [
  ' the',
  ' gateway',
  ' streams',
  ' tokens',
  ' one',
  ' by',
  ' one',
  ',',
  ' so',
  ' each',
  ' event',
  '.',
];

export const named = (event: { readonly type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

/** Anthropic's stream as the mock sends it, write by write. */
function anthropicStream(): readonly string[] {
  const message = {
    ...anthropicMessage,
    content: [],
    stop_reason: null,
    usage: { ...anthropicUsage, output_tokens: 1 },
  };
  const deltas = Array.from({ length: streamedDeltas }, (_, at) => {
    const delta = { type: 'text_delta', text: words[at % words.length] };
    return named({ type: 'content_block_delta', index: 0, delta } as { type: string });
  });
  const begin = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'ping' },
  ];
  const end = [
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: streamedDeltas },
    },
    { type: 'message_stop' },
  ];
  return [begin.map(named).join(''), ...deltas, end.map(named).join('')];
}

/** The file of a stream for the mock: a line for each of its writes, in hexadecimal digits. */
export function writeWrites(file: string, writes: readonly (string | Buffer)[]): void {
  writeFileSync(file, writes.map(bytes => Buffer.from(bytes as string).toString('hex')).join('\n'));
}

const folder = join(cache, 'bodies');

export const requestFile = (alias: Alias, shape: Shape): string => join(folder, `${alias}-${shape}.json`);
export const answerFiles = {
  openai: join(folder, 'openai-answer.json'),
  anthropic: join(folder, 'anthropic-answer.json'),
  anthropicStream: join(folder, 'anthropic-stream.txt'),
};

/** Writes the bodies of requests and answers for the load generators and the mocks. */
export function writeBodies(): void {
  mkdirSync(folder, { recursive: true });
  for (const model of ['gpt-4o-mini', 'claude-bench'] as const) {
    for (const [shape, plan] of Object.entries(shapes)) {
      writeFileSync(requestFile(model, shape as Shape), request({ model, ...plan }));
    }
  }
  writeFileSync(answerFiles.openai, JSON.stringify(openaiAnswer));
  writeFileSync(answerFiles.anthropic, JSON.stringify(anthropicMessage));
  writeWrites(answerFiles.anthropicStream, anthropicStream());
}
