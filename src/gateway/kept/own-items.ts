import type { ResponseScope, ResponseStore } from '../../spec/response-store.ts';
import { rewriteBody } from '../body/splice.ts';
import { isFields } from '../dialects/neutral/members.ts';
import { answerOfItem } from '../dialects/openai-responses/item-id.ts';
import { wrongValue } from '../dialects/request-members.ts';
import type { ParsedRequest } from '../ingress/ingress.ts';
import { ownId, responseId } from './response-state.ts';
import { readStored } from './stored-content.ts';

type Item = Readonly<Record<string, unknown>>;

/** Answers that one call may name; each has the whole conversation before it, so the newest one mostly does. */
const MOST_ANSWERS = 16;

/** The answer that holds an item; null for an item that no answer of this gateway holds. */
function answerOf(item: unknown): string | null {
  const hex = isFields(item) && item.type === 'item_reference' ? answerOfItem(item.id) : null;
  return hex === null ? null : ownId(responseId(hex));
}

/** Place of the first item that is only named; null where there is none, as mostly. */
export function firstNamedItem({ scan, namesItems }: ParsedRequest): number | null {
  if (namesItems !== true) return null;
  const member = scan.member('input');
  const items: unknown = member === undefined ? null : scan.parse(member);
  const at = Array.isArray(items) ? items.findIndex(item => answerOf(item) !== null) : -1;
  return at < 0 ? null : at;
}

/**
 * The body of a call that names items of kept answers (`item_reference`), with the items in place of their names. Rejects
 * with `invalid_value` that names the item which there is not.
 */
export async function resolveOwnItems(
  { body, scan }: ParsedRequest,
  responses: ResponseStore,
  scope: ResponseScope,
): Promise<Buffer> {
  const items = scan.parse(scan.member('input')!) as readonly unknown[];
  const found = await itemsOf(items, responses, scope);
  const whole = items.map((item, index) => {
    if (answerOf(item) === null) return item;
    const known = found.get((item as { id: string }).id);
    if (known === undefined) throw wrongValue(`input[${index}]`, 'there is no kept item with this id');
    return known;
  });
  return rewriteBody(body, scan, [{ name: 'input', value: JSON.stringify(whole) }]);
}

/** Newest answers first: their ids begin with the time. */
async function itemsOf(
  items: readonly unknown[],
  responses: ResponseStore,
  scope: ResponseScope,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  const answers = [...new Set(items.map(answerOf).filter(id => id !== null))].sort().reverse();
  let loaded = 0;
  for (const id of answers) {
    const missing = items.some(item => answerOf(item) === id && !found.has((item as { id: string }).id));
    if (!missing) continue;
    if (++loaded > MOST_ANSWERS) throw wrongValue('input', `it names items of more than ${MOST_ANSWERS} answers`);
    const content = await responses.load(id, scope);
    if (content === null) continue;
    const { input, response } = readStored(content);
    for (const item of [...input, ...response.output]) {
      if (typeof item.id === 'string' && !found.has(item.id)) found.set(item.id, item);
    }
  }
  return found;
}
