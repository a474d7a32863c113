import { describe, expect, test } from 'vitest';
import { read } from './support.ts';

const key = (member: string) => `keys:\n  - { name: web, secret: "env:WEB_KEY", ${member} }`;
const provider = (member: string) => `providers:\n  box: { adapter: openai-compatible, ${member} }`;
const model = (member: string) => `models:\n  fast: { targets: [{ model: simulator/echo }], ${member} }`;
const price = (member: string) => `prices:\n  - { model: simulator/echo, input: 1, output: 2, ${member} }`;

/** Text of a file with » in front of the mistake, the path that is named, and what is said. */
const table: readonly (readonly [string, string, string])[] = [
  // The file itself
  ['»- providers', '', 'expected a mapping'],
  ['providers: {»', '', 'Flow map'],
  ['teams: {}\n»teams: {}', '', '"teams" stands here twice'],
  [`teams: { 1: {}, »'1': {} }`, '', '"1" stands here twice'],
  ['teams: »!!js/function x', '', 'Unresolved tag'],
  ['teams: { »[a]: {} }', '', 'expected a plain name'],
  ['»__proto__: {}', '', 'expected a plain name'],
  ['teams: »*nowhere', '', 'no anchor before it has this name'],
  // Names
  ['»modles: {}', 'modles', 'is not known here (did you mean "models"?); expected providers, models, teams'],
  ['»constructor: {}', 'constructor', 'is not known here'],
  ['»<<: { teams: {} }', '["<<"]', 'is not known here'],
  ['teams:\n  »-bad-: {}', 'teams["-bad-"]', 'expected a name of at most 63 letters'],
  [model('»stratgy: weighted'), 'models.fast.stratgy', 'did you mean "strategy"?'],
  [
    'models:\n  »prompt: { targets: [{ model: simulator/echo }] }',
    'models.prompt',
    'prompt, simulator, local are reserved',
  ],
  ['models:\n  »local/x: { targets: [{ model: simulator/echo }] }', 'models["local/x"]', 'are reserved'],
  ['models:\n  »a/../b: { targets: [{ model: simulator/echo }] }', 'models["a/../b"]', 'expected a model name'],
  // Known, not built
  ['»prompts: ./prompts', 'prompts', 'prompts is not built yet'],
  ['»plugins: []', 'plugins', 'plugins is not built yet'],
  ['teams:\n  search: { »budgets: [] }', 'teams.search.budgets', 'budgets is not built yet'],
  ['organization: { »limits: { rpm: 1 } }', 'organization.limits', 'limits is not built yet'],
  ['organization: { »unknown_price: block }', 'organization.unknown_price', 'not built yet; only flag is possible'],
  ['organization: { store_responses: »yes please }', 'organization.store_responses', 'expected true or false'],
  [
    'teams: { s: }\nconsumers:\n  app: { team: s, »store_responses: false }',
    'consumers.app.store_responses',
    'not built yet',
  ],
  [model('strategy: »least-busy'), 'models.fast.strategy', 'least-busy is not built yet; expected priority'],
  [model('»on_cut: continue'), 'models.fast.on_cut', 'on_cut is not built yet; only error is possible'],
  [model('»mirror: {}'), 'models.fast.mirror', 'mirror is not built yet'],
  [model('»hedge: 1s'), 'models.fast.hedge', 'hedge is not built yet'],
  [model('»affinity: key'), 'models.fast.affinity', 'affinity is not built yet'],
  [model('»client_gone: drain'), 'models.fast.client_gone', 'only abort is possible'],
  [provider('base_url: "http://box/v1", »limits: {}'), 'providers.box.limits', 'limits is not built yet'],
  ['providers:\n  own: { adapter: »./own.ts }', 'providers.own.adapter', 'from a file or package is not built yet'],
  // Providers
  ['providers: »[]', 'providers', 'expected a mapping from names'],
  ['providers:\n  »opnai: {}', 'providers.opnai', 'no adapter is named "opnai" (did you mean "openai"?)'],
  ['providers:\n  box: { adapter: »antropic }', 'providers.box.adapter', 'did you mean "anthropic"?'],
  ['providers:\n  »simulator: {}', 'providers.simulator', 'is built in and cannot be configured'],
  ['providers:\n  box: { adapter: »simulator }', 'providers.box.adapter', 'simulator is built in'],
  ['providers:\n  »openai-compatible: {}', 'providers.openai-compatible', 'base_url is missing'],
  [provider('base_url: »"box:8000"'), 'providers.box.base_url', 'expected a URL that begins with https://'],
  [provider('base_url: »"file:///etc"'), 'providers.box.base_url', 'expected a URL that begins with https://'],
  [provider('base_url: »"https://u:canary@box/v1"'), 'providers.box.base_url', 'without credentials'],
  [provider('base_url: »"https://box/v1?key=canary"'), 'providers.box.base_url', 'without ? and #'],
  [provider('base_url: »"http://api.example.com/v1"'), 'providers.box.base_url', 'allow_insecure: true permits it'],
  [provider('base_url: »"http://169.254.169.254/"'), 'providers.box.base_url', 'expected https'],
  [provider('base_url: »"http://8.8.8.8/"'), 'providers.box.base_url', 'expected https'],
  ['providers:\n  openai: { keys: »"env:OPENAI_API_KEY" }', 'providers.openai.keys', 'expected a list'],
  ['providers:\n  openai: { keys: [»12] }', 'providers.openai.keys[0]', 'expected env:NAME'],
  ['providers:\n  openai: { keys: [»"env:ABSENT"] }', 'providers.openai.keys[0]', 'env:ABSENT is not set'],
  ['providers:\n  openai: { keys: [»"env:TOLLGATE_MASTER_KEY"] }', 'providers.openai.keys[0]', 'never given out'],
  ['providers:\n  openai: { keys: [»"file:/proc/self/environ"] }', 'providers.openai.keys[0]', 'never given out'],
  ['providers:\n  openai: { keys: [»"file:absent.txt"] }', 'providers.openai.keys[0]', 'does not exist'],
  ['providers:\n  openai: { keys: [»"env:SPACED_KEY"] }', 'providers.openai.keys[0]', 'visible ASCII'],
  [
    'providers:\n  openai: { keys: [»"sealed:v1:0:canary"] }',
    'providers.openai.keys[0]',
    'only opens where it was sealed',
  ],
  ['providers:\n  openai: { allow_insecure: »1 }', 'providers.openai.allow_insecure', 'expected true or false'],
  ['providers:\n  openai: { models: [»"a b"] }', 'providers.openai.models[0]', 'expected a model name'],
  // Models
  ['models:\n  »fast:', 'models.fast.targets', 'is missing; expected a list'],
  ['models:\n  fast: { targets: »[] }', 'models.fast.targets', 'expected at least one'],
  ['models:\n  fast: { targets: [»{}] }', 'models.fast.targets[0].model', 'is missing; expected a text'],
  ['models:\n  fast: { targets: [{ model: »echo }] }', 'models.fast.targets[0].model', 'expected provider/model'],
  [
    'models:\n  fast: { targets: [{ model: »simulatr/echo }] }',
    'models.fast.targets[0].model',
    'did you mean "simulator"?',
  ],
  [
    'models:\n  fast: { targets: [{ model: simulator/echo, weight: »0 }] }',
    'models.fast.targets[0].weight',
    'expected more than 0',
  ],
  [
    'models:\n  fast: { targets: [{ model: simulator/echo, weight: ».inf }] }',
    'models.fast.targets[0].weight',
    'expected a number',
  ],
  [model('fallbacks: [{ model: »gone/x }]'), 'models.fast.fallbacks[0].model', 'no provider is named "gone"'],
  [model('fallbacks: [{ model: simulator/echo, »weight: 1 }]'), 'models.fast.fallbacks[0].weight', 'is not known here'],
  [model('strategy: »wieghted'), 'models.fast.strategy', 'did you mean "weighted"?'],
  [model('retries: »1.5'), 'models.fast.retries', 'expected a whole number'],
  [model('retries: »-1'), 'models.fast.retries', 'expected at least 0'],
  [model('timeouts: { idle: »30 }'), 'models.fast.timeouts.idle', 'expected a duration such as'],
  [model('timeouts: { idle: »0s }'), 'models.fast.timeouts.idle', 'expected a duration of more than 0'],
  [model('timeouts: { »idel: 30s }'), 'models.fast.timeouts.idel', 'did you mean "idle"?'],
  // Teams, consumers, keys
  ['teams: »[search]', 'teams', 'expected a mapping from names'],
  ['teams:\n  search: »yes', 'teams.search', 'expected a mapping'],
  ['consumers:\n  web: { team: »gone }', 'consumers.web.team', 'no team is named "gone"'],
  ['keys: »{ web: {} }', 'keys', 'expected a list'],
  ['keys:\n  - »{ name: web }', 'keys[0].secret', 'is missing; expected env:NAME'],
  ['keys:\n  - »{ secret: "env:WEB_KEY" }', 'keys[0].name', 'is missing; expected a text'],
  [
    'keys:\n  - { name: web, secret: »"env:SHORT_KEY" }',
    'keys[0].secret',
    'expected a secret of 20 to 512 visible ASCII',
  ],
  [
    'keys:\n  - { name: web, secret: »"too-short-canary" }',
    'keys[0].secret',
    'expected a secret of 20 to 512 visible ASCII',
  ],
  ['keys:\n  - { name: web, secret: »"env:DATABASE_URL" }', 'keys[0].secret', 'never given out'],
  [
    `${key('team: default')}\n  - { name: two, secret: »"env:SAME_KEY" }`,
    'keys[1].secret',
    'has the same secret as keys[0].secret',
  ],
  [
    `${key('team: default')}\n  - { name: »web, secret: "another-secret-of-web" }`,
    'keys[1].name',
    'has a key with this name at keys[0]',
  ],
  [
    `teams: { search: {} }\n${key('team: »serch')}`,
    'keys[0].team',
    'no team is named "serch" (did you mean "search"?)',
  ],
  [
    `teams: { a: {}, b: {} }\nconsumers: { app: { team: a } }\n${key('team: b, consumer: »app')}`,
    'keys[0].consumer',
    'belongs to team a, not to b',
  ],
  [key('models: »[]'), 'keys[0].models', 'expected at least one'],
  [key('models: [»"a b*"]'), 'keys[0].models[0]', 'expected a model name or a pattern'],
  [key('expires: »tomorrow'), 'keys[0].expires', 'expected a date such as'],
  [key('expires: »2026-02-30'), 'keys[0].expires', 'expected a date such as'],
  [key('»budgets: []'), 'keys[0].budgets', 'budgets is not built yet'],
  // Prices
  ['prices:\n  - »{ model: simulator/echo, input: 1 }', 'prices[0].output', 'is missing; expected a price'],
  ['prices:\n  - { model: »echo, input: 1, output: 2 }', 'prices[0].model', 'expected provider/model'],
  [price('reasoning: »-1'), 'prices[0].reasoning', 'expected USD per million tokens from 0'],
  [price('reasoning: »"1e3"'), 'prices[0].reasoning', 'expected USD per million tokens'],
  [price('reasoning: »0.1234567890123'), 'prices[0].reasoning', 'at most 12 decimals'],
  [price('reasoning: »0.12345678901234567'), 'prices[0].reasoning', 'expected a price in quotes'],
  [price('reasoning: »"1000001"'), 'prices[0].reasoning', 'from 0 to 1000000'],
  [price('from: »2026'), 'prices[0].from', 'expected a date'],
];

