import { describe, expect, test } from 'vitest';
import { resolveModel } from '../../../src/gateway/routing/resolve-model.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';
import { policy, principal, provider, snapshot, target } from './fixtures.ts';

const first = provider('first', { models: ['llama', 'gpt-5'] });
const maker = provider('maker', { makes: /^gpt-/, models: ['gpt-5'] });
const alias = { ...policy([target(first, 'llama')]), name: 'fast' };
const configuration = snapshot([first, maker], [alias]);
const targetOf = (name: string, ...models: string[]) =>
  resolveModel(configuration, principal(...(models.length > 0 ? models : ['*'])), name).targets[0]!.name;

function refusal(name: string, ...models: string[]): GatewayError {
  try {
    resolveModel(configuration, principal(...models), name);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error(`${name} was not refused`);
}

describe('a model name', () => {
  test('is an alias first', () => {
    expect(targetOf('fast')).toBe('first/llama');
  });

  test('is provider/model next, also for a model nobody listed', () => {
    expect(targetOf('first/never-heard-of')).toBe('first/never-heard-of');
    expect(targetOf('first/org/model:free')).toBe('first/org/model:free');
  });

  test('goes bare to its maker, else to the first provider that lists it', () => {
    expect(targetOf('gpt-5')).toBe('maker/gpt-5');
    expect(targetOf('llama')).toBe('first/llama');
  });

  test('is checked against the allow-list under both its names', () => {
    expect(targetOf('gpt-5', 'maker/*')).toBe('maker/gpt-5');
    expect(refusal('first/llama', 'fast').code).toBe('model_not_found');
  });

  test('that is not allowed reads like one that does not exist', () => {
    const hidden = refusal('maker/gpt-5', 'fast');
    const unknown = refusal('maker-gpt-5', 'fast');
    expect(hidden.message.replace('maker/gpt-5', '?')).toBe(unknown.message.replace('maker-gpt-5', '?'));
  });

  test('that is mistyped is answered with the nearest allowed names only', () => {
    expect(refusal('fas', 'fast').message).toContain('"fast"');
    expect(refusal('first/llam', 'fast').message).not.toContain('llama"');
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    '',
    'a//b',
    '../x',
    'first/../x',
    'a\r\nb',
    'x'.repeat(300),
    'first/',
  ])('like %j is refused as unknown', name => {
    expect(refusal(name, '*')).toMatchObject({ code: 'model_not_found', status: 404, param: 'model' });
  });
});
