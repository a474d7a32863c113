/**
 * Anthropic's Messages API as it is on the wire, for one scripted conversation. Sources:
 * https://platform.claude.com/docs/en/build-with-claude/streaming, …/thinking and
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type { Proofs } from './proofs.ts';
import { type Asked, demand, nextTurn, pieces, type Turn, USAGE } from './scenario.ts';
import type { Dialect, Reply } from './server.ts';

type Block = Anthropic.ContentBlockParam;
type Body = Anthropic.MessageCreateParams;
interface Round {
  readonly role: 'user' | 'assistant';
  readonly blocks: readonly Block[];
}

const WORD = /^[a-zA-Z0-9_-]+$/;

export const anthropic: Dialect = {
  path: /^\/anthropic\/v1\/messages$/,
  answer: ({ body, headers }, proofs) => {
    demand(headers['anthropic-version'], 'anthropic-version: header is required');
    demand(headers['x-api-key'], 'x-api-key: header is required');
    const request = body as unknown as Body;
    const turn = nextTurn(read(request, proofs));
    return request.stream === true ? streamed(request, turn, proofs) : whole(request, turn, proofs);
  },
  refusal: message => ({ type: 'error', error: { type: 'invalid_request_error', message } }),
};

function read(request: Body, proofs: Proofs): Asked {
  demand(typeof request.model === 'string', 'model: Field required');
  demand(Number.isInteger(request.max_tokens), 'max_tokens: Field required');
  const thinks = request.thinking?.type === 'enabled' || request.thinking?.type === 'adaptive';
  if (request.thinking?.type === 'enabled') {
    const { budget_tokens: budget } = request.thinking;
    demand(budget >= 1024 && budget < request.max_tokens, 'thinking.enabled.budget_tokens: out of range');
    demand(
      !('temperature' in request) || request.temperature === 1,
      '`temperature` may only be set to 1 when thinking is enabled',
    );
  }
  const tools = new Set((request.tools ?? []).map(toolName));
  const rounds = request.messages.map(roundOf);
  checkRounds(rounds, proofs);
  const asking = rounds.findLastIndex(({ role, blocks }) => role === 'user' && !blocks.some(isResult));
  const since = rounds.slice(asking + 1);
  const first = since[0]?.blocks[0]?.type;
  demand(
    !(thinks && since.length > 0) || first === 'thinking' || first === 'redacted_thinking',
    `messages.${asking + 1}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block`,
  );
  return {
    userText: (rounds[asking]?.blocks ?? []).map(block => (block.type === 'text' ? block.text : '')).join('\n'),
    tools,
    steps: since.filter(({ role }) => role === 'assistant').length,
    results: since.flatMap(({ blocks }) => blocks.filter(isResult).map(resultText)),
    thinks,
  };
}

function toolName(tool: Anthropic.ToolUnion): string {
  demand(
    'name' in tool && /^[a-zA-Z0-9_-]{1,128}$/.test(tool.name),
    'tools.0.custom.name: String should match pattern',
  );
  demand('input_schema' in tool && tool.input_schema.type === 'object', 'tools.0.custom.input_schema: Field required');
  return tool.name;
}

function roundOf({ role, content }: Anthropic.MessageParam, index: number): Round {
  demand(role === 'user' || role === 'assistant', `messages.${index}.role: Input should be 'user' or 'assistant'`);
  const blocks: readonly Block[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  demand(Array.isArray(blocks) && blocks.length > 0, `messages.${index}: messages must have non-empty content`);
  return { role, blocks };
}

const isResult = (block: Block): block is Anthropic.ToolResultBlockParam => block.type === 'tool_result';

const resultText = ({ content }: Anthropic.ToolResultBlockParam): string =>
  typeof content === 'string'
    ? content
    : (content ?? []).map(block => (block.type === 'text' ? block.text : '')).join('');

/** Turns alternate, every call is answered in the next turn and first in it, and thoughts are those that were signed. */
function checkRounds(rounds: readonly Round[], proofs: Proofs): void {
  let open = new Set<string>();
  const known = new Set<string>();
  for (const [index, { role, blocks }] of rounds.entries()) {
    demand(role === (index % 2 === 0 ? 'user' : 'assistant'), `messages.${index}: roles must alternate`);
    const answered = blocks.filter(isResult).map(block => block.tool_use_id);
    for (const id of answered) demand(open.delete(id), `messages.${index}: unexpected \`tool_use_id\`: ${id}`);
    demand(open.size === 0, `messages.${index}: \`tool_use\` ids without \`tool_result\`: ${[...open].join(', ')}`);
    demand(
      blocks.findLastIndex(isResult) === answered.length - 1,
      `messages.${index}: tool results must stand first in their message`,
    );
    open = new Set();
    for (const block of blocks) {
      if (block.type === 'text') demand(block.text.trim() !== '', 'messages: text content blocks must be non-empty');
      if (block.type === 'thinking') {
        demand(
          proofs.check(block.signature, block.thinking),
          `messages.${index}.content: Invalid \`signature\` in \`thinking\` block`,
        );
      }
      if (block.type !== 'tool_use') continue;
      demand(WORD.test(block.id), `messages.${index}.content.tool_use.id: String should match pattern`);
      demand(!known.has(block.id), 'messages: `tool_use` ids must be unique');
      demand(
        typeof block.input === 'object' && block.input !== null,
        'tool_use.input: Input should be a valid dictionary',
      );
      known.add(block.id);
      open.add(block.id);
    }
  }
  demand(open.size === 0, '`tool_use` ids were found without `tool_result` blocks');
}

