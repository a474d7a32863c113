import { GatewayError } from '../../spec/gateway-error.ts';
import { wrongValue } from '../dialects/request-members.ts';
import type { StoredContent } from './stored-content.ts';

export interface ItemsQuery {
  readonly after: string | null;
  readonly limit: number;
  readonly order: 'asc' | 'desc';
}

const USUAL_LIMIT = 20;
const MOST = 100;

/** Throws `invalid_value` naming the parameter. What is kept has nothing that `include` could add. */
export function readItemsQuery(query: Readonly<Record<string, unknown>>): ItemsQuery {
  const { limit = String(USUAL_LIMIT), order = 'desc', after = null } = query;
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > MOST) {
    throw wrongValue('limit', `expected an integer from 1 to ${MOST}`);
  }
  if (order !== 'asc' && order !== 'desc') throw wrongValue('order', 'expected asc or desc');
  if (after !== null && typeof after !== 'string') throw wrongValue('after', 'expected the id of an item');
  return { after, limit: count, order };
}

/**
 * One page of the items that a kept response answers, as OpenAI lists them. Items without an id of their own are known
 * by their place. Throws `response_not_found`, parameter `after`, for an item that is not there.
 *
 * @param hex id of the response without its beginning
 */
export function itemsPage({ input }: StoredContent, hex: string, { after, limit, order }: ItemsQuery): object {
  const named = input.map((item, index) => ({ id: `item_${hex}_${index}`, status: 'completed', ...item }));
  const all = order === 'asc' ? named : named.reverse();
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  if (after !== null && from === 0) throw new GatewayError('response_not_found', { param: 'after' });
  const data = all.slice(from, from + limit);
  return {
    object: 'list',
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < all.length,
  };
}
