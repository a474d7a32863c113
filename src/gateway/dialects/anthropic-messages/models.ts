import type AnthropicApi from '@anthropic-ai/sdk';
import { GatewayError } from '../../../spec/gateway-error.ts';
import type { KnownModel } from '../../routing/list-models.ts';

/** Says that it is not known: https://platform.claude.com/docs/en/api/models/list */
const UNKNOWN_DATE = '1970-01-01T00:00:00Z';
const MOST = 1_000;

/** A model in the shape of the Messages API. */
export const describeModel = ({ name }: KnownModel): AnthropicApi.ModelInfo => ({
  type: 'model',
  id: name,
  display_name: name,
  created_at: UNKNOWN_DATE,
  capabilities: null,
  deprecated_at: null,
  lifecycle: 'active',
  line: null,
  max_input_tokens: null,
  max_tokens: null,
  retires_at: null,
});

/** One page: all of them, unless the caller sets a `limit`; from `after_id` on, or up to `before_id`. */
export function listModels(models: readonly KnownModel[], query: Readonly<Record<string, unknown>>): object {
  const limit = readLimit(query.limit);
  const [from, to] = range(models, query, limit);
  const page = models.slice(from, to);
  const forward = query.before_id === undefined;
  return {
    data: page.map(describeModel),
    has_more: forward ? to < models.length : from > 0,
    first_id: page[0]?.name ?? null,
    last_id: page.at(-1)?.name ?? null,
  };
}

function range(models: readonly KnownModel[], query: Readonly<Record<string, unknown>>, limit: number) {
  const at = (id: unknown) => models.findIndex(({ name }) => name === id);
  if (query.before_id !== undefined) {
    const end = Math.max(0, at(query.before_id));
    return [Math.max(0, end - limit), end] as const;
  }
  const start = query.after_id === undefined ? 0 : at(query.after_id) + 1;
  return [start, Math.min(models.length, start + limit)] as const;
}

function readLimit(value: unknown): number {
  if (value === undefined) return Number.MAX_SAFE_INTEGER;
  const limit = Number(value);
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new GatewayError('invalid_value', {
    message: `Invalid value for 'limit': expected an integer from 1 to ${MOST}.`,
    param: 'limit',
  });
}
