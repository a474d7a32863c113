const MOST_TRIES = 3_000;
const MOST_MILLIS = 20_000;

/**
 * A smaller input that still fails: ever smaller stretches are left out as long as that helps, then bytes are made
 * plain. Bounded in tries and time, since a failing input may be a slow one.
 */
export async function minimise(input: Buffer, fails: (input: Buffer) => Promise<boolean>): Promise<Buffer> {
  const deadline = performance.now() + MOST_MILLIS;
  let tries = 0;
  let smallest = input;
  const better = async (candidate: Buffer): Promise<boolean> => {
    if (tries++ >= MOST_TRIES || performance.now() > deadline || !(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };

  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const without = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (!(await better(without))) at += size;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    if (smallest[at]! >= 0x20 && smallest[at]! < 0x7f) continue;
    const plain = Buffer.from(smallest);
    plain[at] = 0x78;
    await better(plain);
  }
  return smallest;
}