describe('a mistake is named with file, line, column, path and what was expected', () => {
  test.each(table)('%j', (marked, path, message) => {
    const before = marked.slice(0, marked.indexOf('»')).split('\n');
    const position = `${before.length}:${before.at(-1)!.length + 1}`;
    const { problems } = read(marked.replace('»', ''));

    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`tollgate.yaml:${position}: ${path === '' ? '' : `${path}: `}`);
    expect(problems[0]).toContain(message);
    expect(problems[0]).not.toContain('canary');
  });
});

test('all mistakes of a file are said at once, in its order', () => {
  const { problems } = read(`
providers:
  opnai: { keys: ["env:ABSENT"], budgets: [] }
teems: {}
models:
  prompt: { targets: [{ model: gone/x, weight: 0 }], stratgy: weighted }
keys:
  - { name: web, team: gone, secret: abc, modles: [x] }
`);

  expect(problems.map(problem => problem.split(': ')[1])).toEqual([
    'providers.opnai',
    'providers.opnai.keys[0]',
    'providers.opnai.budgets',
    'teems',
    'models.prompt',
    'models.prompt.targets[0].weight',
    'models.prompt.stratgy',
    'keys[0].team',
    'keys[0].secret',
    'keys[0].modles',
  ]);
});

describe('J12 a file that would use up the start', () => {
  const levels = Array.from(
    { length: 9 },
    (_, i) =>
      `l${i}: &l${i} [${Array(9)
        .fill(i === 0 ? 'x' : `*l${i - 1}`)
        .join(', ')}]`,
  );

  test.each([
    ['a tag that makes bytes', 'teams: !!binary AAAA', '1:8: Unresolved tag: tag:yaml.org,2002:binary'],
    ['a tag that makes a set', 'teams: !!set { a }', '1:8: Unresolved tag: tag:yaml.org,2002:set'],
    ['an alias inside of what it repeats', 'teams: &a { b: [*a] }', '1:17: an alias cannot stand inside'],
    ['an alias bomb', levels.join('\n'), 'aliases repeat too much'],
    ['a hundred and one aliases', `a: &a 1\nb: [${Array(101).fill('*a').join(', ')}]`, 'more than 100 aliases'],
    ['a megabyte of names', Array.from({ length: 100_000 }, (_, i) => `k${i}:`).join('\n'), 'k0: is not known here'],
    ['deep nesting', '['.repeat(200_000), 'nested too deeply'],
    ['a megabyte and more', '#'.repeat(1024 * 1024 + 1), 'expected a regular file of at most 1 MiB'],
    ['bytes that are no text', Buffer.from([0x74, 0xff, 0xfe]), 'expected UTF-8'],
  ])('%s is refused', { timeout: 120_000 }, (_name, text, message) => {
    expect(read(text).problems.join('\n')).toContain(message);
  });
});
