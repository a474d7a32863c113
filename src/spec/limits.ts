/** The limits of the threat model, in one place. Sizes are bytes, times are millis unless the name says otherwise. */
export const limits = Object.freeze({
  bodyBytes: 32 * 1024 * 1024,
  bodiesInFlightBytes: 512 * 1024 * 1024,
  headerBytes: 16_384,
  connections: 10_000,
  paramLength: 256,
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
  /** A reply that is compressed unasked may become so many times larger, counted from this size on. */
  codedReplyRatio: 100,
  codedReplyRatioFromBytes: 1024 * 1024,
  sseLineBytes: 16 * 1024 * 1024,
  ndjsonLineBytes: 16 * 1024 * 1024,
  /** One frame of a binary event stream. */
  eventFrameBytes: 16 * 1024 * 1024,
  /** An answer is held back until its first content part or this many bytes. */
  heldBytes: 64 * 1024,
  costHeaderBytes: 1024 * 1024,
  attemptsPerCall: 4,
  /** Gateways that a call may have come through, and how often one of them may have been this one. */
  hops: 3,
  ownHops: 2,
  failedAuthPerSecond: 20,
  /** For "did you mean": names that the key may use, and names that are looked at to find them. */
  nearestNameCandidates: 500,
  nearestNameLooks: 5_000,
  integer: 10_000_000,
  choices: 128,
  /** Files that a caller's request points to, where the provider needs their bytes. */
  mediaFiles: 10,
  mediaFileBytes: 20 * 1024 * 1024,
  mediaCallBytes: 50 * 1024 * 1024,
  mediaMillis: 10_000,
  mediaRedirects: 3,
  mediaUrlLength: 8 * 1024,
  /** How long a token server may take, and how large its answer may be. */
  tokenMillis: 10_000,
  tokenReplyBytes: 64 * 1024,
  configurationFileBytes: 1024 * 1024,
  yamlAliases: 100,
  secretFileBytes: 64 * 1024,
});

/** Where a URL that somebody outside wrote never leads. https://www.iana.org/assignments/iana-ipv4-special-registry */
export const refusedV4 = Object.freeze([
  '0.0.0.0/8', // this host
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by carriers
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, metadata services
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/3', // multicast, reserved, broadcast
]);
/** Global unicast. What is mapped (::ffff:0:0/96), translated (64:ff9b::/96) or local lies outside. */
export const allowedV6 = '2000::/3';
/** Within it. https://www.iana.org/assignments/iana-ipv6-special-registry */
export const refusedV6 = Object.freeze([
  '2001::/23', // protocol assignments, among them Teredo
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which holds an IPv4 address
  '3fff::/20', // documentation
]);

/**
 * What every request to a provider carries, besides `accept`, `via`, the credential and what its adapter adds. The list
 * is built from nothing: no header of a caller is in it.
 */
export const providerHeaders = Object.freeze({
  'content-type': 'application/json',
  'accept-encoding': 'identity',
  'user-agent': 'tollgate/0.1',
});

/** What every answer to a client carries, on both ports. No header of a provider is passed on under its own name. */
export const answerHeaders = Object.freeze({
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'",
});

/** Node is started with these: no `__proto__`, no debugger by signal, no environment in crash reports. */
export const processFlags = Object.freeze(['--disable-proto=delete', '--disable-sigusr1', '--report-exclude-env']);

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
