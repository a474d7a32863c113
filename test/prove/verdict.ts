import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayProcess } from './gateway-process.ts';
import { provedUsage, type SeenCall } from './load.ts';

export interface LedgerEvent {
  readonly id: string;
  readonly call_id: string;
  readonly outcome: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd: string | null;
}

const QUIET_MILLIS = 2_000;
const PATIENCE_MILLIS = 60_000;

/** The whole ledger, or what `filter` (`team=x`) picks of it, read page by page, once no more events arrive. */
export async function readLedger(gateway: GatewayProcess, filter = ''): Promise<readonly LedgerEvent[]> {
  const deadline = Date.now() + PATIENCE_MILLIS;
  let before: readonly LedgerEvent[] = [];
  for (;;) {
    await sleep(QUIET_MILLIS);
    const now = await pages(gateway, filter).catch((error: unknown) => {
      if (Date.now() > deadline) throw error;
      return [];
    });
    if (now.length > 0 && now.length === before.length) return now;
    if (Date.now() > deadline) return now;
    before = now;
  }
}

async function pages(gateway: GatewayProcess, filter: string): Promise<LedgerEvent[]> {
  const events: LedgerEvent[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `limit=1000&${filter}${cursor === null ? '' : `&cursor=${cursor}`}`;
    const page = (await gateway.admin(`/admin/v1/usage?${query}`)) as { events: LedgerEvent[]; next: string | null };
    events.push(...page.events);
    cursor = page.next;
  } while (cursor !== null);
  return events;
}

export interface Verdict {
  readonly counts: Readonly<Record<string, number | string>>;
  readonly problems: readonly string[];
}

/** Compares what clients saw with what the ledger says. */
export function verdict(seen: readonly SeenCall[], ledger: readonly LedgerEvent[]): Verdict {
  const problems: string[] = [];
  const byCall = Map.groupBy(ledger, event => event.call_id);
  const ids = new Set(ledger.map(event => event.id));
  if (ids.size !== ledger.length) problems.push(`${ledger.length - ids.size} event ids stand twice`);

  const finished = seen.filter(call => call.finished);
  for (const call of finished) {
    const events = byCall.get(call.id ?? '') ?? [];
    const right = events.filter(event => event.outcome === 'finished');
    if (right.length !== 1) problems.push(`${call.id} was seen finished and has ${right.length} finished events`);
    else if (
      right[0]!.input_tokens !== provedUsage.prompt_tokens ||
      right[0]!.output_tokens !== provedUsage.completion_tokens ||
      right[0]!.cost_usd !== '0.000025'
    )
      problems.push(`${call.id} stands with wrong tokens or cost: ${JSON.stringify(right[0])}`);
  }
  const cut = seen.filter(call => !call.finished && call.id !== null);
  for (const call of cut) {
    if ((byCall.get(call.id!) ?? []).length === 0 && call.status === 200)
      problems.push(`${call.id} was cut and is not in the ledger`);
  }
  const outcomes = Map.groupBy(ledger, event => event.outcome);
  return {
    problems,
    counts: {
      'calls sent': seen.length,
      'seen finished by their client': finished.length,
      'cut after headers': cut.length,
      'ledger events': ledger.length,
      ...Object.fromEntries([...outcomes].map(([outcome, events]) => [`  of them ${outcome}`, events.length])),
      'finished calls with exactly one finished event':
        finished.length - problems.filter(line => line.includes('was seen finished')).length,
    },
  };
}
