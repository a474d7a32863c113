/** A call waits for it, so a server that is gone without a word must not hold it for long. */
export const TIMEOUT_MILLIS = 10_000;
