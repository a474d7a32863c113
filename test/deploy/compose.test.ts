import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseDuration } from '../../src/spec/units.ts';
import { read, root } from '../house/sources.ts';
import { contextFilter } from './docker-context.ts';
import { parseDockerfile } from './dockerfile.ts';

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly secrets: readonly (string | { readonly source: string; readonly target: string })[];
  readonly stop_grace_period: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly [member: string]: unknown;
}

interface Compose {
  readonly services: Readonly<Record<'gateway' | 'postgres', Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const compose: Compose = parse(readFileSync(path.join(root, 'docker-compose.yml'), 'utf8'), { merge: true });
const { gateway, postgres } = compose.services;
const dockerfile = parseDockerfile(read('Dockerfile'));

describe('docker-compose.yml', () => {
  test.each(Object.entries(compose.services))('%s has no right that it does not need', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      init: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      restart: 'unless-stopped',
    });
    expect(service).not.toHaveProperty('cap_add');
    expect(service).not.toHaveProperty('privileged');
    expect(service.tmpfs.every(mount => mount.includes('noexec,nosuid,nodev'))).toBe(true);
  });

  test.each(Object.entries(compose.services))(
    '%s is bounded in memory, processors, processes and log',
    (_, service) => {
      expect(service).toMatchObject({
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
        cpus: expect.anything(),
        pids_limit: expect.any(Number),
        logging: { options: { 'max-size': '10m', 'max-file': '5' } },
      });
    },
  );

  test('both have a user other than root and a health check', () => {
    const last = dockerfile.stages.at(-1)!.instructions;
    expect(postgres.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(gateway.user).toBeUndefined();
    expect(last.find(({ name }) => name === 'USER')?.text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(last.some(({ name }) => name === 'HEALTHCHECK')).toBe(true);
    expect(postgres.healthcheck?.test[0]).toBe('CMD');
  });

  test('the admin port is published on the loopback alone, and the database not at all', () => {
    expect(gateway.ports?.filter(port => port.endsWith(':4001'))).toEqual([
      // biome-ignore lint/suspicious/noTemplateCurlyInString: compose puts the value in
      '127.0.0.1:${TOLLGATE_ADMIN_PORT:-4001}:4001',
    ]);
    expect(gateway.ports).toHaveLength(2);
    expect(postgres.ports).toBeUndefined();
    expect(postgres.networks.map(name => compose.networks[name])).toEqual([{ internal: true }]);
  });

  test('secrets come as files, outside the folder that file: references may read, and never as values', () => {
    expect(gateway.secrets.map(secret => (typeof secret === 'string' ? secret : secret.target))).toEqual([
      '/run/tollgate/DATABASE_URL',
      '/run/tollgate/TOLLGATE_ADMIN_KEY',
      '/run/tollgate/TOLLGATE_MASTER_KEY',
    ]);
    expect(Object.values(compose.secrets).every(({ file }) => file.startsWith('./docker/secrets/'))).toBe(true);
    const names = [gateway, postgres].flatMap(service => Object.keys(service.environment));
    expect(names.filter(name => /PASSWORD|KEY|URL|SECRET/.test(name))).toEqual(['POSTGRES_PASSWORD_FILE']);
  });

  test('the gateway is given longer to stop than its streams have', () => {
    const grace = parseDuration(gateway.environment.TOLLGATE_GRACE!)!;
    expect(parseDuration(gateway.stop_grace_period)!).toBeGreaterThanOrEqual(grace + 60_000);
  });

  test('what is written goes into volumes', () => {
    expect(gateway.volumes).toEqual(['data:/var/lib/tollgate', './docker/config:/etc/tollgate:ro']);
    expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql']);
  });
});

describe('C4: base images', () => {
  test('every stage goes through the one argument, whose tag is a version', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the builder puts the value in
    expect(new Set(dockerfile.stages.map(({ base }) => base))).toEqual(new Set(['${NODE_IMAGE}']));
    expect(dockerfile.arguments.NODE_IMAGE).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim(@sha256:[0-9a-f]{64})?$/);
  });

  test('the database is named by version, and by digest where it was pinned', () => {
    expect(postgres.image).toMatch(/^\$\{POSTGRES_IMAGE:-postgres:\d+\.\d+-bookworm(@sha256:[0-9a-f]{64})?\}$/);
  });
});

describe('L8: .dockerignore', () => {
  const isSeen = contextFilter(read('.dockerignore'));

  test.each([
    '.env',
    '.git/config',
    '.tools/node_modules/node/bin/node',
    'data/quickstart.key',
    'data/spool/1',
    'data.key',
    'docker/secrets/master_key',
    'node_modules/fastify/package.json',
    'src/generated/prisma/client.ts',
    'src/leaked.key',
    'bin/.env',
    'test/support/tollgate.ts',
    'tollgate.yaml',
  ])('keeps %s out of the image', file => {
    expect(isSeen(file)).toBe(false);
  });

  test('lets in what the Dockerfile copies', () => {
    const files = [
      'package.json',
      'package-lock.json',
      '.npmrc',
      'src/main.ts',
      'bin/tollgate',
      'deploy/image/tollgate',
    ];
    expect(files.filter(file => !isSeen(file))).toEqual([]);
  });
});
