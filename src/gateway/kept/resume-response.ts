import { GatewayError } from '../../spec/gateway-error.ts';
import type { ProviderObject } from '../../spec/id-sealer.ts';
import { limits } from '../../spec/limits.ts';
import type { ResponseStore } from '../../spec/response-store.ts';
import type { Change } from '../body/splice.ts';
import type { Call } from '../call.ts';
import { given, readBoolean, wrongType, wrongValue } from '../dialects/request-members.ts';
import type { Keeping, ParsedRequest, Translated } from '../ingress/ingress.ts';
import { continueStored } from './continue-stored.ts';
import { firstNamedItem, resolveOwnItems } from './own-items.ts';
import { pinPolicy } from './pin-policy.ts';
import { ownId, ResponseIds, type ResponseState, responseId, scopeOf } from './response-state.ts';
import { remembering, sealedReading } from './sealed-reading.ts';
import { readStored, storedContent } from './stored-content.ts';

/** Where the response lives that a call goes on from. */
type Previous =
  | { readonly type: 'none' }
  | { readonly type: 'provider'; readonly sealed: string; readonly object: ProviderObject }
  /** By the provider's own id, from before this gateway: it goes where the call goes. */
  | { readonly type: 'raw'; readonly id: string }
  | { readonly type: 'stored'; readonly id: string };

/** As providers make them. What this gateway gives out is longer or shorter. */
const RAW = /^resp_[0-9a-f]{40,64}$/;
const HOW = 'set "store_responses: true" for the key, its team or the organization';

/**
 * How a call in the Responses dialect goes on from the response that it names, and what becomes of its own answer. A
 * response at a provider pins the call to its target. One that is kept here is put before the call's own input, which
 * takes a query, and so do items of such responses that the input names: the only ones on the way of a call.
 *
 * Throws, or rejects with, `previous_response_not_found`, `model_not_found`, `invalid_type`, `invalid_value` and
 * `database_unavailable`.
 */
export function resumeResponse(call: Call, state: ResponseState): Promise<void> | null {
  const parsed = call.parsed!;
  const keeps = given(parsed.scan, 'store') === null || readBoolean(parsed.scan, 'store');
  const previous = readPrevious(call, parsed, state);
  if (previous.type === 'provider') call.policy = pinPolicy(call.policy!, previous.object);
  call.keeping = keepingOf(call, previous, keeps, state);
  const named = firstNamedItem(parsed);
  if (named !== null && !call.principal.storesResponses) {
    throw wrongValue(`input[${named}]`, `no item is kept that it could name; send the item itself, or ${HOW}`);
  }
  return previous.type === 'stored' || named !== null ? load(call, previous, named !== null, state.responses) : null;
}

/** Puts what the call leans on into its input. */
async function load(call: Call, previous: Previous, named: boolean, responses: ResponseStore): Promise<void> {
  const scope = scopeOf(call.principal);
  if (named) call.parsed = call.ingress.parse(await resolveOwnItems(call.parsed!, responses, scope));
  if (previous.type !== 'stored') return;
  const content = await responses.load(previous.id, scope);
  if (content === null) throw notFound(responseId(previous.id), true);
  call.parsed = call.ingress.parse(continueStored(call.parsed!, readStored(content)));
}

function readPrevious(call: Call, { scan }: ParsedRequest, state: ResponseState): Previous {
  const member = given(scan, 'previous_response_id');
  if (member === null) return { type: 'none' };
  if (scan.type(member) !== 'string') throw wrongType('previous_response_id', 'a string', scan.type(member));
  const id = member.valueEnd - member.valueStart > limits.headerValueLength ? '' : String(scan.parse(member));
  const object = new ResponseIds(state, call.principal).open(id);
  if (object !== null) return { type: 'provider', sealed: id, object };
  const stored = call.principal.storesResponses ? ownId(id) : null;
  if (stored !== null) return { type: 'stored', id: stored };
  // In an account of several teams it could be somebody else's.
  if (call.snapshot.soleTeam && RAW.test(id)) return { type: 'raw', id };
  throw notFound(id, call.principal.storesResponses);
}

/** The sentence is OpenAI's; where nothing is kept here it also says what would have to be done. */
function notFound(id: string, stores: boolean): GatewayError {
  const sentence = `Previous response with id '${id.slice(0, 128)}' not found.`;
  const hint = ` Answers of models without a memory of their own are not kept here; to keep them, ${HOW}.`;
  return new GatewayError('previous_response_not_found', {
    message: stores ? sentence : sentence + hint,
    param: 'previous_response_id',
  });
}

/** Null where the call has nothing to do with kept answers. */
function keepingOf(call: Call, previous: Previous, keeps: boolean, state: ResponseState): Keeping | null {
  if (!keeps && previous.type !== 'provider' && previous.type !== 'raw') return null;
  const pinned = previous.type === 'provider' ? previous : null;
  const raw = previous.type === 'raw' ? previous.id : null;
  const stores = keeps && call.principal.storesResponses;
  const ids = new ResponseIds(state, call.principal);
  return {
    changes: pinned === null ? none : [changedId(pinned.object.id)],
    passed: ({ provider, model }, own) =>
      sealedReading(
        own,
        remembering(id => {
          if (id === raw) return id;
          return id === pinned?.object.id ? pinned.sealed : ids.seal(provider.name, model, id);
        }),
      ),
    translated: content => {
      if (raw !== null) throw notFound(raw, stores);
      if (pinned !== null) throw wrongValue('previous_response_id', 'the model that it leads to keeps no responses');
      return stores ? stored(call, content, state) : content;
    },
    shown: stores ? { previousId: previous.type === 'stored' ? responseId(previous.id) : null } : null,
    conceal: text => (pinned === null ? text : text.replaceAll(pinned.object.id, pinned.sealed)),
  };
}

const none: readonly Change[] = [];
const changedId = (id: string): Change => ({ name: 'previous_response_id', value: JSON.stringify(id) });

/** The answer is whole for its client when it would survive a crash. */
function stored(call: Call, content: Translated, { responses }: ResponseState): Translated {
  const parsed = call.parsed!;
  if (parsed.body.length > limits.storedConversationBytes) {
    throw wrongValue('store', `of ${parsed.body.length} bytes no answer is kept; send "store": false`);
  }
  const keep = (last: Buffer) => {
    try {
      return responses.save(call.id, scopeOf(call.principal), storedContent(parsed, last));
    } catch (error) {
      return Promise.reject(error);
    }
  };
  return {
    ...content,
    // It is not dropped, after all.
    warnings: content.warnings.filter(({ field }) => field !== 'store'),
    reading: { ...content.reading, keep },
  };
}
