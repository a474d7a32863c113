import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { segmentFile } from '../../../src/spec/spool-file.ts';
import { type UsageEvent, usageDefaults } from '../../../src/spec/usage-event.ts';

/** A record as `src/spec/spool.ts` spells it. */
export function line(kind: 'S' | 'F', event: UsageEvent): string {
  const rest = `${kind} ${JSON.stringify(event)}`;
  return `${crc32(rest).toString(16).padStart(8, '0')} ${rest}\n`;
}

export const unknown = (event: UsageEvent): UsageEvent => ({ ...event, outcome: 'unknown', output_tokens: 99 });

/** The events of a batch, whole. */
export const eventsOf = (batch: Buffer): UsageEvent[] =>
  (JSON.parse(batch.toString()) as UsageEvent[]).map(event => ({ ...usageDefaults, ...event }));

/** A segment as a process that is gone left it. */
export function leave(directory: string, instance: string, number: number, content: string | Buffer): string {
  const file = path.join(directory, segmentFile({ instance, number }));
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}
