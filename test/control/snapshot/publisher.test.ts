import { afterEach, describe, expect, test } from 'vitest';
import { type Publisher, startPublisher } from '../../../src/control/snapshot/publisher.ts';
import type { Resources } from '../../../src/spec/resources.ts';
import type { Snapshot } from '../../../src/spec/snapshot.ts';

/** A store whose loads the test answers one by one. */
function controlledStore() {
  let listener = () => {};
  const waiting: { resolve: (resources: Resources) => void; reject: (error: Error) => void }[] = [];
  const arrived: (() => void)[] = [];
  return {
    loads: 0,
    listening: true,
    load() {
      this.loads++;
      arrived.shift()?.();
      return new Promise<Resources>((resolve, reject) => waiting.push({ resolve, reject }));
    },
    onChange(callback: () => void) {
      listener = callback;
      return () => {
        this.listening = false;
      };
    },
    change: () => listener(),
    async next() {
      if (waiting.length === 0) await new Promise<void>(resolve => arrived.push(resolve));
      return waiting.shift()!;
    },
    async answer(version: number) {
      (await this.next()).resolve({ version } as Resources);
    },
    async fail() {
      (await this.next()).reject(new Error('the database is away'));
    },
  };
}

let publisher: Publisher | null = null;
afterEach(() => publisher?.close());

async function start(first = 1) {
  const store = controlledStore();
  const published: number[] = [];
  const errors: object[] = [];
  const starting = startPublisher({
    store,
    compile: ({ version }) => {
      if (version === 13) throw new Error('cannot be compiled');
      return { version } as Snapshot;
    },
    publish: snapshot => void published.push(snapshot.version),
    logger: { info: () => {}, error: (fields: object) => void errors.push(fields) },
    retryMillis: 1,
  });
  await store.answer(first);
  publisher = await starting;
  return { store, published, errors, publisher };
}

describe('the publisher', () => {
  test('publishes at start and after a change', async () => {
    const { store, published, publisher } = await start();
    expect(published).toEqual([1]);

    store.change();
    const done = publisher.refresh();
    await store.answer(2);
    await store.answer(2);
    await done;

    expect(published).toEqual([1, 2]);
    expect(publisher.version).toBe(2);
  });

  test('many changes while one loads are one more load', async () => {
    const { store, published, publisher } = await start();

    for (let i = 0; i < 50; i++) store.change();
    const done = publisher.refresh();
    await store.answer(2);
    await store.answer(3);
    await done;

    expect(store.loads).toBe(3);
    expect(published).toEqual([1, 2, 3]);
  });

  test('a change that arrives while the first snapshot loads is not missed', async () => {
    const store = controlledStore();
    const published: number[] = [];
    const starting = startPublisher({
      store,
      compile: ({ version }) => ({ version }) as Snapshot,
      publish: snapshot => void published.push(snapshot.version),
      logger: { info: () => {}, error: () => {} },
    });
    const first = await store.next();
    store.change();
    first.resolve({ version: 1 } as Resources);
    publisher = await starting;
    await store.answer(2);
    const done = publisher.refresh();
    await store.answer(2);
    await done;

    expect(published).toEqual([1, 2]);
  });

  test('keeps the last good snapshot when loading fails, says so and tries again', async () => {
    const { store, published, errors, publisher } = await start();

    store.change();
    await store.fail();
    await store.answer(2);
    const done = publisher.refresh();
    await store.answer(2);
    await done;

    expect(published).toEqual([1, 2]);
    expect(errors).toEqual([{ reason: 'the database is away', version: 1 }]);
  });

  test('a configuration that cannot be compiled leaves the last one in place', async () => {
    const { store, published, errors, publisher } = await start();

    const refused = publisher.refresh();
    await store.answer(13);
    await refused;

    expect(published).toEqual([1]);
    expect(publisher.version).toBe(1);
    expect(errors).toEqual([{ reason: 'cannot be compiled', version: 1 }]);
  });

  test('never goes back to an older version', async () => {
    const { store, published, publisher } = await start(5);

    const done = publisher.refresh();
    await store.answer(4);
    await done;

    expect(published).toEqual([5]);
  });

  test('rejects when the first snapshot cannot be made and stops listening', async () => {
    const store = controlledStore();
    const starting = startPublisher({
      store,
      compile: ({ version }) => ({ version }) as Snapshot,
      publish: () => {},
      logger: { info: () => {}, error: () => {} },
    });
    const refused = expect(starting).rejects.toThrow('the database is away');
    await store.fail();
    await refused;

    expect(store.listening).toBe(false);
  });

  test('publishes nothing after it was closed, also from a load under way', async () => {
    const { store, published, publisher } = await start();

    const done = publisher.refresh();
    publisher.close();
    await store.answer(2);
    await done;
    store.change();

    expect(published).toEqual([1]);
    expect(store.loads).toBe(2);
  });
});
