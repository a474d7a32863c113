import { describe, expect, test } from 'vitest';
import { embeddingsSubjects } from '../../bin/translation/embeddings.ts';
import { translationPage } from '../../bin/translation/page.ts';
import { probeGroups } from '../../bin/translation/probes.ts';
import { subjects } from '../../bin/translation/subjects.ts';
import { isSilent, tryProbe } from '../../bin/translation/try-probe.ts';
import { read } from '../house/sources.ts';

test('docs/translation.md says what the codecs do; `npm run docs:translation` brings it up to date', () => {
  expect(read('docs/translation.md')).toBe(translationPage());
});

const runs = subjects.flatMap(subject => subject.models.map(model => ({ ...subject, id: subject.provider.id, model })));

describe.each(runs)('$id with $model', ({ codec, model, format, needless }) => {
  const probes = probeGroups(format).flatMap(group => group.probes);

  test('gets every member that a client can send, or the caller is told', () => {
    const silent = probes.filter(probe => isSilent(probe, tryProbe(probe, codec, model)));
    expect(silent.map(({ name }) => name).filter(name => !(name in needless))).toEqual([]);
  });

  test('gets a JSON body that says the same when the request is translated twice', () => {
    for (const probe of probes) expect(tryProbe(probe, codec, model)).toEqual(tryProbe(probe, codec, model));
  });
});

test.each(subjects)(
  'what need not arrive at $provider.id does not arrive there',
  ({ codec, models, format, needless }) => {
    const probes = probeGroups(format).flatMap(group => group.probes);
    const silent = (name: string) =>
      models.some(model => probes.some(probe => probe.name === name && isSilent(probe, tryProbe(probe, codec, model))));
    expect(Object.keys(needless).filter(name => !silent(name))).toEqual([]);
  },
);

test('no two probes have one name', () => {
  const names = probeGroups('').flatMap(group => group.probes.map(probe => probe.name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('embeddings get every member that a client can send, or the caller is told', () => {
  const silent = embeddingsSubjects.flatMap(({ provider, rows }) =>
    rows.filter(({ probe, effect }) => isSilent(probe, effect)).map(({ probe }) => `${provider.id}: ${probe.name}`),
  );
  expect(silent).toEqual([]);
});