const counted = {
  input_tokens: USAGE.prompt - USAGE.cached,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: USAGE.cached,
  cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
};
const details = { service_tier: 'standard', inference_geo: 'not_available' };

interface Opened {
  /** As `content_block_start` has it. */
  readonly start: object;
  readonly deltas: readonly object[];
  readonly whole: object;
}

function blocksOf({ thought, text, calls }: Turn, proofs: Proofs): readonly Opened[] {
  const blocks: Opened[] = [];
  if (thought !== null) blocks.push(thoughtBlock(thought, proofs.issue(thought)));
  if (text !== '') {
    blocks.push({
      start: { type: 'text', text: '' },
      deltas: pieces(text).map(piece => ({ type: 'text_delta', text: piece })),
      whole: { type: 'text', text },
    });
  }
  for (const { name, input } of calls) {
    const head = { type: 'tool_use', id: `toolu_01${crypto.randomUUID().replaceAll('-', '').slice(0, 22)}`, name };
    const json = ['', ...pieces(JSON.stringify(input))];
    blocks.push({
      start: { ...head, input: {} },
      deltas: json.map(piece => ({ type: 'input_json_delta', partial_json: piece })),
      whole: { ...head, input },
    });
  }
  return blocks;
}

const thoughtBlock = (thinking: string, signature: string): Opened => ({
  start: { type: 'thinking', thinking: '', signature: '' },
  deltas: [
    ...pieces(thinking).map(piece => ({ type: 'thinking_delta', thinking: piece })),
    { type: 'signature_delta', signature },
  ],
  whole: { type: 'thinking', thinking, signature },
});

const messageOf = (model: string) => ({
  model,
  id: `msg_01${crypto.randomUUID().replaceAll('-', '').slice(0, 22)}`,
  type: 'message',
  role: 'assistant',
});

const reasonOf = ({ calls }: Turn) => ({
  stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
  stop_sequence: null,
});

function whole({ model }: Body, turn: Turn, proofs: Proofs): Reply {
  const content = blocksOf(turn, proofs).map(block => block.whole);
  const usage = { ...counted, output_tokens: USAGE.completion, ...details };
  return { turn, json: { ...messageOf(model), content, ...reasonOf(turn), usage } };
}

function streamed({ model }: Body, turn: Turn, proofs: Proofs): Reply {
  const empty = { content: [], stop_reason: null, stop_sequence: null };
  const events: { readonly type: string }[] = [
    wire('message_start', {
      message: { ...messageOf(model), ...empty, usage: { ...counted, output_tokens: 1, ...details } },
    }),
  ];
  for (const [index, { start, deltas }] of blocksOf(turn, proofs).entries()) {
    events.push(wire('content_block_start', { index, content_block: start }));
    if (index === 0) events.push(wire('ping', {}));
    for (const delta of deltas) events.push(wire('content_block_delta', { index, delta }));
    events.push(wire('content_block_stop', { index }));
  }
  events.push(wire('message_delta', { delta: reasonOf(turn), usage: { ...counted, output_tokens: USAGE.completion } }));
  events.push(wire('message_stop', {}));
  return { turn, events: events.map(event => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`) };
}

const wire = (type: string, members: object) => ({ type, ...members });
