import type { Seeded } from '../../support/seeded.ts';

/** Longer inputs than this are not made: what they would show, shorter ones show faster. */
const MOST_BYTES = 16 * 1024;
/** Bytes that lie on some edge. */
const edges = [0x00, 0x09, 0x0a, 0x0d, 0x20, 0x22, 0x2c, 0x30, 0x39, 0x3a, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xff];

type Mutation = (input: Buffer, random: Seeded, material: Material) => Buffer;

/** What mutations take from elsewhere. */
export interface Material {
  readonly words: readonly string[];
  readonly pool: readonly Buffer[];
}

const replaced = (input: Buffer, from: number, to: number, put: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, from), put, input.subarray(to)]);

/** Short stretches mostly, sometimes a long one. */
function stretch(input: Buffer, random: Seeded): readonly [from: number, to: number] {
  const from = random.below(input.length + 1);
  const length = random.chance(0.2) ? random.below(input.length + 1) : random.below(9);
  return [from, Math.min(input.length, from + length)];
}

const word = (random: Seeded, { words }: Material): Buffer =>
  words.length === 0 ? Buffer.from([random.pick(edges)]) : Buffer.from(random.pick(words));

const mutations: readonly Mutation[] = [
  function flipBit(input, random) {
    const out = Buffer.from(input);
    const at = random.below(input.length);
    out[at] = input[at]! ^ (1 << random.below(8));
    return out;
  },
  function setByte(input, random) {
    const out = Buffer.from(input);
    out[random.below(input.length)] = random.chance(0.5) ? random.pick(edges) : random.below(256);
    return out;
  },
  function remove(input, random) {
    const [from, to] = stretch(input, random);
    return replaced(input, from, to, Buffer.alloc(0));
  },
  function insertWord(input, random, material) {
    const at = random.below(input.length + 1);
    return replaced(input, at, at, word(random, material));
  },
  function replaceByWord(input, random, material) {
    const [from, to] = stretch(input, random);
    return replaced(input, from, to, word(random, material));
  },
  function double(input, random) {
    const [from, to] = stretch(input, random);
    const times = random.chance(0.05) ? 1 + random.below(300) : 1 + random.below(4);
    const copies = Array.from({ length: times }, () => input.subarray(from, to));
    return replaced(input, to, to, Buffer.concat(copies));
  },
  function moveStretch(input, random) {
    const [from, to] = stretch(input, random);
    const at = random.below(input.length + 1);
    return replaced(input, at, at, input.subarray(from, to));
  },
  function cutOff(input, random) {
    return input.subarray(0, random.below(input.length + 1));
  },
  function spliceOther(input, random, { pool }) {
    const other = random.pick(pool);
    const [from, to] = stretch(input, random);
    const [start, end] = stretch(other, random);
    return replaced(input, from, to, other.subarray(start, end));
  },
  function crossOver(input, random, { pool }) {
    const other = random.pick(pool);
    const start = other.subarray(random.below(other.length + 1));
    return Buffer.concat([input.subarray(0, random.below(input.length + 1)), start]);
  },
  function otherNumber(input, random) {
    const digits = [...input.toString('latin1').matchAll(/\d+/g)];
    if (digits.length === 0) return input;
    const found = random.pick(digits);
    const put = random.pick(['0', '-1', '1e999', '9007199254740993', '65536', '00', '1.5', String(random.below(300))]);
    return replaced(input, found.index, found.index + found[0].length, Buffer.from(put));
  },
];

/** The input with one to six changes. */
export function mutate(input: Buffer, random: Seeded, material: Material): Buffer {
  let out = input;
  for (let left = 1 + random.below(random.chance(0.3) ? 6 : 2); left > 0; left--) {
    out = out.length === 0 ? word(random, material) : random.pick(mutations)(out, random, material);
    if (out.length > MOST_BYTES) out = out.subarray(0, MOST_BYTES);
  }
  return out;
}
