import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { type Fields, fieldsOf, listOf } from './fields.ts';
import type { Warn } from './warn.ts';

/** The caller's own members of this dialect, sorted by what becomes of them. */
export interface ExtraMembers {
  readonly thinking?: Fields;
  readonly outputConfig: Fields;
  readonly metadata: Fields;
  /** Everything else, sent as it is. */
  readonly rest: Fields;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
}

/** What the request itself says, so that no extension gets around the gateway's checks of it. */
const OWN = new Set(['model', 'messages', 'stream', 'max_tokens', 'system', 'tools', 'tool_choice']);
/** The provider would answer with models that the caller's key may not be allowed to use. */
const ROUTING = new Set(['fallbacks', 'fallback_credit_token']);
const BETA = /^[A-Za-z0-9._-]{1,128}$/;

/** Members of this dialect that no other one has: a client of OpenAI's dialect writes them beside its own. */
const BESIDE = new Set([
  'betas',
  'container',
  'context_management',
  'inference_geo',
  'mcp_servers',
  'output_config',
  'speed',
]);

export const isOurs = (dialect: string, name: string): boolean =>
  dialect === 'anthropic' || (dialect === 'openai-chat' && BESIDE.has(name));

const NONE: ExtraMembers = Object.freeze({ outputConfig: {}, metadata: {}, rest: {}, headers: [] });

export function extraMembers(request: ChatRequest, warn: Warn): ExtraMembers {
  if (request.extra === undefined) return NONE;
  const given = Object.entries(request.extra).flatMap(([dialect, members]) =>
    Object.entries(members).filter(([name]) => isOurs(dialect, name)),
  );
  const { thinking, output_config, metadata, betas, ...others } = Object.fromEntries(given);
  const rest: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(others)) {
    if (OWN.has(name)) warn(name, 'dropped', 'The request says this itself.');
    else if (ROUTING.has(name)) warn(name, 'dropped', 'The gateway decides which model answers.');
    else rest[name] = value;
  }
  return {
    ...(thinking === undefined ? {} : { thinking: fieldsOf(thinking) }),
    outputConfig: fieldsOf(output_config),
    metadata: fieldsOf(metadata),
    rest,
    headers: betaHeader(betas, warn),
  };
}

/** Beta features are named in a header, so only what may stand in one gets there. */
function betaHeader(betas: unknown, warn: Warn): readonly string[] {
  const names = typeof betas === 'string' ? betas.split(',').map(name => name.trim()) : listOf(betas);
  const valid = names.filter(name => typeof name === 'string' && BETA.test(name));
  if (valid.length < names.length) warn('betas', 'dropped', 'A beta is named in letters, digits, dots and dashes.');
  return valid.length === 0 ? [] : ['anthropic-beta', valid.join(',')];
}
