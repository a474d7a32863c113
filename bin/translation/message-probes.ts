import { type Fields, messages, type Probe, part, user } from './probe.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const IMAGE = `data:image/png;base64,${PIXEL}`;
const PDF = `data:application/pdf;base64,${Buffer.from('%PDF-1.4\n%%EOF\n').toString('base64')}`;
const TEXT = `data:text/plain;base64,${Buffer.from('Words.').toString('base64')}`;
const WAV = Buffer.from('RIFF').toString('base64');
const EPHEMERAL = { type: 'ephemeral' };

const answer: Fields = { role: 'assistant', content: 'Hi.' };
const call: Fields = { id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"at":"sky"}' } };
const called: Fields = { role: 'assistant', content: null, tool_calls: [call] };
const result: Fields = { role: 'tool', tool_call_id: 'call_1', content: 'blue' };
const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];

export const roleProbes: readonly Probe[] = [
  messages('`system` message', ['messages[0]'], [{ role: 'system', content: 'Be brief.' }, user]),
  messages('`developer` message', ['messages[0]'], [{ role: 'developer', content: 'Be brief.' }, user]),
  messages(
    '`system` message amid the others',
    ['messages[2]'],
    [user, answer, { role: 'system', content: 'Be brief.' }, user],
    [user, answer, user],
  ),
  messages('two `user` messages in a row', ['messages[1]'], [user, { role: 'user', content: 'And?' }]),
  messages('`assistant` message', ['messages[1]'], [user, answer, user]),
  messages('`assistant` message at the end', ['messages[1]'], [user, answer]),
  messages('`name` of a message', ['messages[0].name'], [{ ...user, name: 'ann' }]),
  messages('`cache_control` of a message', ['messages[0].cache_control'], [{ ...user, cache_control: EPHEMERAL }]),
  messages('an unknown member of a message', ['messages[0].x_unknown'], [{ ...user, x_unknown: 1 }]),
];

const text = { type: 'text', text: 'More.' };
const image = { type: 'image_url', image_url: { url: IMAGE } };
const file = { type: 'file', file: { file_data: PDF } };

export const partProbes: readonly Probe[] = [
  part('`text`', text),
  part('`cache_control` of a part', { ...text, cache_control: EPHEMERAL }, text, ['.cache_control']),
  part('an unknown member of a part', { ...text, x_unknown: 1 }, text, ['.x_unknown']),
  part('`image_url`, an address', { type: 'image_url', image_url: { url: 'https://example.com/a.png' } }),
  part('`image_url`, data', image),
  part('`image_url.detail`', { ...image, image_url: { url: IMAGE, detail: 'low' } }, image, ['.image_url.detail']),
  part('`input_audio`', { type: 'input_audio', input_audio: { data: WAV, format: 'wav' } }),
  part('`file.file_data`, PDF', file),
  part('`file.file_data`, text', { type: 'file', file: { file_data: TEXT } }),
  part('`file.file_data`, an address', { type: 'file', file: { file_data: 'https://example.com/a.pdf' } }),
  part('`file.filename`', { type: 'file', file: { file_data: PDF, filename: 'a.pdf' } }, file, ['.file.filename']),
  part('`file.file_id`', { type: 'file', file: { file_id: 'file-abc123' } }),
  part('`video_url`', { type: 'video_url', video_url: { url: 'https://example.com/a.mp4' } }),
  part('`document_url`', { type: 'document_url', document_url: 'https://example.com/a.pdf' }),
  part('a part of an unknown type', { type: 'hologram', hologram: {} }),
];

const said = (more: Fields): readonly Fields[] => [user, { ...answer, ...more }, user];
const saidBase = said({});
const round = (more: Fields, after: Fields = result): readonly Fields[] => [user, { ...called, ...more }, after];
const roundBase = round({});
/** Two members hold thoughts, and the neutral form does not keep which of them it was. */
const thoughts = ['messages[1].reasoning_details', 'messages[1].reasoning_content'];
const details = (...entries: readonly Fields[]): Fields => ({ reasoning_details: entries });

/** The assistant's earlier messages, as they come back. `format` is that of proofs which the target knows as its own. */
export const historyProbes = (format: string): readonly Probe[] => [
  messages('`refusal`', ['messages[1].refusal'], said({ content: null, refusal: 'No.' }), saidBase),
  messages('`annotations`', ['messages[1].annotations'], said({ annotations: [CITATION] }), saidBase),
  messages('`audio.id`', ['messages[1].audio', 'messages[1].content'], said({ audio: { id: 'audio_1' } }), saidBase),
  messages('`reasoning_content`', thoughts, said({ reasoning_content: 'Hm.' }), saidBase),
  messages(
    '`reasoning_details`, signed by this provider',
    thoughts,
    said(details({ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format, index: 0 })),
    saidBase,
  ),
  messages(
    '`reasoning_details`, encrypted by this provider',
    thoughts,
    said(details({ type: 'reasoning.encrypted', data: 'c2Vj', format, index: 0 })),
    saidBase,
  ),
  messages(
    '`reasoning_details`, signed by another provider',
    thoughts,
    said(details({ type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'another-v1', index: 0 })),
    saidBase,
  ),
  messages(
    '`reasoning_details`, encrypted by another provider',
    thoughts,
    said(details({ type: 'reasoning.encrypted', data: 'c2Vj', format: 'another-v1', index: 0 })),
    saidBase,
  ),
  messages('`tool_calls` and their result', ['messages[1]', 'messages[2]'], roundBase, [user], { tools }),
  messages(
    '`extra_content.google.thought_signature` of a call',
    ['messages[1].tool_calls[0].extra_content', 'messages[1].reasoning_details'],
    round({ tool_calls: [{ ...call, extra_content: { google: { thought_signature: 'c2ln' } } }] }),
    roundBase,
    { tools },
  ),
  messages(
    'an unknown member of a call',
    ['messages[1].tool_calls[0].x_unknown'],
    round({ tool_calls: [{ ...call, x_unknown: 1 }] }),
    roundBase,
    { tools },
  ),
  messages(
    'a `custom` call and its result',
    ['messages[1]', 'messages[2]'],
    round({ tool_calls: [{ id: 'call_1', type: 'custom', custom: { name: 'look', input: 'up' } }] }),
    [user],
    { tools },
  ),
  messages(
    'image in a tool result',
    ['messages[2].content[0]'],
    round({}, { ...result, content: [image, text] }),
    round({}, { ...result, content: [text] }),
    { tools },
  ),
  messages('`name` of a tool result', ['messages[2].name'], round({}, { ...result, name: 'look' }), roundBase, {
    tools,
  }),
  messages(
    '`cache_control` of a tool result',
    ['messages[2].cache_control'],
    round({}, { ...result, cache_control: EPHEMERAL }),
    roundBase,
    { tools },
  ),
  messages(
    '`function_call` and its `function` message',
    ['messages[1]', 'messages[2]'],
    [
      user,
      { role: 'assistant', content: null, function_call: { name: 'look', arguments: '{}' } },
      { role: 'function', name: 'look', content: 'blue' },
    ],
    [user],
    { tools },
  ),
];

const CITATION = {
  type: 'url_citation',
  url_citation: { url: 'https://example.com/', title: 'Example', start_index: 0, end_index: 3 },
};
