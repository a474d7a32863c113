/** The command line, run without a terminal. Its tools are its own: it reads files. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODEL_LIMITS = { context: 200_000, output: 8_000 };

export async function run({ baseURL, apiKey, model, prompt, effort, interleaved }) {
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
        npm: '@ai-sdk/openai-compatible',
        options: { baseURL, apiKey, includeUsage: true },
        models: {
          [model]: {
            tool_call: true,
            reasoning: Boolean(effort),
            limit: MODEL_LIMITS,
            ...(effort && { options: { reasoningEffort: effort } }),
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
  const failed = events.find(event => event.type === 'error');
  if (failed) throw new Error(JSON.stringify(failed.error));
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
      if (error) fail(new Error(`opencode: ${error.message}\n${stdout.slice(-2_000)}\n${stderr.slice(-2_000)}`));
      else done(stdout.split('\n'));
    });
    // It waits for a prompt on an open standard input.
    child.stdin.end();
  });
}

/** The program stands in the package of the platform; the install script that would link it is not run. */
function program() {
  const platform = `opencode-${process.platform}-${process.arch}`;
  const packages = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules');
  const names = needsBaseline() ? [`${platform}-baseline`, platform] : [platform, `${platform}-baseline`];
  const found = [...names, `${platform}-musl`].map(name => join(packages, name, 'bin/opencode')).find(existsSync);
  if (found === undefined) throw new Error(`there is no opencode for ${platform}`);
  return found;
}

/** Processors without AVX2 need another build. */
function needsBaseline() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  return !/\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
}
