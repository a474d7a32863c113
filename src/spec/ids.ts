import { randomFillSync } from 'node:crypto';

/** Random parts are written many at a time: one call for the bytes and one for the text serve all of them. */
const BATCH = 256;
const BYTES = 10;
/** `aaa-baaa-aaaaaaaaaaaa`, what follows the version's digit. */
const LENGTH = 21;
const DASH = 0x2d;
const HEX = Buffer.from('0123456789abcdef', 'latin1');

const bytes = Buffer.allocUnsafe(BATCH * BYTES);
const text = Buffer.allocUnsafe(BATCH * LENGTH);
let randomParts = '';
let next = BATCH;

let writtenMillis = -1;
let timePart = '';

/** A UUIDv7: 48 bits of time in millis, 74 random bits. Names rows and calls; never authorises anything. */
export function uuidv7(nowMillis: number = Date.now()): string {
  if (nowMillis !== writtenMillis) writeTime(nowMillis);
  if (next === BATCH) writeRandomParts();
  const at = next++ * LENGTH;
  return timePart + randomParts.slice(at, at + LENGTH);
}

/** Millis since the epoch that a UUIDv7 carries. */
export const timeOfUuid = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

function writeTime(nowMillis: number): void {
  const time = nowMillis.toString(16).padStart(12, '0');
  timePart = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  writtenMillis = nowMillis;
}

function writeRandomParts(): void {
  randomFillSync(bytes);
  for (let index = 0; index < BATCH; index++) writeRandomPart(index * BYTES, index * LENGTH);
  randomParts = text.toString('latin1');
  next = 0;
}

function writeRandomPart(from: number, to: number): void {
  let at = to;
  const byte = (value: number) => {
    text[at++] = HEX[value >> 4]!;
    text[at++] = HEX[value & 0x0f]!;
  };
  byte(bytes[from]!);
  text[at++] = HEX[bytes[from + 1]! >> 4]!;
  text[at++] = DASH;
  // The variant takes the upper two bits of the fourth group; the lower half of this byte was not used above.
  text[at++] = HEX[0x8 | (bytes[from + 1]! & 0x3)]!;
  text[at++] = HEX[bytes[from + 2]! >> 4]!;
  byte(bytes[from + 3]!);
  text[at++] = DASH;
  for (let index = 4; index < BYTES; index++) byte(bytes[from + index]!);
}
