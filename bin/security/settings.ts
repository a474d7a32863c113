import { clientTimes, limits } from '../../src/spec/limits.ts';

type Unit = 'bytes' | 'millis' | 'characters' | '';
type Meaning = readonly [meaning: string, unit: Unit];

/** What each limit is for; a test misses one that is not here. */
export const meanings: Readonly<Record<string, Meaning>> = {
  bodyBytes: ['a request body', 'bytes'],
  bodiesInFlightBytes: ['all request bodies that a process holds; beyond it 503', 'bytes'],
  headerBytes: ['the head of a request', 'bytes'],
  connections: ['open connections of the data plane', ''],
  paramLength: ['a parameter in a path', 'characters'],
  readerBacklogBytes: ['bytes that wait for a slow reader before the provider is paused', 'bytes'],
  jsonDepth: ['levels of a JSON body', ''],
  jsonStructure: ['structural characters of a JSON body outside strings', ''],
  jsonNumberLength: ['a number in a JSON body', 'characters'],
  jsonNameBytes: ['the name of a member in a JSON body', 'bytes'],
  modelNameLength: ['the name of a model', 'characters'],
  keyMinLength: ['a virtual key or admin key, at least', 'characters'],
  keyMaxLength: ['a virtual key or admin key, at most', 'characters'],
  endUserLength: ['the name of an end user', 'characters'],
  tags: ['tags of a call, once tags are read', ''],
  tagLength: ['a tag, once tags are read', 'characters'],
  clientRequestIdLength: ['a request id of the client, once one is read', 'characters'],
  headerValueLength: ['the value of a header that we write', 'characters'],
  upstreamHeaderBytes: ["the head of a provider's answer", 'bytes'],
  upstreamReplyBytes: ['a whole answer of a provider', 'bytes'],
  upstreamErrorBytes: ["what is read of a provider's error", 'bytes'],
  errorMessageLength: ["what is passed on of a provider's error message", 'characters'],
  codedReplyRatio: ['how many times larger a compressed answer may become', ''],
  codedReplyRatioFromBytes: ['the size from which that counts', 'bytes'],
  sseLineBytes: ['a line of an event stream', 'bytes'],
  ndjsonLineBytes: ['a line of a stream of JSON lines', 'bytes'],
  eventFrameBytes: ['a frame of a binary event stream', 'bytes'],
  heldBytes: ['what is held back of a stream until its first content', 'bytes'],
  costHeaderBytes: ['the largest answer that has its cost in a header', 'bytes'],
  attemptsPerCall: ['attempts of a call', ''],
  hops: ['gateways that a call may have come through', ''],
  ownHops: ['how often one of them may have been this one', ''],
  failedAuthPerSecond: ['failed authentications of a /24 or /64 a second before 429', ''],
  nearestNameCandidates: ['names that are compared for a suggestion', ''],
  nearestNameLooks: ['names that are looked at to find those', ''],
  integer: ['a whole number in a request, at most', ''],
  choices: ['choices of a call', ''],
  mediaFiles: ['files that a call lets us fetch', ''],
  mediaFileBytes: ['a fetched file', 'bytes'],
  mediaCallBytes: ['all fetched files of a call', 'bytes'],
  mediaMillis: ['fetching a file', 'millis'],
  mediaRedirects: ['redirects while fetching a file, each checked anew', ''],
  mediaUrlLength: ['the address of such a file', 'characters'],
  tokenMillis: ['the answer of a token server', 'millis'],
  tokenReplyBytes: ['such an answer', 'bytes'],
  configurationFileBytes: ['the configuration file', 'bytes'],
  yamlAliases: ['aliases in it', ''],
  secretFileBytes: ['a file that a `file:` reference leads to', 'bytes'],
};

const times: Readonly<Record<keyof typeof clientTimes, string>> = {
  head: 'for the head of a request',
  request: 'for a request with its body',
  keepAlive: 'between two requests on a connection',
  readerStall: 'without a byte read of an answer that waits',
  check: 'between two looks at all connections',
};

/** Rows of the table: name, meaning, value. */
export const settingLines = (): readonly string[] => [
  ...Object.entries(limits).map(([name, value]) => {
    const [meaning, unit] = meanings[name] ?? [name, ''];
    return line(`limits.${name}`, meaning, shown(value, unit));
  }),
  ...Object.entries(times).map(([name, meaning]) =>
    line(`clientTimes.${name}`, meaning, shown(clientTimes[name as keyof typeof clientTimes], 'millis')),
  ),
];

const line = (name: string, meaning: string, value: string): string => `| \`${name}\` | ${meaning} | ${value} |`;

function shown(value: number, unit: Unit): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'millis') return `${value / 1000} s`;
  return `${value.toLocaleString('en')} ${unit}`.trim();
}

function bytes(value: number): string {
  const [large = ''] = [...['MiB', 'KiB']].filter((_, index) => value % 1024 ** (2 - index) === 0);
  return large === '' ? `${value} bytes` : `${value / 1024 ** (large === 'MiB' ? 2 : 1)} ${large}`;
}
