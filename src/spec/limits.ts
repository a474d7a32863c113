/** The limits of the threat model, in one place. Sizes are bytes, times are millis unless the name says otherwise. */
export const limits = Object.freeze({
  bodyBytes: 32 * 1024 * 1024,
  bodiesInFlightBytes: 512 * 1024 * 1024,
  headerBytes: 16_384,
  connections: 10_000,
  paramLength: 256,
  /** Unread bytes that may wait for a slow reader before the provider is paused. */
  readerBacklogBytes: 1024 * 1024,
  jsonDepth: 128,
  jsonStructure: 500_000,
  jsonNumberLength: 64,
  jsonNameBytes: 1024,
  modelNameLength: 256,
  keyMinLength: 20,
  keyMaxLength: 512,
  endUserLength: 256,
  tags: 16,
  tagLength: 64,
  clientRequestIdLength: 128,
  headerValueLength: 8 * 1024,
  upstreamHeaderBytes: 16_384,
  upstreamReplyBytes: 64 * 1024 * 1024,
  upstreamErrorBytes: 64 * 1024,
  errorMessageLength: 2 * 1024,
  sseLineBytes: 16 * 1024 * 1024,
  /** An answer is held back until its first content part or this many bytes. */
  heldBytes: 64 * 1024,
  costHeaderBytes: 1024 * 1024,
  attemptsPerCall: 4,
  failedAuthPerSecond: 20,
  nearestNameCandidates: 500,
  integer: 10_000_000,
  choices: 128,
  /** Files that a caller's request points to, where the provider needs their bytes. */
  mediaFiles: 10,
  mediaFileBytes: 20 * 1024 * 1024,
  mediaCallBytes: 50 * 1024 * 1024,
  mediaMillis: 10_000,
  mediaRedirects: 3,
});

/** How long a client may take, in millis: no slow or silent one holds a connection for longer. */
export interface ClientTimes {
  /** For the head of a request. */
  readonly head: number;
  /** For a request in all, its body included. */
  readonly request: number;
  /** Between two requests on one connection. */
  readonly keepAlive: number;
  /** Without reading a byte of an answer that waits for it. */
  readonly readerStall: number;
  /** How often connections are looked at. */
  readonly check: number;
}

export const clientTimes: ClientTimes = Object.freeze({
  head: 15_000,
  request: 120_000,
  keepAlive: 65_000,
  readerStall: 60_000,
  check: 5_000,
});

/** How both planes read HTTP: Node's strict parser, with times and sizes that no slow or greedy client can stretch. */
export const httpLimits = Object.freeze({
  headersTimeout: clientTimes.head,
  connectionsCheckingInterval: clientTimes.check,
  maxHeaderSize: limits.headerBytes,
  insecureHTTPParser: false,
  requireHostHeader: true,
});
