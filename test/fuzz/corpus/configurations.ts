/** Configuration files: sound ones, mistaken ones, and YAML that has brought readers down. */
export const configurations: readonly Buffer[] = [
  `providers:
  openai: { keys: ["env:OPENAI_API_KEY"] }
  box: { adapter: openai-compatible, base_url: "http://127.0.0.1:8000/v1", models: [m, "a/b"] }
models:
  fast:
    strategy: weighted
    targets: [{ model: openai/gpt, weight: 3 }, { model: box/m }]
    fallbacks: [{ model: box/m }]
    retries: 2
    timeouts: { connect: 5s, first_token: 20s, idle: 30s, total: 10m }
    on_cut: error
teams: { search: {}, other: }
consumers: { web: { team: search } }
keys:
  - { name: web, team: search, consumer: web, secret: "env:WEB_KEY", models: [fast, "openai/*"], expires: 2030-01-31 }
organization: { unknown_price: flag, store_responses: false }
prices:
  - { model: "box/*", input: 0.10, output: "0.300000000001", cache_read: 0, from: 2026-01-01T00:00:00Z }
`,
  '{}',
  '',
  '---\n...\n---\n',
  '# nothing\n',
  '[]',
  'providers: 7',
  'providers: { a: { keys: env:NOBODY, base_url: "ftp://x" }, "__proto__": {}, "7": {} }',
  'providers: { box: { adapter: bedrock, keys: ["file:/etc/passwd", "env:TOLLGATE_MASTER_KEY", "short"] } }',
  'providers: { box: { adapter: openai-compatible, base_url: "http://169.254.169.254/v1?x#y", allow_insecure: true } }',
  'models: { prompt/x: { targets: [] }, "a/../b": { targets: [{ model: nobody/x, weight: -1 }] }, c: null }',
  'models: { a: { targets: [{ model: a }], retries: 1e3, timeouts: { idle: 25h, total: "" }, strategy: lowest-cost } }',
  'keys: [{ name: a, secret: "tg_literal_0123456789_abcdef" }, { name: a, secret: "tg_literal_0123456789_abcdef" }, 7, null]',
  'prices: [{ model: m, input: 1e400, output: -1 }, { model: "*", input: 0.1234567890123456789, output: .inf, from: 0000-00-00 }]',
  'teams: { a: {}, a: {} }',
  'a: &a [x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c]\n',
  'a: &a { b: *a }',
  'teams: { <<: { a: {} }, b: !!js/function "x", c: !!binary AAAA, ? [complex, key] : 1 }',
  `teams: ${'['.repeat(300)}`,
  `${'{a: '.repeat(80)}1${'}'.repeat(80)}`,
  `${'- '.repeat(100)}x`,
  'teams:\n\ta: {}\n',
  'teams: "unfinished',
  'teams: |+2\n   x\n\n\n',
  'teams: { a: {} } # \u2028\u0085\ufeff',
  '%YAML 1.1\n%TAG ! tag:x,2000:\n---\nteams: { on: {}, yes: {}, 0o7: {}, 1_000: {} }\n',
  'teams: { "\\ud800": {}, "\\0": {}, "": {}, ~: {} }',
].map(text => Buffer.from(text));

export const configurationWords: readonly string[] = [
  ...['\n', '\n  ', '\n- ', ': ', '{', '}', '[', ']', ', ', '"', "'", '#', '&a ', '*a', '!!str ', '|\n', '>-\n', '? '],
  ...['<<: ', '---\n', '...\n', '%YAML 1.1\n', '\t', '\ufeff', '\u2028', '~', '.inf', '0x7', '1e999', '-0', '@', '`'],
  ...['__proto__: {}', 'constructor: {}', 'providers: ', 'models: ', 'teams: ', 'consumers: ', 'keys: ', 'prices: '],
  ...[
    'targets: [{ model: m }]',
    'weight: 0',
    'secret: ',
    'env:WEB_KEY',
    'file:x',
    'base_url: ',
    'http://a.test/',
    'adapter: ',
  ],
  ...['budgets: []', 'plugins: []', 'expires: 2030-01-01', 'timeouts: { idle: 1s }', 'simulator/echo', 'openai'],
];
