import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import { type Fields, fieldsOf } from '../anthropic/fields.ts';
import type { Warn } from '../anthropic/warn.ts';
import type { ModelFacts } from './models.ts';

/** The caller's own members of this dialect and, for Claude, of its maker's, sorted by what becomes of them. */
export interface ExtraMembers {
  /** In Claude's own words. */
  readonly thinking?: Fields;
  /** For `additionalModelRequestFields`. */
  readonly modelFields: Fields;
  readonly requestMetadata: Fields;
  /** Sent as they are. */
  readonly rest: Fields;
}

/** Members that no other dialect has: a client of OpenAI's writes them beside its own. */
const OWN = new Set([
  'additionalModelRequestFields',
  'additionalModelResponseFieldPaths',
  'guardrailConfig',
  'performanceConfig',
  'promptVariables',
  'requestMetadata',
]);
/** What Claude takes from here of its maker's API. */
const CLAUDE = new Set(['betas', 'context_management', 'output_config', 'thinking']);
/** Told by the request itself in other words, or elsewhere. */
const TOLD = new Set(['cache_control', 'thinking']);
/** What the request itself says, so that no extension gets around the gateway's checks of it. */
const SAID = new Set(['max_tokens', 'messages', 'model', 'stream', 'system', 'tool_choice', 'tools']);

export function extraMembers(request: ChatRequest, { claude }: ModelFacts, warn: Warn): ExtraMembers {
  const own: Record<string, unknown> = {};
  const claudes: Record<string, unknown> = {};
  for (const [dialect, members] of Object.entries(request.extra ?? {})) {
    const beside = dialect === 'openai-chat';
    for (const [name, value] of Object.entries(members)) {
      if ((beside || dialect === 'bedrock') && OWN.has(name)) own[name] = value;
      else if (claude !== null && (beside || dialect === 'anthropic') && CLAUDE.has(name)) claudes[name] = value;
      else if (dialect !== 'anthropic' || !TOLD.has(name)) warn(name, 'dropped', 'This provider does not know it.');
    }
  }
  const { additionalModelRequestFields, requestMetadata, ...rest } = own;
  const { thinking: inside, ...fields } = modelFields(fieldsOf(additionalModelRequestFields), warn);
  const thinking = claudes.thinking ?? inside;
  const asked = claude === null || thinking === undefined ? {} : { thinking: fieldsOf(thinking) };
  return {
    ...asked,
    modelFields: {
      ...fields,
      ...(claude === null && inside !== undefined && { thinking: inside }),
      ...claudeFields(claudes),
    },
    requestMetadata: fieldsOf(requestMetadata),
    rest,
  };
}

function modelFields(given: Fields, warn: Warn): Fields {
  const said = Object.keys(given).filter(name => SAID.has(name));
  for (const name of said) {
    warn(`additionalModelRequestFields.${name}`, 'dropped', 'The request says this itself.');
  }
  return Object.fromEntries(Object.entries(given).filter(([name]) => !SAID.has(name)));
}

/** Beta features are a list in the body here, not a header. */
function claudeFields({ betas, context_management, output_config }: Fields): Fields {
  const named = typeof betas === 'string' ? betas.split(',').map(name => name.trim()) : betas;
  const fields = { anthropic_beta: named, context_management, output_config };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
