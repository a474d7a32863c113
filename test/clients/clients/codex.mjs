import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cityOf, eventsOf, packages, writeFiles } from './agent.mjs';

export async function run({ url, apiKey, model, prompt, effort }) {
  writeFiles(process.cwd());
  const home = join(process.env.HOME, '.codex');
  mkdirSync(home, { recursive: true });
  const config = `model = "${model}"
model_provider = "tollgate"
${effort ? `model_reasoning_effort = "${effort}"\nmodel_reasoning_summary = "auto"\nmodel_supports_reasoning_summaries = true` : ''}
check_for_update_on_startup = false

[features]
plugins = false
apps = false

[analytics]
enabled = false

[model_providers.tollgate]
name = "Tollgate"
base_url = "${url}/v1"
env_key = "TOLLGATE_KEY"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
`;
  writeFileSync(join(home, 'config.toml'), config);
  const events = await eventsOf(
    process.execPath,
    [
      join(packages, '@openai/codex/bin/codex.js'),
      ...['exec', '--json', '--skip-git-repo-check', '--sandbox', 'danger-full-access', prompt],
    ],
    { TOLLGATE_KEY: apiKey, CODEX_HOME: home },
    event => event.type === 'turn.failed',
  );
  const items = type => events.filter(event => event.type === 'item.completed' && event.item.type === type);
  const { usage } = events.find(event => event.type === 'turn.completed');
  return {
    text: items('agent_message').at(-1)?.item.text,
    thought: items('reasoning')
      .map(({ item }) => item.text)
      .join(''),
    // It adds up what all requests took.
    usage: null,
    spent: usage,
    asked: items('command_execution').map(({ item }) => cityOf(item.command)),
  };
}
