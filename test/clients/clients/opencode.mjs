/** The command line, run without a terminal. Its tools are its own: it reads files. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODEL_LIMITS = { context: 200_000, output: 8_000 };

export async function run({ url, apiKey, model, prompt, effort, interleaved, adapter }) {
  const folder = process.cwd();
  const files = { Paris: 21, Oslo: 7, Rome: 25 };
  for (const [city, degrees] of Object.entries(files)) {
    writeFileSync(join(folder, `${city}.txt`), `${city}: ${degrees} degrees\n`);
  }
  pretendPlugins();
  const config = {
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    lsp: false,
    formatter: false,
    permission: 'allow',
    enabled_providers: ['tollgate'],
    small_model: `tollgate/${model}`,
    provider: {
      tollgate: {
        npm: adapter ?? '@ai-sdk/openai-compatible',
        // Each of the two packages has its own word for asking for the usage of a stream.
        options: { baseURL: `${url}/v1`, apiKey, includeUsage: true, compatibility: 'strict' },
        models: {
          [model]: {
            tool_call: true,
            reasoning: Boolean(effort),
            limit: MODEL_LIMITS,
            ...(effort && { options: adapter ? { reasoning: { effort } } : { reasoningEffort: effort } }),
            ...(interleaved && { interleaved: { field: interleaved } }),
          },
        },
      },
    },
  };
  const lines = await output(
    ['run', '--pure', '--format', 'json', '--thinking', '--title', 'proof', '--model', `tollgate/${model}`, prompt],
    folder,
    { ...process.env, ...quiet, OPENCODE_CONFIG_CONTENT: JSON.stringify(config) },
  );
  const events = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line));
  const parts = type => events.filter(event => event.type === type).map(event => event.part);
  const last = parts('step_finish').at(-1);
  return {
    text: parts('text').at(-1)?.text,
    thought: parts('reasoning')
      .map(part => part.text)
      .join(''),
    finish: last?.reason,
    // Its own counting: input without what was cached, output without reasoning.
    usage: {
      prompt: last?.tokens.input + last?.tokens.cache.read,
      completion: last?.tokens.output + last?.tokens.reasoning,
      cached: last?.tokens.cache.read,
      reasoning: last?.tokens.reasoning,
    },
    asked: parts('tool_use').map(part => part.state.input.filePath.match(/(\w+)\.txt$/)?.[1]),
  };
}

/**
 * It installs a package for writing plugins beside its settings, unless that stands in the lockfile there; there is no
 * switch for it (https://github.com/anomalyco/opencode/issues/37888).
 */
function pretendPlugins() {
  const folder = join(process.env.HOME, '.config/opencode');
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  const packages = { '': { dependencies: { '@opencode-ai/plugin': '*' } } };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
}

/** It would look for newer versions, models and tools on the network. */
const quiet = {
  OPENCODE_DISABLE_AUTOUPDATE: '1',
  OPENCODE_DISABLE_MODELS_FETCH: '1',
  OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
  OPENCODE_DISABLE_SHARE: '1',
  OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
  OPENCODE_DISABLE_TERMINAL_TITLE: '1',
  OPENCODE_DISABLE_CLAUDE_CODE: '1',
};

function output(args, cwd, env) {
  return new Promise((done, fail) => {
    const child = execFile(program(), args, { cwd, env, maxBuffer: 50_000_000 }, (error, stdout, stderr) => {
      const failed = stdout.split('\n').find(line => line.startsWith('{"type":"error"'));
      if (error || failed) fail(new Error(failed ?? `${error.message}\n${stderr.slice(-2_000)}`));
      else done(stdout.split('\n'));
    });
    // It waits for a prompt on an open standard input.
    child.stdin.end();
  });
}

/** Processors without AVX2 need another build; on Linux x64 both are installed. */
function program() {
  const platform = `opencode-${process.platform}-${process.arch}`;
  const packages = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
  const baseline = join(packages, `${platform}-baseline`, 'bin/opencode');
  const old = existsSync(baseline) && !/\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  return old ? baseline : join(packages, platform, 'bin/opencode');
}
