/** A frame of a profile's tree; the root has no parent. */
export interface Frame {
  readonly functionName: string;
  readonly url: string;
}

const areas: readonly (readonly [RegExp, string])[] = [
  [/\/src\/gateway\/(?:[\w-]+\.ts)$/, 'src/gateway'],
  [/\/src\/gateway\/([\w-]+)\//, 'src/gateway/$1'],
  [/\/src\/(control|store)\/([\w-]+)\//, 'src/$1/$2'],
  [/\/src\/([\w-]+)/, 'src/$1'],
  [/\/providers\//, 'providers'],
  [/node_modules\/(fastify|find-my-way|avvio|light-my-request|secure-json-parse|fast-)/, 'fastify'],
  [/node_modules\/(pino|sonic-boom|safe-stable-stringify)/, 'pino'],
  [/node_modules\/pg/, 'pg'],
  [/node_modules\/((?:@[\w-]+\/)?[\w-]+)/, '$1'],
  [/^wasm:/, 'undici'],
  [/_http|internal\/http/, 'node:http'],
  [/stream_base|node:net|internal\/net/, 'node:net'],
  [/stream|events/, 'node streams and events'],
  [/timers|task_queues|async_hooks|async_context/, 'node timers, ticks, async hooks'],
  [/buffer|encoding/, 'node buffers'],
  [/^node:(.*)/, 'node: $1'],
];

/** Where a frame's own time belongs. */
export function areaOf({ functionName, url }: Frame): string {
  if (functionName === '(garbage collector)') return 'garbage collection';
  if (functionName === '(program)') return 'native code outside of JavaScript';
  if (url === '') return `V8 and system calls from JavaScript: ${functionName || '(anonymous)'}`;
  for (const [pattern, name] of areas) {
    const match = pattern.exec(url);
    if (match) return name.replace(/\$(\d)/g, (_, at: string) => match[Number(at)] ?? '');
  }
  return 'other';
}

/** Usage events, spool, batches to Postgres. */
export const ofLedger = ({ url }: Frame): boolean =>
  /\/src\/gateway\/metering\/|\/src\/control\/ledger\/|\/src\/store\/|node_modules\/pg/.test(url);

/** Code of the product and what it uses, not Node itself and not native functions. */
export const ofProduct = ({ url }: Frame): boolean => /\/(?:src|providers|node_modules)\//.test(url);

/** The profiler's own work. */
export const ofBenchmark = ({ url }: Frame): boolean => /\/bench\/inside\.ts$|^node:inspector/.test(url);

/** A frame's name for lists of functions. */
export const labelOf = ({ functionName, url }: Frame): string =>
  `${functionName || '(anonymous)'} ${url.split('/').slice(-2).join('/')}`.trim();
