import type { ResponseScope, ResponseStore } from '../../spec/response-store.ts';
import { rewriteBody } from '../body/splice.ts';
import { isFields } from '../dialects/neutral/members.ts';
import { wrongValue } from '../dialects/request-members.ts';
import type { ParsedRequest } from '../ingress/ingress.ts';
import { ownId, responseId } from './response-state.ts';
import { readStored } from './stored-content.ts';

type Item = Readonly<Record<string, unknown>>;

const MARK = Buffer.from('"item_reference"');
/** Of an item in an answer that no provider keeps: the answer's own id, and a place in it. */
const OWN_ITEM = /^[a-z]+_([0-9a-f]{32})[0-9a-f]{4}$/;
/** Answers that one call may name; each has the whole conversation before it, so the newest one mostly does. */
const MOST_ANSWERS = 16;

/** The answer that holds an item; null for an item that no answer of this gateway holds. */
function answerOf(item: unknown): string | null {
  if (!isFields(item) || item.type !== 'item_reference' || typeof item.id !== 'string') return null;
  const hex = OWN_ITEM.exec(item.id)?.[1];
  return hex === undefined ? null : ownId(responseId(hex));
}

/** There is something to put in the place of a name. Cheap, and mostly false. */
export function namesOwnItems({ body, scan }: ParsedRequest): boolean {
  if (!body.includes(MARK)) return false;
  const member = scan.member('input');
  const items: unknown = member === undefined ? null : scan.parse(member);
  return Array.isArray(items) && items.some(item => answerOf(item) !== null);
}

/**
 * The body of a call that names items of kept answers (`item_reference`), with the items in place of their names. Items
 * that a provider keeps are left to it. Rejects with `invalid_value` that names the item which there is not.
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
