/** Resident bytes at a time in millis. */
export interface Sample {
  readonly millis: number;
  readonly bytes: number;
}

export interface MemoryVerdict {
  readonly maxBytes: number;
  readonly medianBytes: number;
  readonly slopeBytesPerHour: number;
  /** What the slope makes of the time that was looked at. */
  readonly riseBytes: number;
  /** Null where the run was too short to tell. */
  readonly flat: boolean | null;
}

/** Bodies of megabytes come and go; what is kept shows in the least of every ten seconds. */
const WINDOW_MILLIS = 10_000;
/** Below this, a fit says more about the collector than about what is kept. */
const LEAST_WINDOWS = 9;
const ALLOWED_SHARE = 0.05;
const ALLOWED_BYTES = 16 * 1024 * 1024;

/**
 * The rule: a line is fitted through the least resident size of every ten seconds after the warm-up; memory is flat
 * where that line rises by no more than 5 % of the median, or 16 MiB, over the whole time.
 */
export function judgeMemory(samples: readonly Sample[], warmUpMillis: number): MemoryVerdict {
  const floor = floorOf(samples.filter(({ millis }) => millis >= warmUpMillis));
  const medianBytes =
    (floor.length > 0 ? floor : samples).map(({ bytes }) => bytes).sort((a, b) => a - b)[floor.length >> 1] ?? 0;
  const slope = slopeOf(floor);
  const riseBytes = slope * ((floor.at(-1)?.millis ?? 0) - (floor[0]?.millis ?? 0));
  const allowed = Math.max(ALLOWED_BYTES, ALLOWED_SHARE * medianBytes);
  return {
    maxBytes: Math.max(0, ...samples.map(({ bytes }) => bytes)),
    medianBytes,
    slopeBytesPerHour: slope * 3_600_000,
    riseBytes,
    flat: floor.length < LEAST_WINDOWS ? null : riseBytes <= allowed,
  };
}

function floorOf(samples: readonly Sample[]): readonly Sample[] {
  const windows = Map.groupBy(samples, ({ millis }) => Math.floor(millis / WINDOW_MILLIS));
  return [...windows.values()].map(all => all.reduce((least, each) => (each.bytes < least.bytes ? each : least)));
}

/** Least squares, in bytes a milli; 0 where there is nothing to fit. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) => samples.reduce((sum, each) => sum + of(each), 0) / samples.length;
  const [time, size] = [mean(({ millis }) => millis), mean(({ bytes }) => bytes)];
  const spread = samples.reduce((sum, { millis }) => sum + (millis - time) ** 2, 0);
  if (spread === 0 || samples.length === 0) return 0;
  return samples.reduce((sum, { millis, bytes }) => sum + (millis - time) * (bytes - size), 0) / spread;
}
