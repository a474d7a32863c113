import openai from '../../../providers/openai.ts';
import { responsesChat } from '../../../providers/openai-responses/index.ts';
import { decoderTarget } from '../engine/decoder-target.ts';

const usage = { input_tokens: 3, output_tokens: 2, total_tokens: 5 };
const output = [
  { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm' }], encrypted_content: 'E' },
  {
    type: 'message',
    id: 'msg_1',
    role: 'assistant',
    content: [
      {
        type: 'output_text',
        text: 'Yes',
        annotations: [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 3 }],
        logprobs: [{ token: 'Yes', logprob: -1, bytes: [89], top_logprobs: [] }],
      },
    ],
  },
  { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'look', arguments: '{"a":1}' },
];
const answer = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed', output, usage };

const answers = [
  answer,
  { ...answer, status: 'failed', error: { code: 'server_error', message: 'Oh' } },
  { ...answer, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
  { ...answer, output: [{ type: 'custom_tool_call', call_id: 'call_1', name: 'free', input: 'text' }] },
  { ...answer, output: [{ type: 'web_search_call', id: 'ws_1', action: { type: 'search', query: 'q' } }] },
  { ...answer, output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }] },
];

export const target = decoderTarget({
  name: 'responses-decoder',
  codec: responsesChat(),
  toError: openai.toError,
  seeds: answers.map(seed => Buffer.from(JSON.stringify(seed))),
  words: [
    '"type":"response.output_text.delta","delta":"x",',
    '"type":"response.output_item.done",',
    '"output_index":1,',
    '"output":[{}],',
    '"item":{"type":"function_call","name":"f"},',
    '"status":"incomplete",',
    '"type":"custom_tool_call",',
    '"annotations":[1],',
  ],
  asStream: value => {
    const items: readonly unknown[] = Array.isArray(value.output) ? value.output : [];
    return [
      { type: 'response.created', response: { ...value, output: [], status: 'in_progress' } },
      ...items.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item })),
      { type: value.status === 'failed' ? 'response.failed' : 'response.completed', response: value },
    ];
  },
});
