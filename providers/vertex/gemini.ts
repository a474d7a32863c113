import type { ChatCodec, EncodedRequest } from '../../src/spec/chat/chat-codec.ts';
import type { ChatRequest } from '../../src/spec/chat/chat-request.ts';
import type { Codec } from '../../src/spec/provider.ts';
import { extraMembers } from '../gemini/extra-members.ts';
import { type Fields, fieldsOf, isFields, listOf } from '../gemini/fields.ts';
import { geminiChat } from '../gemini/index.ts';
import { modelFacts } from '../gemini/models.ts';
import { type Warn, warnings } from '../gemini/warn.ts';
import type { ModelPath } from './model-path.ts';
import { refuseFiles } from './refuse-files.ts';

/** Gemini's dialect, but for the few members that only the Gemini API has. */
const chat: ChatCodec = { ...geminiChat, toProvider };

export const gemini = (path: ModelPath): Codec => ({
  native: 'gemini-content',
  path: (model, stream) => path('google', model, stream ? 'streamGenerateContent?alt=sse' : 'generateContent'),
  quirks: [],
  // It stands in the path.
  members: { model: null },
  chat,
});

export const geminiCount = (path: ModelPath): Codec => ({
  native: 'gemini-content',
  path: model => path('google', model, 'countTokens'),
  quirks: [],
  members: { model: null },
});

const UNKNOWN = 'Vertex AI does not know it.';

function toProvider(request: ChatRequest, model: string): EncodedRequest {
  refuseFiles(request);
  const encoded = geminiChat.toProvider(request, model);
  const { warn, all } = warnings();
  const { serviceTier, store, contents, toolConfig, ...body } = fieldsOf(encoded.body);
  if (store !== undefined) warn('store', 'dropped', UNKNOWN);
  const wire = { contents: contentsOf(contents, model), ...body, ...toolMember(toolConfig, request, warn) };
  const headers = tierHeader(serviceTier, warn);
  return { body: wire, warnings: [...encoded.warnings, ...all], headers };
}

/** Before Gemini 3 calls have no ids here, and a call or result with one is refused; they go by their order. */
function contentsOf(contents: unknown, model: string): unknown {
  return modelFacts(model).wantsSignatures ? contents : listOf(contents).map(fieldsOf).map(withoutIds);
}

const withoutIds = (content: Fields): Fields => ({
  ...content,
  parts: listOf(content.parts).map(fieldsOf).map(partOf),
});

function partOf(part: Fields): Fields {
  const name = isFields(part.functionCall) ? 'functionCall' : 'functionResponse';
  if (!isFields(part[name])) return part;
  const { id: _id, ...rest } = part[name];
  return { ...part, [name]: rest };
}

/** What the codec itself asks for beside tools of the provider is left out unsaid: nothing is lost with it. */
function toolMember(toolConfig: unknown, request: ChatRequest, warn: Warn): Fields {
  const { includeServerSideToolInvocations, ...rest } = fieldsOf(toolConfig);
  if (includeServerSideToolInvocations !== undefined && 'includeServerSideToolInvocations' in ownConfig(request)) {
    warn('tool_config.includeServerSideToolInvocations', 'dropped', UNKNOWN);
  }
  return Object.keys(rest).length === 0 ? {} : { toolConfig: rest };
}

/** As the caller wrote it; what there is to say of it has been said. */
const ownConfig = (request: ChatRequest): Fields => extraMembers(request, () => undefined).toolConfig;

const TIER = 'x-vertex-ai-llm-shared-request-type';

/** https://docs.cloud.google.com/vertex-ai/generative-ai/docs/priority-paygo and …/flex-paygo */
function tierHeader(tier: unknown, warn: Warn): readonly string[] {
  if (tier === 'priority' || tier === 'flex') return [TIER, tier];
  if (tier !== undefined && tier !== 'standard') {
    warn('service_tier', 'dropped', 'This provider does not have this tier.');
  }
  return [];
}
