import { describe, expect, test } from 'vitest';
import { scanBody, scanNested, scanReply } from '../../../src/gateway/body/scan-body.ts';
import { GatewayError } from '../../../src/spec/gateway-error.ts';

const scan = (text: string) => scanBody(Buffer.from(text));

function refusal(text: string | Buffer): { code: string; param: string | undefined; message: string } {
  try {
    scanBody(Buffer.from(text));
  } catch (error) {
    if (error instanceof GatewayError) return { code: error.code, param: error.param, message: error.message };
    throw error;
  }
  throw new Error(`taken: ${text}`);
}

describe('the body scanner', () => {
  test('finds the members of the outermost object and nothing below', () => {
    const found = scan(
      '{ "model" : "a", "messages":[{"model":"b","x":{"y":[1]}}],"n":-1.5e+3 ,"stream":true,"u":null}',
    );

    expect(found.members.map(member => member.name)).toEqual(['model', 'messages', 'n', 'stream', 'u']);
    expect(found.members.map(member => found.type(member))).toEqual(['string', 'array', 'number', 'boolean', 'null']);
    expect(found.members.map(member => found.parse(member))).toEqual([
      'a',
      [{ model: 'b', x: { y: [1] } }],
      -1500,
      true,
      null,
    ]);
    expect(found.member('model')?.name).toBe('model');
    expect(found.member('x')).toBeUndefined();
    expect(found.member('constructor')).toBeUndefined();
  });

  test('unescapes names and keeps __proto__ as plain data', () => {
    expect(scan('{"\\u006dodel":"a","__proto__":{"admin":1},"é\\n":2}').members.map(member => member.name)).toEqual([
      'model',
      '__proto__',
      'é\n',
    ]);
    expect(Reflect.get({}, 'admin')).toBeUndefined();
  });

  test('takes white space wherever JSON allows it', () => {
    expect(scan(' \t\r\n{ }\n').members).toEqual([]);
    expect(scan('{\n "a" :\t[ 1 , 2 ] ,\r\n "b" : { "c" : "d" }\n}').members).toHaveLength(2);
  });

  test.each([
    ['{"model":"cheap","model":"dear"}', 'model'],
    ['{"model":"cheap","mod\\u0065l":"dear"}', 'model'],
    ['{"model":"cheap","Model":"dear"}', 'Model'],
    ['{"MODEL":"dear"}', 'MODEL'],
    ['{"\\u004dodel":"dear"}', 'Model'],
    ['{"ſtream":true}', 'ſtream'],
    ['{"x":1,"x":2}', 'x'],
    ['{"":1,"":2}', ''],
  ])('refuses a name twice or in other letters: %s', (text, param) => {
    expect(refusal(text)).toMatchObject({ code: 'duplicate_member', param });
  });

  test('takes two unknown names that differ by case, and repeated names where we do not read', () => {
    expect(scan('{"Foo":1,"foo":2,"metadata":{"a":1,"a":2}}').members).toHaveLength(3);
  });

  test('refuses a repeated member in a nested object that is read, by its path', () => {
    const outer = scan('{"stream_options":{"include_usage":true,"include_us\\u0061ge":false}}');

    expect(() => scanNested(outer, outer.member('stream_options')!)).toThrow(
      expect.objectContaining({ code: 'duplicate_member', param: 'stream_options.include_usage' }),
    );
  });

  test.each([
    ['', 0],
    ['{', 1],
    ['{"a"', 4],
    ['{"a":', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{,}', 1],
    ['{"a":[1,]}', 8],
    ['{"a" 1}', 5],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['{"a":01}', 6],
    ['{"a":1.}', 7],
    ['{"a":.5}', 5],
    ['{"a":+1}', 5],
    ['{"a":1e}', 7],
    ['{"a":-}', 6],
    ['{"a":NaN}', 5],
    ['{"a":tru}', 8],
    ['{"a":nul', 8],
    ['{"a":"\\x"}', 7],
    ['{"a":"\\u12g4"}', 10],
    ['{"a":"b\nc"}', 7],
    ['{"a":"b\u0000c"}', 7],
    ['{"a":"open}', 11],
    ['{"a":"open\\"}', 13],
    ['{"a":1}x', 7],
    ['{"a":1}{}', 7],
    ['{"a":[1}', 7],
    ['{"a":{"b":1]}', 11],
    ['{"a":1}\u0000', 7],
    ['{"a":\u00a01}', 5],
  ])('refuses %j and names byte %d', (text, at) => {
    expect(refusal(text)).toMatchObject({
      code: 'invalid_json',
      message: expect.stringMatching(new RegExp(`byte ${at}\\.`)),
    });
  });

  test.each([
    '\ufeff{}',
    Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    Buffer.from('7b22eda080223a317d', 'hex'),
  ])('refuses a byte order mark and what is not UTF-8', body => {
    expect(refusal(body).code).toBe('invalid_json');
  });

  test.each(['[]', '1', '"a"', 'null', ' [1]'])('refuses a body that is no object: %s', text => {
    expect(refusal(text).code).toBe('invalid_type');
  });

  test('finds the end of a string at every length and alignment', () => {
    for (let length = 0; length < 80; length++) {
      for (const end of ['', '\\"', '\\\\', '\\u00e9', 'é']) {
        const value = `${'x'.repeat(length)}${end}`;
        expect(scan(`{"a":"${value}","b":1}`).member('b')).toBeDefined();
        expect(refusal(`{"a":"${value}\u001f"}`).code).toBe('invalid_json');
      }
    }
  });

  test('reads the same from a slice at any offset of a larger buffer', () => {
    const text = '{"model":"gpt","messages":[{"role":"user","content":"a longer text with \\"quotes\\" in it"}]}';
    for (let offset = 0; offset < 9; offset++) {
      const all = Buffer.from('"'.repeat(offset) + text + '"'.repeat(9));
      const found = scanBody(all.subarray(offset, offset + Buffer.byteLength(text)));
      expect(found.members.map(member => found.parse(member))).toEqual(Object.values(JSON.parse(text)));
    }
  });
});

test('the body scanner reads the smallest bodies at any alignment', () => {
  for (const text of ['{}', '{"":0}', '{ }']) {
    for (let offset = 0; offset < 8; offset++) {
      const all = Buffer.from(' '.repeat(offset) + text);
      expect(scanBody(all.subarray(offset)).members.length).toBeLessThan(2);
    }
  }
});

describe('the limits of the body scanner', () => {
  test('takes 128 levels and refuses 129', () => {
    const nested = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

    expect(scan(nested(128)).members).toHaveLength(1);
    expect(refusal(nested(129)).code).toBe('json_too_deep');
    expect(refusal(`{"a":${'['.repeat(1_000_000)}`).code).toBe('json_too_deep');
  });

  test('takes 300,000 numbers and refuses 600,000 commas', () => {
    expect(scan(`{"input":[${'7,'.repeat(300_000)}7]}`).members).toHaveLength(1);
    expect(refusal(`{"input":[${'7,'.repeat(600_000)}7]}`).code).toBe('json_too_complex');
  });

  test('takes 1024 members in an object that is read, and no more', () => {
    const object = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [n, n])));

    expect(scan(object(1024)).members).toHaveLength(1024);
    expect(refusal(object(1025)).code).toBe('json_too_complex');
    expect(scan(`{"a":${object(5000)}}`).members).toHaveLength(1);
  });

  test('does not count what stands inside strings', () => {
    expect(scan(`{"a":"${'{[,:]}'.repeat(200_000)}"}`).members).toHaveLength(1);
  });

  test('takes numbers of 64 characters and names of 1024 bytes, and no longer ones', () => {
    expect(scan(`{"a":${'1'.repeat(64)}}`).members).toHaveLength(1);
    expect(refusal(`{"a":${'1'.repeat(65)}}`).code).toBe('invalid_json');
    expect(scan(`{"${'n'.repeat(1024)}":1}`).members).toHaveLength(1);
    expect(refusal(`{"a":{"${'n'.repeat(1025)}":1}}`).code).toBe('invalid_json');
  });
});

describe('the reply scanner', () => {
  test('takes what only requests may not hold', () => {
    const body = Buffer.concat([Buffer.from('{"a":1,"a":2,"Model":3,"t":"'), Buffer.from([0xff]), Buffer.from('"}')]);

    expect(scanReply(body).member('a')).toMatchObject({ valueEnd: 12 });
    expect(scanReply(Buffer.from(`{"a":[${'1,'.repeat(600_000)}1]}`)).members).toHaveLength(1);
  });

  test('refuses what is cut', () => {
    const body = '{"id":"x","choices":[{"message":{"content":"hi"}}]}';
    for (let end = 0; end < body.length; end++) {
      expect(() => scanReply(Buffer.from(body.slice(0, end)))).toThrow(GatewayError);
    }
  });
});
