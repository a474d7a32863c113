import { eventFrame } from '../../test/support/aws-frames.ts';
import { answerText, named, openaiAnswer, streamedDeltas, words } from '../bodies.ts';

/** One provider dialect: how a target in it is configured, and how the mock in its place answers. */
export interface MatrixTarget {
  readonly name: string;
  /** Members of the provider in the configuration file, beside base URL and keys. */
  readonly provider: string;
  /** Behind the mock's address. */
  readonly basePath: string;
  readonly model: string;
  readonly answer: object;
  /** The mock's own stream, that of OpenAI's chat, when absent. A write before the deltas and one behind them. */
  readonly stream?: readonly (string | Buffer)[];
  readonly contentType?: string;
}

const [INPUT, OUTPUT] = [431, 104];
const deltas = <T>(write: (text: string) => T): T[] =>
  Array.from({ length: streamedDeltas }, (_, at) => write(words[at % words.length]!));
const data = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;

const responsesItem = (text: string, status: string) => ({
  id: 'msg_68af4030592c81938ec0a5fbab4a3e9f',
  type: 'message',
  status,
  role: 'assistant',
  content: text === '' ? [] : [{ type: 'output_text', annotations: [], logprobs: [], text }],
});

const responsesAnswer = (status: string, text: string) => ({
  id: 'resp_68af4030baa48193b0b43b4c2a176a1a',
  object: 'response',
  created_at: 1717171717,
  status,
  error: null,
  incomplete_details: null,
  model: 'gpt-4o-mini-2024-07-18',
  output: text === '' ? [] : [responsesItem(text, 'completed')],
  parallel_tool_calls: true,
  store: false,
  usage:
    status === 'completed'
      ? {
          input_tokens: INPUT,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: OUTPUT,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: INPUT + OUTPUT,
        }
      : null,
});

function responsesStream(): string[] {
  let number = 0;
  const event = (type: string, members: object) =>
    named({ type, sequence_number: number++, ...members } as { type: string });
  const at = { item_id: responsesItem('', '').id, output_index: 0, content_index: 0 };
  const part = (text: string) => ({ type: 'output_text', annotations: [], logprobs: [], text });
  const whole = deltas(text => text).join('');
  const begin = [
    event('response.created', { response: responsesAnswer('in_progress', '') }),
    event('response.output_item.added', { output_index: 0, item: responsesItem('', 'in_progress') }),
    event('response.content_part.added', { ...at, part: part('') }),
  ];
  const middle = deltas(delta => event('response.output_text.delta', { ...at, delta, logprobs: [] }));
  const end = [
    event('response.output_text.done', { ...at, text: whole, logprobs: [] }),
    event('response.content_part.done', { ...at, part: part(whole) }),
    event('response.output_item.done', { output_index: 0, item: responsesItem(whole, 'completed') }),
    event('response.completed', { response: responsesAnswer('completed', whole) }),
  ];
  return [begin.join(''), ...middle, end.join('')];
}

const anthropicUsage = {
  input_tokens: INPUT,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: OUTPUT,
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

function anthropicStream(): string[] {
  const message = { ...anthropicMessage, content: [], stop_reason: null };
  const event = (type: string, members: object = {}) => named({ type, ...members });
  return [
    event('message_start', { message }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    ...deltas(text => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    event('content_block_stop', { index: 0 }) +
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: OUTPUT },
      }) +
      event('message_stop'),
  ];
}

const geminiAnswer = (text: string, ended: boolean) => ({
  candidates: [{ content: { parts: [{ text }], role: 'model' }, ...(ended && { finishReason: 'STOP' }), index: 0 }],
  usageMetadata: {
    promptTokenCount: INPUT,
    candidatesTokenCount: OUTPUT,
    totalTokenCount: INPUT + OUTPUT,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: INPUT }],
  },
  modelVersion: 'gemini-2.5-flash',
  responseId: 'hR1taLWkKvnIqtsPkM3o0Ao',
});

const mistralChunk = (choice: object, more: object = {}) =>
  data({
    id: 'cmpl-e5cc70bb28c444948073e77776eb30ef',
    object: 'chat.completion.chunk',
    created: 1717171717,
    model: 'mistral-small-latest',
    choices: [{ index: 0, finish_reason: null, ...choice }],
    ...more,
  });
