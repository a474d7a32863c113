/** The limits of the threat model, in one place. Sizes are bytes, times are millis unless the name says otherwise. */
export const limits = Object.freeze({
  bodyBytes: 32 * 1024 * 1024,
  bodiesInFlightBytes: 512 * 1024 * 1024,
  requestTimeoutMillis: 120_000,
  headersTimeoutMillis: 15_000,
  connectionsCheckMillis: 5_000,
  headerBytes: 16_384,
  connections: 10_000,
  paramLength: 256,
  /** Unread bytes that may wait for a slow reader before the provider is paused. */
  readerBacklogBytes: 1024 * 1024,
  readerStallMillis: 60_000,
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

/** How both planes read HTTP: Node's strict parser, with times and sizes that no slow or greedy client can stretch. */
export const httpLimits = Object.freeze({
  headersTimeout: limits.headersTimeoutMillis,
  connectionsCheckingInterval: limits.connectionsCheckMillis,
  maxHeaderSize: limits.headerBytes,
  insecureHTTPParser: false,
  requireHostHeader: true,
});
