import { timeOfUuid } from '../spec/ids.ts';
import type { Store } from '../spec/store.ts';

/** What a key spent today and in this month, UTC. */
export async function spendOfKey(store: Pick<Store, 'spend'>, keyId: string) {
  const now = new Date();
  const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1));
  const to = new Date(now.getTime() + 60_000);
  const since = async (from: Date) =>
    (await store.spend({ by: ['key'], from, to, bucket: null, timezone: 'UTC', keyId })).total;
  const [today, thisMonth] = await Promise.all([since(day), since(month)]);
  return { today, month: thisMonth };
}

/** Ledger rows of one call of this key, oldest attempt first. */
export async function callOfKey(store: Pick<Store, 'usage'>, callId: string, keyId: string) {
  const began = timeOfUuid(callId);
  const from = new Date(began);
  // Attempts of a call begin within its total time, an hour at the most.
  const to = new Date(began + 3_600_000);
  const rows = await store.usage({ from, to, limit: 100, before: null, filters: { call_id: callId }, keyId });
  return rows.toReversed();
}
