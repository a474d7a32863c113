import { expect, test } from 'vitest';
import { textInFile } from '../../providers/text-file.ts';

const data = Buffer.from('Grüße').toString('base64');

test.each(['text/plain', 'text/csv; charset=utf-8', 'application/json', 'application/ld+json', 'image/svg+xml'])(
  'a file of type %s holds text',
  mediaType => expect(textInFile({ type: 'file', media: { type: 'data', mediaType, data } })).toBe('Grüße'),
);

test.each(['application/pdf', 'image/png', 'application/jsonp-like'])('a file of type %s holds none', mediaType =>
  expect(textInFile({ type: 'file', media: { type: 'data', mediaType, data } })).toBeNull(),
);

test('a file that is elsewhere holds none', () => {
  expect(textInFile({ type: 'file', media: { type: 'url', url: 'https://example.com/a.txt' } })).toBeNull();
});
