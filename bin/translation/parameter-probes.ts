import { type Fields, members, type Probe } from './probe.ts';

const look: Fields = { name: 'look', parameters: { type: 'object', properties: { at: { type: 'string' } } } };
const tool = (more: Fields = {}): Fields => ({ type: 'function', function: { ...look, ...more } });
const other = tool({ name: 'wait' });
const tools = [tool(), other];
/** The older form of the same. */
const functions = [look];
const EPHEMERAL = { type: 'ephemeral' };

/** What OpenAI asks of a strict schema. */
const strict: Fields = {
  parameters: { ...(look.parameters as Fields), required: ['at'], additionalProperties: false },
};

/** A member of one tool's function. */
function functionMember(more: Fields, beside: Fields = {}, name?: string): Probe {
  const [member = ''] = Object.keys(more);
  const without = { tools: [tool(beside)] };
  const fields = [`tools[0].function.${member}`];
  return members(
    { tools: [tool({ ...beside, ...more })] },
    { beside: without, fields },
    name ?? `\`function.${member}\``,
  );
}

const choice = (value: unknown, isDefault = false): Probe =>
  members({ tool_choice: value }, { beside: { tools }, isDefault });

const allowed = (mode: string): Fields => ({
  type: 'allowed_tools',
  allowed_tools: { mode, tools: [{ type: 'function', function: { name: 'look' } }] },
});

export const toolProbes: readonly Probe[] = [
  members({ tools: [tool()] }, {}, '`tools`, a function'),
  members({ tools: [{ type: 'function', function: { name: 'look' } }] }, {}, '`tools`, a function without parameters'),
  functionMember({ description: 'Looks.' }),
  functionMember({ strict: true }, strict),
  functionMember({ x_unknown: 1 }, {}, 'an unknown member of a function'),
  members(
    { tools: [{ ...tool(), cache_control: EPHEMERAL }] },
    { beside: { tools: [tool()] }, fields: ['tools[0].cache_control'] },
    '`cache_control` of a tool',
  ),
  members({ tools: [{ type: 'custom', custom: { name: 'look' } }] }, {}, '`tools`, `custom`'),
  members({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, {}, "`tools`, Anthropic's own"),
  members({ tools: [{ google_search: {} }] }, {}, "`tools`, Gemini's own"),
  choice('auto', true),
  choice('none'),
  choice('required'),
  choice({ type: 'function', function: { name: 'look' } }),
  choice(allowed('auto')),
  choice(allowed('required')),
  members({ parallel_tool_calls: false }, { beside: { tools } }),
  members({ parallel_tool_calls: true }, { beside: { tools }, isDefault: true }),
  // The older names of two members, which their neutral form does not keep.
  members({ functions }, { fields: ['functions', 'tools'] }, '`functions`'),
  members({ function_call: { name: 'look' } }, { beside: { functions }, fields: ['function_call', 'tool_choice'] }),
];

const schema: Fields = {
  type: 'object',
  properties: { colour: { type: 'string' } },
  required: ['colour'],
  additionalProperties: false,
};
const jsonSchema = (more: Fields = {}): Fields => ({
  response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, ...more } },
});
const schemaMember = (more: Fields): Probe => {
  const [name] = Object.keys(more);
  const field = `response_format.json_schema.${name}`;
  return members(jsonSchema(more), { beside: jsonSchema(), fields: [field] }, `\`json_schema.${name}\``);
};

export const outputProbes: readonly Probe[] = [
  members({ response_format: { type: 'text' } }, { isDefault: true }),
  members({ response_format: { type: 'json_object' } }),
  members(jsonSchema(), {}, '`response_format`, `json_schema`'),
  schemaMember({ description: 'What was seen.' }),
  schemaMember({ strict: true }),
  members({ verbosity: 'low' }),
  members({ modalities: ['text', 'audio'] }),
  members({ audio: { voice: 'alloy', format: 'wav' } }),
  members({ prediction: { type: 'content', content: 'Blue.' } }),
  members({ web_search_options: {} }),
];

/** Three members ask for one thing, and its neutral form does not keep which of them it was. */
const thinking = ['reasoning', 'reasoning_effort', 'thinking'];
const reasoning = (set: Fields, beside: Fields = {}): Probe => members(set, { beside, fields: thinking });

export const reasoningProbes: readonly Probe[] = [
  ...['none', 'minimal', 'low', 'medium', 'high', 'xhigh'].map(effort => reasoning({ reasoning_effort: effort })),
  reasoning({ reasoning: { effort: 'high' } }),
  reasoning({ reasoning: { max_tokens: 2048 } }),
  reasoning({ reasoning: { enabled: true } }),
  reasoning({ reasoning: { effort: 'high', exclude: true } }, { reasoning: { effort: 'high' } }),
  reasoning({ thinking: { type: 'enabled', budget_tokens: 2048 } }),
  reasoning({ thinking: { type: 'disabled' } }),
];

export const limitProbes: readonly Probe[] = [
  members({ max_tokens: 100 }),
  members({ max_completion_tokens: 100 }),
  members({ max_tokens: 50, max_completion_tokens: 100 }),
  members({ stop: 'END' }),
  members({ stop: ['END', 'STOP'] }),
  members({ stop: ['a', 'b', 'c', 'd', 'e', 'f'] }),
  members({ stop: ['\n'] }),
  members({ n: 2 }),
];

export const samplingProbes: readonly Probe[] = [
  members({ temperature: 0.5 }),
  members({ temperature: 1.7 }),
  members({ top_p: 0.9 }),
  members({ temperature: 0.5, top_p: 0.9 }),
  members({ top_k: 40 }),
  members({ min_p: 0.1 }),
  members({ seed: 7 }),
  members({ frequency_penalty: 0.5 }),
  members({ presence_penalty: 0.5 }),
  members({ logit_bias: { 50256: -100 } }),
  members({ logprobs: true }),
  members({ logprobs: true, top_logprobs: 3 }, { beside: { logprobs: true }, fields: ['top_logprobs', 'logprobs'] }),
];

export const accountProbes: readonly Probe[] = [
  members({ user: 'ann' }),
  members({ safety_identifier: 'ann' }, { fields: ['safety_identifier', 'user'] }),
  members({ metadata: { topic: 'sky' } }),
  members({ store: true }),
  members({ service_tier: 'auto' }, { isDefault: true }),
  ...['default', 'flex', 'priority'].map(tier => members({ service_tier: tier })),
  members({ prompt_cache_key: 'sky' }),
  members({ prompt_cache_retention: '24h' }),
  members({ cache_control: EPHEMERAL }),
  members({ stream: true }),
  members(
    { stream: true, stream_options: { include_obfuscation: false } },
    { beside: { stream: true }, fields: ['stream_options'] },
  ),
  members({ x_unknown: { any: 'thing' } }, {}, 'an unknown member'),
];
