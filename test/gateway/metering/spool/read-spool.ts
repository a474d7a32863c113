import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { type UsageEvent, usageDefaults } from '../../../../src/spec/usage-event.ts';

export interface Record {
  readonly kind: string;
  readonly event: UsageEvent;
}

export const segments = (directory: string): string[] =>
  readdirSync(directory)
    .filter(file => file.endsWith('.log'))
    .sort();

/** Every record of a spool folder, read by the letter of `src/spec/spool.ts`; throws on anything that is not whole. */
export function readSpool(directory: string): Record[] {
  return segments(directory).flatMap(file => {
    const text = readFileSync(path.join(directory, file), 'utf8');
    if (text !== '' && !text.endsWith('\n')) throw new Error(`${file} ends within a record`);
    return text
      .split('\n')
      .slice(0, -1)
      .map(line => {
        const [, sum, rest] = /^([0-9a-f]{8}) ([SF] [^\n]*)$/.exec(line) ?? [];
        if (rest === undefined || crc32(rest) !== Number.parseInt(sum!, 16)) throw new Error(`damaged: ${line}`);
        return { kind: rest[0]!, event: { ...usageDefaults, ...(JSON.parse(rest.slice(2)) as UsageEvent) } };
      });
  });
}
