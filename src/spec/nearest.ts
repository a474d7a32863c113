const SHOWN = 3;
/** Differences of a mistyped name; what differs more is another name. Bounds the time that a name costs. */
const MOST_DIFFERENCES = 8;

/** The names closest to a mistyped one, nearest first; at most three, none when nothing is near. */
export function nearest(wanted: string, names: Iterable<string>): readonly string[] {
  const found: { name: string; distance: number }[] = [];
  const lower = wanted.toLowerCase();
  for (const name of names) {
    const third = Math.floor(Math.max(wanted.length, name.length) / 3);
    const most = Math.min(MOST_DIFFERENCES, Math.max(1, third));
    const distance = editDistance(lower, name.toLowerCase(), most);
    if (distance <= most) found.push({ name, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1));
  return found.slice(0, SHOWN).map(entry => entry.name);
}

/** ` (did you mean "x" or "y"?)`, or nothing when no name is near. */
export function didYouMean(wanted: string, names: Iterable<string>): string {
  const close = nearest(wanted, names).map(name => `"${name}"`);
  return close.length === 0 ? '' : ` (did you mean ${close.join(' or ')}?)`;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours that turn one text into the other. Gives up, with a
 * number above `most`, as soon as it cannot be less: names come from callers, and there may be many to compare with.
 */
export function editDistance(a: string, b: string, most: number = Number.POSITIVE_INFINITY): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  const width = b.length + 1;
  const far = a.length + b.length + 1;
  let [beforeLast, last, row] = [
    new Uint16Array(width),
    Uint16Array.from({ length: width }, (_, j) => j),
    new Uint16Array(width),
  ];
  for (let i = 1; i <= a.length; i++) {
    // Further from the diagonal than `most` every distance is larger than that.
    const from = Math.max(1, i - most);
    const to = Math.min(b.length, i + most);
    row.fill(far);
    row[0] = i;
    let smallest = i;
    for (let j = from; j <= to; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1);
      row[j] = best;
      if (best < smallest) smallest = best;
    }
    if (smallest > most + 1) return most + 1;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return last[b.length]!;
}
