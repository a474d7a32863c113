import { randomFillSync } from 'node:crypto';

const POOL = 4096;
const pool = Buffer.allocUnsafe(POOL);
let offset = POOL;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A UUIDv7: 48 bits of time in millis, 74 random bits. Names rows and calls; never authorises anything. */
export function uuidv7(nowMillis: number = Date.now()): string {
  if (offset + 10 > POOL) {
    randomFillSync(pool);
    offset = 0;
  }
  const time = nowMillis.toString(16).padStart(12, '0');
  const at = offset;
  offset += 10;
  const byte = (index: number) => HEX[pool[at + index]!]!;
  const versioned = HEX[0x70 | (pool[at]! & 0x0f)]!;
  const variant = HEX[0x80 | (pool[at + 2]! & 0x3f)]!;
  return `${time.slice(0, 8)}-${time.slice(8)}-${versioned}${byte(1)}-${variant}${byte(3)}-${byte(4)}${byte(5)}${byte(6)}${byte(7)}${byte(8)}${byte(9)}`;
}

/** Millis since the epoch that a UUIDv7 carries. */
export const timeOfUuid = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
