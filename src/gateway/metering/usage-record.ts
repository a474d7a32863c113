import type { Target } from '../../spec/snapshot.ts';
import { inputTokens, noUsage, outputTokens, type Usage } from '../../spec/usage.ts';
import type { UsageEvent, UsageOutcome } from '../../spec/usage-event.ts';
import type { Call } from '../call.ts';

/** Bytes of text that make a token on average, for estimates before and without the provider's own count. */
const BYTES_PER_TOKEN = 4;
/** Output assumed of a call that was cut before anything is known, unless a tenth of its own bound is more. */
const USUAL_OUTPUT = 256;

export interface AttemptFacts {
  readonly id: string;
  readonly call: Call;
  readonly target: Target;
  readonly number: number;
  readonly retryReason: string;
  /** When the attempt began, by `performance.now()`. */
  readonly startedMillis: number;
}

export interface AttemptResult {
  readonly outcome: UsageOutcome;
  /** Null: the provider gave no believable count. */
  readonly usage: Usage | null;
  /** What to book when it gave none; null when nothing ran. */
  readonly estimate: Usage | null;
  readonly flags: string;
  readonly status: number;
  readonly error: string;
  readonly firstTokenMillis: number | null;
}

/** Tokens of a request and of so many bytes of answer, roughly: marked as estimated wherever it is used. */
export function estimateUsage(call: Call, outputBytes: number): Usage {
  return { ...noUsage, input: call.parsed?.inputEstimate ?? 0, output: Math.ceil(outputBytes / BYTES_PER_TOKEN) };
}

/** The largest context and the longest answer of any model today, several times over. */
const SLACK_TOKENS = 4_000_000;

/** More tokens than this request and its answer can have, by far: an error or a lie, which must not drain a budget. */
export function isImplausible(call: Call, usage: Usage | null): boolean {
  if (usage === null || call.parsed === null) return false;
  const { inputEstimate, maxTokens, choices } = call.parsed;
  const most = SLACK_TOKENS + 4 * inputEstimate;
  return inputTokens(usage) > most || outputTokens(usage) > SLACK_TOKENS + (maxTokens ?? 0) * choices;
}

/** Service tiers that the price book's prices are for; any other one is dearer or cheaper, and nobody states by how much. */
const USUAL_TIERS: ReadonlySet<unknown> = new Set(['auto', 'default', 'standard', 'standard_only']);

/** The caller asked for another tier, so what is booked at the usual price may not be what the provider bills. */
function asksForTier(call: Call): boolean {
  const scan = call.parsed?.scan;
  const tier = scan?.member('service_tier');
  return tier !== undefined && scan!.type(tier) === 'string' && !USUAL_TIERS.has(scan!.parse(tier));
}

const joined = (flags: string, flag: string): string => (flags === '' ? flag : `${flags},${flag}`);

/** The event as it will stand if nothing more is heard of the attempt. */
export function startedEvent(facts: AttemptFacts): UsageEvent {
  const { call } = facts;
  const output = Math.max(USUAL_OUTPUT, Math.ceil((call.parsed?.maxTokens ?? 0) / 10));
  const expected = call.ingress.operation === 'chat' ? output * (call.parsed?.choices ?? 1) : 0;
  return usageEvent(facts, {
    outcome: 'unknown',
    usage: null,
    estimate: estimateUsage(call, expected * BYTES_PER_TOKEN),
    flags: '',
    status: 0,
    error: '',
    firstTokenMillis: null,
  });
}

/** The ledger row of an attempt, priced at this moment. */
export function usageEvent(facts: AttemptFacts, result: AttemptResult): UsageEvent {
  const { call, target } = facts;
  const { principal, snapshot } = call;
  const usage = result.usage ?? result.estimate ?? noUsage;
  return {
    id: facts.id,
    call_id: call.id,
    attempt: facts.number,
    organization: principal.organization,
    team: principal.team,
    consumer: principal.consumer,
    key: principal.keyName,
    key_id: principal.keyId,
    end_user: call.parsed?.endUser ?? '',
    tags: [],
    prompt: '',
    dialect: call.ingress.dialect,
    operation: call.ingress.operation,
    model: call.parsed?.model ?? '',
    provider: target.provider.name,
    target: target.name,
    price_version: snapshot.prices.version,
    input_tokens: inputTokens(usage),
    cache_read_tokens: usage.cacheRead,
    cache_write_5m_tokens: usage.cacheWrite5m,
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: outputTokens(usage),
    reasoning_tokens: usage.reasoning,
    audio_input_tokens: usage.audioIn,
    audio_output_tokens: usage.audioOut,
    image_input_tokens: usage.imageIn,
    image_output_tokens: usage.imageOut,
    server_tool_calls: usage.serverToolCalls,
    cost_usd: call.ingress.free === true ? '0' : costOf(call, target, usage),
    estimated: result.usage === null && result.estimate !== null,
    flags: usage !== noUsage && asksForTier(call) ? joined(result.flags, 'tier_unpriced') : result.flags,
    status: result.status,
    outcome: result.outcome,
    error: result.error,
    retry_reason: facts.retryReason,
    stream: call.parsed?.stream ?? false,
    queue_millis: Math.round(facts.startedMillis - call.startedMillis),
    first_token_millis: result.firstTokenMillis === null ? null : Math.round(result.firstTokenMillis),
    total_millis: Math.round(performance.now() - facts.startedMillis),
    cache_hit: false,
    warnings: call.warnings.length,
  };
}

/** Exact decimal text in USD; null when nobody knows the price. */
export function costOf(call: Call, target: Target, usage: Usage): string | null {
  const price = call.snapshot.prices.find(target.provider, target.model, Date.now());
  return price === null ? null : price.usd(usage);
}