const mistralUsage = { prompt_tokens: INPUT, total_tokens: INPUT + OUTPUT, completion_tokens: OUTPUT };

const cohereUsage = {
  billed_units: { input_tokens: INPUT, output_tokens: OUTPUT },
  tokens: { input_tokens: INPUT, output_tokens: OUTPUT },
};

function cohereStream(): string[] {
  const event = (type: string, members: object = {}) => named({ type, ...members });
  const content = (members: object) => ({ delta: { message: { content: members } } });
  return [
    event('message-start', {
      id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
    }) + event('content-start', { index: 0, ...content({ type: 'text', text: '' }) }),
    ...deltas(text => event('content-delta', { index: 0, ...content({ text }) })),
    event('content-end', { index: 0 }) +
      event('message-end', { delta: { finish_reason: 'COMPLETE', usage: cohereUsage } }),
  ];
}

const bedrockUsage = { inputTokens: INPUT, outputTokens: OUTPUT, totalTokens: INPUT + OUTPUT };

function bedrockStream(): Buffer[] {
  const at = { contentBlockIndex: 0 };
  return [
    eventFrame('messageStart', { role: 'assistant' }),
    ...deltas(text => eventFrame('contentBlockDelta', { ...at, delta: { text } })),
    Buffer.concat([
      eventFrame('contentBlockStop', at),
      eventFrame('messageStop', { stopReason: 'end_turn' }),
      eventFrame('metadata', { usage: bedrockUsage, metrics: { latencyMs: 500 } }),
    ]),
  ];
}

export const targets: readonly MatrixTarget[] = [
  {
    name: 'openai-chat',
    provider: 'adapter: openai-compatible',
    basePath: '/v1',
    model: 'gpt-4o-mini',
    answer: openaiAnswer,
  },
  {
    name: 'openai-responses',
    provider: 'adapter: openai-compatible, api: responses',
    basePath: '/v1',
    model: 'gpt-4o-mini',
    answer: responsesAnswer('completed', answerText),
    stream: responsesStream(),
  },
  {
    name: 'anthropic-messages',
    provider: 'adapter: anthropic',
    basePath: '',
    model: 'claude-sonnet-4-5',
    answer: anthropicMessage,
    stream: anthropicStream(),
  },
  {
    name: 'gemini-content',
    provider: 'adapter: gemini',
    basePath: '',
    model: 'gemini-2.5-flash',
    answer: geminiAnswer(answerText, true),
    stream: [
      data(geminiAnswer('The', false)),
      ...deltas(text => data(geminiAnswer(text, false))),
      data(geminiAnswer('.', true)),
    ],
  },
  {
    name: 'mistral-chat',
    provider: 'adapter: mistral',
    basePath: '/v1',
    model: 'mistral-small-latest',
    answer: { ...openaiAnswer, model: 'mistral-small-latest', usage: mistralUsage },
    stream: [
      mistralChunk({ delta: { role: 'assistant', content: '' } }),
      ...deltas(content => mistralChunk({ delta: { content } })),
      `${mistralChunk({ delta: { content: '' }, finish_reason: 'stop' }, { usage: mistralUsage })}data: [DONE]\n\n`,
    ],
  },
  {
    name: 'cohere-chat',
    provider: 'adapter: cohere',
    basePath: '',
    model: 'command-a-03-2025',
    answer: {
      id: 'c14c80c3-18eb-4519-9460-6c92edd8cfb4',
      finish_reason: 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: answerText }] },
      usage: cohereUsage,
    },
    stream: cohereStream(),
  },
  {
    name: 'bedrock-converse',
    provider: 'adapter: bedrock',
    basePath: '',
    model: 'amazon.nova-micro-v1:0',
    answer: {
      output: { message: { role: 'assistant', content: [{ text: answerText }] } },
      stopReason: 'end_turn',
      usage: bedrockUsage,
      metrics: { latencyMs: 500 },
    },
    stream: bedrockStream(),
    contentType: 'application/vnd.amazon.eventstream',
  },
];
