/**
 * What one generation of models accepts. Sent otherwise, each of these is a 400. Sources: the migration guide of each
 * model, https://platform.claude.com/docs/en/about-claude/models/migration-guide, and
 * https://platform.claude.com/docs/en/build-with-claude/thinking and …/effort.
 */
export interface ModelFacts {
  /** `budget`: `thinking.enabled` with a bound in tokens; `adaptive`: the model decides, effort steers it. */
  readonly thinking: 'none' | 'budget' | 'adaptive';
  /** A bound in tokens is accepted, too. */
  readonly budgets: boolean;
  /** How thinking is turned off: `default` where it is off unless asked for; `never` where it cannot be. */
  readonly off: 'default' | 'disabled' | 'between_tools' | 'never';
  /** Levels of `output_config.effort`, lowest first; empty where there is no such member. */
  readonly efforts: readonly string[];
  /** `one`: temperature or top_p but not both; `none`: nothing but the defaults. */
  readonly sampling: 'free' | 'one' | 'none';
  /** `tool_choice` may be `any` or `tool`. */
  readonly forcedTools: boolean;
  /** The conversation may end with the beginning of the answer. */
  readonly prefill: boolean;
  /** `output_config.format` and strict tools. */
  readonly structured: boolean;
  /** Sent as `max_tokens`, which the API requires, when the caller names no bound. */
  readonly maxTokens: number;
}

interface Version {
  readonly family: string;
  /** 4.5 is 405. */
  readonly number: number;
}

const EARLY: ModelFacts = {
  thinking: 'none',
  budgets: false,
  off: 'default',
  efforts: [],
  sampling: 'free',
  forcedTools: true,
  prefill: true,
  structured: false,
  maxTokens: 4_096,
};

/** Servers that speak this dialect with models of their own: nothing is known, so nothing is taken away. */
const FOREIGN: ModelFacts = { ...EARLY, thinking: 'budget', budgets: true, off: 'disabled', structured: true };

/**
 * The longest answer that is asked for unasked. Newest models could write twice as much, but older ones refuse a
 * prompt that does not leave room for `max_tokens` in the context.
 */
const LONG = 64_000;

/** From this version on, each row with what it changes; the rows before it hold as well. */
const generations: readonly { readonly from: number; readonly facts: Partial<ModelFacts> }[] = [
  { from: 305, facts: { maxTokens: 8_192 } },
  { from: 307, facts: { thinking: 'budget', budgets: true, maxTokens: 32_000 } },
  { from: 401, facts: { sampling: 'one', structured: true } },
  { from: 405, facts: { maxTokens: LONG } },
  { from: 406, facts: { thinking: 'adaptive', efforts: ['low', 'medium', 'high', 'max'], prefill: false } },
  { from: 407, facts: { budgets: false, efforts: ['low', 'medium', 'high', 'xhigh', 'max'], sampling: 'none' } },
  { from: 500, facts: { off: 'disabled' } },
  { from: 600, facts: { off: 'never', forcedTools: false } },
];

/** What single families do otherwise. */
const families: readonly {
  readonly family: RegExp;
  readonly from: number;
  readonly below?: number;
  readonly facts: Partial<ModelFacts>;
}[] = [
  { family: /^opus$/, from: 405, below: 406, facts: { efforts: ['low', 'medium', 'high'] } },
  { family: /^opus$/, from: 505, facts: { off: 'never', forcedTools: false } },
  { family: /^sonnet$/, from: 505, below: 600, facts: { off: 'between_tools', forcedTools: false } },
  { family: /^(fable|mythos)$/, from: 0, facts: { off: 'never' } },
  { family: /^(fable|mythos)$/, from: 501, facts: { forcedTools: false } },
];

/** Today's contract for a name without a version, so that a new family works on its first day. */
const NEWEST = 500;

/** Facts by name, so that they are put together once; few names are ever asked for. */
const known = new Map<string, ModelFacts>();
const MOST_KNOWN = 256;

export function modelFacts(model: string): ModelFacts {
  const facts = known.get(model) ?? factsOf(model);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(model, facts);
  return facts;
}

function factsOf(model: string): ModelFacts {
  if (!model.includes('claude')) return FOREIGN;
  const { family, number } = versionOf(model);
  const rows = [
    ...generations.filter(row => number >= row.from),
    ...families.filter(row => row.family.test(family) && number >= row.from && number < (row.below ?? Infinity)),
  ];
  return Object.assign({}, EARLY, ...rows.map(row => row.facts));
}

/** `claude-opus-4-5-20251101`, `claude-sonnet-4@20250514`, `claude-3-7-sonnet-latest`, `claude-2.1`. */
function versionOf(model: string): Version {
  const now = /claude-([a-z]+)-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?/.exec(model);
  if (now) return { family: now[1]!, number: numberOf(now[2], now[3]) };
  const before = /claude-v?(\d)(?:[-.](\d{1,2})(?!\d))?(?:-([a-z]+))?/.exec(model);
  if (before) return { family: before[3] ?? '', number: numberOf(before[1], before[2]) };
  const family = /claude-([a-z]+)/.exec(model)?.[1] ?? '';
  return { family, number: family === 'instant' ? 100 : NEWEST };
}

const numberOf = (major: string | undefined, minor: string | undefined): number =>
  Number(major) * 100 + Number(minor ?? 0);
